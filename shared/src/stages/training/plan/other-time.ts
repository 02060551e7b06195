import type { RunConfiguration } from '../configuration.ts';
import type { MachineCalibration } from './calibration.ts';
import { MAX_EVALUATION_PAIRS, MAX_LABELLED_POINT_PAIRS, MAX_POINT_PAIRS } from './evaluation-limits.ts';
import { MOMENTS } from './memory.ts';
import { bucketOf, type BatchShape } from './padding.ts';
import { forwardMs, recordingMs } from './step-time.ts';
import { workOf, type PlannedModel } from './step-work.ts';

/*
 * What a run takes besides its steps. The fixed figures were measured on the product's own runs; they matter in short ones only.
 */

/** Starting the training thread, loading the runtime and opening the device. */
const START_MS = 480;
/** Initial values of parameters, one by one. */
const INITIALISE_MS_PER_PARAMETER = 1e-5;
/** Learning a tokenizer and encoding the items, for each character of the data. */
const TOKENIZER_MS_PER_CHARACTER = { character: 5e-5, wordpiece: 2e-4, bpe: 2e-4 } as const;
/** Hashing a checkpoint twice and writing it to disk. */
const CHECKPOINT_BYTES_PER_MS = 250_000;
const CHECKPOINT_FIXED_MS = 15;
/** Rows of one forward pass of an evaluation, and held-out texts that the last evaluation has the model continue. */
const EVALUATION_ROWS = 32;
const CONTINUED_TEXTS = 64;
/** How much longer the metrics of the last evaluation take: intervals from a thousand resamples. */
const RESAMPLING = 2.5;
/** The rest of that evaluation: resampling by classes, and for written text its own metrics and intervals. */
const FINAL_FIXED_MS = { labelled: 150, text: 1700 };
/** Reading a weight once for each token that is written, at a third of what a pass that also writes reaches. */
const READS_PER_PASS = 3;

/** Milliseconds until the first step can begin. */
export function preparationMs(settings: RunConfiguration, parameters: number, characters: number): number {
  const perCharacter = TOKENIZER_MS_PER_CHARACTER[settings.tokenizer];
  return START_MS + INITIALISE_MS_PER_PARAMETER * parameters + perCharacter * characters;
}

/** Bytes of a checkpoint: parameters and moments. */
function checkpointBytes(settings: RunConfiguration, parameters: number): number {
  return 4 * parameters * (1 + MOMENTS[settings.optimiser]);
}

/** Milliseconds of writing one checkpoint. */
export function checkpointMs(settings: RunConfiguration, parameters: number): number {
  return CHECKPOINT_FIXED_MS + checkpointBytes(settings, parameters) / CHECKPOINT_BYTES_PER_MS;
}

/** Items of an evaluation as token lengths, and how many of each pair limit they may use. */
interface EvaluatedItems {
  readonly lengths: readonly number[];
  readonly items: number;
}

/** Milliseconds of writing one token with a cache. */
function tokenMs(model: PlannedModel, parameters: number, calibration: MachineCalibration): number {
  const shape: BatchShape = { batchSize: 1, sourceLength: 1, targetLength: 1 };
  const reading = (1000 * 4 * parameters) / (READS_PER_PASS * calibration.memoryBytesPerSecond);
  return reading + forwardMs(workOf(model, shape), calibration);
}

/** Forward passes over held-out items and their metrics. */
function measuringMs(
  model: PlannedModel,
  { lengths, items }: EvaluatedItems,
  maxPairs: number,
  calibration: MachineCalibration,
): { ms: number; shapes: number } {
  const { settings, vocabularySize, outputs } = model;
  const isClassifier = settings.architecture === 'encoder-classifier';
  const meanTokens = lengths.reduce((sum, length) => sum + length + 1, 0) / Math.max(1, lengths.length);
  const pairsPerItem = isClassifier ? Math.max(1, outputs) : meanTokens * vocabularySize;
  const used = Math.max(1, Math.min(items, Math.floor(maxPairs / Math.max(1, pairsPerItem))));
  const sorted = lengths.toSorted((a, b) => a - b);
  let [ms, drawn] = [0, 0];
  const shapes = new Set<number>();
  for (let first = 0; first < sorted.length; first += EVALUATION_ROWS) {
    const rows = sorted.slice(first, first + EVALUATION_ROWS);
    const length = bucketOf((rows.at(-1) ?? 0) + 1, settings.maxTokens + 1);
    shapes.add(length);
    const shape: BatchShape = {
      batchSize: rows.length,
      sourceLength: settings.architecture === 'decoder-only' ? 0 : length,
      targetLength: isClassifier ? 0 : length,
    };
    ms += forwardMs(workOf(model, shape), calibration);
    drawn += rows.length;
  }
  const passes = (ms * used) / Math.max(1, drawn);
  const metrics = (1000 * used * pairsPerItem) / calibration.metricPairsPerSecond;
  return { ms: passes + metrics, shapes: shapes.size };
}

/** Milliseconds of one evaluation point while training, and of recording what all of them need once. */
export function evaluationPointMs(
  model: PlannedModel,
  parameters: number,
  items: EvaluatedItems,
  calibration: MachineCalibration,
): { pointMs: number; onceMs: number } {
  const { settings } = model;
  const isClassifier = settings.architecture === 'encoder-classifier';
  const limit = isClassifier ? MAX_LABELLED_POINT_PAIRS : MAX_POINT_PAIRS;
  const { ms, shapes } = measuringMs(model, items, limit, calibration);
  const prompts = isClassifier ? 0 : settings.samplePrompts.length;
  const typical = items.lengths[Math.floor(items.lengths.length / 2)] ?? settings.maxTokens;
  const writing = prompts * typical * (prompts === 0 ? 0 : tokenMs(model, parameters, calibration));
  const forward = recordingMs(workOf(model, { batchSize: 1, sourceLength: 1, targetLength: 1 }), 'forward');
  return { pointMs: ms + writing, onceMs: forward * (shapes + (prompts > 0 ? 2 : 0)) };
}

/** Milliseconds of the evaluation after the last step. */
export function finalEvaluationMs(
  model: PlannedModel,
  parameters: number,
  items: EvaluatedItems,
  calibration: MachineCalibration,
): number {
  const { ms } = measuringMs(model, items, MAX_EVALUATION_PAIRS, calibration);
  if (model.settings.architecture === 'encoder-classifier') return FINAL_FIXED_MS.labelled + RESAMPLING * ms;
  const texts = Math.min(CONTINUED_TEXTS, items.items) + model.settings.samplePrompts.length;
  const typical = items.lengths[Math.floor(items.lengths.length / 2)] ?? 0;
  const writing = texts * typical * tokenMs(model, parameters, calibration);
  return FINAL_FIXED_MS.text + RESAMPLING * ms + writing;
}
