import { jsonErrorAt } from './json-error.ts';
import { repeatedKeyIn, unstorableEscapeIn } from './json-text.ts';
import type { RowErrorCode } from './row-errors.ts';

/** Why a row is no object that can be stored, and where in it, in UTF-16 units. */
interface JsonRowProblem {
  readonly code: RowErrorCode;
  readonly detail: string;
  readonly unit: number;
}

/** What numbers are looked for in; further in, objects are as they were parsed. */
const MOST_LEVELS = 20;

/** What a row has in which a number may be above 2^53: sixteen digits, or an exponent. */
const MAY_BE_LONG = /\d{16}|\d[eE][+\d]/;

/** Whether a value holds a whole number that a program's numbers cannot tell from its neighbours, such as a bank card's. */
function hasLongNumber(value: unknown, level = 0): boolean {
  if (typeof value === 'number') return Math.abs(value) > Number.MAX_SAFE_INTEGER;
  if (typeof value !== 'object' || value === null || level > MOST_LEVELS) return false;
  for (const key in value) if (hasLongNumber((value as Record<string, unknown>)[key], level + 1)) return true;
  return false;
}

/** Long numbers as they are written; `source` is what JSON.parse read, where the runtime says it (ECMAScript 2026). */
function asWritten(_: string, value: unknown, context?: { readonly source?: string }): unknown {
  return typeof value === 'number' && hasLongNumber(value) ? (context?.source ?? value) : value;
}

function parsed(row: string): unknown {
  const value: unknown = JSON.parse(row);
  return MAY_BE_LONG.test(row) && hasLongNumber(value) ? JSON.parse(row, asWritten) : value;
}

/** The object of a row of JSON Lines, numbers above 2^53 as the text that stands there, or what is wrong with the row. */
export function readJsonRow(row: string): { readonly object: Record<string, unknown> } | JsonRowProblem {
  let value: unknown;
  try {
    value = parsed(row);
  } catch {
    const isPart = /^\s*[[{]\s*$/.test(row);
    return { code: isPart ? 'not-json-lines' : 'invalid-json', detail: '', unit: jsonErrorAt(row) };
  }
  if (Array.isArray(value) && typeof value[0] === 'object') return { code: 'not-json-lines', detail: '', unit: 0 };
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    return { code: 'wrong-type', detail: 'object', unit: 0 };
  const unstorable = unstorableEscapeIn(row);
  if (unstorable !== null) {
    const { unit, codeUnit } = unstorable;
    if (codeUnit === 0) return { code: 'nul-character', detail: '', unit };
    return { code: 'lone-surrogate', detail: `U+${codeUnit.toString(16).toUpperCase()}`, unit };
  }
  const repeated = repeatedKeyIn(row, value);
  if (repeated !== null) return { code: 'repeated-key', detail: repeated.key, unit: repeated.unit };
  return { object: value as Record<string, unknown> };
}
