import type { InputFill, ModelMapping } from '@greenlight/shared/stages/training/imported-models.ts';
import { numbersOfItem } from '@greenlight/shared/stages/training/imported-model-rules.ts';
import type { ForeignArray, ForeignFeed, ForeignSession } from '../runtime/foreign-session.ts';
import { ModelFileError } from './inspect-file.ts';

/** One call of a model: what it is fed, and which items its rows stand for; further rows are only there because the model wants them. */
export interface ForeignCall {
  readonly feeds: Record<string, ForeignFeed>;
  readonly items: readonly number[];
  readonly rows: number;
}

/** Size of an input's dimension where the model fixes it, else null. */
function fixedSize({ inputs }: ForeignSession, name: string, axis: number): number | null {
  const size = inputs.find((input) => input.name === name)?.shape[axis];
  return typeof size === 'number' && size > 0 ? size : null;
}

/** Most values that an input is fed at once. */
const MOST_VALUES = 2 ** 24;

/** Rows that a model fixes for an input of so many columns, else null; throws a `ModelFileError` where nobody could fill them. */
export function fixedRows(session: ForeignSession, name: string, columns: number): number | null {
  const rows = fixedSize(session, name, 0);
  if ((rows ?? 1) * columns > MOST_VALUES) {
    throw new ModelFileError({
      zh: `输入“${name}”一次需要 ${rows ?? 1} × ${columns} 个值，数量过多。`,
      en: `The input '${name}' takes ${rows ?? 1} × ${columns} values at once, which are too many.`,
    });
  }
  return rows;
}

function typeOf({ inputs }: ForeignSession, name: string): string {
  return inputs.find((input) => input.name === name)?.type ?? 'float32';
}

/** Items in calls of as many rows as the model takes; where it takes a fixed number, the last item is repeated until there are as many. */
export function inCalls(items: readonly number[], fixed: number | null): { items: number[]; rows: number[] }[] {
  const size = fixed ?? items.length;
  const calls: { items: number[]; rows: number[] }[] = [];
  for (let first = 0; first < items.length; first += size) {
    const part = items.slice(first, first + size);
    const missing = (fixed ?? part.length) - part.length;
    calls.push({ items: part, rows: [...part, ...Array.from({ length: missing }, () => part.at(-1) ?? 0)] });
  }
  return calls;
}

const FILLS: Record<InputFill, (place: number) => number> = {
  zeros: () => 0,
  ones: () => 1,
  positions: (place) => place,
};

/**
 * Texts as calls of a model: rows are padded to the longest of their call, or to the length that the model fixes. A model without a mask takes
 * padding for text, so that only texts of one length share a call, and none is padded where the length is free.
 */
export function textCalls(
  texts: readonly Int32Array[],
  mapping: Extract<ModelMapping, { input: 'text' }>,
  session: ForeignSession,
): ForeignCall[] {
  const { before, after, maxTokens, paddingId, inputIds, attentionMask, otherInputs } = mapping;
  const fixedLength = fixedSize(session, inputIds, 1);
  const room = Math.max(0, Math.min(maxTokens, fixedLength ?? maxTokens) - before.length - after.length);
  const whole = texts.map((ids) => {
    const row = [...before, ...ids.subarray(0, room), ...after];
    // A text without any token would leave a model nothing to look at.
    return row.length > 0 ? row : [paddingId];
  });
  if (fixedLength !== null && before.length + after.length > fixedLength) {
    throw new ModelFileError({
      zh: `文本前后的编号超过了模型的 ${fixedLength} 个 token。`,
      en: `The ids before and after a text are more than the model's ${fixedLength} tokens.`,
    });
  }
  const together = Map.groupBy(whole.keys(), (item) =>
    attentionMask === null && fixedLength === null ? whole[item]?.length : 0,
  );
  const fixed = fixedRows(session, inputIds, fixedLength ?? 1);
  const calls = [...together.values()].flatMap((items) => inCalls(items, fixed));
  return calls.map(({ items, rows }) => {
    const ids = rows.map((item) => whole[item] ?? []);
    const length = fixedLength ?? Math.max(1, ...ids.map((row) => row.length));
    const array = (name: string, at: (row: readonly number[], place: number) => number): ForeignArray => ({
      type: typeOf(session, name),
      numbers: ids.flatMap((row) => Array.from({ length }, (_, place) => at(row, place))),
      shape: [ids.length, length],
    });
    const feeds: Record<string, ForeignArray> = {
      [inputIds]: array(inputIds, (row, place) => row[place] ?? paddingId),
    };
    if (attentionMask !== null) {
      feeds[attentionMask] = array(attentionMask, (row, place) => Number(place < row.length));
    }
    for (const { name, fill } of otherInputs) feeds[name] = array(name, (_row, place) => FILLS[fill](place));
    return { feeds, items, rows: rows.length };
  });
}

/** Rows of numbers as calls of a model, in the dimensions that it gives an item; throws a `ModelFileError` where they differ in length or do not fill these. */
export function featureCalls(
  features: readonly (readonly number[])[],
  name: string,
  session: ForeignSession,
): ForeignCall[] {
  const width = features[0]?.length ?? 0;
  if (features.some((row) => row.length !== width)) {
    throw new ModelFileError({
      zh: '各行的数值个数不一致。',
      en: 'The rows have different numbers of features.',
    });
  }
  const declared = session.inputs.find((input) => input.name === name)?.shape ?? [];
  const wanted = numbersOfItem({ shape: [...declared] });
  if (wanted !== null && wanted !== width) {
    throw new ModelFileError({
      zh: `输入“${name}”每条需要 ${wanted} 个数值，而不是 ${width} 个。`,
      en: `The input '${name}' takes ${wanted} numbers for each item, not ${width}.`,
    });
  }
  const itemShape = wanted === null ? [width] : declared.slice(1).map(Number);
  const calls = inCalls([...features.keys()], fixedRows(session, name, width));
  return calls.map(({ items, rows }) => {
    const numbers = rows.flatMap((item) => [...(features[item] ?? [])]);
    return {
      feeds: { [name]: { type: typeOf(session, name), numbers, shape: [rows.length, ...itemShape] } },
      items,
      rows: rows.length,
    };
  });
}

/** Texts as they are, as calls of a model that cuts them into tokens itself: [N], or [N, 1] where the input is declared so. */
export function rawTextCalls(texts: readonly string[], name: string, session: ForeignSession): ForeignCall[] {
  const isColumn = session.inputs.find((input) => input.name === name)?.shape.length === 2;
  return inCalls([...texts.keys()], fixedRows(session, name, 1)).map(({ items, rows }) => ({
    feeds: {
      [name]: {
        type: 'string',
        texts: rows.map((item) => texts[item] ?? ''),
        shape: isColumn ? [rows.length, 1] : [rows.length],
      },
    },
    items,
    rows: rows.length,
  }));
}
