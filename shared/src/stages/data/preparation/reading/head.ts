import { MAX_TASKS } from '../../content.ts';
import { ItemReader, rowSyntaxOf, type SourceItem } from './item-reader.ts';
import { describeRowError, type RowError } from './row-errors.ts';
import { MAX_ROW_BYTES, RowScanner } from './row-scanner.ts';
import { layoutOf } from './source-layout.ts';
import {
  sourceMapping,
  taskMapping,
  type SourceFormat,
  type SourceMapping,
  type TaskMapping,
  type TextEncoding,
} from './source.ts';

/** The beginning of a source as it would be read. */
export interface SourceHead {
  readonly encoding: TextEncoding;
  readonly delimiter: string;
  readonly columns: readonly string[];
  readonly items: readonly { readonly row: number; readonly item: SourceItem }[];
  readonly errors: readonly RowError[];
  readonly emptyRows: number;
  /** Number of the first row with data. */
  readonly firstRow: number;
}

/** Reads up to `limit` rows from the first bytes of a source; throws `SourceError` where the file cannot be read so. */
export function readHead(
  head: Uint8Array,
  isWhole: boolean,
  format: Exclude<SourceFormat, 'zip'>,
  mapping: SourceMapping,
  limit: number,
): SourceHead {
  const layout = layoutOf(head, isWhole, format, mapping);
  const reader = new ItemReader(layout);
  const scanner = new RowScanner(head, rowSyntaxOf(layout));
  const items: SourceHead['items'][number][] = [];
  const errors: RowError[] = [];
  let emptyRows = 0;
  let span = scanner.rowAt(layout.firstByte, isWhole);
  if (span === null && layout.firstByte < head.length) {
    // The first row does not end within the beginning, which is as long as a row may be.
    const place = { row: layout.firstRow, byte: layout.firstByte };
    errors.push(describeRowError('row-too-long', place, MAX_ROW_BYTES));
  }
  for (let row = layout.firstRow; span !== null && row < layout.firstRow + limit; row++) {
    const outcome = reader.read(head, span, row, 0);
    if (outcome === 'empty') emptyRows++;
    else if ('item' in outcome) items.push({ row, item: outcome.item });
    else errors.push(outcome.error);
    span = scanner.rowAt(span.next, isWhole);
  }
  const { encoding, delimiter, columns } = layout;
  return { encoding, delimiter, columns, items, errors, emptyRows, firstRow: layout.firstRow };
}

const NAMES = {
  text: /^(?:text|content|sentence|comment|message|review|body|input|prompt|messages|conversations?|dialogue?s?|文本|内容|內容|评论|評論|正文|句子|留言|消息|訊息|对话|對話|会话|會話)$/i,
  labels: /^(?:labels?|class|category|tags?|target|verdict|标签|標籤|类别|類別|分类|分類|标注|標註|判定)$/i,
  split: /^(?:split|set|subset|划分|劃分|数据集|數據集|資料集)$/i,
} as const;

/** Proposes which column of a csv file, or which key of a jsonl file, is the text, the label and the split, read in an encoding. */
export function suggestMapping(
  head: Uint8Array,
  isWhole: boolean,
  format: Exclude<SourceFormat, 'zip'>,
  encoding: SourceMapping['encoding'] = 'auto',
): SourceMapping {
  const empty = sourceMapping.parse({ encoding });
  if (format === 'txt') return empty;
  const { keys, tasks } = format === 'csv' ? { keys: null, tasks: [] } : keysOf(head, isWhole, empty);
  const names = keys ?? layoutOf(head, isWhole, 'csv', empty).columns;
  const text =
    names.find((name) => NAMES.text.test(name)) ?? names.find((name) => !NAMES.labels.test(name)) ?? names[0];
  const labels = names.filter((name) => NAMES.labels.test(name) && name !== text);
  const split = names.find((name) => NAMES.split.test(name) && name !== text);
  return sourceMapping.parse({ encoding, text, labels, split, ...(tasks.length > 0 ? { tasks } : {}) });
}

/** The columns of a csv file, or the keys of the first objects of a jsonl file in the order in which they come. */
export function columnsOfHead(
  head: Uint8Array,
  isWhole: boolean,
  format: Exclude<SourceFormat, 'zip'>,
  mapping: SourceMapping,
): string[] {
  if (format === 'csv') return [...layoutOf(head, isWhole, format, mapping).columns];
  return format === 'jsonl' ? keysOf(head, isWhole, mapping).keys : [];
}

const ROWS_FOR_KEYS = 50;

/** What the answers of a task that a row gives are. */
function taskOf(name: string, answer: unknown): TaskMapping | null {
  const kind = Array.isArray(answer) ? 'multiple' : typeof answer === 'number' ? 'value' : 'single';
  return taskMapping.safeParse({ name, column: `tasks.${name}`, kind }).data ?? null;
}

/** The keys of the first objects; those of an object `tasks` are named with it, and are tasks where they can be. */
function keysOf(head: Uint8Array, isWhole: boolean, mapping: SourceMapping): { keys: string[]; tasks: TaskMapping[] } {
  const layout = layoutOf(head, isWhole, 'txt', mapping);
  const scanner = new RowScanner(head, rowSyntaxOf(layout));
  const keys = new Set<string>();
  const tasks = new Map<string, TaskMapping>();
  let span = scanner.rowAt(layout.firstByte, isWhole);
  for (let row = 0; span !== null && row < ROWS_FOR_KEYS; row++) {
    try {
      const value: unknown = JSON.parse(new TextDecoder(layout.encoding).decode(head.subarray(span.start, span.end)));
      if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
        for (const [key, given] of Object.entries(value)) {
          if (key !== 'tasks' || typeof given !== 'object' || given === null || Array.isArray(given)) {
            if (key !== '') keys.add(key.slice(0, 200));
            continue;
          }
          for (const [name, answer] of Object.entries(given)) {
            keys.add(`tasks.${name}`.slice(0, 200));
            const task = answer === null ? null : taskOf(name, answer);
            if (task !== null && tasks.size < MAX_TASKS && !tasks.has(name)) tasks.set(name, task);
          }
        }
      }
    } catch {
      // What is wrong with a row is said where it is read.
    }
    span = scanner.rowAt(span.next, isWhole);
  }
  return { keys: [...keys], tasks: [...tasks.values()] };
}
