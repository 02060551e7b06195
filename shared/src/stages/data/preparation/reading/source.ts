import { z } from 'zod';
import { saying } from '../../../../api/localized-text.ts';
import { MAX_TASKS, TASK_KINDS, taskName } from '../../content.ts';

/** The forms that data arrives in. */
const SOURCE_FORMATS = ['txt', 'csv', 'jsonl', 'zip'] as const;

/** The form that a file has: a text line an item, comma-separated values, a JSON object a line, an archive of images. */
export const sourceFormat = z.enum(SOURCE_FORMATS);

/** The form that a file has. */
export type SourceFormat = z.infer<typeof sourceFormat>;

/** The encodings that text is read in; those after GB18030 only where somebody says so. */
export const TEXT_ENCODINGS = [
  'utf-8',
  'utf-16le',
  'utf-16be',
  'gb18030',
  'big5',
  'shift_jis',
  'euc-jp',
  'euc-kr',
  'windows-1251',
  'windows-1252',
] as const;

/** An encoding that text is read in. */
export const textEncoding = z.enum(TEXT_ENCODINGS);

/** An encoding that text is read in. */
export type TextEncoding = z.infer<typeof textEncoding>;

/** How an encoding is called: as its standard has it. */
export const ENCODING_NAMES: Readonly<Record<TextEncoding, string>> = {
  'utf-8': 'UTF-8',
  'utf-16le': 'UTF-16LE',
  'utf-16be': 'UTF-16BE',
  gb18030: 'GB18030',
  big5: 'Big5',
  shift_jis: 'Shift_JIS',
  'euc-jp': 'EUC-JP',
  'euc-kr': 'EUC-KR',
  'windows-1251': 'Windows-1251',
  'windows-1252': 'Windows-1252',
};

/** What separates the values of a row. */
export const DELIMITERS = [',', ';', '\t', '|'] as const;

/** What separates the values of a row. */
export type Delimiter = (typeof DELIMITERS)[number];

const columnName = z.string().min(1).max(200);

/** The column, or for jsonl the key, that holds the answers of a task. */
export const taskMapping = z.object({
  name: taskName,
  column: columnName,
  kind: z.enum(TASK_KINDS),
  /** What separates several labels in one cell. */
  labelSeparator: z.string().min(1).max(3).optional(),
});

/** The column that holds the answers of a task. */
export type TaskMapping = z.infer<typeof taskMapping>;

/** Which part of a row becomes which part of an item; a txt file needs nothing but its encoding. */
export const sourceMapping = z
  .object({
    /** `auto`: by the byte order mark, else UTF-8, or GB18030 where the beginning is Chinese text in that. */
    encoding: z.enum(['auto', ...TEXT_ENCODINGS]).default('auto'),
    delimiter: z.enum(['auto', ...DELIMITERS]).default('auto'),
    /** The first row names the columns; otherwise they are called `column 1`, `column 2`, … */
    hasHeader: z.boolean().default(true),
    /** The column, or for jsonl the key (a dot goes one object deeper), that holds the text. */
    text: columnName.default('text'),
    labels: z.array(columnName).max(20).default([]),
    /** What separates several labels in one cell; without it a cell is one label. */
    labelSeparator: z.string().min(1).max(3).optional(),
    value: columnName.optional(),
    split: columnName.optional(),
    /**
     * Further tasks. An empty cell of a csv file, and a missing key or null of a jsonl file, is an answer that nobody knows; only an empty cell
     * for any number of labels says that none applies.
     */
    tasks: z.array(taskMapping).max(MAX_TASKS).optional(),
    /** Whether the columns without a part of their own stay with the item, for slices. */
    keepsOtherColumns: z.boolean().default(true),
  })
  .refine(({ labels, value }) => labels.length === 0 || value === undefined, {
    ...saying({ en: 'an item has labels or a value, not both', zh: '一条数据只能有标签或数值之一' }),
    path: ['value'],
  })
  .refine(({ tasks = [] }) => new Set(tasks.map(({ name }) => name)).size === tasks.length, {
    ...saying({ en: 'two tasks have the same name', zh: '有两个任务重名' }),
    path: ['tasks'],
  });

/** Which part of a row becomes which part of an item. */
export type SourceMapping = z.infer<typeof sourceMapping>;
