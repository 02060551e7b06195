/**
 * Two-sided p-value of McNemar's exact test: of the items that only one of two models got right, `onlyFirst` and `onlySecond`
 * counts, would so uneven a split arise by chance? 2·P(X ≤ min) for X ~ Binomial(onlyFirst + onlySecond, ½), at most 1.
 */
export function mcnemarExact(onlyFirst: number, onlySecond: number): number {
  const trials = onlyFirst + onlySecond;
  const fewer = Math.min(onlyFirst, onlySecond);
  let logTerm = -trials * Math.LN2;
  let tail = Math.exp(logTerm);
  for (let k = 1; k <= fewer; k++) {
    logTerm += Math.log((trials - k + 1) / k);
    tail += Math.exp(logTerm);
  }
  return Math.min(1, 2 * tail);
}

/** Counts the items that only one of two models got right, from what each got right (truthy) on the same N items. */
export function discordantCounts(
  firstIsCorrect: ArrayLike<number>,
  secondIsCorrect: ArrayLike<number>,
): { onlyFirst: number; onlySecond: number } {
  if (firstIsCorrect.length !== secondIsCorrect.length) {
    throw new RangeError(`${firstIsCorrect.length} items against ${secondIsCorrect.length}: not the same items`);
  }
  let [onlyFirst, onlySecond] = [0, 0];
  for (let i = 0; i < firstIsCorrect.length; i++) {
    if (firstIsCorrect[i] && !secondIsCorrect[i]) onlyFirst++;
    if (!firstIsCorrect[i] && secondIsCorrect[i]) onlySecond++;
  }
  return { onlyFirst, onlySecond };
}
