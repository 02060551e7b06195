import { z } from 'zod';
import { chinese } from '../api/chinese-text.ts';
import type { InBothLanguages } from '../api/localized-text.ts';
import { SaidError } from '../api/said-error.ts';

/** What a `tokenizer.json` has that is not read, by key, with what is. */
export interface TokenizerFileProblem {
  readonly key: string;
  readonly message: InBothLanguages;
}

/** A `tokenizer.json` that cannot be used, with what would have to be different. */
export class TokenizerFileError extends SaidError {
  override readonly name = 'TokenizerFileError';
  readonly problems: readonly TokenizerFileProblem[];

  constructor(problems: readonly TokenizerFileProblem[]) {
    super({
      zh: `该 tokenizer.json 无法使用：${problems.map(({ key, message }) => inChinese(key, message.zh)).join('；')}。`,
      en: `This kind of tokenizer.json cannot be used. ${problems.map(({ key, message }) => inEnglish(key, message.en)).join('; ')}.`,
    });
    this.problems = problems;
  }
}

const inChinese = (key: string, message: string): string => (key === '' ? message : `${key}：${message}`);
const inEnglish = (key: string, message: string): string => (key === '' ? message : `${key}: ${message}`);

/** One problem at a key; the empty key is the file itself. */
export function fileProblem(key: string, en: string, zh: string): TokenizerFileError {
  return new TokenizerFileError([{ key, message: { zh, en } }]);
}

/** What the parts of a file must be, in Chinese by what a schema says in English. */
const CHINESE = new Map<string, string>();

/** What a part of a file must be, as a schema's message that {@link problemOf} says in both languages. */
export function must(en: string, zh: string): string {
  CHINESE.set(en, zh);
  return en;
}

const KINDS: Readonly<Record<string, InBothLanguages>> = {
  string: { zh: '文本', en: 'a text' },
  number: { zh: '数值', en: 'a number' },
  int: { zh: '整数', en: 'a whole number' },
  boolean: { zh: 'true 或 false', en: 'true or false' },
  array: { zh: '列表', en: 'a list' },
  tuple: { zh: '列表', en: 'a list' },
  object: { zh: '对象', en: 'an object' },
};

/** What a schema says without a sentence of ours, in Chinese. */
const localized = z.locales.zhCN().localeError;

/** What a schema asks for at a place, for parts without a sentence of their own. */
function asked(issue: z.core.$ZodIssue): InBothLanguages {
  const { message } = issue;
  const own = CHINESE.get(message);
  if (own !== undefined) return { zh: own, en: message };
  const kind = issue.code === 'invalid_type' ? KINDS[issue.expected] : undefined;
  if (kind !== undefined) return { zh: chinese`必须是${kind.zh}`, en: `must be ${kind.en}` };
  if (issue.code === 'too_big' && issue.origin === 'array')
    return { zh: `最多 ${issue.maximum} 项`, en: `must have at most ${issue.maximum} entries` };
  if (issue.code === 'too_big') return { zh: `不得超过 ${issue.maximum}`, en: `must be at most ${issue.maximum}` };
  if (issue.code === 'too_small' && issue.origin === 'string') return { zh: '不得为空', en: 'must not be empty' };
  if (issue.code === 'too_small') return { zh: `不得小于 ${issue.minimum}`, en: `must be at least ${issue.minimum}` };
  const said = localized(issue as z.core.$ZodRawIssue);
  return { zh: (typeof said === 'string' ? said : said?.message) ?? '内容不符合要求', en: message };
}

/** What is found at a key, as far as it says what kind of thing it is: words of the vocabulary are not repeated. Undefined where there is nothing. */
function foundAt(file: unknown, path: readonly PropertyKey[]): InBothLanguages | undefined {
  let value: unknown = file;
  for (const key of path) value = (value as Record<PropertyKey, unknown> | null | undefined)?.[key];
  if (value === undefined) return undefined;
  const same = (text: string): InBothLanguages => ({ zh: text.slice(0, 60), en: text.slice(0, 60) });
  if (typeof value !== 'object' || value === null) return same(JSON.stringify(value));
  const { type } = value as { type?: unknown };
  if (typeof type === 'string') return same(type);
  return Array.isArray(value) ? { zh: '列表', en: 'a list' } : { zh: '对象', en: 'an object' };
}

/** What is wrong at a place of a file, with what stands there. */
export function problemOf(issue: z.core.$ZodIssue, file: unknown): TokenizerFileProblem {
  const { path } = issue;
  const [says, found] = [asked(issue), foundAt(file, path)];
  return {
    key: path.map(String).join('.'),
    message: {
      zh: found === undefined ? `${says.zh}；文件中没有这一项` : chinese`${says.zh}；文件中为 ${found.zh}`,
      en: `${says.en}; the file has ${found?.en ?? 'nothing'}`,
    },
  };
}
