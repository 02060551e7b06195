import { type Interval, percentileInterval } from './bootstrap.ts';
import { intervalAround } from './interval-around.ts';

/** A number of one evaluation with its value in each resample of the items. */
interface Resampled {
  readonly value: number;
  readonly resampled: ArrayLike<number>;
}

/** What a number is above another one, with its 95 % interval. */
interface PairedDifference extends Interval {
  readonly value: number;
}

/**
 * The difference (second − first) of one metric of two evaluations of the same items, with the 95 % percentile interval of a paired bootstrap:
 * the k-th resample of both drew the same items. `range` is the metric's, `groups` how many texts or items were resampled. Null where over
 * half of the resamples leave either undefined, and where all of them agree on a difference that nothing bounds. Throws RangeError on other
 * numbers of resamples.
 */
export function pairedDifference(
  first: Resampled,
  second: Resampled,
  [least, most]: readonly [number | null, number | null],
  groups: number,
): PairedDifference | null {
  const { length } = first.resampled;
  if (length !== second.resampled.length) {
    throw new RangeError(`${length} resamples against ${second.resampled.length}: not the same`);
  }
  const value = second.value - first.value;
  const differences = Float64Array.from({ length }, (_, k) => {
    const difference = second.resampled[k]! - first.resampled[k]!;
    return Number.isFinite(difference) ? difference : NaN;
  });
  const interval = percentileInterval(differences);
  if (interval === null || !Number.isFinite(value)) return null;
  if (value === 0 && differences.every((difference) => difference === 0)) return { value, low: 0, high: 0 };
  const width = least === null || most === null ? null : most - least;
  const around = intervalAround(value, interval, [width === null ? null : -width, width], groups);
  return around === null ? null : { value, low: around.low, high: around.high };
}
