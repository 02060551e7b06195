import { crossEntropyNats } from './loss.ts';
import type { ProbabilityChunk } from './probability-chunk.ts';

/** What each of N classified items contributes, one entry per item in every array. */
export interface ClassifiedItems {
  targets: number[];
  predictions: number[];
  /** Probability of the predicted class. */
  confidence: number[];
  /** 1 where the prediction is the target. */
  isCorrect: number[];
  /** 1 where the target is among the five likeliest classes. */
  isInTopFive: number[];
  lossNats: number[];
  /** The unit of resampling (sentence or item) that the item belongs to. */
  groups: number[];
}

/** No items. */
export function emptyItems(): ClassifiedItems {
  return { targets: [], predictions: [], confidence: [], isCorrect: [], isInTopFive: [], lossNats: [], groups: [] };
}

/**
 * Appends a chunk's items. Among equal probabilities the lower class ranks first, for the prediction and for the five likeliest alike.
 * `lossNats` are the model's own losses per item; without them −ln p(y) of the rounded probability is used.
 */
export function appendItems(
  items: ClassifiedItems,
  { probabilities, targets }: ProbabilityChunk,
  groups: ArrayLike<number>,
  lossNats?: ArrayLike<number>,
): void {
  const classCount = probabilities.length / targets.length;
  for (let item = 0; item < targets.length; item++) {
    const row = item * classCount;
    const target = targets[item]!;
    const ofTarget = probabilities[row + target]!;
    let prediction = 0;
    let highest = -1;
    let rank = 0;
    for (let c = 0; c < classCount; c++) {
      const probability = probabilities[row + c]!;
      if (probability > highest) {
        highest = probability;
        prediction = c;
      }
      if (probability > ofTarget || (probability === ofTarget && c < target)) rank++;
    }
    items.targets.push(target);
    items.predictions.push(prediction);
    items.confidence.push(highest);
    items.isCorrect.push(prediction === target ? 1 : 0);
    items.isInTopFive.push(rank < 5 ? 1 : 0);
    items.lossNats.push(lossNats === undefined ? crossEntropyNats(ofTarget) : lossNats[item]!);
    items.groups.push(groups[item]!);
  }
}

/** Mean of N values, weighted when `weights` is given; null without weight. */
export function weightedMean(values: ArrayLike<number>, weights?: ArrayLike<number>): number | null {
  let sum = 0;
  let weightSum = 0;
  for (let i = 0; i < values.length; i++) {
    const weight = weights === undefined ? 1 : weights[i]!;
    sum += weight * values[i]!;
    weightSum += weight;
  }
  return weightSum === 0 ? null : sum / weightSum;
}
