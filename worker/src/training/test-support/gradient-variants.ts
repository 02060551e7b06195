import { expect } from 'vitest';
import type { ModelSettings } from '../../model/settings.ts';
import type { LabelledText, TokenPair } from '../../model/test-support/float64-transformer.ts';
import type { Batch } from '../engine.ts';
import { recordedGradients, tensorflowGradients, type GradientDialect } from './gradients.ts';
import {
  batchOf,
  labelledBatchOf,
  PLAIN_ADAM,
  SEVERAL_HEADS,
  TINY_MODEL,
  tinyClassifier,
  tinyItems,
  tinyPairs,
  tinyParameters,
} from './tiny-model.ts';

/** Largest relative error allowed, in the L2 norm over a parameter. */
const TOLERANCE = 1e-4;

/** A gradient that is zero in theory, as a key's bias is, is measured against this share of the largest gradient. */
export const ZERO_SHARE = 1e-2;

/** What a variant computes with. */
export interface Variant {
  settings: ModelSettings;
  smoothing?: number;
  /** Weights of the auxiliary heads' losses. */
  auxiliaryWeights?: number[];
  /** Texts in the batch. */
  count?: number;
  /** Exactly these texts instead. */
  texts?: TokenPair[];
}

const SINGLE = tinyClassifier({ task: 'single-label', outputs: 4 });
const MULTI = tinyClassifier({ task: 'multi-label', outputs: 3 });
const REGRESSION = tinyClassifier({ task: 'regression', outputs: 2 });
/** Without kinks, so that one seed is enough. */
const SMOOTH: ModelSettings = { ...TINY_MODEL, activation: 'gelu' };
const DECODER: ModelSettings = { ...TINY_MODEL, architecture: 'decoder-only' };

/** More tokens than a block of causal attention has, so that own operators pass over some. */
const LONG = Array.from({ length: 39 }, (_, place) => 3 + ((place * 5) % 7));

const VARIANTS: Record<string, Variant> = {
  'ReLU, pre-norm, sinusoidal positions': { settings: TINY_MODEL },
  GELU: { settings: SMOOTH },
  tanh: { settings: { ...TINY_MODEL, activation: 'tanh' } },
  sigmoid: { settings: { ...TINY_MODEL, activation: 'sigmoid' } },
  'post-norm': { settings: { ...SMOOTH, normalisation: 'post' } },
  'learned positions': { settings: { ...SMOOTH, positions: 'learned' } },
  'label smoothing': { settings: SMOOTH, smoothing: 0.1 },
  dropout: { settings: { ...SMOOTH, dropout: 0.3 } },
  'dropout of 0.9, post-norm': { settings: { ...TINY_MODEL, activation: 'tanh', normalisation: 'post', dropout: 0.9 } },
  'more rows than weights are read in place for': { settings: SMOOTH, count: 12 },
  'as many heads as values': { settings: { ...SMOOTH, heads: 16 } },
  'one head, wide feed-forward': {
    settings: { ...SMOOTH, heads: 1, feedForward: 96, encoderLayers: 1, decoderLayers: 1 },
  },
  'an odd width': { settings: { ...SMOOTH, dModel: 15, heads: 5 } },
  'a vocabulary of 5': { settings: { ...SMOOTH, vocabularySize: 5 } },
  'no encoder layers': { settings: { ...SMOOTH, encoderLayers: 0 } },
  'one text of one token': {
    settings: SMOOTH,
    texts: [{ source: [4], targetIn: [1], targetOut: [2] }],
  },
  'decoder-only': { settings: DECODER },
  'decoder-only, several blocks of tokens': {
    settings: { ...DECODER, maxTargetTokens: 64 },
    texts: [{ source: [], targetIn: [1, ...LONG], targetOut: [...LONG, 2] }],
  },
  'decoder-only without layers': { settings: { ...DECODER, decoderLayers: 0 }, smoothing: 0.2 },
  'decoder-only, post-norm, GELU, learned positions, dropout': {
    settings: { ...DECODER, normalisation: 'post', activation: 'gelu', positions: 'learned', dropout: 0.2 },
  },
  'single-label': { settings: SINGLE },
  'single-label, post-norm, GELU, learned positions, smoothing, dropout': {
    settings: { ...SINGLE, normalisation: 'post', activation: 'gelu', positions: 'learned', dropout: 0.2 },
    smoothing: 0.1,
  },
  'single-label, one text': { settings: { ...SINGLE, activation: 'sigmoid' }, count: 1 },
  'multi-label': { settings: { ...MULTI, activation: 'gelu' } },
  'multi-label, one output, dropout, smoothing without effect': {
    settings: { ...MULTI, activation: 'tanh', dropout: 0.5, head: { task: 'multi-label', outputs: 1 } },
    smoothing: 0.1,
  },
  regression: { settings: { ...REGRESSION, activation: 'sigmoid' } },
  'several heads, some answers unknown': {
    settings: { ...SEVERAL_HEADS, activation: 'gelu' },
    count: 5,
    auxiliaryWeights: [0.5, 2, 1],
  },
  'several heads, post-norm, learned positions, smoothing, dropout': {
    settings: { ...SEVERAL_HEADS, normalisation: 'post', activation: 'tanh', positions: 'learned', dropout: 0.2 },
    smoothing: 0.1,
    count: 4,
    auxiliaryWeights: [1, 0.1, 3],
  },
  'a head of which no answer is known': {
    settings: { ...SEVERAL_HEADS, activation: 'gelu' },
    count: 1,
    auxiliaryWeights: [1, 1, 1],
  },
  'regression, one output, post-norm, dropout': {
    settings: {
      ...REGRESSION,
      normalisation: 'post',
      activation: 'gelu',
      dropout: 0.1,
      head: { task: 'regression', outputs: 1 },
    },
  },
};

/** Every variant under its name. */
export const CASES = Object.entries(VARIANTS);

/** Texts of a variant, and the batch that they make. */
export function textsOf({ settings, count = 2, texts }: Variant, seed: number): [(TokenPair | LabelledText)[], Batch] {
  if (settings.head !== null) {
    const items = tinyItems(settings, count, seed);
    return [items, labelledBatchOf(items)];
  }
  const pairs = texts ?? tinyPairs(settings, count, seed);
  return [pairs, batchOf(pairs)];
}

/** Rounding may put one value on the other side of ReLU's kink, where its derivative jumps: the median over seeds decides there. */
export function seedsOf({ settings }: Variant): number[] {
  return settings.activation === 'relu' ? [5, 6, 7] : [5];
}

/** The L2 norm. */
export function norm(values: Iterable<number>): number {
  let total = 0;
  for (const value of values) total += value * value;
  return Math.sqrt(total);
}

/** The parameters whose median error over seeds is beyond the tolerance; an error that is not a number is beyond it too. */
export function tooLarge(bySeed: readonly Record<string, number>[]): [string, number][] {
  const names = Object.keys(bySeed[0] ?? {});
  expect(names.length).toBeGreaterThan(2);
  return names
    .map((name): [string, number] => {
      const errors = bySeed.map((ofSeed) => ofSeed[name] ?? Number.NaN).toSorted((a, b) => a - b);
      return [name, errors.some(Number.isNaN) ? Number.NaN : (errors[Math.floor(errors.length / 2)] ?? Number.NaN)];
    })
    .filter(([, error]) => !(error < TOLERANCE));
}

/** Expects the gradients of a graph that was recorded in a dialect to be those of tfjs on its own CPU backend. */
export async function expectThoseOfTensorflow(variant: Variant, dialect: GradientDialect): Promise<void> {
  const { settings, smoothing = 0, auxiliaryWeights = [] } = variant;
  const optimiser = { ...PLAIN_ADAM, labelSmoothing: smoothing, auxiliaryWeights };
  const bySeed: Record<string, number>[] = [];
  for (const seed of seedsOf(variant)) {
    const parameters = tinyParameters(settings, seed);
    const [, batch] = textsOf(variant, seed);
    const recorded = await recordedGradients(settings, optimiser, parameters, batch, dialect);
    const expected = await tensorflowGradients(settings, optimiser, parameters, batch, recorded.masks);
    // tfjs is asked for what is minimised, the graph for what is reported: the same without smoothing and further heads.
    if (smoothing === 0 && auxiliaryWeights.length === 0)
      expect(Math.abs(recorded.loss - expected.loss) / expected.loss).toBeLessThan(1e-5);
    const largest = Math.max(...[...expected.gradients.values()].map(norm));
    const errors: Record<string, number> = {};
    for (const [name, gradient] of expected.gradients) {
      const actual = recorded.gradients.get(name) ?? new Float32Array(0);
      expect(actual).toHaveLength(gradient.length);
      const error = norm(gradient.map((value, index) => value - (actual[index] ?? 0)));
      errors[name] = error / Math.max(norm(gradient), ZERO_SHARE * largest);
    }
    bySeed.push(errors);
  }
  expect(tooLarge(bySeed)).toEqual([]);
}
