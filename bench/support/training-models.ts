import type { ModelSettings } from '../../worker/src/model/settings.ts';
import { randomKey, uniformAt } from '../../worker/src/model/random.ts';
import type { OptimiserSettings, TextBatch } from '../../worker/src/training/engine.ts';

/** A model and the batch that it is timed on. */
export interface TrainingCase {
  name: string;
  model: ModelSettings;
  batchSize: number;
  /** Tokens in each source and in each target. */
  length: number;
}

/** An encoder–decoder as the measurements use it: pre-norm with final norms, no dropout, head width as in the paper. */
export function encoderDecoder(
  sizes: Pick<ModelSettings, 'vocabularySize' | 'dModel' | 'heads' | 'encoderLayers' | 'feedForward'>,
  length: number,
): ModelSettings {
  return {
    architecture: 'encoder-decoder',
    ...sizes,
    decoderLayers: sizes.encoderLayers,
    activation: 'relu',
    normalisation: 'pre',
    positions: 'sinusoidal',
    dropout: 0,
    maxSourceTokens: length,
    maxTargetTokens: length,
    head: null,
  };
}

const SMALL = { vocabularySize: 1000, dModel: 128, heads: 4, encoderLayers: 2, feedForward: 512 };
const MEDIUM = { vocabularySize: 4000, dModel: 256, heads: 8, encoderLayers: 4, feedForward: 1024 };
const LARGE = { vocabularySize: 16_000, dModel: 768, heads: 12, encoderLayers: 6, feedForward: 3072 };
const ARTICLE = { vocabularySize: 10_000, dModel: 512, heads: 8, encoderLayers: 2, feedForward: 2048 };

/** What training is measured on; the last two are the article's model with a vocabulary of 10,000. */
export const TRAINING_CASES: readonly TrainingCase[] = [
  { name: 'small 1.2M B16 T64', model: encoderDecoder(SMALL, 64), batchSize: 16, length: 64 },
  { name: 'medium 9.4M B16 T128', model: encoderDecoder(MEDIUM, 128), batchSize: 16, length: 128 },
  { name: 'article 25M B8 T64', model: encoderDecoder(ARTICLE, 64), batchSize: 8, length: 64 },
  { name: 'article 25M B1 T16', model: encoderDecoder(ARTICLE, 16), batchSize: 1, length: 16 },
];

/** What training on a graphics processor is measured on: the same, and a model that can fill a large one. */
export const GPU_CASES: readonly TrainingCase[] = [
  ...TRAINING_CASES,
  { name: 'large 136M B16 T256', model: encoderDecoder(LARGE, 256), batchSize: 16, length: 256 },
];

/** A model that writes text. */
export interface GenerationCase {
  name: string;
  model: ModelSettings;
}

/** What generation is measured on: the article's model with a vocabulary of 10,000, and one that is a third of it. */
export const GENERATION_CASES: readonly GenerationCase[] = [
  { name: 'article 25M', model: encoderDecoder(ARTICLE, 128) },
  { name: 'medium 9.4M', model: encoderDecoder(MEDIUM, 128) },
];

/** Adam with everything else switched off. */
export const ADAM: OptimiserSettings = {
  optimiser: 'adam',
  learningRate: 1e-3,
  schedule: 'constant',
  warmupSteps: 0,
  totalSteps: 1,
  weightDecay: 0,
  l1: 0,
  clipNorm: null,
  labelSmoothing: 0,
};

/** A full batch of random ids without padding. */
export function randomBatch({ model, batchSize, length }: TrainingCase, seed: number): TextBatch {
  const ids = (stream: number): Int32Array => {
    const key = randomKey(seed, stream);
    return Int32Array.from(
      { length: batchSize * length },
      (_, index) => 4 + Math.floor(uniformAt(key, index) * (model.vocabularySize - 4)),
    );
  };
  return {
    source: ids(1),
    sourceLength: length,
    targetIn: ids(2),
    targetOut: ids(3),
    targetLength: length,
    batchSize,
  };
}

/**
 * Floating-point operations of one training step in its matrix products: forward, and twice that for the gradients of both
 * factors. Of the decoder's attention to itself half counts, since no token sees those behind it. Everything else (softmax, normalisation, activation) is left out, as in the usual count.
 */
export function stepFlops({ model, batchSize, length }: TrainingCase): number {
  const { dModel: d, feedForward: f, encoderLayers, decoderLayers, vocabularySize } = model;
  const rows = batchSize * length;
  const projections = (count: number) => 2 * rows * d * d * count;
  const attention = 4 * rows * length * d;
  const feedForward = 4 * rows * d * f;
  const encoder = encoderLayers * (projections(4) + attention + feedForward);
  const decoder = decoderLayers * (projections(8) + 1.5 * attention + feedForward);
  return 3 * (encoder + decoder + 2 * rows * d * vocabularySize);
}
