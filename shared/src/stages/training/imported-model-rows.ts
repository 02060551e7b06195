import { z } from 'zod';
import { saying } from '../../api/localized-text.ts';
import type { InBothLanguages } from '../../api/localized-text.ts';

/** Most inputs of a model that are given by their names. */
export const MAX_ROW_INPUTS = 1000;

/** Most values of one input for one item. */
const MAX_INPUT_VALUES = 200_000;

/** Name of a model's input or output. */
export const tensorName = z.string().min(1).max(200);

const single = z.union([z.number(), z.string().max(100_000), z.boolean(), z.null()]);

/** What one input is given for one item: its value, or the list of its values; null is a missing one. */
const inputValue = z.union([single, z.array(single).max(MAX_INPUT_VALUES)]);

/** What one input is given for one item. */
export type InputValue = z.infer<typeof inputValue>;

/** What a model is given for one item: a field for each of its inputs, by its name. */
export const inputRow = z
  .record(tensorName, inputValue)
  .refine(
    (row) => Object.keys(row).length <= MAX_ROW_INPUTS,
    saying({ en: `more than ${MAX_ROW_INPUTS} fields`, zh: `字段多于 ${MAX_ROW_INPUTS} 个` }),
  );

/** What a model is given for one item. */
export type InputRow = z.infer<typeof inputRow>;

/** An input as its model declares it. */
interface DeclaredInput {
  readonly name: string;
  readonly type: string;
  readonly shape: readonly (number | string)[];
}

/** A value as the runtime is fed it: a text, or a number, which is not one where it is missing. */
export type FedValue = number | string;

/** The values of an input for one item, or why what is given is none. */
export type FedValues = { readonly values: readonly FedValue[] } | { readonly problem: InBothLanguages };

const WHOLE = /^u?int/;

/** Values that an input takes for each item; null where the model leaves it open. */
export function valuesOfItem({ shape }: Pick<DeclaredInput, 'shape'>): number | null {
  if (shape.length === 0) return null;
  const count = shape.slice(1).reduce<number>((product, size) => product * Number(size), 1);
  return Number.isSafeInteger(count) && count > 0 ? count : null;
}

/** A value that stands in a cell of a table, as whoever writes it there means it. */
function ofCell(text: string): number | boolean | null | undefined {
  const bare = text.trim().toLowerCase();
  if (bare === '' || bare === 'nan') return null;
  if (bare === 'true' || bare === 'false') return bare === 'true';
  const number = Number(bare);
  return Number.isFinite(number) ? number : undefined;
}

function fedNumber(type: string, given: z.infer<typeof single>): { value: number } | { problem: InBothLanguages } {
  const meant = typeof given === 'string' ? ofCell(given) : given;
  if (meant === undefined) {
    const shown = JSON.stringify(given).slice(0, 60);
    return { problem: { zh: `${shown} 不是数值`, en: `${shown} is no number` } };
  }
  if (meant === null) {
    const holdsMissing = !WHOLE.test(type) && type !== 'bool';
    if (holdsMissing) return { value: Number.NaN };
    return { problem: { zh: `缺少值，而 ${type} 不能为空`, en: `a value is missing, which ${type} cannot hold` } };
  }
  const value = Number(meant);
  if (WHOLE.test(type) && !Number.isSafeInteger(value))
    return { problem: { zh: `${value} 不是 ${type}`, en: `${value} is no ${type}` } };
  if (type === 'bool' && value !== 0 && value !== 1)
    return { problem: { zh: `${value} 既不是真也不是假`, en: `${value} is neither true nor false` } };
  return { value };
}

function fedText(given: z.infer<typeof single>): { value: string } | { problem: InBothLanguages } {
  if (given === null) return { value: '' };
  if (typeof given === 'string') return { value: given };
  return { problem: { zh: `${JSON.stringify(given)} 不是文本`, en: `${JSON.stringify(given)} is no text` } };
}

/** What an input is fed for one item, or in words why it cannot be fed what is given. */
export function fedValuesOf(input: DeclaredInput, given: InputValue | undefined): FedValues {
  if (given === undefined) return { problem: { zh: '没有给出值', en: 'nothing is given for it' } };
  const all = [given].flat();
  const count = valuesOfItem(input);
  if (all.length === 0) return { problem: { zh: '给出的列表为空', en: 'an empty list is given' } };
  if (count !== null && all.length !== count) {
    const zh = `需要 ${count} 个值，而不是 ${all.length} 个`;
    return { problem: { zh, en: `it takes ${count} values, not ${all.length}` } };
  }
  const values: FedValue[] = [];
  for (const one of all) {
    const fed = input.type === 'string' ? fedText(one) : fedNumber(input.type, one);
    if ('problem' in fed) return fed;
    values.push(fed.value);
  }
  return { values };
}

/** What a cell of a table holds for an input: its value, or the list of its values as JSON or with spaces, commas or semicolons between them. */
export function valueOfCell(input: DeclaredInput, cell: string): InputValue {
  if (valuesOfItem(input) === 1) return cell;
  if (cell.trim().startsWith('[')) {
    try {
      const list = z.array(single).safeParse(JSON.parse(cell));
      if (list.success) return list.data;
    } catch {
      // A text that only looks like a list.
    }
  }
  return input.type === 'string' ? cell : cell.split(/[\s,;]+/).filter((part) => part !== '');
}

/** A field of a row that does not fit the model. */
export interface RowProblem {
  readonly field: string;
  readonly message: InBothLanguages;
}

/** More problems than this help nobody. */
const MOST_PROBLEMS = 20;

/** What of the rows does not fit the inputs: fields that are missing, unknown or of another kind; at most twenty. */
export function rowProblems(inputs: readonly DeclaredInput[], rows: readonly InputRow[]): RowProblem[] {
  const problems: RowProblem[] = [];
  const names = new Set(inputs.map(({ name }) => name));
  for (const [index, row] of rows.entries()) {
    const field = (name: string) => `rows.${index}.${name}`;
    for (const input of inputs) {
      const fed = fedValuesOf(input, Object.hasOwn(row, input.name) ? row[input.name] : undefined);
      if (!('problem' in fed)) continue;
      const { zh, en } = fed.problem;
      const message = { zh: `输入“${input.name}”：${zh}`, en: `the input '${input.name}': ${en}` };
      problems.push({ field: field(input.name), message });
    }
    for (const name of Object.keys(row)) {
      if (names.has(name)) continue;
      const message = { zh: `模型没有输入“${name}”`, en: `the model has no input '${name}'` };
      problems.push({ field: field(name), message });
    }
    if (problems.length >= MOST_PROBLEMS) break;
  }
  return problems.slice(0, MOST_PROBLEMS);
}
