import { join } from 'node:path';
import { reduceCurve } from '@greenlight/shared/metrics/curve-reduction.ts';
import type { EvaluationResult } from '@greenlight/shared/stages/evaluation/contract.ts';
import {
  MAX_EVALUATION_PAIRS,
  MAX_LABELLED_POINT_PAIRS,
} from '@greenlight/shared/stages/training/plan/evaluation-limits.ts';
import type { Labels } from '../data/labels.ts';
import type { Engine } from '../training/engine.ts';
import { namedConfusion } from './named-confusion.ts';
import type { EvaluationOutcome } from './evaluation-outcome.ts';
import { labelledReport } from './labelled-report.ts';
import { float32Array, int32Array, unicodeArray, writeNpz } from './npz.ts';
import { predictLabelled, type Head, type LabelledPredictions } from './predict-labelled.ts';
import type { ValidationPoint } from './validate.ts';

const SNAPSHOT_POINTS = 200;

/** Labelled items as token ids. */
export interface LabelledData {
  ids: readonly Int32Array[];
  labels: Labels;
}

/** What is evaluated, on what. */
export interface LabelledEvaluation {
  engine: Engine;
  head: Head;
  data: LabelledData;
  /** Names of the classes by number; empty for a regression. */
  classes: readonly string[];
  split: EvaluationResult['split'];
  sameAsTraining: boolean;
  seed: number;
  checkpointStep: number;
  /** Folder for the predictions. */
  folder: string;
}

/** Evaluates a classifier on validation items (a fixed sample of them where there are very many). */
export async function validateLabelled(
  engine: Engine,
  head: Head,
  data: LabelledData,
  seed: number,
  step: number,
): Promise<ValidationPoint> {
  const predictions = await predictLabelled(engine, head, data, { maxPairs: MAX_LABELLED_POINT_PAIRS, seed });
  const { metrics, curves, loss } = labelledReport(predictions, 0);
  const values = Object.fromEntries(metrics.map(({ metric, value }) => [`validation/${metric}`, value]));
  const snapshots = curves.flatMap(({ kind, x, y, area }) => {
    if (kind !== 'roc-micro' && kind !== 'roc-macro') return [];
    const line = reduceCurve(x, y, SNAPSHOT_POINTS);
    const average = kind === 'roc-micro' ? ('micro' as const) : ('macro' as const);
    return [{ step, average, auc: area, falsePositiveRate: line.x, truePositiveRate: line.y }];
  });
  return { loss, values: { ...values, 'validation/loss': loss }, snapshots };
}

/** Measures a trained classifier on held-out items with 95 % intervals by item. */
export async function evaluateLabelled(task: LabelledEvaluation): Promise<EvaluationOutcome> {
  const { engine, head, data, classes, seed, checkpointStep, split, sameAsTraining } = task;
  const startMs = performance.now();
  const predicted = await predictLabelled(engine, head, data, { maxPairs: MAX_EVALUATION_PAIRS, seed });
  const path = join(task.folder, `predictions-${checkpointStep}.npz`);
  const { measured, predictions } = await measureLabelled(predicted, classes, path);
  const elapsedMs = performance.now() - startMs;
  return { result: { checkpointStep, split, sameAsTraining, ...measured, elapsedMs }, predictions };
}

/** What is measured of predictions with 95 % intervals by item, and the file that holds them, written to `path`. */
export async function measureLabelled(predictions: LabelledPredictions, classes: readonly string[], path: string) {
  const { metrics, curves, confusion } = labelledReport(predictions);
  const written = await writeNpz(path, storedArrays(predictions, classes));
  const measured = {
    items: predictions.items,
    sentences: predictions.items,
    classes: classes.length,
    metrics,
    curves,
    confusion: confusion === null ? [] : namedConfusion(confusion, (id) => classes[id] ?? ''),
    samples: [],
  };
  return { measured, predictions: { path, ...written } };
}

function storedArrays({ head, items, outputs, labels }: LabelledPredictions, classes: readonly string[]) {
  const name = head.task === 'regression' ? 'predictions' : 'probabilities';
  const stored = float32Array(name, [items, head.outputs], outputs);
  if (labels instanceof Int32Array) return [stored, int32Array('targets', labels), unicodeArray('classes', classes)];
  const truth = float32Array('targets', [items, labels.length / Math.max(1, items)], labels);
  return classes.length === 0 ? [stored, truth] : [stored, truth, unicodeArray('classes', classes)];
}
