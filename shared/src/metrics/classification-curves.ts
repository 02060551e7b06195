import { calibrationError, calibrationSums, reliabilityCurve } from './calibration.ts';
import type { ClassifiedItems } from './classified-items.ts';
import type { ClassificationPoints } from './classification-points.ts';
import { reduceCurve } from './curve-reduction.ts';
import { meanRocCurve } from './macro-roc.ts';
import type { OneVersusRest } from './one-versus-rest.ts';
import { precisionRecallCurve } from './precision-recall.ts';
import { rocCurve } from './roc.ts';
import { groupScores } from './score-groups.ts';

/**
 * A curve for drawing, at most 500 points: ROC as true against false positive rate, precision against recall, or accuracy against mean
 * confidence with the items per bin as `weight`. `area` is that of the full curve (for reliability, the calibration error).
 */
export interface ClassificationCurve {
  kind: 'roc-micro' | 'roc-macro' | 'roc-confidence' | 'precision-recall-micro' | 'reliability';
  x: number[];
  y: number[];
  weight: number[] | null;
  area: number | null;
}

/** The curves of a classification that are defined for it. */
export function classificationCurves(
  items: ClassifiedItems,
  { micro, classes }: OneVersusRest,
  { values }: ClassificationPoints,
): ClassificationCurve[] {
  const classCurves = classes.map(({ groups }) => rocCurve(groups)).filter((curve) => curve !== null);
  const rocs = [
    { kind: 'roc-micro', curve: rocCurve(micro), area: values.aucMicro },
    { kind: 'roc-macro', curve: meanRocCurve(classCurves), area: values.aucMacro },
    {
      kind: 'roc-confidence',
      curve: rocCurve(groupScores(items.confidence, items.isCorrect)),
      area: values.aucConfidence,
    },
  ] as const;
  const curves: ClassificationCurve[] = [];
  for (const { kind, curve, area } of rocs) {
    if (curve === null) continue;
    const { x, y } = reduceCurve(curve.falsePositiveRate, curve.truePositiveRate);
    curves.push({ kind, x, y, weight: null, area });
  }
  const precisionRecall = precisionRecallCurve(micro);
  if (precisionRecall !== null) {
    const { x, y } = reduceCurve(precisionRecall.recall, precisionRecall.precision);
    curves.push({ kind: 'precision-recall-micro', x, y, weight: null, area: values.averagePrecisionMicro });
  }
  const reliability = reliabilityOf(items);
  if (reliability.x.length > 0) curves.push(reliability);
  return curves;
}

function reliabilityOf(items: ClassifiedItems): ClassificationCurve {
  const sums = calibrationSums(items.confidence, items.isCorrect);
  const filled = reliabilityCurve(sums).filter((bin) => bin.count > 0);
  return {
    kind: 'reliability',
    x: filled.map((bin) => bin.meanConfidence!),
    y: filled.map((bin) => bin.accuracy!),
    weight: filled.map((bin) => bin.count),
    area: calibrationError(sums),
  };
}
