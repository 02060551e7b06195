import { fedValuesOf, type FedValue, type InputRow } from '@greenlight/shared/stages/training/imported-model-rows.ts';
import type { DeclaredArray, ForeignFeed, ForeignSession } from '../runtime/foreign-session.ts';
import { fixedRows, inCalls, type ForeignCall } from './foreign-calls.ts';
import { ModelFileError } from './inspect-file.ts';

/** The values of an input for each row, equally many; throws a `ModelFileError` for a row that has no such values. */
function valuesOf(input: DeclaredArray, rows: readonly InputRow[]): (readonly FedValue[])[] {
  const lists = rows.map((row, index) => {
    const fed = fedValuesOf(input, Object.hasOwn(row, input.name) ? row[input.name] : undefined);
    if ('problem' in fed) {
      throw new ModelFileError({
        zh: `第 ${index + 1} 行，输入“${input.name}”：${fed.problem.zh}。`,
        en: `Row ${index + 1}, input '${input.name}': ${fed.problem.en}.`,
      });
    }
    return fed.values;
  });
  const count = lists[0]?.length ?? 0;
  const other = lists.findIndex((values) => values.length !== count);
  if (other !== -1) {
    throw new ModelFileError({
      zh: `对于输入“${input.name}”，第 ${other + 1} 行有 ${lists[other]?.length} 个值，第 1 行有 ${count} 个。`,
      en: `Row ${other + 1} has ${lists[other]?.length} values for the input '${input.name}', row 1 has ${count}.`,
    });
  }
  return lists;
}

/** The shape in which an input takes `count` values for each of so many rows. */
function shapeOf({ shape }: DeclaredArray, rows: number, count: number): number[] {
  if (shape.length === 1) return [rows];
  const sizes = shape.slice(1).map(Number);
  return sizes.length > 0 && sizes.every((size) => size > 0) ? [rows, ...sizes] : [rows, count];
}

/** Rows with a field for each input as calls of a model; throws a `ModelFileError` for what an input does not take. */
export function columnCalls(rows: readonly InputRow[], session: ForeignSession): ForeignCall[] {
  const inputs = session.inputs.map((input) => {
    const lists = valuesOf(input, rows);
    const count = lists[0]?.length ?? 0;
    return { input, lists, count, fixed: fixedRows(session, input.name, count) };
  });
  const fixed = inputs.find((one) => one.fixed !== null)?.fixed ?? null;
  return inCalls([...rows.keys()], fixed).map((call) => {
    const feeds = inputs.map(({ input, lists, count }): [string, ForeignFeed] => {
      const values = call.rows.flatMap((row) => lists[row] ?? []);
      const shape = shapeOf(input, call.rows.length, count);
      if (input.type === 'string') return [input.name, { type: 'string', texts: values.map(String), shape }];
      return [input.name, { type: input.type, numbers: values.map(Number), shape }];
    });
    return { feeds: Object.fromEntries(feeds), items: call.items, rows: call.rows.length };
  });
}
