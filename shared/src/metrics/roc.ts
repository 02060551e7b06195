import { type ScoreGroups, total } from './score-groups.ts';

/** A receiver operating characteristic: rates in 0…1, one point per threshold, from (0, 0) to (1, 1). */
export interface RocCurve {
  falsePositiveRate: Float64Array;
  truePositiveRate: Float64Array;
  /** A score at or above the threshold counts as positive; the first is the highest score + 1, where nothing does. */
  thresholds: Float64Array;
}

/**
 * Area under the ROC curve by trapezoid: the probability that a positive scores above a negative, ties one half.
 * Null where an outcome is missing. Sums of counts below 2^52 are exact.
 */
export function areaUnderRoc(groups: ScoreGroups): number | null {
  let truePositives = 0;
  let falsePositives = 0;
  let area = 0;
  for (let k = 0; k < groups.scores.length; k++) {
    const positives = groups.positives[k]!;
    const negatives = groups.negatives[k]!;
    area += negatives * (truePositives + positives / 2);
    truePositives += positives;
    falsePositives += negatives;
  }
  if (truePositives === 0 || falsePositives === 0) return null;
  return area / (truePositives * falsePositives);
}

/**
 * ROC curve as scikit-learn 1.2 `roc_curve`; null where an outcome is missing. With `dropIntermediate` (the default) a point
 * between two equal steps is left out, which changes neither the drawn line nor its area.
 */
export function rocCurve(groups: ScoreGroups, dropIntermediate = true): RocCurve | null {
  const positiveTotal = total(groups.positives);
  const negativeTotal = total(groups.negatives);
  if (positiveTotal === 0 || negativeTotal === 0) return null;
  const kept = dropIntermediate ? cornerIndices(groups) : Array.from(groups.scores.keys());
  const falsePositiveRate = new Float64Array(kept.length + 1);
  const truePositiveRate = new Float64Array(kept.length + 1);
  const thresholds = new Float64Array(kept.length + 1);
  thresholds[0] = groups.scores[0]! + 1;
  let truePositives = 0;
  let falsePositives = 0;
  let next = 0;
  for (let k = 0; k < groups.scores.length; k++) {
    truePositives += groups.positives[k]!;
    falsePositives += groups.negatives[k]!;
    if (kept[next] !== k) continue;
    next++;
    truePositiveRate[next] = truePositives / positiveTotal;
    falsePositiveRate[next] = falsePositives / negativeTotal;
    thresholds[next] = groups.scores[k]!;
  }
  return { falsePositiveRate, truePositiveRate, thresholds };
}

/** Indices of the first and last group and of every group whose step differs from the step after it. */
function cornerIndices({ scores, positives, negatives }: ScoreGroups): number[] {
  const last = scores.length - 1;
  const kept: number[] = [];
  for (let k = 0; k <= last; k++) {
    const stepChanges = positives[k] !== positives[k + 1] || negatives[k] !== negatives[k + 1];
    if (k === 0 || k === last || stepChanges) kept.push(k);
  }
  return kept;
}

/** Area under y(x) by trapezoid, as scikit-learn `auc`; x must not decrease. */
export function areaUnderCurve(x: ArrayLike<number>, y: ArrayLike<number>): number {
  let area = 0;
  for (let i = 1; i < x.length; i++) area += ((x[i]! - x[i - 1]!) * (y[i]! + y[i - 1]!)) / 2;
  return area;
}
