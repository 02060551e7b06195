import { join } from 'node:path';
import { reduceCurve } from '@greenlight/shared/metrics/curve-reduction.ts';
import type { EvaluationResult, HeadEvaluation } from '@greenlight/shared/stages/evaluation/contract.ts';
import { MAX_WRONG_ITEMS, type Resampling } from '@greenlight/shared/stages/evaluation/resampling.ts';
import { seriesOfHead } from '@greenlight/shared/stages/training/heads.ts';
import {
  MAX_EVALUATION_PAIRS,
  MAX_LABELLED_POINT_PAIRS,
} from '@greenlight/shared/stages/training/plan/evaluation-limits.ts';
import type { Head } from '../model/settings.ts';
import type { Engine } from '../training/engine.ts';
import { namedConfusion } from './named-confusion.ts';
import type { EvaluationOutcome } from './evaluation-outcome.ts';
import { labelledReport } from './labelled-report.ts';
import { resamplingsOf, toldMetrics, wrongRows } from './resamplings.ts';
import { float32Array, int32Array, unicodeArray, writeNpz, type NpyArray } from './npz.ts';
import { EVALUATION_SEED } from './predict.ts';
import {
  knownPredictions,
  predictLabelled,
  type HeadPredictions,
  type PartlyKnown,
  type LabelledData,
  type LabelledPredictions,
  type Predictions,
} from './predict-labelled.ts';
import type { ValidationPoint } from './validate.ts';

const SNAPSHOT_POINTS = 200;

/** What is evaluated, on what. */
export interface LabelledEvaluation {
  engine: Engine;
  head: Head;
  data: LabelledData;
  /** Names of the classes by number; empty for a regression. */
  classes: readonly string[];
  split: EvaluationResult['split'];
  sameAsTraining: boolean;
  /** Places of the items in their version, from 1. */
  numbers: Int32Array;
  checkpointStep: number;
  /** Folder for the predictions. */
  folder: string;
}

/** Evaluates a classifier on so many validation items, always the same ones, chosen by the seed; the loss is that of its first head. */
export async function validateLabelled(
  engine: Engine,
  head: Head,
  data: LabelledData,
  seed: number,
  step: number,
  mostItems: number,
): Promise<ValidationPoint> {
  const limits = { maxPairs: MAX_LABELLED_POINT_PAIRS, seed, mostItems };
  const { first, further } = await predictLabelled(engine, head, data, limits);
  const point = headPoint(knownPredictions(first), step, null);
  const known = further.map((one) => ({ name: one.auxiliary.head.name, predictions: knownPredictions(one) }));
  const others = known.map(({ name, predictions }) => headPoint(predictions, step, name));
  return {
    loss: point.loss,
    values: Object.assign({}, point.values, ...others.map(({ values }) => values)) as ValidationPoint['values'],
    snapshots: [point, ...others].flatMap(({ snapshots }) => snapshots),
  };
}

/** What an evaluation point found of one head; `name` null for the first. */
function headPoint(predictions: LabelledPredictions, step: number, name: string | null): ValidationPoint {
  if (predictions.items === 0) return { loss: Number.POSITIVE_INFINITY, values: {}, snapshots: [] };
  const { metrics, curves, loss } = labelledReport(predictions, 0);
  const values = Object.fromEntries(
    [
      ...metrics.map(({ metric, value }) => [`validation/${metric}`, value] as const),
      ['validation/loss', loss] as const,
    ].map(([series, value]) => [seriesOfHead(series, name), value]),
  );
  const snapshots = curves.flatMap(({ kind, x, y, area }) => {
    if (kind !== 'roc-micro' && kind !== 'roc-macro') return [];
    const line = reduceCurve(x, y, SNAPSHOT_POINTS);
    const average = kind === 'roc-micro' ? ('micro' as const) : ('macro' as const);
    const ofHead = name === null ? {} : { head: name };
    return [{ step, average, ...ofHead, auc: area, falsePositiveRate: line.x, truePositiveRate: line.y }];
  });
  return { loss, values, snapshots };
}

/** Measures a trained classifier on held-out items with 95 % intervals by item. */
export async function evaluateLabelled(task: LabelledEvaluation): Promise<EvaluationOutcome> {
  const { engine, head, data, classes, numbers, checkpointStep, split, sameAsTraining } = task;
  const startMs = performance.now();
  const predicted = await predictLabelled(engine, head, data, {
    ...{ maxPairs: MAX_EVALUATION_PAIRS, seed: EVALUATION_SEED },
  });
  const path = join(task.folder, `predictions-${checkpointStep}.npz`);
  const { measured, predictions } = await measureLabelled(predicted, classes, numbers, path);
  const elapsedMs = performance.now() - startMs;
  return { result: { checkpointStep, split, sameAsTraining, ...measured, elapsedMs }, predictions };
}

/** What is measured of predictions with 95 % intervals by item, and the file that holds them, written to `path`; `numbers` are the items' places in their version, from 1. */
export async function measureLabelled(
  { members, first, further }: Predictions,
  classes: readonly string[],
  numbers: Int32Array,
  path: string,
) {
  const written = await writeNpz(path, [
    ...storedArraysOfFirst(first, classes),
    ...further.flatMap(storedArraysOfHead),
  ]);
  const places = Int32Array.from(members, (member) => numbers[member] ?? 0);
  let room = MAX_WRONG_ITEMS;
  const resamplings: Resampling[] = [];
  const measureHead = (head: PartlyKnown, names: readonly string[], task: string | null) => {
    const { metrics, ...measured } = measuredOf(knownPredictions(head), names);
    const of = itemsOfHead(head, places, room);
    resamplings.push(...resamplingsOf(metrics, { of: 'items', task, ...of, texts: null }));
    room -= of.wrong?.length ?? 0;
    return { ...measured, metrics: toldMetrics(metrics) };
  };
  const measured = {
    ...measureHead(first, classes, null),
    sentences: first.items,
    samples: [],
    heads: further.map((one): HeadEvaluation => {
      const { name, task, weight, labels } = one.auxiliary.head;
      return { name, task, weight, ...measureHead(one, labels, name) };
    }),
    resamplings,
  };
  return { measured, predictions: { path, ...written } };
}

/** The items whose answer is known of a head, and those of them that it answered wrong where they are `mostWrong` at most. */
function itemsOfHead(head: PartlyKnown, places: Int32Array, mostWrong: number) {
  const known = places.filter((_, row) => head.known === undefined || head.known[row] === 1);
  const wrong = wrongRows(knownPredictions(head));
  return {
    groups: known.length,
    identity: [head.head.task, known],
    wrong: wrong === null || wrong.length > mostWrong ? null : Int32Array.from(wrong, (row) => known[row] ?? 0).sort(),
  };
}

function measuredOf(predictions: LabelledPredictions, classes: readonly string[]) {
  const counts = { items: predictions.items, classes: classes.length };
  if (predictions.items === 0) return { ...counts, metrics: [], curves: [], confusion: [] };
  const { metrics, curves, confusion } = labelledReport(predictions);
  const pairs = confusion === null ? [] : namedConfusion(confusion, (id) => classes[id] ?? '');
  return { ...counts, metrics, curves, confusion: pairs };
}

/** The arrays of the first head for all items; `known` says of which the label is known, where it is not of every one. */
function storedArraysOfFirst(first: PartlyKnown, classes: readonly string[]): NpyArray[] {
  const { known } = first;
  return [
    ...storedArrays(first, classes),
    ...(known === undefined ? [] : [int32Array('known', [Int32Array.from(known)])]),
  ];
}

/** The arrays of a further head, named with it, for all items; `known` says of which the answer is known. */
function storedArraysOfHead(predictions: HeadPredictions): NpyArray[] {
  const { head, known } = predictions.auxiliary;
  const arrays = [...storedArrays(predictions, head.labels), int32Array('known', [Int32Array.from(known)])];
  return arrays.map((array) => ({ ...array, name: `${array.name}.${head.name}` }));
}

function storedArrays({ head, items, outputs, labels }: LabelledPredictions, classes: readonly string[]): NpyArray[] {
  const name = head.task === 'regression' ? 'predictions' : 'probabilities';
  const stored = float32Array(name, [items, head.outputs], [outputs]);
  if (labels instanceof Int32Array) return [stored, int32Array('targets', [labels]), unicodeArray('classes', classes)];
  const truth = float32Array('targets', [items, labels.length / Math.max(1, items)], [labels]);
  return classes.length === 0 ? [stored, truth] : [stored, truth, unicodeArray('classes', classes)];
}
