import type { RunConfiguration } from '../configuration.ts';
import { MAX_FORWARD_VALUES } from './evaluation-limits.ts';
import { lanesOf, MOST_LANES } from './lanes.ts';
import { maskBytes, PROGRAM_CACHE_BYTES, workingBytes, type BatchShape } from './padding.ts';
import { workOf, type PlannedModel, type StepWork } from './step-work.ts';

/*
 * Resident size of a worker that trains, in bytes. The factors were fitted to the peak resident size of 43 processes, each training one
 * configuration: values of an array that a graph keeps, or that ONNX Runtime's arena holds for it.
 */

const BYTES_PER_VALUE = 4;
const MEGABYTE = 1e6;

const KEPT = {
  streamValues: 7.4,
  hiddenValues: 3.7,
  curvedValues: 5.7,
  attentionWeights: 4.15,
  logits: 4,
  dropoutValues: 1.4,
  embeddingValues: 15,
} as const;
/**
 * The same where graphs share what they work in: no more than the largest needs, without what sessions keep for their second runs. Fitted to 11
 * processes with the worker's own operators; without those it is as much more as it was measured to be in graphs that share nothing.
 */
const SHARED = {
  streamValues: 3.5,
  hiddenValues: 1.6,
  curvedValues: 3.4,
  attentionWeights: 1.2,
  logits: 1.5,
  dropoutValues: 1.4,
  embeddingValues: 4,
} as const;
const WITHOUT_OWN_OPERATORS = 1 / 0.73;
/** A recorded graph itself, for each sub-layer. */
const GRAPH_BYTES = 0.5 * MEGABYTE;
/** What a graph of the forward pass alone keeps: of each layer its attention weights, which nobody reads, until it ends. */
const FORWARD_KEPT = { hiddenValues: 0.7, attentionWeights: 1, logits: 1.5, embeddingValues: 7.8 } as const;
const FORWARD_GRAPH_BYTES = 4.3 * MEGABYTE;
/** Share of the cache of training graphs that the size of a forward graph is taken for. */
const FORWARD_BUDGET_SHARE = 1 / 3;
/**
 * What an evaluation holds of its predictions, in bytes: for each number the checked copy that is measured, for each prediction what is known of it
 * and its place among all scores, and of the newest pass what the model answered. Intervals come on top: the group of each number that is ranked
 * among those of its class (half of them, two bytes each), and the entries of `GroupedPairHistogram`, of six bytes in arrays that grow by doubling.
 */
const ANSWERED = { number: 4, prediction: 300, pass: 4 } as const;
const WITH_INTERVALS = { number: 1, prediction: 150, entry: 9, mostEntries: 1e6 } as const;
/** Graphs that write the texts of the last evaluation: of the source, and of one more token. */
const WRITING_GRAPHS = 2;
/** A worker that has loaded everything and trains a model of no size: Node, the runtime's threads, the recorder; nothing of earlier runs (240 MB are there before and after each). */
const PROCESS_BYTES = 330 * MEGABYTE;

/** The thread of the second lane. */
const LANE_BYTES = 41 * MEGABYTE;

/** Standard deviation of the logarithm of measured over computed peaks. */
export const MEMORY_DEVIATION = 0.1;

/** Arrays of the size of the parameters that the optimiser keeps. */
export const MOMENTS: Record<RunConfiguration['optimiser'], number> = { adam: 2, adamw: 2, momentum: 1, sgd: 0 };

/** What a run's memory is needed for, in bytes. */
export interface MemoryParts {
  readonly parameters: number;
  readonly gradients: number;
  readonly moments: number;
  readonly activations: number;
  readonly evaluation: number;
  readonly process: number;
}

function bytesOf(work: StepWork, kept: Partial<Record<keyof StepWork, number>>): number {
  const values = Object.entries(kept).reduce((sum, [key, factor]) => sum + factor * work[key as keyof StepWork], 0);
  return BYTES_PER_VALUE * values;
}

/** Bytes that the training graph of a batch works in. */
export function activationBytes(work: StepWork): number {
  return bytesOf(work, KEPT) + GRAPH_BYTES * work.subLayers;
}

/** Bytes that the training graph of a batch works in, where others work in the same memory. */
export function sharedBytesOf(work: StepWork, hasOwnOperators: boolean): number {
  return bytesOf(work, SHARED) * (hasOwnOperators ? 1 : WITHOUT_OWN_OPERATORS);
}

function forwardGraphBytes(shape: BatchShape): number {
  return FORWARD_GRAPH_BYTES + maskBytes(shape);
}

/** Memory of the forward graphs that are kept: the largest, and others as long as they fit the cache. `sharedBytes` are there already for what they work in. */
function keptForward(model: PlannedModel, shapes: readonly BatchShape[], sharedBytes: number | null): number {
  const { settings, vocabularySize } = model;
  if (sharedBytes !== null) {
    const largest = Math.max(0, ...shapes.map((shape) => bytesOf(workOf(model, shape), FORWARD_KEPT)));
    return Math.max(0, largest - sharedBytes) + shapes.reduce((sum, shape) => sum + forwardGraphBytes(shape), 0);
  }
  const estimated = shapes
    .map((shape) => ({
      budget: FORWARD_BUDGET_SHARE * workingBytes({ ...settings, vocabularySize }, shape),
      bytes: bytesOf(workOf(model, shape), FORWARD_KEPT) + forwardGraphBytes(shape),
    }))
    .toSorted((a, b) => b.bytes - a.bytes);
  let [kept, budget] = [0, 0];
  for (const shape of estimated) {
    if (kept > 0 && budget + shape.budget > PROGRAM_CACHE_BYTES) continue;
    kept += shape.bytes;
    budget += shape.budget;
  }
  return kept;
}

/** What an evaluation passes over. */
export interface EvaluatedItems {
  /** Its different batches. */
  readonly shapes: readonly BatchShape[];
  /** Numbers that it measures: probabilities of all tokens, or answers of a classifier. */
  readonly answers: number;
  /** What those are the numbers of: tokens, or items. */
  readonly predictions: number;
}

/** What an evaluation holds of its predictions; after the last step with what intervals are drawn from. */
function predictionBytes({ answers, predictions }: EvaluatedItems, hasIntervals: boolean): number {
  const points =
    ANSWERED.number * answers +
    ANSWERED.prediction * predictions +
    ANSWERED.pass * Math.min(answers, MAX_FORWARD_VALUES);
  if (!hasIntervals) return points;
  const { number, prediction, entry, mostEntries } = WITH_INTERVALS;
  return points + number * answers + prediction * predictions + entry * Math.min(answers, mostEntries);
}

/** Different batches that a run computes: of its steps, of its evaluation points, and of the evaluation after its last step. */
export interface RunShapes {
  readonly steps: readonly BatchShape[];
  /** Most bytes that the graphs of its steps take at the same time, and those of them that all graphs share; null where each has its own. */
  readonly trainingBytes: number;
  readonly sharedBytes: number | null;
  /** Null where there is no point before the last step. */
  readonly point: EvaluatedItems | null;
  readonly afterwards: EvaluatedItems;
  /** Whether the evaluation after the last step writes texts. */
  readonly writesTexts: boolean;
}

/**
 * Memory of a run over batches of these shapes. The graphs of evaluation points stay beside those of training, which are gone in the evaluation
 * after the last step: that one counts with what it needs beyond them.
 */
export function memoryOf(
  model: PlannedModel,
  parameters: number,
  { steps, trainingBytes, sharedBytes, point, afterwards, writesTexts }: RunShapes,
): MemoryParts {
  const { optimiser, gradientAccumulation } = model.settings;
  const array = parameters * BYTES_PER_VALUE;
  const isDivided = steps.some((shape) => lanesOf(model.settings, parameters, shape) === MOST_LANES);
  const activations = trainingBytes + (isDivided ? LANE_BYTES : 0);
  const evaluated = (of: EvaluatedItems, shared: number | null, hasIntervals: boolean): number =>
    keptForward(model, of.shapes, shared) + predictionBytes(of, hasIntervals);
  const evaluationAfterwards =
    evaluated(afterwards, sharedBytes === null ? null : 0, true) +
    (writesTexts ? WRITING_GRAPHS * FORWARD_GRAPH_BYTES : 0);
  const evaluationPoints = point === null ? 0 : evaluated(point, sharedBytes, false);
  return {
    parameters: array,
    gradients: array * (1 + Number(gradientAccumulation > 1) + Number(isDivided)),
    moments: array * MOMENTS[optimiser],
    activations,
    // Of many graphs what they shared is surely given back: the rest is in pieces.
    evaluation: Math.max(evaluationPoints, evaluationAfterwards - (sharedBytes ?? activations)),
    process: PROCESS_BYTES,
  };
}

/**
 * What TensorFlow's library takes besides, operation by operation: arrays of the size of the parameters while they are updated, activations that nothing
 * shares its place with, the library itself (peaks of four processes, 1 to 25 million parameters).
 */
const EAGER = { arrays: 9, activations: 2.2, processBytes: 170 * MEGABYTE } as const;

/** The same run where operations run one by one on TensorFlow's library: one batch at a time, and nothing of it is shared. */
export function eagerMemory(onGraphs: MemoryParts, model: PlannedModel, steps: readonly BatchShape[]): MemoryParts {
  const largest = Math.max(0, ...steps.map((shape) => activationBytes(workOf(model, shape))));
  return {
    ...onGraphs,
    gradients: onGraphs.gradients + EAGER.arrays * onGraphs.parameters,
    activations: EAGER.activations * largest,
    process: onGraphs.process + EAGER.processBytes,
  };
}
