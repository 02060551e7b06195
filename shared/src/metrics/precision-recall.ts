import { type ScoreGroups, total } from './score-groups.ts';

/** Precision and recall (0…1) per threshold, recall falling from 1 to 0; the last point (1, 0) has no threshold. */
interface PrecisionRecallCurve {
  precision: Float64Array;
  recall: Float64Array;
  thresholds: Float64Array;
}

/** Precision–recall curve as scikit-learn 1.2 `precision_recall_curve`; null without a positive. */
export function precisionRecallCurve(groups: ScoreGroups): PrecisionRecallCurve | null {
  const positiveTotal = total(groups.positives);
  if (positiveTotal === 0) return null;
  const count = groups.scores.length;
  const precision = new Float64Array(count + 1);
  const recall = new Float64Array(count + 1);
  let truePositives = 0;
  let selected = 0;
  for (let k = 0; k < count; k++) {
    truePositives += groups.positives[k]!;
    selected += groups.positives[k]! + groups.negatives[k]!;
    precision[count - 1 - k] = truePositives / selected;
    recall[count - 1 - k] = truePositives / positiveTotal;
  }
  precision[count] = 1;
  return { precision, recall, thresholds: groups.scores.toReversed() };
}

/** Average precision Σ (Rₖ − Rₖ₋₁) Pₖ, as scikit-learn `average_precision_score`; null without a positive. */
export function averagePrecision(groups: ScoreGroups): number | null {
  let truePositives = 0;
  let selected = 0;
  let sum = 0;
  for (let k = 0; k < groups.scores.length; k++) {
    const positives = groups.positives[k]!;
    truePositives += positives;
    selected += positives + groups.negatives[k]!;
    if (positives > 0) sum += positives * (truePositives / selected);
  }
  return truePositives === 0 ? null : sum / truePositives;
}
