import { splitCsvRow } from './csv-row.ts';
import { rowSyntaxOf, type SourceLayout } from './item-reader.ts';
import { describeRowError, SourceError } from './row-errors.ts';
import { RowScanner } from './row-scanner.ts';
import {
  DELIMITERS,
  ENCODING_NAMES,
  type Delimiter,
  type SourceFormat,
  type SourceMapping,
  type TextEncoding,
} from './source.ts';
import { byteOrderMark, guessedEncoding, StrictDecoder } from './text-encoding.ts';

/** Bytes of a file's beginning that its layout is decided on; the header row must lie within them. */
export const HEAD_BYTES = 1024 * 1024;

const MAX_COLUMNS = 500;
const SAMPLE_ROWS = 50;

/** The first bytes of files that are no text, and what they are. */
const SIGNATURES: readonly (readonly [name: string, bytes: readonly number[], format?: SourceFormat])[] = [
  ['UTF-32', [0xff, 0xfe, 0x00, 0x00]],
  ['UTF-32', [0x00, 0x00, 0xfe, 0xff]],
  ['zip', [0x50, 0x4b, 0x03, 0x04], 'zip'],
  ['zip', [0x50, 0x4b, 0x05, 0x06], 'zip'],
  ['gzip', [0x1f, 0x8b]],
  ['7z', [0x37, 0x7a, 0xbc, 0xaf]],
  ['RAR', [0x52, 0x61, 0x72, 0x21]],
  ['PNG', [0x89, 0x50, 0x4e, 0x47]],
  ['JPEG', [0xff, 0xd8, 0xff]],
  ['GIF', [0x47, 0x49, 0x46, 0x38]],
  ['PDF', [0x25, 0x50, 0x44, 0x46, 0x2d]],
  ['Excel 97', [0xd0, 0xcf, 0x11, 0xe0]],
  ['ELF', [0x7f, 0x45, 0x4c, 0x46]],
  ['SQLite', [0x53, 0x51, 0x4c, 0x69, 0x74, 0x65, 0x20]],
  ['Parquet', [0x50, 0x41, 0x52, 0x31]],
];

/** Throws `SourceError` where a file is empty or its first bytes say that it is something else than `format`. */
export function checkFileType(head: Uint8Array, format: SourceFormat): void {
  if (head.length === 0) throw new SourceError(describeRowError('empty-file', { row: 1, byte: 0 }));
  const signature = SIGNATURES.find(([, bytes]) => bytes.every((byte, index) => head[index] === byte));
  const actual = signature?.[2] ?? (signature === undefined ? 'text' : undefined);
  if (actual !== (format === 'zip' ? 'zip' : 'text')) {
    throw new SourceError(describeRowError('wrong-file-type', { row: 1, byte: 0 }, signature?.[0] ?? 'text'));
  }
}

/** What a table begins with that is none: a page that was saved instead of the file, or JSON. */
const NO_TABLES: readonly (readonly [name: string, beginning: RegExp])[] = [
  ['HTML', /^\s*<(?:!doctype html|html[\s>])/i],
  ['XML', /^\s*<\?xml\s/i],
  ['JSON', /^\s*(?:\{\s*"[^"]*"\s*:|\[\s*[[{])/],
];

/** Throws `SourceError` where the header row of a table is the beginning of something else. */
function checkIsTable(header: string, place: { readonly row: number; readonly byte: number }): void {
  const name = NO_TABLES.find(([, beginning]) => beginning.test(header))?.[0];
  if (name !== undefined) throw new SourceError(describeRowError('wrong-file-type', place, name));
}

function sampleRows(
  head: Uint8Array,
  start: number,
  syntax: Parameters<typeof rowSyntaxOf>[0],
  isWhole: boolean,
): string[] {
  const scanner = new RowScanner(head, rowSyntaxOf(syntax));
  const decoder = new StrictDecoder(syntax.encoding);
  const rows: string[] = [];
  let span = scanner.rowAt(start, isWhole);
  while (span !== null && rows.length < SAMPLE_ROWS) {
    const row = decoder.decode(head.subarray(span.start, span.end));
    if (row !== null && row.trim() !== '') rows.push(row);
    span = scanner.rowAt(span.next, isWhole);
  }
  return rows;
}

/** The delimiter with which the most sampled rows have as many values as the first one, at least two; a comma where none does. */
function detectDelimiter(head: Uint8Array, start: number, encoding: TextEncoding, isWhole: boolean): Delimiter {
  let best: { delimiter: Delimiter; score: number } = { delimiter: ',', score: 0 };
  for (const delimiter of DELIMITERS) {
    const counts = sampleRows(head, start, { format: 'csv', encoding, delimiter }, isWhole).map((row) => {
      const split = splitCsvRow(row, delimiter);
      return 'values' in split ? split.values.length : 0;
    });
    const width = counts[0] ?? 0;
    if (width < 2) continue;
    const score = counts.filter((count) => count === width).length / counts.length + width / 10_000;
    if (score > best.score) best = { delimiter, score };
  }
  return best.delimiter;
}

/** Where the first row with anything in it begins, and its number. */
function firstFilledRow(
  head: Uint8Array,
  place: { byte: number; row: number },
  encoding: TextEncoding,
  isWhole: boolean,
): { byte: number; row: number } {
  const scanner = new RowScanner(head, rowSyntaxOf({ format: 'txt', encoding, delimiter: ',' }));
  const decoder = new StrictDecoder(encoding);
  let { byte, row } = place;
  for (let line = scanner.rowAt(byte, isWhole); line !== null; line = scanner.rowAt(byte, isWhole)) {
    if (decoder.decode(head.subarray(line.start, line.end))?.trim() !== '') break;
    byte = line.next;
    row++;
  }
  return { byte, row };
}

/** What a first line `sep=;`, as spreadsheets write it, says: the delimiter, where it is one that is read, and the byte behind the line. */
function declarationOf(
  head: Uint8Array,
  start: number,
  encoding: TextEncoding,
  isWhole: boolean,
): { delimiter: Delimiter | undefined; next: number } | null {
  const line = new RowScanner(head, rowSyntaxOf({ format: 'txt', encoding, delimiter: ',' })).rowAt(start, isWhole);
  if (line === null) return null;
  const text = new StrictDecoder(encoding).decode(head.subarray(line.start, line.end)) ?? '';
  const named = /^"?sep=(.)"?$/i.exec(text)?.[1];
  return named === undefined ? null : { delimiter: DELIMITERS.find((known) => known === named), next: line.next };
}

function columnsOf(
  header: string,
  delimiter: Delimiter,
  hasHeader: boolean,
  { row, byte }: { row: number; byte: number },
): string[] {
  const split = splitCsvRow(header, delimiter);
  if ('strayQuote' in split)
    throw new SourceError(describeRowError('stray-quote', { row, byte: byte + split.strayQuote }));
  const { values } = split;
  if (values.length > MAX_COLUMNS)
    throw new SourceError(describeRowError('too-many-columns', { row, byte }, MAX_COLUMNS));
  const columns = values.map((value, index) =>
    hasHeader && value.trim() !== '' ? value.trim() : `column ${index + 1}`,
  );
  const repeated = columns.find((column, index) => columns.indexOf(column) !== index);
  if (repeated !== undefined)
    throw new SourceError(describeRowError('duplicate-column', { row, byte, column: repeated }, repeated));
  return columns;
}

/**
 * Decides how a text source is read, from its first bytes (at most `HEAD_BYTES`; `isWhole` where they are all) and what a
 * person chose. Throws `SourceError` where it cannot be read so.
 */
export function layoutOf(
  head: Uint8Array,
  isWhole: boolean,
  format: Exclude<SourceFormat, 'zip'>,
  mapping: SourceMapping,
): SourceLayout {
  checkFileType(head, format);
  const mark = byteOrderMark(head);
  const encoding = mapping.encoding === 'auto' ? guessedEncoding(head) : mapping.encoding;
  const begin = mark !== null && mark.encoding === encoding ? mark.bytes : 0;
  if (format !== 'csv')
    return { format, encoding, delimiter: ',', mapping, columns: [], firstByte: begin, firstRow: 1 };
  const declaration = declarationOf(head, begin, encoding, isWhole);
  const { byte: start, row } = firstFilledRow(
    head,
    declaration === null ? { byte: begin, row: 1 } : { byte: declaration.next, row: 2 },
    encoding,
    isWhole,
  );
  const delimiter =
    mapping.delimiter === 'auto'
      ? (declaration?.delimiter ?? detectDelimiter(head, start, encoding, isWhole))
      : mapping.delimiter;
  const header = new RowScanner(head, rowSyntaxOf({ format, encoding, delimiter })).rowAt(start, isWhole);
  if (header === null)
    throw new SourceError(
      describeRowError(start >= head.length ? 'empty-file' : 'row-too-long', { row, byte: start }, HEAD_BYTES),
    );
  if (header.isUnclosed) throw new SourceError(describeRowError('unclosed-quote', { row, byte: start }));
  const bytes = head.subarray(header.start, header.end);
  const decoder = new StrictDecoder(encoding);
  const text = decoder.decode(bytes);
  if (text === null) {
    const byte = start + decoder.invalidByte(bytes);
    throw new SourceError(describeRowError('invalid-encoding', { row, byte }, ENCODING_NAMES[encoding]));
  }
  checkIsTable(text, { row, byte: start });
  const strange = text.search(/\0|\r(?!\n)/);
  if (strange !== -1) {
    const code = text[strange] === '\0' ? 'nul-character' : 'carriage-returns';
    throw new SourceError(describeRowError(code, { row, byte: start + decoder.byteOfUnit(bytes, strange) }));
  }
  const columns = columnsOf(text, delimiter, mapping.hasHeader, { row, byte: start });
  return {
    format,
    encoding,
    delimiter,
    mapping,
    columns,
    firstByte: mapping.hasHeader ? header.next : start,
    firstRow: mapping.hasHeader ? row + 1 : row,
  };
}
