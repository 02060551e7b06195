import type { ChartSeries } from './series.ts';

/** Names of more lines than these cover one another. */
const MOST_AT_ENDS = 6;
/** A wider name, in pixels, would take too much of the drawing. */
const WIDEST_AT_END = 128;
const CHARACTER_WIDTH = 7;
const WIDE_CHARACTER_WIDTH = 12;
/** From here on characters are as wide as they are high. */
const FIRST_WIDE_CHARACTER = 0x2e80;

/** About how wide a line's name is when it is written, in pixels. */
export function nameWidth(name: string): number {
  let width = 0;
  for (const character of name)
    width += (character.codePointAt(0) ?? 0) > FIRST_WIDE_CHARACTER ? WIDE_CHARACTER_WIDTH : CHARACTER_WIDTH;
  return width;
}

/** Whether lines are named at their ends; where there are too many, or a name is too long, a legend names them. */
export function areNamedAtEnds(series: readonly ChartSeries[]): boolean {
  return series.length <= MOST_AT_ENDS && series.every(({ label }) => nameWidth(label) <= WIDEST_AT_END);
}
