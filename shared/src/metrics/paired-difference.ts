import { type Interval, percentileInterval } from './bootstrap.ts';
import { intervalAround } from './interval-around.ts';
import { Z_95 } from './wilson.ts';

/** A number of one evaluation with its value in each resample of the items. */
interface Resampled {
  readonly value: number;
  readonly resampled: ArrayLike<number>;
}

/** What a number is above another one, with its 95 % interval. */
interface PairedDifference extends Interval {
  readonly value: number;
}

/** Numbers of 32 bits, as resamples are kept, are this close to what they were. */
const ROUNDING = 2 ** -21;

/**
 * How many times as wide a percentile interval of n groups has to be: resamples spread less than samples by √((n − 1)/n), and their spread is itself
 * estimated, for which Student's t with n − 1 degrees of freedom stands in for the normal quantile (Hesterberg 2015, "expanded percentile"). The quantile of t
 * by Abramowitz and Stegun 26.7.5, within 0.1 % from 6 groups on.
 */
function expansion(groups: number): number {
  const freedom = groups - 1;
  const t =
    Z_95 +
    (Z_95 ** 3 + Z_95) / (4 * freedom) +
    (5 * Z_95 ** 5 + 16 * Z_95 ** 3 + 3 * Z_95) / (96 * freedom ** 2) +
    (3 * Z_95 ** 7 + 19 * Z_95 ** 5 + 17 * Z_95 ** 3 - 15 * Z_95) / (384 * freedom ** 3);
  return (t / Z_95) * Math.sqrt(groups / freedom);
}

/**
 * The difference (second − first) of one metric of two evaluations of the same items, with the 95 % percentile interval of a paired bootstrap, expanded for few groups:
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
  const agreement = ROUNDING * Math.max(1, Math.abs(first.value), Math.abs(second.value));
  const range = [width === null ? null : -width, width] as const;
  const around = intervalAround(value, interval, range, groups, agreement);
  if (around === null) return null;
  if (around.hasNoSpread) return { value, low: around.low, high: around.high };
  const wider = expansion(groups);
  const farthest = width ?? Infinity;
  return {
    value,
    low: Math.max(-farthest, value - wider * (value - around.low)),
    high: Math.min(farthest, value + wider * (around.high - value)),
  };
}
