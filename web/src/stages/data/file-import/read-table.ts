import { conversationText } from '@greenlight/shared/stages/data/preparation/reading/conversation-text.ts';
import { splitCsvRow } from '@greenlight/shared/stages/data/preparation/reading/csv-row.ts';
import { rowSyntaxOf, type SourceLayout } from '@greenlight/shared/stages/data/preparation/reading/item-reader.ts';
import { readJsonRow } from '@greenlight/shared/stages/data/preparation/reading/json-row.ts';
import { SourceError, type RowErrorCode } from '@greenlight/shared/stages/data/preparation/reading/row-errors.ts';
import { RowScanner } from '@greenlight/shared/stages/data/preparation/reading/row-scanner.ts';
import { layoutOf } from '@greenlight/shared/stages/data/preparation/reading/source-layout.ts';
import { sourceMapping, type TextEncoding } from '@greenlight/shared/stages/data/preparation/reading/source.ts';
import { StrictDecoder, unitBytesOf } from '@greenlight/shared/stages/data/preparation/reading/text-encoding.ts';
import { decodeText, type DecodedText } from './decode-text.ts';
import { FileProblem, type FileProblemCode } from './file-problem.ts';

/** Largest file that the form takes, in bytes: its items must fit into one request. */
const MAX_FILE_BYTES = 32 * 1024 * 1024;

/** Most rows that the form takes, so that the training split fits into one request. */
export const MAX_ROWS = 200_000;

const LINE_FEED = 0x0a;
const CARRIAGE_RETURN = 0x0d;

/** A value of a row; only JSON Lines have several in one cell. */
export type Cell = string | readonly string[];

/** Rows of a file with the line, from 1, on which each begins. */
export interface Table {
  readonly columns: readonly string[];
  /** A cell is undefined where a JSON object says nothing or null. */
  readonly rows: readonly { readonly line: number; readonly cells: readonly (Cell | undefined)[] }[];
}

/** What a file is, by the end of its name: rows with a header, JSON objects, or one text a line. */
export function formatOf(fileName: string): 'csv' | 'jsonl' | 'txt' {
  if (/\.(csv|tsv)$/i.test(fileName)) return 'csv';
  return /\.(jsonl?|ndjson)$/i.test(fileName) ? 'jsonl' : 'txt';
}

/** Reads a whole file; throws a `FileProblem` with the place of the first thing that is wrong. */
export function readTable(fileName: string, bytes: Uint8Array, encoding: TextEncoding): Table {
  if (bytes.length > MAX_FILE_BYTES) throw new FileProblem('too-large');
  const decoded = decodeText(bytes, encoding);
  const read = { csv: readCsv, jsonl: readJsonLines, txt: readLines }[formatOf(fileName)];
  const table = read(decoded, encoding, bytes);
  if (table.rows.length === 0) throw new FileProblem('empty');
  if (table.rows.length > MAX_ROWS) throw new FileProblem('too-many', table.rows[MAX_ROWS]!.line);
  return table;
}

/** What the reader of the server's side says about a file as a whole, as the form says it. */
const PROBLEM_CODES: Partial<Record<RowErrorCode, FileProblemCode>> = {
  'duplicate-column': 'header',
  'too-many-columns': 'header',
  'stray-quote': 'quote',
  'unclosed-quote': 'quote',
  'wrong-file-type': 'binary',
  'empty-file': 'empty',
};

/** What the same reader says about a row that is no JSON object. */
const JSON_PROBLEMS: Partial<Record<RowErrorCode, FileProblemCode>> = {
  'not-json-lines': 'json-lines',
  'repeated-key': 'repeated-key',
  'nul-character': 'binary',
  'lone-surrogate': 'half-character',
};

/** Separator, columns and first row; throws a `FileProblem`. */
function csvLayout(bytes: Uint8Array, encoding: TextEncoding): SourceLayout {
  try {
    return layoutOf(bytes, true, 'csv', sourceMapping.parse({ encoding }));
  } catch (error) {
    if (!(error instanceof SourceError)) throw error;
    const { code, row, byte } = error.problem;
    throw new FileProblem(PROBLEM_CODES[code] ?? 'quote', row, byte);
  }
}

const breaksIn = (text: string): number => text.split('\n').length - 1;

/** Reads a table with the same reader that workers use for large files, so that both take the same files. */
function readCsv(_: DecodedText, encoding: TextEncoding, original: Uint8Array): Table {
  // Old Macintosh files end their lines with carriage returns alone; exchanged one for one, every byte keeps its place.
  const isOld = unitBytesOf(encoding) === 1 && !original.includes(LINE_FEED);
  const bytes = isOld ? original.map((byte) => (byte === CARRIAGE_RETURN ? LINE_FEED : byte)) : original;
  const layout = csvLayout(bytes, encoding);
  const { columns, delimiter, firstByte } = layout;
  const decoder = new StrictDecoder(encoding);
  const scanner = new RowScanner(bytes, rowSyntaxOf(layout));
  const textOf = (start: number, end: number) => decoder.decode(bytes.subarray(start, end)) ?? '';
  const rows: { line: number; cells: readonly string[] }[] = [];
  let line = 1 + breaksIn(textOf(0, firstByte));
  for (let span = scanner.rowAt(firstByte, true); span !== null; span = scanner.rowAt(span.next, true)) {
    const { start, end, isUnclosed } = span;
    if (isUnclosed) throw new FileProblem('quote', line, start);
    const row = textOf(start, end);
    if (row.trim() !== '') {
      const split = splitCsvRow(row, delimiter);
      if ('strayQuote' in split) {
        const byte = start + decoder.byteOfUnit(bytes.subarray(start, end), split.strayQuote);
        throw new FileProblem('quote', line + breaksIn(row.slice(0, split.strayQuote)), byte);
      }
      if (split.values.length !== columns.length) throw new FileProblem('ragged', line, start);
      rows.push({ line, cells: split.values });
    }
    line += breaksIn(row) + 1;
  }
  return { columns, rows };
}

function linesOf(text: string): { line: number; content: string }[] {
  return text
    .split(/\r\n|\r|\n/)
    .map((content, index) => ({ line: index + 1, content }))
    .filter(({ content }) => content.trim() !== '');
}

function readLines({ text }: DecodedText): Table {
  return { columns: ['text'], rows: linesOf(text).map(({ line, content }) => ({ line, cells: [content.trim()] })) };
}

function objectOf(content: string, line: number): Record<string, unknown> {
  const read = readJsonRow(content);
  if ('object' in read) return read.object;
  throw new FileProblem(JSON_PROBLEMS[read.code] ?? 'json', line);
}

/** The fields of a row; those of an object `tasks` are columns of their own. */
function withTasksApart(row: Record<string, unknown>): Record<string, unknown> {
  const { tasks, ...others } = row;
  if (typeof tasks !== 'object' || tasks === null || Array.isArray(tasks)) return row;
  const apart = Object.entries(tasks).map(([name, answer]) => [`tasks.${name}`, answer]);
  return { ...others, ...Object.fromEntries(apart) };
}

function cellOf(value: unknown): Cell | undefined {
  if (value === undefined || value === null) return undefined;
  if (typeof value === 'string') return value;
  if (!Array.isArray(value)) return JSON.stringify(value);
  return value.every((one) => typeof one === 'string') ? value : (conversationText(value) ?? JSON.stringify(value));
}

function readJsonLines({ text }: DecodedText): Table {
  const objects = linesOf(text).map(({ line, content }) => ({ line, object: withTasksApart(objectOf(content, line)) }));
  const columns = [...new Set(objects.flatMap(({ object }) => Object.keys(object)))];
  return {
    columns,
    rows: objects.map(({ line, object }) => ({ line, cells: columns.map((name) => cellOf(object[name])) })),
  };
}
