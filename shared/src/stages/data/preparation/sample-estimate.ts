import { z } from 'zod';
import { Z_95 } from '../../../metrics/wilson.ts';

const count = z.int().min(0);

/** How many items of a whole a sample lets one expect, with a 95 % interval. */
export const sampleEstimate = z.object({ value: count, low: count, high: count });

/** How many items of a whole a sample lets one expect, with a 95 % interval. */
export type SampleEstimate = z.infer<typeof sampleEstimate>;

/**
 * Extrapolates how many of `total` items have a mark that `marks` (0 or 1, an element a sampled item) tells: Wilson's score interval on the
 * size that the sample is worth. Items of one cluster were drawn together and may be alike; where they are, the design effect (variance
 * between clusters ÷ that of single draws) lowers it.
 */
export function estimateFrom(marks: Uint8Array, clusters: Uint32Array, total: number): SampleEstimate {
  const size = marks.length;
  if (size === 0) return { value: 0, low: 0, high: total };
  const hits = marks.reduce((sum, mark) => sum + mark, 0);
  if (size >= total) return { value: hits, low: hits, high: hits };
  const share = hits / size;
  const worth = size / designEffect(marks, clusters, share);
  const z2 = Z_95 ** 2 / worth;
  const middle = (share + z2 / 2) / (1 + z2);
  const spread = (Z_95 / (1 + z2)) * Math.sqrt((share * (1 - share)) / worth + z2 / (4 * worth));
  const within = (value: number) => Math.min(total, Math.max(0, Math.round(value * total)));
  // What was seen is there: at least so many have the mark, and at least so many have not.
  return {
    value: within(share),
    low: Math.max(hits, within(middle - spread)),
    high: Math.min(total - (size - hits), within(middle + spread)),
  };
}

function designEffect(marks: Uint8Array, clusters: Uint32Array, share: number): number {
  const single = (share * (1 - share)) / marks.length;
  const sums = new Map<number, number>();
  for (const [item, cluster] of clusters.entries()) sums.set(cluster, (sums.get(cluster) ?? 0) + marks[item]! - share);
  if (single === 0 || sums.size < 2 || sums.size === marks.length) return 1;
  const squares = [...sums.values()].reduce((sum, difference) => sum + difference ** 2, 0);
  const between = ((sums.size / (sums.size - 1)) * squares) / marks.length ** 2;
  return Math.min(marks.length / sums.size, Math.max(1, between / single));
}
