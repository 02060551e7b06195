import { seededRandom } from './random.ts';

/** A 95 % interval. */
export interface Interval {
  low: number;
  high: number;
}

/** A 95 % interval with what it was read off. */
export interface ResampledInterval extends Interval {
  /** The value in each resample; NaN where it is undefined there. */
  resampled: Float64Array;
}

/** How to resample: number of resamples and the seed that makes them repeatable. */
export interface BootstrapOptions {
  resamples: number;
  seed: number;
}

/** What every stored interval uses. */
export const DEFAULT_BOOTSTRAP: BootstrapOptions = { resamples: 1_000, seed: 20_240_601 };

/**
 * 95 % percentile bootstrap (Efron 1979) of several statistics at once. Groups (sentences of a generation, items of a classification) are
 * drawn with replacement; `statistics` gets how often each was drawn (length `groupCount`, reused between calls) and returns null where a
 * statistic is undefined. The interval is null with fewer than 2 groups, or where over half of the resamples leave it undefined.
 */
export function bootstrapIntervals<Name extends string>(
  groupCount: number,
  statistics: (weights: Float64Array) => Record<Name, number | null>,
  { resamples, seed }: BootstrapOptions = DEFAULT_BOOTSTRAP,
): Partial<Record<Name, ResampledInterval>> {
  const intervals: Partial<Record<Name, ResampledInterval>> = {};
  if (groupCount < 2 || resamples === 0) return intervals;
  const random = seededRandom(seed);
  const weights = new Float64Array(groupCount);
  const collected = new Map<Name, Float64Array>();
  for (let resample = 0; resample < resamples; resample++) {
    weights.fill(0);
    for (let draw = 0; draw < groupCount; draw++) weights[Math.floor(random() * groupCount)]! += 1;
    for (const [name, value] of Object.entries(statistics(weights)) as [Name, number | null][]) {
      let values = collected.get(name);
      if (values === undefined) collected.set(name, (values = new Float64Array(resamples).fill(NaN)));
      values[resample] = value ?? NaN;
    }
  }
  for (const [name, resampled] of collected) {
    const interval = percentileInterval(resampled);
    if (interval !== null) intervals[name] = { ...interval, resampled };
  }
  return intervals;
}

/** 95 % percentile interval of resampled values, of those that are defined; null where over half of them are not. */
export function percentileInterval(resampled: Float64Array): Interval | null {
  const sorted = resampled.filter((value) => !Number.isNaN(value)).sort();
  if (sorted.length * 2 <= resampled.length) return null;
  return { low: sortedQuantile(sorted, 0.025), high: sortedQuantile(sorted, 0.975) };
}

/** Quantile (0…1) of ascending values by linear interpolation, as `numpy.quantile`; NaN without values. */
export function sortedQuantile(sorted: ArrayLike<number>, quantile: number): number {
  if (sorted.length === 0) return NaN;
  const position = quantile * (sorted.length - 1);
  const below = Math.floor(position);
  const low = sorted[below]!;
  const high = sorted[Math.min(below + 1, sorted.length - 1)]!;
  return low === high ? low : low + (high - low) * (position - below);
}
