/** Counts of one class: items that are it and were called it, items called it, items that are it. */
export interface ClassCounts {
  truePositives: Float64Array;
  predicted: Float64Array;
  support: Float64Array;
}

/** One cell of a confusion matrix. */
interface ConfusionCell {
  target: number;
  prediction: number;
  count: number;
}

/** All cells row by row for up to 50 classes (`matrix[target][prediction]`), otherwise only the 50 most confused pairs. */
export type Confusion =
  | { kind: 'matrix'; matrix: number[][] }
  | { kind: 'most-confused'; pairs: ConfusionCell[]; confusedPairCount: number };

const FULL_MATRIX_CLASSES = 50;
const MOST_CONFUSED_PAIRS = 50;

/** Counts per class over V classes from targets and predictions of N items; `weights[i]` multiplies item i. */
export function countClasses(
  targets: ArrayLike<number>,
  predictions: ArrayLike<number>,
  classCount: number,
  weights?: ArrayLike<number>,
): ClassCounts {
  const truePositives = new Float64Array(classCount);
  const predicted = new Float64Array(classCount);
  const support = new Float64Array(classCount);
  for (let i = 0; i < targets.length; i++) {
    const weight = weights === undefined ? 1 : weights[i]!;
    const target = targets[i]!;
    const prediction = predictions[i]!;
    support[target]! += weight;
    predicted[prediction]! += weight;
    if (target === prediction) truePositives[target]! += weight;
  }
  return { truePositives, predicted, support };
}

/** Confusion of N items over V classes; pairs are ordered by count, then by target and prediction. */
export function confusion(targets: ArrayLike<number>, predictions: ArrayLike<number>, classCount: number): Confusion {
  if (classCount <= FULL_MATRIX_CLASSES) {
    const matrix = Array.from({ length: classCount }, () => Array.from({ length: classCount }, () => 0));
    for (let i = 0; i < targets.length; i++) matrix[targets[i]!]![predictions[i]!]! += 1;
    return { kind: 'matrix', matrix };
  }
  const counts = new Map<number, number>();
  for (let i = 0; i < targets.length; i++) {
    if (targets[i] === predictions[i]) continue;
    const key = targets[i]! * classCount + predictions[i]!;
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  const pairs = [...counts]
    .toSorted(([keyA, countA], [keyB, countB]) => countB - countA || keyA - keyB)
    .slice(0, MOST_CONFUSED_PAIRS)
    .map(([key, count]) => ({ target: Math.floor(key / classCount), prediction: key % classCount, count }));
  return { kind: 'most-confused', pairs, confusedPairCount: counts.size };
}
