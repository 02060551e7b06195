import type { Interval } from './bootstrap.ts';
import { flawlessShare } from './wilson.ts';

/** Rounding apart, resamples that are this close to one another agree. */
const AGREEMENT = 1e-9;

/** An interval that holds its point; `hasNoSpread` where it is what so many groups can rule out. */
interface IntervalAround extends Interval {
  readonly hasNoSpread: boolean;
}

/**
 * The interval of a point estimate from the percentile interval of its resamples.
 *
 * Drawing with replacement repeats rare classes and texts, which can push a whole percentile interval past the number itself (average
 * precision of classes with one item). Such an interval is widened to the number, lest it decide a criterion alone.
 *
 * Where all resamples agree, the sample has no spread to learn an error from, and an interval of no width would claim certainty from three
 * texts. Then the interval is what so many groups can rule out: at least Wilson's lower bound of a share that all of them have is like
 * them, and the rest may lie anywhere in the metric's range; without such a range there is no interval (null). Resamples agree that are within
 * `agreement` of the point and of one another.
 */
export function intervalAround(
  point: number,
  { low, high }: Interval,
  [least, most]: readonly [number | null, number | null],
  groups: number,
  agreement = AGREEMENT,
): IntervalAround | null {
  const agree = high - low <= agreement * Math.max(1, Math.abs(point)) && Math.abs(point - low) <= agreement;
  if (!agree) return { low: Math.min(low, point), high: Math.max(high, point), hasNoSpread: false };
  if (least === null || most === null) return null;
  const alike = flawlessShare(groups);
  const ends = { low: point * alike + least * (1 - alike), high: point * alike + most * (1 - alike) };
  return { ...ends, hasNoSpread: true };
}
