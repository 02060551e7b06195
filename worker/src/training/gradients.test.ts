import { describe, expect, test } from 'vitest';
import type { ModelSettings } from '../model/settings.ts';
import { float64Loss } from '../model/test-support/float64-transformer.ts';
import { randomKey, uniformAt } from '../model/random.ts';
import { recordedGradients, tensorflowGradients } from './test-support/gradients.ts';
import {
  batchOf,
  PLAIN_ADAM,
  TINY_MODEL,
  tinyPairs,
  tinyParameters,
  widenedParameters,
} from './test-support/tiny-model.ts';

/** Largest relative error allowed, in the L2 norm over a parameter. */
const TOLERANCE = 1e-4;

/** A gradient that is zero in theory, as a key's bias is, is measured against this share of the largest gradient. */
const ZERO_SHARE = 1e-2;

const VARIANTS: [string, Partial<ModelSettings>, number][] = [
  ['ReLU, pre-norm, sinusoidal positions', {}, 0],
  ['GELU', { activation: 'gelu' }, 0],
  ['tanh', { activation: 'tanh' }, 0],
  ['sigmoid', { activation: 'sigmoid' }, 0],
  ['post-norm', { normalisation: 'post' }, 0],
  ['learned positions', { positions: 'learned' }, 0],
  ['label smoothing', {}, 0.1],
  ['decoder-only', { architecture: 'decoder-only' }, 0],
  [
    'decoder-only, post-norm, GELU, learned positions',
    { architecture: 'decoder-only', normalisation: 'post', activation: 'gelu', positions: 'learned' },
    0,
  ],
  ['one head, wide feed-forward', { heads: 1, feedForward: 96, encoderLayers: 1, decoderLayers: 1 }, 0],
];

const DIALECTS = [
  ['CPU', { fusedMatMul: true, embeddingRows: true }],
  ['portable', { fusedMatMul: false, embeddingRows: false }],
] as const;

function norm(values: Iterable<number>): number {
  let total = 0;
  for (const value of values) total += value * value;
  return Math.sqrt(total);
}

/** The errors beyond the tolerance; one that is not a number is beyond it too. */
function tooLarge(errors: Record<string, number>): [string, number][] {
  return Object.entries(errors).filter(([, error]) => !(error < TOLERANCE));
}

describe.each(DIALECTS)('gradients of the graph recorded for %s devices', (_name, dialect) => {
  test.each(VARIANTS)('%s: equal those of tfjs on its own CPU backend', async (_variant, changes, labelSmoothing) => {
    const settings = { ...TINY_MODEL, ...changes };
    const optimiser = { ...PLAIN_ADAM, labelSmoothing };
    const parameters = tinyParameters(settings, 5);
    const batch = batchOf(tinyPairs(settings, 4, 5));
    const recorded = await recordedGradients(settings, optimiser, parameters, batch, dialect);
    const expected = await tensorflowGradients(settings, optimiser, parameters, batch);
    const largest = Math.max(...[...expected.gradients.values()].map(norm));
    const errors: Record<string, number> = {};
    for (const [name, gradient] of expected.gradients) {
      const actual = recorded.gradients.get(name) ?? new Float32Array(0);
      expect(actual).toHaveLength(gradient.length);
      const error = norm(gradient.map((value, index) => value - (actual[index] ?? 0)));
      errors[name] = error / Math.max(norm(gradient), ZERO_SHARE * largest);
    }
    expect(tooLarge(errors)).toEqual([]);
  });
});

test.each(VARIANTS)(
  '%s: gradients equal numerical derivatives in float64',
  async (_variant, changes, labelSmoothing) => {
    const settings = { ...TINY_MODEL, ...changes };
    const parameters = tinyParameters(settings, 6);
    const pairs = tinyPairs(settings, 2, 6);
    const optimiser = { ...PLAIN_ADAM, labelSmoothing };
    const recorded = await recordedGradients(settings, optimiser, parameters, batchOf(pairs), DIALECTS[0][1]);
    const wide = widenedParameters(parameters);
    const reportedLoss = float64Loss(settings, wide, pairs, 0);
    expect(Math.abs(recorded.loss - reportedLoss) / reportedLoss).toBeLessThan(1e-6);
    const largest = Math.max(...[...recorded.gradients.values()].map((values) => Math.max(...values.map(Math.abs))));
    const errors: Record<string, number> = {};
    Object.entries(wide).forEach(([name, values], index) => {
      const [numerical, actual]: [number[], number[]] = [[], []];
      for (let sample = 0; sample < 3; sample++) {
        const place = Math.floor(uniformAt(randomKey(7, index), sample) * values.length);
        const original = values[place] ?? 0;
        const stepSize = 1e-5;
        const lossAt = (value: number): number => {
          values[place] = value;
          return float64Loss(settings, wide, pairs, labelSmoothing);
        };
        numerical.push((lossAt(original + stepSize) - lossAt(original - stepSize)) / (2 * stepSize));
        values[place] = original;
        actual.push(recorded.gradients.get(name)?.[place] ?? Number.NaN);
      }
      const error = norm(numerical.map((value, sample) => value - (actual[sample] ?? 0)));
      errors[name] = error / Math.max(norm(numerical), ZERO_SHARE * largest);
    });
    expect(tooLarge(errors)).toEqual([]);
  },
);

test('the first loss equals that of tfjs on its own CPU backend', async () => {
  const parameters = tinyParameters(TINY_MODEL, 8);
  const batch = batchOf(tinyPairs(TINY_MODEL, 5, 8));
  const recorded = await recordedGradients(TINY_MODEL, PLAIN_ADAM, parameters, batch, DIALECTS[0][1]);
  const expected = await tensorflowGradients(TINY_MODEL, PLAIN_ADAM, parameters, batch);
  expect(Math.abs(recorded.loss - expected.loss) / expected.loss).toBeLessThan(1e-6);
});
