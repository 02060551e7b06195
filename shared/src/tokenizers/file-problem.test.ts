import { expect, test } from 'vitest';
import { z } from 'zod';
import { must, problemOf, TokenizerFileError } from './file-problem.ts';

const normalizer = z.object({ normalizer: z.null(must('must be null here', '此处必须为 null')) });

test.each([
  ['a kind', normalizer, { type: 'NFC' }, '此处必须为 null；文件中为 NFC', 'must be null here; the file has NFC'],
  ['a list', normalizer, [], '此处必须为 null；文件中为列表', 'must be null here; the file has a list'],
  [
    'a kind called nothing',
    normalizer,
    { type: 'nothing' },
    '此处必须为 null；文件中为 nothing',
    'must be null here; the file has nothing',
  ],
  [
    'nothing at all',
    normalizer,
    undefined,
    '此处必须为 null；文件中没有这一项',
    'must be null here; the file has nothing',
  ],
  [
    'a number for true or false',
    z.object({ normalizer: z.boolean() }),
    1,
    '必须是 true 或 false；文件中为 1',
    'must be true or false; the file has 1',
  ],
  [
    'a text for a whole number',
    z.object({ normalizer: z.int() }),
    'many',
    '必须是数值；文件中为 "many"',
    'must be a number; the file has "many"',
  ],
  [
    'what only the schema has a sentence for',
    z.object({ normalizer: z.literal('Isolated') }),
    'Merged',
    '无效输入：期望 "Isolated"；文件中为 "Merged"',
    'Invalid input: expected "Isolated"; the file has "Merged"',
  ],
])('%s is named in both languages', (_name, schema: z.ZodType, found, zh, en) => {
  const file = { normalizer: found };
  const [issue] = schema.safeParse(file).error!.issues;
  expect(problemOf(issue!, file)).toEqual({ key: 'normalizer', message: { zh, en } });
});

test('what is said of a whole file is made of sentences that end', () => {
  const { said, message } = new TokenizerFileError([
    { key: 'normalizer', message: { zh: '必须为 null', en: 'must be null' } },
    { key: '', message: { zh: '文件不是 JSON', en: 'the file is not JSON' } },
  ]);
  expect(said).toEqual({
    zh: '该 tokenizer.json 无法使用：normalizer：必须为 null；文件不是 JSON。',
    en: 'This kind of tokenizer.json cannot be used. normalizer: must be null; the file is not JSON.',
  });
  expect(message).toBe(said.en);
});
