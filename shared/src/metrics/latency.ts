import { sortedQuantile } from './bootstrap.ts';

/** Percentiles of waiting times in milliseconds. */
interface LatencyPercentiles {
  p50Ms: number;
  p95Ms: number;
  p99Ms: number;
}

/** Percentiles by linear interpolation, as `numpy.percentile`; null without measurements. */
export function latencyPercentiles(timesMs: ArrayLike<number>): LatencyPercentiles | null {
  if (timesMs.length === 0) return null;
  const sorted = Float64Array.from(timesMs).toSorted();
  return {
    p50Ms: sortedQuantile(sorted, 0.5),
    p95Ms: sortedQuantile(sorted, 0.95),
    p99Ms: sortedQuantile(sorted, 0.99),
  };
}
