import type { ClassifiedItems } from './classified-items.ts';
import { type ClassificationPoints, itemValues, type PointName } from './classification-points.ts';
import { tieErrorBound } from './one-versus-rest.ts';
import type { OneVersusRestResampling } from './one-versus-rest-resampling.ts';
import { averagePrecision } from './precision-recall.ts';
import { areaUnderRoc } from './roc.ts';
import type { ScoreGroups } from './score-groups.ts';
import { weightedRanking } from './weighted-ranking.ts';

/** Every number of a classification as a function of how often each group was drawn. */
interface ResampledStatistics {
  statistics: (groupWeights: Float64Array) => Partial<Record<PointName, number | null>> & Record<string, number | null>;
  /** Largest error of the binned micro AUC of the whole sample. */
  binnedErrorBound: number;
}

/**
 * Numbers of the items, the confidence AUC and the class means are recomputed exactly. Micro AUC and micro average precision are recomputed
 * from binned scores, less the shift that binning causes on the whole sample.
 */
export function resampledStatistics(
  items: ClassifiedItems,
  classCount: number,
  points: ClassificationPoints,
  binned: (groupWeights: ArrayLike<number>) => ScoreGroups,
  groupCount: number,
  classMeans: OneVersusRestResampling | null,
): ResampledStatistics {
  const itemWeights = new Float64Array(items.groups.length);
  const confidenceRanking = weightedRanking(items.confidence, items.isCorrect);
  const whole = binned(new Float64Array(groupCount).fill(1));
  const areaShift = difference(points.values.aucMicro, areaUnderRoc(whole));
  const precisionShift = difference(points.values.averagePrecisionMicro, averagePrecision(whole));
  const binnedErrorBound = tieErrorBound(whole);
  function statistics(groupWeights: Float64Array) {
    let weightTotal = 0;
    for (let item = 0; item < itemWeights.length; item++) {
      itemWeights[item] = groupWeights[items.groups[item]!]!;
      weightTotal += itemWeights[item]!;
    }
    const pairs = binned(groupWeights);
    return {
      ...itemValues(items, classCount, itemWeights),
      ...classMeans?.means(groupWeights, weightTotal),
      aucConfidence: areaUnderRoc(confidenceRanking(itemWeights)),
      aucMicro: shifted(areaUnderRoc(pairs), areaShift),
      averagePrecisionMicro: shifted(averagePrecision(pairs), precisionShift),
    };
  }
  return { statistics, binnedErrorBound };
}

function difference(exact: number | null, approximate: number | null): number {
  return exact === null || approximate === null ? 0 : exact - approximate;
}

function shifted(value: number | null, shift: number): number | null {
  return value === null ? null : Math.min(1, Math.max(0, value + shift));
}
