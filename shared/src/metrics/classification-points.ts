import { calibrationError, calibrationErrorByChance, calibrationSums } from './calibration.ts';
import { type ClassifiedItems, weightedMean } from './classified-items.ts';
import { countClasses } from './confusion.ts';
import { averageScores } from './f1.ts';
import { perplexity } from './loss.ts';
import { metricNote, undefinedNote } from './metric-notes.ts';
import { type BoundedArea, type OneVersusRest, oneVersusRestAreas } from './one-versus-rest.ts';
import { averagePrecision } from './precision-recall.ts';
import type { MetricId } from './registry.ts';
import { areaUnderRoc } from './roc.ts';
import { groupScores } from './score-groups.ts';

/** The registry's name of each number of a classification, in the order of a report. */
export const METRIC_OF_POINT = {
  loss: 'loss',
  perplexity: 'perplexity',
  accuracy: 'accuracy',
  accuracyTop5: 'accuracy-top5',
  precisionMicro: 'precision-micro',
  precisionMacro: 'precision-macro',
  precisionWeighted: 'precision-weighted',
  recallMicro: 'recall-micro',
  recallMacro: 'recall-macro',
  recallWeighted: 'recall-weighted',
  f1Micro: 'f1-micro',
  f1Macro: 'f1-macro',
  f1Weighted: 'f1-weighted',
  aucMicro: 'auc-micro',
  aucMacro: 'auc-macro',
  aucWeighted: 'auc-weighted',
  aucConfidence: 'auc-confidence',
  averagePrecisionMicro: 'average-precision-micro',
  averagePrecisionMacro: 'average-precision-macro',
  calibrationError: 'calibration-error',
} as const satisfies Record<string, MetricId>;

/** One number of a classification. */
export type PointName = keyof typeof METRIC_OF_POINT;

/** One value per number; null where undefined. */
export type PointValues = Record<PointName, number | null>;

/** The numbers of the whole sample and what has to be said beside them. */
export interface ClassificationPoints {
  values: PointValues;
  notes: Partial<Record<PointName, string[]>>;
}

/** Numbers that follow from the items alone, where item i counts `weights[i]` times. */
export function itemValues(items: ClassifiedItems, classCount: number, weights?: ArrayLike<number>) {
  const loss = weightedMean(items.lossNats, weights);
  const averages = averageScores(countClasses(items.targets, items.predictions, classCount, weights));
  return {
    loss,
    perplexity: loss === null ? null : perplexity(loss),
    accuracy: weightedMean(items.isCorrect, weights),
    accuracyTop5: weightedMean(items.isInTopFive, weights),
    precisionMicro: averages?.precisionMicro ?? null,
    precisionMacro: averages?.precisionMacro ?? null,
    precisionWeighted: averages?.precisionWeighted ?? null,
    recallMicro: averages?.recallMicro ?? null,
    recallMacro: averages?.recallMacro ?? null,
    recallWeighted: averages?.recallWeighted ?? null,
    f1Micro: averages?.f1Micro ?? null,
    f1Macro: averages?.f1Macro ?? null,
    f1Weighted: averages?.f1Weighted ?? null,
    calibrationError: calibrationError(calibrationSums(items.confidence, items.isCorrect, weights)),
  };
}

/** Every number of the whole sample. */
export function classificationPoints(
  items: ClassifiedItems,
  ranked: OneVersusRest,
  classCount: number,
): ClassificationPoints {
  const areas = oneVersusRestAreas(ranked);
  const precisions = ranked.classes.map(({ groups }) => averagePrecision(groups)!);
  const values: PointValues = {
    ...itemValues(items, classCount),
    aucMicro: areas.micro?.value ?? null,
    aucMacro: areas.macro?.value ?? null,
    aucWeighted: areas.weighted?.value ?? null,
    aucConfidence: areaUnderRoc(groupScores(items.confidence, items.isCorrect)),
    averagePrecisionMicro: averagePrecision(ranked.micro),
    averagePrecisionMacro: weightedMean(precisions),
  };
  const notes = pointNotes(items, classCount, areas, ranked);
  return { values, notes: { ...notes, calibrationError: calibrationNote(items, values.calibrationError) } };
}

/** Share of a measured calibration error from which on what sampling alone makes of it is worth saying. */
const NOTABLE_CHANCE = 0.25;

function calibrationNote(items: ClassifiedItems, measured: number | null): string[] {
  const byChance = calibrationErrorByChance(items.confidence);
  const isNotable = byChance !== null && measured !== null && byChance > NOTABLE_CHANCE * measured;
  return isNotable ? [metricNote('calibration-by-chance', byChance)] : [];
}

function pointNotes(
  items: ClassifiedItems,
  classCount: number,
  areas: { micro: BoundedArea | null; macro: BoundedArea | null; weighted: BoundedArea | null; classCount: number },
  ranked: OneVersusRest,
): ClassificationPoints['notes'] {
  const counts = countClasses(items.targets, items.predictions, classCount);
  let neverPredicted = 0;
  let neverTrue = 0;
  for (let c = 0; c < classCount; c++) {
    if (counts.support[c]! > 0 && counts.predicted[c] === 0) neverPredicted++;
    if (counts.predicted[c]! > 0 && counts.support[c] === 0) neverTrue++;
  }
  const boundNote = (area: BoundedArea | null) =>
    ranked.method === 'exact' || area === null ? [] : [metricNote('histogram-bound', area.errorBound)];
  const averaged = areas.macro === null ? [] : [metricNote('classes-averaged', areas.classCount)];
  return {
    precisionMacro: undefinedNote(neverPredicted),
    precisionWeighted: undefinedNote(neverPredicted),
    recallMacro: undefinedNote(neverTrue),
    f1Macro: undefinedNote(neverPredicted + neverTrue),
    f1Weighted: undefinedNote(neverPredicted),
    aucMicro: boundNote(areas.micro),
    aucMacro: [...averaged, ...boundNote(areas.macro)],
    aucWeighted: [...averaged, ...boundNote(areas.weighted)],
  };
}
