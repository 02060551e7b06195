const EXACT = 1024;
const STEPS_A_DOUBLING = 32;
const BUCKETS = EXACT + STEPS_A_DOUBLING * 22;

/** Counts of lengths: exact below 1,024, above that in steps of about 2 %. */
export type LengthCounts = Float64Array<ArrayBuffer>;

/** Counts without a length in them. */
export function emptyLengthCounts(): LengthCounts {
  return new Float64Array(BUCKETS);
}

/** The place of a length in the counts. */
export function lengthBucket(length: number): number {
  if (length < EXACT) return length;
  const bucket = EXACT + Math.floor(Math.log2(length / EXACT) * STEPS_A_DOUBLING);
  return Math.min(BUCKETS - 1, bucket);
}

/** The shortest length that is counted at a place. */
function lengthOfBucket(bucket: number): number {
  return bucket < EXACT ? bucket : Math.ceil(EXACT * 2 ** ((bucket - EXACT) / STEPS_A_DOUBLING));
}

/** The length that a share of all texts does not exceed (nearest rank); null without texts. */
export function lengthQuantile(counts: LengthCounts, share: number): number | null {
  const total = counts.reduce((sum, count) => sum + count, 0);
  if (total === 0) return null;
  const rank = Math.max(1, Math.ceil(share * total));
  let seen = 0;
  for (const [bucket, count] of counts.entries()) {
    seen += count;
    if (seen >= rank) return lengthOfBucket(bucket);
  }
  return null;
}

/** The counts as at most `bars` bars of equal width from the shortest to the longest text; `to` is excluded. */
export function lengthBars(counts: LengthCounts, bars: number): { from: number; to: number; count: number }[] {
  const used = [...counts.keys()].filter((bucket) => counts[bucket]! > 0);
  if (used.length === 0) return [];
  const least = lengthOfBucket(used[0]!);
  const most = lengthOfBucket(used.at(-1)!);
  const width = Math.max(1, Math.ceil((most - least + 1) / bars));
  const result = Array.from({ length: Math.floor((most - least) / width) + 1 }, (_, index) => ({
    from: least + index * width,
    to: least + (index + 1) * width,
    count: 0,
  }));
  for (const bucket of used) result[Math.floor((lengthOfBucket(bucket) - least) / width)]!.count += counts[bucket]!;
  return result;
}
