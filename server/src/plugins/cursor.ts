import { AppError } from './app-error.ts';

/** Packs the place after which the next page begins into an opaque text. */
export function encodeCursor(place: Readonly<Record<string, string>>): string {
  return Buffer.from(JSON.stringify(place)).toString('base64url');
}

/** The refusal of a cursor that no page of the list ended with. */
export function foreignCursor(): AppError {
  const message = { en: 'This is no cursor of this list.', zh: '这不是本列表的翻页位置。' };
  return new AppError('bad-request', { fields: [{ field: 'cursor', message }] });
}

/** Unpacks a cursor that must have these members; throws `bad-request` for anything that we did not make. */
export function decodeCursor<Name extends string>(cursor: string, names: readonly Name[]): Record<Name, string> {
  try {
    const place = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8')) as Record<Name, unknown>;
    if (names.every((name) => typeof place[name] === 'string' && isPlain(place[name]))) {
      return place as Record<Name, string>;
    }
  } catch {
    // Falls through to the refusal below.
  }
  throw foreignCursor();
}

/** Cursors hold moments, ids and whole numbers, nothing else. */
function isPlain(text: string): boolean {
  const isNumber = /^\d{1,10}$/.test(text);
  const isId = /^[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}$/.test(text);
  return isNumber || isId || /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/.test(text);
}

/** Numbers of rows are kept as 32-bit integers. */
const LARGEST_NUMBER = 2 ** 31 - 1;

/** The number under `name` after which a page goes on, or undefined at the beginning; throws `bad-request` for anything else. */
export function decodeNumberCursor(cursor: string | undefined, name: string): number | undefined {
  if (cursor === undefined) return undefined;
  const number = Number(decodeCursor(cursor, [name])[name]);
  if (!(number <= LARGEST_NUMBER)) throw new AppError('bad-request');
  return number;
}

/** The place of a row in a list that is ordered by a moment and then by id, newest first. */
export interface TimePlace {
  readonly at: Date;
  readonly id: string;
}

/** The place that a cursor of such a list names, or undefined at the beginning. */
export function decodeTimeCursor(cursor: string | undefined): TimePlace | undefined {
  if (cursor === undefined) return undefined;
  const { at, id } = decodeCursor(cursor, ['at', 'id']);
  const moment = new Date(at);
  if (Number.isNaN(moment.getTime()) || id.length !== 36) throw new AppError('bad-request');
  return { at: moment, id };
}

/** Condition on rows that are listed newest first: what comes after a place, or everything from the beginning. */
export function olderThan(place: TimePlace | undefined) {
  if (place === undefined) return {};
  return { OR: [{ createdAt: { lt: place.at } }, { createdAt: place.at, id: { lt: place.id } }] };
}

/** Cuts a page out of rows read with one more than `limit`, with the cursor of the next one. */
export function timePage<Row>(
  rows: readonly Row[],
  limit: number,
  placeOf: (row: Row) => TimePlace,
): { rows: Row[]; nextCursor: string | null } {
  const page = rows.slice(0, limit);
  const last = page.at(-1);
  if (rows.length <= limit || last === undefined) return { rows: page, nextCursor: null };
  const { at, id } = placeOf(last);
  return { rows: page, nextCursor: encodeCursor({ at: at.toISOString(), id }) };
}
