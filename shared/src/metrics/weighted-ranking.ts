import type { ScoreGroups } from './score-groups.ts';

/**
 * Ranks N scored outcomes once and returns a function that gives the groups of equal score where item i counts `weights[i]` times;
 * its result is reused by the next call.
 */
export function weightedRanking(
  scores: ArrayLike<number>,
  isPositive: ArrayLike<number>,
): (weights: ArrayLike<number>) => ScoreGroups {
  const order = Uint32Array.from({ length: scores.length }, (_, i) => i).toSorted((a, b) => scores[b]! - scores[a]!);
  const groupOf = new Uint32Array(order.length);
  const distinct: number[] = [];
  for (const item of order) {
    if (distinct.at(-1) !== scores[item]) distinct.push(scores[item]!);
    groupOf[item] = distinct.length - 1;
  }
  const groups = {
    scores: Float64Array.from(distinct),
    positives: new Float64Array(distinct.length),
    negatives: new Float64Array(distinct.length),
  };
  return (weights) => {
    groups.positives.fill(0);
    groups.negatives.fill(0);
    for (let i = 0; i < groupOf.length; i++) {
      const side = isPositive[i] ? groups.positives : groups.negatives;
      side[groupOf[i]!]! += weights[i]!;
    }
    return groups;
  };
}
