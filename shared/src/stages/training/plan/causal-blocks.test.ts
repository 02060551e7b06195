import { expect, test } from 'vitest';
import { runConfiguration } from '../configuration.ts';
import { REFERENCE_MACHINE } from './calibration.ts';
import { computedShare } from './causal-blocks.ts';
import { forwardMs, gradientMs } from './step-time.ts';
import { workOf } from './step-work.ts';

const OWN_MACHINE = { ...REFERENCE_MACHINE, hasOwnOperators: true };

/** A decoder's work over four texts of so many tokens. */
function workOver(tokens: number) {
  const settings = runConfiguration.parse({
    ...{ architecture: 'decoder-only', task: 'next-token', encoderLayers: 0, decoderLayers: 4 },
    ...{ dModel: 256, heads: 8, feedForward: 1024, maxTokens: 511 },
  });
  return workOf(
    { settings, vocabularySize: 4000, outputs: 0 },
    { batchSize: 4, sourceLength: 0, targetLength: tokens },
  );
}

test('of long texts a little more than half of the pairs of tokens is computed, of short ones all', () => {
  expect(computedShare(512)).toBeCloseTo(0.5625, 9);
  expect(computedShare(64)).toBe(0.625);
  // Blocks of 32, the last of 16, and of 48.
  expect(computedShare(144)).toBeCloseTo(0.605, 3);
  expect(computedShare(288)).toBeCloseTo(0.583, 3);
  expect([1, 8, 16].map(computedShare)).toEqual([1, 1, 1]);
});

test('what no token sees costs nothing where the worker’s own operators run', () => {
  const work = workOver(512);
  const whole = { ...work, unseenFlops: 0, unseenWeights: 0 };
  // Measured: 329 instead of 359 ms.
  const share = gradientMs(work, OWN_MACHINE, 1) / gradientMs(whole, OWN_MACHINE, 1);
  expect(share).toBeGreaterThan(0.85);
  expect(share).toBeLessThan(0.95);
  expect(forwardMs(work, OWN_MACHINE)).toBeLessThan(0.97 * forwardMs(whole, OWN_MACHINE));
  expect(gradientMs(work, REFERENCE_MACHINE, 1)).toBe(gradientMs(whole, REFERENCE_MACHINE, 1));
});
