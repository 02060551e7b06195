import { describe, expect, test } from 'vitest';
import { randomKey, uniformAt } from '../model/random.ts';
import { float64Loss } from '../model/test-support/float64-transformer.ts';
import {
  CASES,
  expectThoseOfTensorflow,
  norm,
  seedsOf,
  textsOf,
  tooLarge,
  ZERO_SHARE,
} from './test-support/gradient-variants.ts';
import { recordedGradients } from './test-support/gradients.ts';
import { PLAIN_ADAM, tinyParameters, widenedParameters } from './test-support/tiny-model.ts';

const DIALECTS = [
  ['CPU', { fusedMatMul: true, ownProducts: false, sumsInParts: false, embeddingRows: true }],
  ['portable', { fusedMatMul: false, ownProducts: false, sumsInParts: false, embeddingRows: false }],
  [
    'graphics',
    { fusedMatMul: false, ownProducts: false, sumsInParts: true, softmaxHidesNaN: true, embeddingRows: false },
  ],
] as const;

describe.each(DIALECTS)('gradients of the graph recorded for %s devices', (_name, dialect) => {
  test.each(CASES)('%s: equal those of tfjs on its own CPU backend', (_variant, variant) =>
    expectThoseOfTensorflow(variant, dialect),
  );
});

test.each(CASES)('%s: gradients equal numerical derivatives in float64', async (_variant, variant) => {
  const { settings, smoothing = 0, auxiliaryWeights = [] } = variant;
  const optimiser = { ...PLAIN_ADAM, labelSmoothing: smoothing, auxiliaryWeights };
  const bySeed: Record<string, number>[] = [];
  for (const seed of seedsOf(variant)) {
    const parameters = tinyParameters(settings, seed);
    const [texts, batch] = textsOf(variant, seed);
    const recorded = await recordedGradients(settings, optimiser, parameters, batch, DIALECTS[0][1]);
    const { masks } = recorded;
    const wide = widenedParameters(parameters);
    const reportedLoss = float64Loss(settings, wide, texts, { smoothing: 0, masks });
    expect(Math.abs(recorded.loss - reportedLoss) / reportedLoss).toBeLessThan(1e-5);
    const largest = Math.max(...[...recorded.gradients.values()].map((values) => Math.max(...values.map(Math.abs))));
    const errors: Record<string, number> = {};
    Object.entries(wide).forEach(([name, values], index) => {
      const [numerical, actual]: [number[], number[]] = [[], []];
      for (let sample = 0; sample < 3; sample++) {
        const place = Math.floor(uniformAt(randomKey(seed, 7, index), sample) * values.length);
        const original = values[place] ?? 0;
        const stepSize = 1e-5;
        const lossAt = (value: number): number => {
          values[place] = value;
          return float64Loss(settings, wide, texts, { smoothing, masks, auxiliaryWeights });
        };
        numerical.push((lossAt(original + stepSize) - lossAt(original - stepSize)) / (2 * stepSize));
        values[place] = original;
        actual.push(recorded.gradients.get(name)?.[place] ?? Number.NaN);
      }
      const error = norm(numerical.map((value, sample) => value - (actual[sample] ?? 0)));
      errors[name] = error / Math.max(norm(numerical), ZERO_SHARE * largest);
    });
    bySeed.push(errors);
  }
  expect(tooLarge(bySeed)).toEqual([]);
});
