import { itemImage, MAX_ITEM_LENGTH, orderedTasks, type DatasetItem, type Split } from '../../content.ts';
import { conversationText } from './conversation-text.ts';
import { splitCsvRow } from './csv-row.ts';
import { readJsonRow } from './json-row.ts';
import { describeRowError, SourceError, type RowError, type RowErrorCode } from './row-errors.ts';
import { MAX_ROW_BYTES, type RowSpan, type RowSyntax } from './row-scanner.ts';
import {
  ENCODING_NAMES,
  type Delimiter,
  type SourceFormat,
  type SourceMapping,
  type TaskMapping,
  type TextEncoding,
} from './source.ts';
import { splitNamed } from './split-names.ts';
import { isOtherwiseUtf8, StrictDecoder, unitBytesOf } from './text-encoding.ts';

/** An item before it is given to a split; `split` where the source says one. */
export type SourceItem = Omit<DatasetItem, 'split'> & { readonly split?: Split | undefined };

/** How the rows of a source are read: what a person chose, with everything that `auto` stood for decided. */
export interface SourceLayout {
  readonly format: Exclude<SourceFormat, 'zip'>;
  readonly encoding: TextEncoding;
  readonly delimiter: Delimiter;
  readonly mapping: SourceMapping;
  /** Every row says of an image what `itemImage` describes: the stored items of a version of images. */
  readonly holdsImages?: true;
  /** Names of the columns of a csv file. */
  readonly columns: readonly string[];
  /** Where the first row with data begins, past byte order mark and header, and its number. */
  readonly firstByte: number;
  readonly firstRow: number;
}

/** What a row gave: an item, nothing (its text is empty), or what is wrong with it. */
export type RowOutcome = { readonly item: SourceItem } | { readonly error: RowError } | 'empty';

const MAX_LABELS = 100;
const MAX_LABEL_LENGTH = 200;
const MAX_COLUMN_LENGTH = 2000;
const IMAGE_FIELD = 'image';
const NUL = String.fromCharCode(0);

/** How the bytes of a source divide into rows. */
export function rowSyntaxOf({
  format,
  encoding,
  delimiter,
}: Pick<SourceLayout, 'format' | 'encoding' | 'delimiter'>): RowSyntax {
  return {
    unitBytes: unitBytesOf(encoding),
    isBigEndian: encoding === 'utf-16be',
    delimiter: format === 'csv' ? delimiter.charCodeAt(0) : null,
  };
}

class RowProblem extends Error {
  readonly code: RowErrorCode;
  readonly detail: string | number;
  readonly column: string | undefined;
  /** UTF-16 units from the start of the row. */
  readonly unit: number;

  constructor(
    code: RowErrorCode,
    { detail = '', column, unit = 0 }: { detail?: string | number; column?: string; unit?: number },
  ) {
    super(code);
    this.code = code;
    this.detail = detail;
    this.column = column;
    this.unit = unit;
  }
}

/** Turns the rows of a source into items, one at a time and without memory of the rows before. */
export class ItemReader {
  readonly #layout: SourceLayout;
  readonly #decoder: StrictDecoder;
  readonly #places: {
    text: number;
    value: number;
    split: number;
    labels: number[];
    tasks: number[];
    others: number[];
  };
  /** Fields of JSON Lines that are no further columns. */
  readonly #used: ReadonlySet<string>;

  /** Throws `SourceError` where the mapping names a column that the file does not have. */
  constructor(layout: SourceLayout) {
    this.#layout = layout;
    this.#decoder = new StrictDecoder(layout.encoding);
    this.#used = usedFields(layout);
    this.#places =
      layout.format === 'csv' ? placesOf(layout) : { text: 0, value: -1, split: -1, labels: [], tasks: [], others: [] };
  }

  /** Reads the row at `span` of `bytes`; `row` is its number and `byte` the place of `bytes` in the file. */
  read(bytes: Uint8Array, span: RowSpan, row: number, byte: number): RowOutcome {
    const place = { row, byte: byte + span.start };
    if (span.isUnclosed) return { error: describeRowError('unclosed-quote', place) };
    if (span.end - span.start > MAX_ROW_BYTES) return { error: describeRowError('row-too-long', place, MAX_ROW_BYTES) };
    const raw = bytes.subarray(span.start, span.end);
    if (isOtherwiseUtf8(raw, this.#decoder.encoding)) {
      const at = place.byte + raw.findIndex((unit) => unit >= 0x80);
      return { error: describeRowError('mixed-encodings', { row, byte: at }, ENCODING_NAMES[this.#decoder.encoding]) };
    }
    const text = this.#decoder.decode(raw);
    if (text === null) {
      const at = place.byte + this.#decoder.invalidByte(raw);
      return { error: describeRowError('invalid-encoding', { row, byte: at }, ENCODING_NAMES[this.#decoder.encoding]) };
    }
    try {
      const nul = text.indexOf(NUL);
      if (nul !== -1) throw new RowProblem('nul-character', { unit: nul });
      const item = this.#itemOf(text);
      return item === null ? 'empty' : { item };
    } catch (error) {
      if (!(error instanceof RowProblem)) throw error;
      const at = place.byte + this.#decoder.byteOfUnit(raw, error.unit);
      return { error: describeRowError(error.code, { row, byte: at, column: error.column }, error.detail) };
    }
  }

  #itemOf(row: string): SourceItem | null {
    const { format } = this.#layout;
    if (format === 'txt') return isBlank(row) ? null : { text: checkedText(row, 'text') };
    if (isBlank(row)) return null;
    return format === 'csv' ? this.#itemOfCsv(row) : this.#itemOfJson(row);
  }

  #itemOfCsv(row: string): SourceItem | null {
    const { delimiter, columns, mapping } = this.#layout;
    const split = splitCsvRow(row, delimiter);
    if ('strayQuote' in split) throw new RowProblem('stray-quote', { unit: split.strayQuote });
    const { values } = split;
    if (values.length !== columns.length) {
      throw new RowProblem('ragged-row', { detail: `${values.length} / ${columns.length}` });
    }
    const { text, value, split: splitPlace, labels, tasks, others } = this.#places;
    if (mapping.hasHeader && isHeader(values, columns, text)) throw new RowProblem('repeated-header', {});
    try {
      if (isBlank(values[text]!)) return null;
      const answers = answersOf(mapping.tasks, (task, index) => cellAnswer(values[tasks[index]!]!, task));
      const given = labels.flatMap((at) => cellLabels(values[at]!, mapping));
      // Where several labels are possible, an empty cell says that none applies.
      const isUnknown = given.length === 0 && mapping.labelSeparator === undefined && answers !== undefined;
      return withoutUndefined({
        text: checkedText(values[text]!, columns[text]!),
        labels: labels.length === 0 || isUnknown ? undefined : checkedLabels(given, columns[labels[0]!]!),
        value: value === -1 || isBlank(values[value]!) ? undefined : checkedNumber(values[value]!, columns[value]!),
        split: splitPlace === -1 ? undefined : checkedSplit(values[splitPlace]!, columns[splitPlace]!),
        tasks: answers,
        columns: others.length === 0 ? undefined : checkedColumns(others.map((at) => [columns[at]!, values[at]!])),
      });
    } catch (error) {
      if (error instanceof RowProblem && error.column !== undefined) {
        throw new RowProblem(error.code, {
          ...error,
          unit: unitOfValue(row, delimiter, columns.indexOf(error.column)),
        });
      }
      throw error;
    }
  }

  #itemOfJson(row: string): SourceItem | null {
    const { mapping, holdsImages } = this.#layout;
    const object = parsedObject(row);
    const field = fieldOf(object, mapping.text);
    if (field === undefined || field === null)
      throw new RowProblem('missing-field', { detail: mapping.text, column: mapping.text });
    const text = Array.isArray(field) ? conversationText(field) : field;
    if (typeof text !== 'string') throw new RowProblem('wrong-type', { detail: 'string', column: mapping.text });
    if (isBlank(text)) return null;
    const answers = answersOf(mapping.tasks, (task) => jsonAnswer(fieldOf(object, task.column), task));
    const labelsGiven = mapping.labels.flatMap((name) => jsonLabels(fieldOf(object, name), name));
    const isUnknown = answers !== undefined && mapping.labels.every((name) => (fieldOf(object, name) ?? null) === null);
    const value = mapping.value === undefined ? undefined : fieldOf(object, mapping.value);
    const split = mapping.split === undefined ? undefined : fieldOf(object, mapping.split);
    const others = mapping.keepsOtherColumns ? otherFields(object).filter(([key]) => !this.#used.has(key)) : [];
    return withoutUndefined({
      text: checkedText(text, mapping.text),
      labels: mapping.labels.length === 0 || isUnknown ? undefined : checkedLabels(labelsGiven, mapping.labels[0]!),
      value: value === undefined || value === null ? undefined : checkedNumber(value, mapping.value!),
      split: split === undefined || split === null ? undefined : checkedSplit(split, mapping.split!),
      tasks: answers,
      columns:
        others.length === 0 ? undefined : checkedColumns(others.map(([key, other]) => [key, textOf(other, key)])),
      image: holdsImages ? checkedImage(object[IMAGE_FIELD]) : undefined,
    });
  }
}

/** The outermost names of the fields that the mapping gives a meaning. */
function usedFields({ mapping, holdsImages }: SourceLayout): Set<string> {
  const { text, labels, value = text, split = text, tasks = [] } = mapping;
  const names = [text, ...labels, value, split, ...tasks.map(({ column }) => column)];
  return new Set([...names, ...(holdsImages ? [IMAGE_FIELD] : [])].map((name) => name.split('.')[0]!));
}

/** Throws `SourceError` where the mapping names a column that the source does not have. */
export function checkColumns(layout: SourceLayout): void {
  if (layout.format === 'csv') placesOf(layout);
}

function placesOf({ columns, mapping }: SourceLayout) {
  const placeOf = (name: string): number => {
    const place = columns.indexOf(name);
    if (place === -1)
      throw new SourceError(describeRowError('missing-column', { row: 1, byte: 0, column: name }, name));
    return place;
  };
  const text = placeOf(mapping.text);
  const labels = mapping.labels.map(placeOf);
  const value = mapping.value === undefined ? -1 : placeOf(mapping.value);
  const split = mapping.split === undefined ? -1 : placeOf(mapping.split);
  const tasks = (mapping.tasks ?? []).map(({ column }) => placeOf(column));
  const used = new Set([text, value, split, ...labels, ...tasks]);
  const others = mapping.keepsOtherColumns ? columns.map((_, place) => place).filter((place) => !used.has(place)) : [];
  return { text, value, split, labels, tasks, others };
}

/** Whether a row gives the names of the columns again, as where two files were joined. One column alone may hold its own name. */
function isHeader(values: readonly string[], columns: readonly string[], text: number): boolean {
  const [value, name] = [values[text]!, columns[text]!];
  // White space and a byte order mark may stand around.
  if (columns.length < 2 || value.length > name.length + 8 || value.trim() !== name) return false;
  return values.every((other, place) => (other.trim() || `column ${place + 1}`) === columns[place]);
}

/** Whether nothing can be seen in a text. */
export function isBlank(text: string): boolean {
  return !/\S/.test(text);
}

function withoutUndefined(
  item: { [Key in keyof SourceItem]: SourceItem[Key] | undefined } & { text: string },
): SourceItem {
  const kept: Record<string, unknown> = {};
  for (const key of Object.keys(item) as (keyof typeof item)[]) if (item[key] !== undefined) kept[key] = item[key];
  return kept as unknown as SourceItem;
}

function checkedText(text: string, column: string): string {
  if (text.length > MAX_ITEM_LENGTH) throw new RowProblem('text-too-long', { detail: MAX_ITEM_LENGTH, column });
  return text;
}

function cellLabels(cell: string, { labelSeparator }: Pick<SourceMapping, 'labelSeparator'>): string[] {
  const labels = labelSeparator === undefined ? [cell] : cell.split(labelSeparator);
  return labels.map((label) => label.trim()).filter((label) => label !== '');
}

type Answer = NonNullable<SourceItem['tasks']>[string];

/** The known answers by the names of the tasks; undefined where none is known. */
function answersOf(
  tasks: readonly TaskMapping[] = [],
  answerOf: (task: TaskMapping, index: number) => Answer | undefined,
): SourceItem['tasks'] {
  const answers = tasks.flatMap((task, index): [string, Answer][] => {
    const answer = answerOf(task, index);
    return answer === undefined ? [] : [[task.name, answer]];
  });
  return answers.length === 0 ? undefined : orderedTasks(Object.fromEntries(answers));
}

/** The one label, undefined where there is none. */
function onlyLabel(labels: readonly string[], column: string): string | undefined {
  const [label, ...others] = checkedLabels(labels, column);
  if (others.length > 0) throw new RowProblem('too-many-labels', { detail: 1, column });
  return label;
}

function cellAnswer(cell: string, task: TaskMapping): Answer | undefined {
  const { kind, column } = task;
  if (kind === 'value') return isBlank(cell) ? undefined : checkedNumber(cell, column);
  return kind === 'multiple' ? checkedLabels(cellLabels(cell, task), column) : onlyLabel(cellLabels(cell, {}), column);
}

function jsonAnswer(value: unknown, { kind, column }: TaskMapping): Answer | undefined {
  if (value === undefined || value === null) return undefined;
  if (kind === 'value') return checkedNumber(value, column);
  const labels = jsonLabels(value, column);
  return kind === 'multiple' ? checkedLabels(labels, column) : onlyLabel(labels, column);
}

function checkedLabels(labels: readonly string[], column: string): string[] {
  if (labels.length > MAX_LABELS) throw new RowProblem('too-many-labels', { detail: MAX_LABELS, column });
  if (labels.some((label) => label.length > MAX_LABEL_LENGTH)) {
    throw new RowProblem('label-too-long', { detail: MAX_LABEL_LENGTH, column });
  }
  return [...new Set(labels)];
}

function checkedNumber(value: unknown, column: string): number {
  const isText = typeof value === 'string' && /^\s*[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?\s*$/i.test(value);
  const number = isText ? Number(value) : value;
  if (typeof number !== 'number' || !Number.isFinite(number))
    throw new RowProblem('wrong-type', { detail: 'number', column });
  return number;
}

function checkedImage(value: unknown): SourceItem['image'] {
  const { data } = itemImage.safeParse(value);
  if (data === undefined) throw new RowProblem('wrong-type', { detail: 'image', column: IMAGE_FIELD });
  return data;
}

function checkedSplit(value: unknown, column: string): Split {
  const split = splitNamed(String(value));
  if (split === undefined) {
    throw new RowProblem('unknown-split', { detail: String(value).trim().toLowerCase(), column });
  }
  return split;
}

function checkedColumns(entries: readonly (readonly [string, string])[]): Record<string, string> | undefined {
  const kept = entries.filter(([, value]) => value !== '');
  for (const [column, value] of kept) {
    if (value.length > MAX_COLUMN_LENGTH)
      throw new RowProblem('column-too-long', { detail: MAX_COLUMN_LENGTH, column });
  }
  return kept.length === 0 ? undefined : Object.fromEntries(kept.map(([key, value]) => [key.slice(0, 100), value]));
}

/** Where the value of column `place` begins in a row that splits well. */
function unitOfValue(row: string, delimiter: string, place: number): number {
  let unit = 0;
  for (let column = 0; column < place; column++) {
    if (row[unit] === '"') {
      unit = row.indexOf('"', unit + 1);
      while (row[unit + 1] === '"') unit = row.indexOf('"', unit + 2);
    }
    unit = row.indexOf(delimiter, unit) + 1;
  }
  return unit;
}

function parsedObject(row: string): Record<string, unknown> {
  const read = readJsonRow(row);
  if ('object' in read) return read.object;
  throw new RowProblem(read.code, read);
}

function fieldOf(object: Record<string, unknown>, path: string): unknown {
  if (Object.hasOwn(object, path)) return object[path];
  let value: unknown = object;
  for (const key of path.split('.')) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return undefined;
    value = (value as Record<string, unknown>)[key];
  }
  return value;
}

/** The fields of an object; an object `columns`, in which stored versions keep them, gives its own. */
function otherFields(object: Record<string, unknown>): [string, unknown][] {
  return Object.entries(object).flatMap(([key, value]): [string, unknown][] =>
    key === 'columns' && typeof value === 'object' && value !== null && !Array.isArray(value)
      ? Object.entries(value)
      : [[key, value]],
  );
}

function jsonLabels(value: unknown, column: string): string[] {
  if (value === undefined || value === null) return [];
  const values: unknown[] = Array.isArray(value) ? value : [value];
  return values
    .map((label) => {
      if (typeof label !== 'string' && typeof label !== 'number' && typeof label !== 'boolean') {
        throw new RowProblem('wrong-type', { detail: 'string', column });
      }
      return String(label).trim();
    })
    .filter((label) => label !== '');
}

function textOf(value: unknown, column: string): string {
  if (value === null || value === undefined) return '';
  try {
    return typeof value === 'string' ? value : JSON.stringify(value);
  } catch (error) {
    // Objects inside objects, thousands deep: as text they would be far longer than what is kept.
    if (error instanceof RangeError) throw new RowProblem('column-too-long', { detail: MAX_COLUMN_LENGTH, column });
    throw error;
  }
}
