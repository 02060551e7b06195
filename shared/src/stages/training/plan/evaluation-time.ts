import { drawLengths, type Lengths } from './batch-shapes.ts';
import { speedOf, type MachineCalibration } from './calibration.ts';
import {
  evaluationPasses,
  MAX_EVALUATION_PAIRS,
  MAX_LABELLED_POINT_PAIRS,
  MAX_POINT_PAIRS,
} from './evaluation-limits.ts';
import type { Estimate } from './interval.ts';
import type { EvaluatedItems } from './memory.ts';
import { metricsMs, resamplingMs, type MeasuredSample } from './metrics-time.ts';
import { bucketOf, type BatchShape } from './padding.ts';
import { recordingMs } from './opening-time.ts';
import { forwardMs } from './step-time.ts';
import { workOf, type PlannedModel } from './step-work.ts';

/** Held-out items that are looked at one by one. */
const DRAWN_ITEMS = 2000;
/** Held-out texts that the last evaluation has the model continue. */
const CONTINUED_TEXTS = 64;
/** Texts of so many tokens have an end too seldom for greedy decoding to take it for the likeliest next token (measured: a median of 41 does not, one of 203 does). */
const SELDOM_ENDING_TOKENS = 64;
/** Share of a text's tokens that a model which knows how often ends come still writes: some end at once, few go on to where texts end. */
const WRITTEN_SHARE = 1 / 3;
/** After so many steps for each token of the median text a model knows how often the end comes (measured: within 50 steps at 13 tokens, within 64 to 128 at 41). */
const STEPS_UNTIL_ENDING = 3;
/** The last evaluation besides its passes, its intervals and its texts: code that is still cold. */
const FINAL_FIXED_MS = 15;
/** Metrics of the texts that it has written, with their intervals, besides and for each of them. */
const TEXT_METRICS_MS = { fixed: 25, text: 0.7 } as const;
/** Writing a prediction to its file. */
const STORED_PAIR_MS = 8e-6;
/** Metrics, intervals and curves of a further head of a classifier. */
const FINAL_HEAD_MS = 210;
/** Writing one token with a cache: each weight is read once, at so much of what a pass that also writes reaches, each operator is small, and the likeliest of all tokens is looked for; quicker by the worker's own operators. */
const READS_PER_PASS = 0.57;
const TOKEN_MS = {
  own: { fixed: 0.168, subLayer: 0.042, vocabulary: 0.018e-3 },
  others: { fixed: 0.168, subLayer: 0.06, vocabulary: 0.095e-3 },
} as const;
/** A point besides its passes and pairs: collecting them, handing its numbers and curves on, and in a short run code that is still cold. */
const POINT_FIXED_MS = 10;
/** Graphs that write a text: of the source, and of one more token. */
const WRITING_GRAPHS = 2;

/** What one evaluation point takes in milliseconds, what all of them need once, and the same for writing the sample texts. */
export interface PointWork {
  readonly pointMs: number;
  readonly onceMs: number;
  readonly samplesMs: number;
  readonly samplesOnceMs: number;
}

function isClassifier({ settings }: PlannedModel): boolean {
  return settings.architecture === 'encoder-classifier';
}

function itemsOf(lengths: Lengths): number {
  return lengths.reduce((sum, [, items]) => sum + items, 0);
}

/** Pairs of token and vocabulary, or of item and output, that an item of a mean length has. */
function pairsPerItem(model: PlannedModel, lengths: Lengths): number {
  if (isClassifier(model)) return Math.max(1, model.outputs);
  const tokens = lengths.reduce((sum, [length, items]) => sum + (length + 1) * items, 0);
  return Math.max(1, (tokens / Math.max(1, itemsOf(lengths))) * model.vocabularySize);
}

/** What metrics are computed of: items, their predictions in all, and classes of each. */
function sampleOf(model: PlannedModel, lengths: Lengths, items: number): MeasuredSample {
  const classes = isClassifier(model) ? Math.max(1, model.outputs) : model.vocabularySize;
  return { items, classes, predictions: (items * pairsPerItem(model, lengths)) / classes };
}

function itemsWithin(model: PlannedModel, lengths: Lengths, maxPairs: number): number {
  return Math.max(1, Math.min(itemsOf(lengths), Math.floor(maxPairs / pairsPerItem(model, lengths))));
}

/** Most validation items that one evaluation point measures. */
export function mostPointItems(model: PlannedModel, lengths: Lengths): number {
  return itemsWithin(model, lengths, isClassifier(model) ? MAX_LABELLED_POINT_PAIRS : MAX_POINT_PAIRS);
}

/** Milliseconds of writing one token with a cache; what an encoder knows of the prompt is kept, and of the embedding one row is read. */
function tokenMs({ settings, vocabularySize }: PlannedModel, calibration: MachineCalibration): number {
  const { architecture, dModel, feedForward, decoderLayers } = settings;
  const isCrossed = architecture === 'encoder-decoder';
  const layerWeights = (4 + (isCrossed ? 2 : 0)) * dModel ** 2 + 2 * dModel * feedForward;
  const weights = decoderLayers * layerWeights + vocabularySize * dModel;
  const reading = (1000 * 4 * weights) / (READS_PER_PASS * calibration.memoryBytesPerSecond);
  const subLayers = decoderLayers * (isCrossed ? 3 : 2);
  const { fixed, subLayer, vocabulary } = calibration.hasOwnOperators === true ? TOKEN_MS.own : TOKEN_MS.others;
  const others = fixed + subLayer * subLayers + vocabulary * vocabularySize;
  return reading + others / speedOf(calibration);
}

/** Batches of the forward passes over so many held-out items, of which at most some thousands are looked at. */
function passesOver(model: PlannedModel, lengths: Lengths, items: number): { passes: BatchShape[]; drawn: number } {
  const { settings, vocabularySize } = model;
  const drawn = drawLengths(lengths, Math.min(items, DRAWN_ITEMS));
  const tokens = drawn.map((length) => length + 1);
  const ends = evaluationPasses(tokens, isClassifier(model) ? 0 : vocabularySize);
  const passes = ends.map((end, pass): BatchShape => {
    const length = bucketOf(tokens[end - 1] ?? 1, settings.maxTokens + 1);
    return {
      batchSize: end - (ends[pass - 1] ?? 0),
      sourceLength: settings.architecture === 'decoder-only' ? 0 : length,
      targetLength: isClassifier(model) ? 0 : length,
    };
  });
  return { passes, drawn: drawn.length };
}

function distinct(shapes: readonly BatchShape[]): BatchShape[] {
  return [...new Map(shapes.map((shape) => [Object.values(shape).join('x'), shape])).values()];
}

/** What an evaluation of so many items passes over. */
export function evaluatedItems(model: PlannedModel, lengths: Lengths, items: number): EvaluatedItems {
  const { classes, predictions } = sampleOf(model, lengths, items);
  return {
    shapes: distinct(passesOver(model, lengths, items).passes),
    ...{ answers: classes * predictions, predictions },
  };
}

/** The same of the evaluation after the last step. */
export function finalItems(model: PlannedModel, lengths: Lengths): EvaluatedItems {
  return evaluatedItems(model, lengths, itemsWithin(model, lengths, MAX_EVALUATION_PAIRS));
}

/** Forward passes over so many held-out items and their metrics, and how many shapes those passes have. */
function measuring(
  model: PlannedModel,
  lengths: Lengths,
  items: number,
  calibration: MachineCalibration,
): { ms: number; shapes: number } {
  const { passes, drawn } = passesOver(model, lengths, items);
  const ms = passes.reduce((sum, shape) => sum + forwardMs(workOf(model, shape), calibration), 0);
  const metrics = metricsMs(sampleOf(model, lengths, items), calibration);
  return { ms: (ms * items) / Math.max(1, drawn) + metrics, shapes: distinct(passes).length };
}

/** What an evaluation point of so many items takes; sample texts are at most as long as the longest training item. */
export function pointWork(
  model: PlannedModel,
  lengths: Lengths,
  { items, longest }: { items: number; longest: number },
  calibration: MachineCalibration,
): PointWork {
  const { samplePrompts, maxTokens } = model.settings;
  const { ms, shapes } = measuring(model, lengths, items, calibration);
  const forward = recordingMs(workOf(model, { batchSize: 1, sourceLength: 1, targetLength: 1 }), 'forward');
  const prompts = isClassifier(model) ? 0 : samplePrompts.length;
  return {
    pointMs: POINT_FIXED_MS + ms,
    onceMs: forward * shapes,
    samplesMs: prompts === 0 ? 0 : prompts * writtenTokens(longest, maxTokens) * tokenMs(model, calibration),
    samplesOnceMs: prompts === 0 ? 0 : WRITING_GRAPHS * forward,
  };
}

/** Most tokens that a sample text at an evaluation point is given: no training item goes on for longer. */
export function writtenTokens(longest: number, maxTokens: number): number {
  return Math.min(maxTokens, longest + 1);
}

/**
 * How long the continuations of halves of held-out texts will be. Greedy decoding ends a text where its end is likelier than any other token, and the first
 * thing that a model learns is how often each comes: of texts of a dozen tokens the end is the most frequent one, and models write little; of texts of a
 * hundred it is rare, and they write on to the limit, however long these models were trained.
 */
export function continuedTokens(lengths: Lengths, steps: number, maxTokens: number): Estimate {
  const typical = drawLengths(lengths, 1)[0] ?? 0;
  const half = Math.min(Math.ceil(typical / 2), Math.ceil(maxTokens / 2));
  const limit = maxTokens - half;
  if (typical >= SELDOM_ENDING_TOKENS) return { value: limit, low: Math.min(half, limit), high: limit };
  const high = steps < STEPS_UNTIL_ENDING * typical ? limit : Math.min(typical, limit);
  return { value: Math.min(WRITTEN_SHARE * typical, limit), low: 0, high };
}

/** Texts of the evaluation after the last step that go on from an item's beginning; a classifier writes none. */
export function continuedTexts(model: PlannedModel, lengths: Lengths): number {
  return isClassifier(model) ? 0 : Math.min(CONTINUED_TEXTS, itemsOf(lengths));
}

/** Milliseconds of the evaluation on test items after the last step, without the texts that it has written. */
export function finalEvaluationMs(model: PlannedModel, lengths: Lengths, calibration: MachineCalibration): number {
  const { task, auxiliaryTasks } = model.settings;
  const items = itemsWithin(model, lengths, MAX_EVALUATION_PAIRS);
  const sample = sampleOf(model, lengths, items);
  const resampled = resamplingMs(task, sample, calibration);
  const stored = STORED_PAIR_MS * sample.predictions * sample.classes;
  const texts = continuedTexts(model, lengths);
  const textMetrics = texts === 0 ? 0 : TEXT_METRICS_MS.fixed + TEXT_METRICS_MS.text * texts;
  const { ms } = measuring(model, lengths, items, calibration);
  return FINAL_FIXED_MS + ms + resampled + stored + textMetrics + FINAL_HEAD_MS * auxiliaryTasks.length;
}

/** Milliseconds of writing the texts of the evaluation after the last step. */
export function finalTextsMs(
  model: PlannedModel,
  steps: number,
  lengths: Lengths,
  calibration: MachineCalibration,
): Estimate {
  if (isClassifier(model)) return { value: 0, low: 0, high: 0 };
  const texts = continuedTexts(model, lengths) + model.settings.samplePrompts.length;
  const { value, low, high } = continuedTokens(lengths, steps, model.settings.maxTokens);
  const eachMs = texts * tokenMs(model, calibration);
  return { value: value * eachMs, low: low * eachMs, high: high * eachMs };
}
