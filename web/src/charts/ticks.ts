import { formatCount, formatExactCount } from '../ui/numbers.ts';

const CHARACTER_WIDTH = 7;
/** Between the ends of two labels, and between their middles. */
const GAP = 16;
const SPACING = 44;
/** Steps that people count in, in each power of ten. */
const NICE_STEPS = [1, 2, 2.5, 5];
/** From this part of a step on the way from the last tick to the end is no crumb. */
const WHOLE_ENOUGH = 0.6;

/** What stands at a place of an axis. */
export function tickText(value: number): string {
  const size = Math.abs(value);
  if (size > 0 && size < 1e-3) return Number(value.toPrecision(2)).toExponential();
  if (size < 1e4) return String(Number(value.toPrecision(4)));
  return value % 100 === 0 ? formatCount(value) : formatExactCount(value);
}

function* stepsFrom(smallest: number, isWhole: boolean): Generator<number> {
  for (let power = Math.floor(Math.log10(smallest)); ; power++)
    for (const nice of NICE_STEPS) {
      const step = Number(`${nice}e${power}`);
      if (!isWhole || Number.isInteger(step)) yield step;
    }
}

/** Multiples of a step between two places. */
function multiples(step: number, from: number, to: number): number[] {
  const first = Math.ceil(from / step - 1e-9);
  const count = Math.floor(to / step + 1e-9) - first + 1;
  return Array.from({ length: count }, (_, index) => Number(((first + index) * step).toPrecision(12)));
}

/**
 * The places of a horizontal axis that are labelled: in the smallest nice steps whose labels have room on so many pixels, and the end of the axis where it is
 * far enough from the last of them.
 */
export function placeTicks(from: number, to: number, width: number, isWhole: boolean): number[] {
  if (!(to > from) || !(width > 0)) return [from];
  const pixels = width / (to - from);
  const room = (a: number, b: number) => ((tickText(a).length + tickText(b).length) / 2) * CHARACTER_WIDTH + GAP;
  const smallest = (SPACING / width) * (to - from);
  for (const step of stepsFrom(smallest, isWhole)) {
    const ticks = multiples(step, from, to);
    const [first, last] = [ticks[0], ticks.at(-1)];
    if (first === undefined || last === undefined) return [from, to];
    const isRoomy = ticks.every((tick) => step * pixels >= Math.max(SPACING, room(tick, tick)));
    if (!isRoomy && ticks.length > 1) continue;
    if (ticks.length === 1) return room(from, to) <= width ? [from, to] : [from];
    const rest = to - last;
    return rest >= WHOLE_ENOUGH * step && rest * pixels >= room(last, to) ? [...ticks, to] : ticks;
  }
  return [from];
}
