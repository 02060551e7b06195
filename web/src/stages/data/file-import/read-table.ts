import { CsvError, parse } from 'csv-parse/browser/esm/sync';
import { MAX_ITEM_LENGTH } from '@greenlight/shared/stages/data/content.ts';
import { decodeText, type DecodedText, type Encoding } from './decode-text.ts';
import { FileProblem } from './file-problem.ts';

/** Largest file that the form takes, in bytes: its items must fit into one request. */
const MAX_FILE_BYTES = 32 * 1024 * 1024;

/** Most rows that the form takes, so that the training split fits into one request. */
export const MAX_ROWS = 200_000;

/** A value of a row; only JSON Lines have several in one cell. */
export type Cell = string | readonly string[];

/** Rows of a file with the line, from 1, on which each begins. */
export interface Table {
  readonly columns: readonly string[];
  readonly rows: readonly { readonly line: number; readonly cells: readonly Cell[] }[];
}

/** What a file is, by the end of its name: rows with a header, JSON objects, or one text a line. */
function formatOf(fileName: string): 'csv' | 'jsonl' | 'txt' {
  if (/\.(csv|tsv)$/i.test(fileName)) return 'csv';
  return /\.(jsonl|ndjson)$/i.test(fileName) ? 'jsonl' : 'txt';
}

/** Reads a whole file; throws a `FileProblem` with the place of the first thing that is wrong. */
export function readTable(fileName: string, bytes: Uint8Array, encoding: Encoding): Table {
  if (bytes.length > MAX_FILE_BYTES) throw new FileProblem('too-large');
  const decoded = decodeText(bytes, encoding);
  const read = { csv: readCsv, jsonl: readJsonLines, txt: readLines }[formatOf(fileName)];
  const table = read(decoded, encoding);
  if (table.rows.length === 0) throw new FileProblem('empty');
  if (table.rows.length > MAX_ROWS) throw new FileProblem('too-many', table.rows[MAX_ROWS]!.line);
  return table;
}

/** The separator that the header uses most: comma, semicolon or tab. */
function separatorOf(text: string): string {
  const header = text.slice(0, text.search(/\r|\n|$/)).replaceAll(/"[^"]*"/g, '');
  const countOf = (separator: string) => header.split(separator).length;
  return [',', ';', '\t'].reduce((best, other) => (countOf(other) > countOf(best) ? other : best));
}

function readCsv({ text, markBytes }: DecodedText, encoding: Encoding): Table {
  try {
    const parsed: unknown = parse(text, {
      delimiter: separatorOf(text),
      info: true,
      // A cell may hold more than the text; a quote that is never closed must not swallow the whole file in silence.
      max_record_size: 4 * MAX_ITEM_LENGTH,
      skip_empty_lines: true,
    });
    // With `info` each record comes with its place, which the types of the parser do not say.
    const [header, ...rest] = parsed as { record: string[]; info: { lines: number } }[];
    const columns = (header?.record ?? []).map((name) => name.trim());
    if (columns.includes('') || new Set(columns).size < columns.length) throw new FileProblem('header', 1);
    return {
      columns,
      rows: rest.map(({ record, info }) => ({ line: info.lines, cells: record })),
    };
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    const { lines, bytes } = error as CsvError & { lines?: number; bytes?: number };
    const code = error.code === 'CSV_RECORD_INCONSISTENT_FIELDS_LENGTH' ? 'ragged' : 'quote';
    // The parser counts the bytes of UTF-8 without the byte-order mark.
    throw new FileProblem(code, lines ?? null, encoding === 'utf-8' && bytes !== undefined ? bytes + markBytes : null);
  }
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
  try {
    const value: unknown = JSON.parse(content);
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
  } catch {
    // Said below like any other line that holds no object.
  }
  throw new FileProblem('json', line);
}

function cellOf(value: unknown): Cell {
  if (value === undefined || value === null) return '';
  if (typeof value === 'string') return value;
  return Array.isArray(value) && value.every((one) => typeof one === 'string') ? value : JSON.stringify(value);
}

function readJsonLines({ text }: DecodedText): Table {
  const objects = linesOf(text).map(({ line, content }) => ({ line, object: objectOf(content, line) }));
  const columns = [...new Set(objects.flatMap(({ object }) => Object.keys(object)))];
  return {
    columns,
    rows: objects.map(({ line, object }) => ({ line, cells: columns.map((name) => cellOf(object[name])) })),
  };
}
