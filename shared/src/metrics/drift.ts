import { sortedQuantile } from './bootstrap.ts';

/** PSI above which a feature is watched. */
export const PSI_WATCH = 0.1;

/** PSI above which an alert is raised. */
export const PSI_ALERT = 0.25;

const BINS = 10;

// An empty bin would make the index infinite; it counts as this share of a window.
const SMALLEST_SHARE = 1e-4;

/**
 * Inner edges of at most 10 bins with equal counts in the reference window, ascending and distinct; they stay fixed for every later window.
 * A value belongs to the first bin whose edge is at or above it.
 */
export function referenceBinEdges(reference: ArrayLike<number>): Float64Array {
  const sorted = Float64Array.from(reference).toSorted();
  const edges = new Set<number>();
  for (let bin = 1; bin < BINS && sorted.length > 0; bin++) edges.add(sortedQuantile(sorted, bin / BINS));
  return Float64Array.from(edges);
}

/** Counts of values per bin of the given inner edges (length edges + 1). */
export function binCounts(values: ArrayLike<number>, edges: Float64Array): Float64Array {
  const counts = new Float64Array(edges.length + 1);
  for (let i = 0; i < values.length; i++) {
    let bin = 0;
    while (bin < edges.length && values[i]! > edges[bin]!) bin++;
    counts[bin]! += 1;
  }
  return counts;
}

/** Population stability index Σ (c − r) ln(c / r) over bins; shares below 1e-4 count as 1e-4. Null where a window is empty. */
export function populationStabilityIndex(reference: ArrayLike<number>, current: ArrayLike<number>): number | null {
  const [r, c] = [shares(reference), shares(current)];
  if (r === null || c === null) return null;
  let index = 0;
  for (let bin = 0; bin < r.length; bin++) {
    const [before, now] = [Math.max(r[bin]!, SMALLEST_SHARE), Math.max(c[bin]!, SMALLEST_SHARE)];
    index += (now - before) * Math.log(now / before);
  }
  return index;
}

/** Jensen–Shannon divergence over bins in bits, 0 (same) to 1 (nothing in common). Null where a window is empty. */
export function jensenShannonDivergence(reference: ArrayLike<number>, current: ArrayLike<number>): number | null {
  const [r, c] = [shares(reference), shares(current)];
  if (r === null || c === null) return null;
  let divergence = 0;
  for (let bin = 0; bin < r.length; bin++) {
    const middle = (r[bin]! + c[bin]!) / 2;
    if (r[bin]! > 0) divergence += (r[bin]! * Math.log2(r[bin]! / middle)) / 2;
    if (c[bin]! > 0) divergence += (c[bin]! * Math.log2(c[bin]! / middle)) / 2;
  }
  return divergence;
}

function shares(counts: ArrayLike<number>): Float64Array | null {
  let sum = 0;
  for (let bin = 0; bin < counts.length; bin++) sum += counts[bin]!;
  return sum === 0 ? null : Float64Array.from(counts, (count) => count / sum);
}
