/** Counts of the runs of `length` tokens, keyed by their tokens joined with spaces; tokens hold no white space. */
export function countNGrams(tokens: readonly string[], length: number): Map<string, number> {
  const counts = new Map<string, number>();
  for (let start = 0; start + length <= tokens.length; start++) {
    const key = tokens.slice(start, start + length).join(' ');
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  return counts;
}

/** Number of n-grams that two texts have in common, each counted as often as in the text where it is rarer. */
export function sharedCount(first: ReadonlyMap<string, number>, second: ReadonlyMap<string, number>): number {
  let shared = 0;
  for (const [key, count] of first) shared += Math.min(count, second.get(key) ?? 0);
  return shared;
}
