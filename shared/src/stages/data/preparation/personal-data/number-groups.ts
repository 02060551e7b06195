import { isDigit } from './characters.ts';

/** Longest number that any kind of personal data has, prefix included. */
const MAX_JOINED_DIGITS = 24;

/** The runs of digits in a text, and what joins each with the next one. */
export interface NumberGroups {
  readonly text: string;
  readonly starts: readonly number[];
  readonly ends: readonly number[];
  /** For each group the kind of the gap after it: ' ', '-', '.', ')', '/' or '' where something else follows
   *  or the group ends a number that was found. */
  readonly gaps: string[];
  /** The windows that were asked for last: each kind of number asks for the same ones. */
  windows: { first: number; from: readonly NumberWindow[] } | null;
}

function gapOf(between: string): string {
  if (/[\r\n]/.test(between)) return '';
  const trimmed = between.trim();
  if (trimmed === '') return between.length <= 3 ? ' ' : '';
  if (between.length > 3) return '';
  // "138·1234·5678", "138_1234_5678": signs that people put where others put dashes.
  if (between.length === 1 && '·•・_'.includes(between)) return '-';
  if (trimmed === '-' || trimmed === '.' || trimmed === '/') {
    // "version 2. 138…" ends a sentence; a dash may have spaces on both sides.
    return trimmed === between || (trimmed !== '.' && between === ` ${trimmed} `) ? trimmed : '';
  }
  return trimmed === '(' || trimmed === ')' || trimmed === ')-' ? ')' : '';
}

/** Finds the runs of digits of a folded text. */
export function numberGroups(text: string): NumberGroups {
  const starts: number[] = [];
  const ends: number[] = [];
  const gaps: string[] = [];
  let index = 0;
  while (index < text.length) {
    if (!isDigit(text.charCodeAt(index))) {
      index++;
      continue;
    }
    if (starts.length > 0) {
      const gapStart = ends.at(-1)!;
      gaps.push(index - gapStart > 3 ? '' : gapOf(text.slice(gapStart, index)));
    }
    starts.push(index);
    while (index < text.length && isDigit(text.charCodeAt(index))) index++;
    ends.push(index);
  }
  gaps.push('');
  return { text, starts, ends, gaps, windows: null };
}

/** Groups `first`…`last` read as one number. */
export class NumberWindow {
  readonly first: number;
  readonly last: number;
  readonly digits: string;
  readonly #groups: NumberGroups;
  #shape: string | undefined;

  constructor(groups: NumberGroups, first: number, last: number, digits: string) {
    this.#groups = groups;
    this.first = first;
    this.last = last;
    this.digits = digits;
  }

  /** Lengths of the groups, joined with commas: "3,4,4". Written when somebody asks: most windows are no number by their digits alone. */
  get shape(): string {
    if (this.#shape !== undefined) return this.#shape;
    const { starts, ends } = this.#groups;
    let shape = `${ends[this.first]! - starts[this.first]!}`;
    for (let group = this.first + 1; group <= this.last; group++) shape += `,${ends[group]! - starts[group]!}`;
    this.#shape = shape;
    return shape;
  }
}

/** The numbers that begin with group `first`: alone, joined with the next one, and so on while a gap joins them. */
export function windowsFrom(groups: NumberGroups, first: number): readonly NumberWindow[] {
  if (groups.windows?.first !== first) groups.windows = { first, from: joinFrom(groups, first) };
  return groups.windows.from;
}

/** How many digits the longest number has that begins with group `first`, as `windowsFrom` joins them. */
export function digitsFrom({ starts, ends, gaps }: NumberGroups, first: number): number {
  let digits = 0;
  for (let last = first; last < starts.length; last++) {
    if (last > first && !isJoint(gaps[last - 1]!)) break;
    const length = ends[last]! - starts[last]!;
    if (digits + length > MAX_JOINED_DIGITS) break;
    digits += length;
  }
  return digits;
}

function joinFrom(groups: NumberGroups, first: number): NumberWindow[] {
  const { text, starts, ends, gaps } = groups;
  const windows: NumberWindow[] = [];
  let digits = '';
  for (let last = first; last < starts.length; last++) {
    if (last > first && !isJoint(gaps[last - 1]!)) break;
    const length = ends[last]! - starts[last]!;
    if (digits.length + length > MAX_JOINED_DIGITS) break;
    digits += text.slice(starts[last], ends[last]);
    windows.push(new NumberWindow(groups, first, last, digits));
  }
  return windows;
}

/** Whether a gap may stand inside one number. */
function isJoint(gap: string): boolean {
  return gap === ' ' || gap === '-' || gap === '.' || gap === ')';
}

/** Whether every group is one digit: "1 3 8 0 …". */
export function isSpelledOut(shape: string): boolean {
  return shape.length > 1 && /^1(?:,1)*$/.test(shape);
}
