import type { ClassCounts } from './confusion.ts';

/** Precision, recall and F1 of one class; an undefined ratio (nothing predicted, nothing to find) is 0 and said so. */
export interface ClassScores {
  classIndex: number;
  support: number;
  predicted: number;
  precision: number;
  recall: number;
  f1: number;
  precisionUndefined: boolean;
  recallUndefined: boolean;
}

/** Precision, recall and F1 (0…1) averaged over classes; undefined ratios enter the averages as 0. */
interface AveragedScores {
  precisionMicro: number;
  precisionMacro: number;
  precisionWeighted: number;
  recallMicro: number;
  recallMacro: number;
  recallWeighted: number;
  f1Micro: number;
  f1Macro: number;
  f1Weighted: number;
}

/** Scores of every class that occurs among targets or predictions, in class order. */
export function classScores(counts: ClassCounts): ClassScores[] {
  const scores: ClassScores[] = [];
  for (let classIndex = 0; classIndex < counts.support.length; classIndex++) {
    const support = counts.support[classIndex]!;
    const predicted = counts.predicted[classIndex]!;
    if (support === 0 && predicted === 0) continue;
    const truePositives = counts.truePositives[classIndex]!;
    scores.push({
      classIndex,
      support,
      predicted,
      precision: predicted === 0 ? 0 : truePositives / predicted,
      recall: support === 0 ? 0 : truePositives / support,
      f1: (2 * truePositives) / (support + predicted),
      precisionUndefined: predicted === 0,
      recallUndefined: support === 0,
    });
  }
  return scores;
}

/**
 * Micro, macro and support-weighted averages as scikit-learn `precision_recall_fscore_support(zero_division=0)`; macro is over the
 * classes that occur among targets or predictions. Null without items.
 */
export function averageScores(counts: ClassCounts): AveragedScores | null {
  let classes = 0;
  let items = 0;
  let correct = 0;
  let [precision, recall, f1, precisionWeighted, recallWeighted, f1Weighted] = [0, 0, 0, 0, 0, 0];
  for (let c = 0; c < counts.support.length; c++) {
    const support = counts.support[c]!;
    const predicted = counts.predicted[c]!;
    if (support === 0 && predicted === 0) continue;
    const truePositives = counts.truePositives[c]!;
    const classPrecision = predicted === 0 ? 0 : truePositives / predicted;
    const classRecall = support === 0 ? 0 : truePositives / support;
    const classF1 = (2 * truePositives) / (support + predicted);
    classes++;
    items += support;
    correct += truePositives;
    precision += classPrecision;
    recall += classRecall;
    f1 += classF1;
    precisionWeighted += support * classPrecision;
    recallWeighted += support * classRecall;
    f1Weighted += support * classF1;
  }
  if (items === 0) return null;
  // With one label an item, every wrong item is one false positive and one false negative, so the three micro averages are the accuracy.
  const micro = correct / items;
  return {
    precisionMicro: micro,
    precisionMacro: precision / classes,
    precisionWeighted: precisionWeighted / items,
    recallMicro: micro,
    recallMacro: recall / classes,
    recallWeighted: recallWeighted / items,
    f1Micro: micro,
    f1Macro: f1 / classes,
    f1Weighted: f1Weighted / items,
  };
}
