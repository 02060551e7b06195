import { ClassificationAccumulator } from '@greenlight/shared/metrics/classification-report.ts';
import type { ClassificationCurve } from '@greenlight/shared/metrics/classification-curves.ts';
import { reduceCurve } from '@greenlight/shared/metrics/curve-reduction.ts';
import type { MetricId } from '@greenlight/shared/metrics/registry.ts';
import { MAX_POINT_PAIRS } from '@greenlight/shared/stages/training/plan/evaluation-limits.ts';
import type { RocSnapshot } from '@greenlight/shared/stages/training/contract.ts';
import type { BatchSettings } from '../data/batches.ts';
import type { Engine } from '../training/engine.ts';
import { predict, selectItems } from './predict.ts';

const SNAPSHOT_POINTS = 200;

/** The metrics of an evaluation point and the names that their points have. */
const POINTS = {
  'validation/loss': 'loss',
  'validation/perplexity': 'perplexity',
  'validation/accuracy': 'accuracy',
  'validation/f1-macro': 'f1-macro',
  'validation/auc-micro': 'auc-micro',
  'validation/auc-macro': 'auc-macro',
} as const satisfies Record<string, MetricId>;

/** What an evaluation point found on the validation split. */
export interface ValidationPoint {
  /** Mean loss in nats per token. */
  loss: number;
  /** Point name to value; null where undefined. */
  values: Record<string, number | null>;
  /** Micro and macro ROC, where defined. */
  snapshots: RocSnapshot[];
}

/** Evaluates the model on so many validation items: always the same ones, chosen by the seed. */
export async function validate(
  engine: Engine,
  items: readonly Int32Array[],
  settings: BatchSettings,
  vocabularySize: number,
  step: number,
  most: number,
): Promise<ValidationPoint> {
  const chosen = selectItems(items, vocabularySize, MAX_POINT_PAIRS, settings.seed, most);
  const accumulator = new ClassificationAccumulator(vocabularySize, { resamples: 0 });
  for await (const { probabilities, targets, sentences } of predict(engine, chosen, settings, vocabularySize)) {
    accumulator.add({ probabilities, targets, groups: sentences });
  }
  const report = accumulator.report();
  const valueOf = (metric: MetricId) => report.metrics.find((measured) => measured.metric === metric)?.value ?? null;
  return {
    loss: valueOf('loss') ?? Number.POSITIVE_INFINITY,
    values: Object.fromEntries(Object.entries(POINTS).map(([name, metric]) => [name, valueOf(metric)])),
    snapshots: report.curves.flatMap((curve) => snapshotOf(curve, step)),
  };
}

function snapshotOf(curve: ClassificationCurve, step: number): RocSnapshot[] {
  if (curve.kind !== 'roc-micro' && curve.kind !== 'roc-macro') return [];
  const { x, y } = reduceCurve(curve.x, curve.y, SNAPSHOT_POINTS);
  const average = curve.kind === 'roc-micro' ? 'micro' : 'macro';
  return [{ step, average, auc: curve.area, falsePositiveRate: x, truePositiveRate: y }];
}
