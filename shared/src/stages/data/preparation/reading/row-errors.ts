import { z } from 'zod';
import { filledIn } from '../../../../api/chinese-text.ts';
import { maskedText } from '../../masked-text.ts';

interface Wording {
  readonly zh: string;
  readonly en: string;
}

/** What can be wrong with a row or a file; `{}` stands for the detail. */
const WORDINGS = {
  'invalid-encoding': { zh: '此行的字节不是有效的{}文本。', en: 'The bytes of this row are no valid {} text.' },
  'mixed-encodings': {
    zh: '此行是 UTF-8 编码，而文件其余部分按{}读取，直接读入会成为乱码。',
    en: 'This row is UTF-8 while the file is read as {}: its text would become nonsense.',
  },
  'repeated-header': {
    zh: '此行又是一遍表头，文件可能由几个文件拼接而成。请删除此行。',
    en: 'This row is the header again: files may have been joined. Remove it.',
  },
  'nul-character': {
    zh: '此行含有空字符（NUL），文件可能不是文本。',
    en: 'This row has a NUL character: the file may not be text.',
  },
  'lone-surrogate': {
    zh: '此行含有半个字符（孤立的代理项 {}）。',
    en: 'This row has half a character (a lone surrogate, {}).',
  },
  'row-too-long': { zh: '此行超过{}字节。', en: 'This row is longer than {} bytes.' },
  'text-too-long': { zh: '文本超过{}个字符。', en: 'The text is longer than {} characters.' },
  'unclosed-quote': { zh: '引号没有闭合。', en: 'A quoted value is not closed.' },
  'stray-quote': { zh: '值中有未转义的引号。', en: 'A value has a quote that is not doubled.' },
  'ragged-row': { zh: '此行的列数与表头不同：{}。', en: 'This row has another number of columns than the header: {}.' },
  'invalid-json': { zh: '此行不是有效的 JSON。', en: 'This row is no valid JSON.' },
  'not-json-lines': {
    zh: '此行只是 JSON 的一部分：JSON Lines 要求每行一个完整的对象。',
    en: 'This row is only part of a JSON value: JSON Lines has one whole object a line.',
  },
  'repeated-key': { zh: '对象中的键“{}”出现了两次。', en: 'The object has the key “{}” twice.' },
  'wrong-type': { zh: '值的类型不对，需要{}。', en: 'The value has the wrong type: {} is needed.' },
  'missing-field': { zh: '缺少字段“{}”。', en: 'The field “{}” is missing.' },
  'unknown-split': {
    zh: '未知的划分“{}”，应为 train、validation 或 test。',
    en: 'Unknown split “{}”: train, validation or test is needed.',
  },
  'label-too-long': { zh: '标签超过{}个字符。', en: 'A label is longer than {} characters.' },
  'too-many-labels': { zh: '标签多于{}个。', en: 'There are more than {} labels.' },
  'column-too-long': {
    zh: '附加列的值超过{}个字符。',
    en: 'The value of a further column is longer than {} characters.',
  },
  'empty-file': { zh: '文件是空的。', en: 'The file is empty.' },
  'wrong-file-type': {
    zh: '文件内容是{}，与所选格式不符。',
    en: 'The content of the file is {}, not the form that was chosen.',
  },
  'carriage-returns': {
    zh: '此行只用回车符（CR）换行，请改用 LF 或 CRLF 保存。',
    en: 'The lines end with a carriage return alone (CR): save the file with LF or CRLF.',
  },
  'missing-column': { zh: '没有名为“{}”的列。', en: 'No column is called “{}”.' },
  'duplicate-column': { zh: '列名“{}”出现了两次。', en: 'Two columns are called “{}”.' },
  'too-many-columns': { zh: '列数超过{}。', en: 'There are more than {} columns.' },
  'broken-archive': { zh: '压缩包已损坏：{}。', en: 'The archive is broken: {}.' },
  'archive-cut-off': {
    zh: '压缩包的结尾缺失，文件可能不完整，或不是 ZIP 压缩包。',
    en: 'The end of the archive is missing: the file may be cut off, or no ZIP archive.',
  },
  'archive-beyond-end': {
    zh: '压缩包的索引指向文件末尾之后，文件可能不完整。请重新打包并上传。',
    en: 'The index of the archive leads beyond the end of the file: the file may be cut off. Pack it again and upload it anew.',
  },
  'entry-beyond-end': {
    zh: '压缩包内的“{}”指向文件末尾之后，无法解压。请重新打包并上传。',
    en: 'Inside the archive, “{}” lies beyond the end of the file, so that it cannot be unpacked. Pack it again and upload it anew.',
  },
  'unsafe-path': { zh: '压缩包内的路径“{}”不安全。', en: 'The path “{}” inside the archive is not safe.' },
  'archive-link': { zh: '压缩包内的“{}”是链接。', en: '“{}” inside the archive is a link.' },
  'archive-encrypted': { zh: '压缩包内的“{}”已加密。', en: '“{}” inside the archive is encrypted.' },
  'archive-too-many-entries': { zh: '压缩包内的文件多于{}个。', en: 'The archive has more than {} entries.' },
  'archive-too-large': {
    zh: '压缩包解压到{}时已超出允许的大小，疑似压缩炸弹。',
    en: 'Unpacked, the archive grows beyond what is allowed at {}: it may be a bomb.',
  },
  'not-an-image': { zh: '“{}”的内容不是支持的图片。', en: 'The content of “{}” is no image that is supported.' },
  'broken-entry': { zh: '压缩包内的{}无法解压。', en: 'Inside the archive, {} cannot be unpacked.' },
  'truncated-image': { zh: '图片“{}”不完整。', en: 'The image “{}” is cut off.' },
  'image-too-large': { zh: '图片{}过大。', en: 'The image {} is too large.' },
  'no-images': { zh: '压缩包内没有图片。', en: 'The archive has no images.' },
  'duplicate-entry': { zh: '压缩包内的“{}”出现了两次。', en: '“{}” is in the archive twice.' },
} as const satisfies Record<string, Wording>;

/** What is wrong with a row or a file. */
export type RowErrorCode = keyof typeof WORDINGS;

/** What a value should be, in Chinese. */
const TYPES_IN_CHINESE: Readonly<Record<string, string>> = {
  object: '对象',
  string: '文本',
  number: '数字',
  image: '图片说明',
};

/** What is wrong, and where: `row` from 1 as an editor or spreadsheet counts (the header included), `byte` from 0 in the file as it came. */
export const rowError = z
  .object({
    code: z.enum(Object.keys(WORDINGS) as [RowErrorCode, ...RowErrorCode[]]),
    row: z.int().min(1),
    column: z.string().optional(),
    byte: z.int().min(0),
    zh: z.string(),
    en: z.string(),
  })
  .meta({ id: 'DataRowError' });

/** What is wrong with a row or a file, and where. */
export type RowError = z.infer<typeof rowError>;

/** An error with its wording in both languages; `detail` is cut to 200 characters, made storable, and personal data in it is masked. */
export function describeRowError(
  code: RowErrorCode,
  place: { readonly row: number; readonly byte: number; readonly column?: string | undefined },
  detail: string | number = '',
): RowError {
  const { zh, en } = WORDINGS[code];
  const storable = (text: string) => text.toWellFormed().replaceAll('\0', '␀');
  const said = typeof detail === 'number' ? detail.toLocaleString('en-US') : detail.slice(0, 200);
  const shown = maskedText(storable(said));
  const shownInChinese = code === 'wrong-type' ? (TYPES_IN_CHINESE[shown] ?? shown) : shown;
  const { row, byte, column } = place;
  return {
    code,
    row,
    ...(column === undefined ? {} : { column: storable(column) }),
    byte,
    zh: filledIn(zh, shownInChinese),
    // A function, because a detail may hold the patterns that replace() knows.
    en: en.replace('{}', () => shown),
  };
}

/** The file as a whole cannot be read; nothing of it was kept. */
export class SourceError extends Error {
  readonly problem: RowError;

  constructor(problem: RowError) {
    super(`${problem.en} (row ${problem.row}, byte ${problem.byte})`);
    this.name = 'SourceError';
    this.problem = problem;
  }
}
