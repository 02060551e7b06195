import { join } from 'node:path';
import { ClassificationAccumulator } from '@greenlight/shared/metrics/classification-report.ts';
import type { MeasuredValue } from '@greenlight/shared/metrics/measured-value.ts';
import { crossEntropyNats } from '@greenlight/shared/metrics/loss.ts';
import { textReport } from '@greenlight/shared/metrics/text-report.ts';
import type { EvaluationResult } from '@greenlight/shared/stages/evaluation/contract.ts';
import { MAX_TOLD_TEXTS } from '@greenlight/shared/stages/evaluation/resampling.ts';
import { MAX_EVALUATION_PAIRS } from '@greenlight/shared/stages/training/plan/evaluation-limits.ts';
import type { BatchSettings } from '../data/batches.ts';
import type { Tokenizer } from '@greenlight/shared/tokenizers/tokenizer.ts';
import type { Engine } from '../training/engine.ts';
import { continueHeldOut, type Continuation } from './continue-held-out.ts';
import type { EvaluationOutcome } from './evaluation-outcome.ts';
import { generateSamples } from './generate-samples.ts';
import { storableText } from '../report/storable-text.ts';
import { namedConfusion } from './named-confusion.ts';
import { float32Array, int32Array, unicodeArray, writeNpz } from './npz.ts';
import { EVALUATION_SEED, predict, selectPlaces, type PredictionChunk } from './predict.ts';
import { resamplingsOf, toldMetrics, type MeasuredTexts } from './resamplings.ts';

/** Held-out texts that the page shows with their continuation. */
const SHOWN_CONTINUATIONS = 16;

/** What is evaluated, on what. */
export interface EvaluationTask {
  engine: Engine;
  tokenizer: Tokenizer;
  /** Token ids of the held-out items. */
  items: readonly Int32Array[];
  /** Places of the items in their version, from 1. */
  numbers: Int32Array;
  split: 'test' | 'train';
  sameAsTraining: boolean;
  batches: Omit<BatchSettings, 'seed'>;
  checkpointStep: number;
  /** What the model learned from, to find what it knows by heart. */
  trainingTexts: readonly string[];
  samplePrompts: readonly string[];
  maxTokens: number;
  /** Folder for the predictions. */
  folder: string;
}

/** Measures a trained model on held-out items with 95 % intervals by sentence. */
export async function evaluate(task: EvaluationTask): Promise<EvaluationOutcome> {
  const { engine, tokenizer, checkpointStep } = task;
  const batches = { ...task.batches, seed: EVALUATION_SEED };
  const startMs = performance.now();
  const places = selectPlaces(task.items, tokenizer.size, MAX_EVALUATION_PAIRS, EVALUATION_SEED);
  const items = places.map((place) => task.items[place] ?? new Int32Array(0));
  const numbers = places.map((place) => task.numbers[place] ?? 0);
  const path = join(task.folder, `predictions-${checkpointStep}.npz`);
  const { report, written, resamplings } = await measureTokens({ engine, items, numbers, batches, tokenizer }, path);
  const prompted = await generateSamples(engine, tokenizer, task.samplePrompts, task.maxTokens, checkpointStep);
  const { maxTokens } = task;
  const continued = await continueHeldOut(engine, tokenizer, task.items, maxTokens, EVALUATION_SEED, checkpointStep);
  const texts = textReport(
    continued.map(({ generated }) => generated),
    task.trainingTexts,
  );
  const result: EvaluationResult = {
    checkpointStep,
    split: task.split,
    sameAsTraining: task.sameAsTraining,
    items: report.itemCount,
    sentences: items.length,
    classes: tokenizer.size,
    metrics: toldMetrics([...report.metrics, ...texts.metrics]),
    curves: report.curves,
    confusion: namedConfusion(report.confusion, (id) => storableText(tokenizer.nameOf(id))),
    samples: [...prompted, ...continued.slice(0, SHOWN_CONTINUATIONS).map(({ sample }) => sample)],
    heads: [],
    resamplings: [...resamplings, ...resamplingsOfTexts(texts.metrics, continued)],
    elapsedMs: performance.now() - startMs,
  };
  return { result, predictions: { path, ...written } };
}

/** The items that are measured, and by what. */
interface Measured extends Pick<EvaluationTask, 'engine' | 'tokenizer' | 'items'> {
  /** Places of the items in their version, from 1. */
  numbers: readonly number[];
  batches: BatchSettings;
}

/** What is measured of the predictions of all tokens, and the file that holds them: exactly the values that were measured, which are there once. */
async function measureTokens({ engine, items, numbers, batches, tokenizer: { size, tokens } }: Measured, path: string) {
  const accumulator = new ClassificationAccumulator(size);
  const measured: PredictionChunk[] = [];
  for await (const { probabilities, targets, sentences } of predict(engine, items, batches, size)) {
    measured.push({ ...accumulator.add({ probabilities, targets, groups: sentences }), sentences });
  }
  const report = accumulator.report();
  const written = await writeNpz(path, [
    float32Array(
      'probabilities',
      [report.itemCount, size],
      measured.map(({ probabilities }) => probabilities),
    ),
    int32Array(
      'targets',
      measured.map(({ targets }) => targets),
    ),
    int32Array(
      'sentences',
      measured.map(({ sentences }) => sentences),
    ),
    unicodeArray('classes', tokens),
  ]);
  const { groupCount: groups } = report;
  // With a prefix as its source a model knows a part of the answer.
  const identity = [
    batches.task,
    tokens.join('\n'),
    ...measured.flatMap(({ targets, sentences }) => [targets, sentences]),
  ];
  const resamplings = resamplingsOf(report.metrics, {
    ...{ of: 'tokens', task: null, groups, identity, wrong: null },
    texts: lossesOfTexts(measured, numbers),
  });
  return { report, written, resamplings };
}

/** Place and mean loss of each text, in the order in which they were met; null of too many. */
function lossesOfTexts(measured: readonly PredictionChunk[], numbers: readonly number[]): MeasuredTexts | null {
  const sums = new Map<number, { nats: number; tokens: number }>();
  for (const { probabilities, targets, sentences } of measured) {
    const classes = probabilities.length / Math.max(1, targets.length);
    targets.forEach((target, token) => {
      const sentence = sentences[token] ?? 0;
      const sum = sums.get(sentence) ?? { nats: 0, tokens: 0 };
      sum.nats += crossEntropyNats(probabilities[token * classes + target] ?? 0);
      sum.tokens += 1;
      sums.set(sentence, sum);
    });
  }
  if (sums.size > MAX_TOLD_TEXTS) return null;
  return {
    places: Int32Array.from(sums.keys(), (sentence) => numbers[sentence] ?? 0),
    losses: Float32Array.from(sums.values(), ({ nats, tokens }) => nats / tokens),
  };
}

/** How the numbers of generated texts vary; their items are what the model was given and what really follows. */
function resamplingsOfTexts(metrics: readonly MeasuredValue[], continued: readonly Continuation[]) {
  const identity = continued.flatMap(({ sample, generated }) => [sample.prompt, generated.reference ?? '']);
  return resamplingsOf(metrics, {
    of: 'texts',
    task: null,
    groups: continued.length,
    identity,
    wrong: null,
    texts: null,
  });
}
