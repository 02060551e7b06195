import type { ClassificationCurve } from '@greenlight/shared/metrics/classification-curves.ts';
import { ClassificationAccumulator } from '@greenlight/shared/metrics/classification-report.ts';
import type { Confusion } from '@greenlight/shared/metrics/confusion.ts';
import type { MeasuredValue } from '@greenlight/shared/metrics/measured-value.ts';
import { multiLabelReport } from '@greenlight/shared/metrics/multi-label-report.ts';
import type { MetricId } from '@greenlight/shared/metrics/registry.ts';
import { regressionReport } from '@greenlight/shared/metrics/regression-report.ts';
import type { LabelledPredictions } from './predict-labelled.ts';

/** What was measured on labelled items. */
export interface LabelledReport {
  metrics: MeasuredValue[];
  curves: ClassificationCurve[];
  /** Null where an item has not exactly one label. */
  confusion: Confusion | null;
  /** Mean loss over the items: nats, or the squared error of a regression. */
  loss: number;
}

function valueOf(metrics: readonly MeasuredValue[], metric: MetricId): number {
  return metrics.find((measured) => measured.metric === metric)?.value ?? Number.POSITIVE_INFINITY;
}

/** Measures predictions of labelled items; `resamples` 0 leaves the intervals out, as while training. */
export function labelledReport(
  { head, items, outputs, labels }: LabelledPredictions,
  resamples?: number,
): LabelledReport {
  const options = resamples === undefined ? {} : { resamples };
  if (head.task === 'regression') {
    const metrics = regressionReport(outputs, labels, options);
    return { metrics, curves: [], confusion: null, loss: valueOf(metrics, 'mean-squared-error') };
  }
  if (head.task === 'multi-label') {
    const given = { items, labels: head.outputs, probabilities: outputs, truth: labels };
    const report = multiLabelReport(given, options);
    return { ...report, confusion: null, loss: valueOf(report.metrics, 'loss') };
  }
  const accumulator = new ClassificationAccumulator(head.outputs, options);
  accumulator.add({ probabilities: outputs, targets: Int32Array.from(labels) });
  const { metrics, curves, confusion } = accumulator.report();
  return { metrics, curves, confusion, loss: valueOf(metrics, 'loss') };
}
