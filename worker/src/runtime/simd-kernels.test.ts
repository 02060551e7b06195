import * as tf from '@tensorflow/tfjs';
import { expect, test } from 'vitest';
import { hash32, normalAt } from '../model/random.ts';
import { updatedState, updateAt } from '../training/optimiser.ts';
import { PLAIN_ADAM } from '../training/test-support/tiny-model.ts';
import type { OptimiserSettings } from '../training/engine.ts';
import { createSimdKernels } from './simd-kernels.ts';
import { chooseTensorflowCpu } from '../model/test-support/tensorflow-cpu.ts';

const COUNT = 64;

/** Arrays side by side in one memory, filled with normal numbers. */
function arrays(regions: number) {
  const memory = new WebAssembly.Memory({ initial: 1, maximum: 65_536 });
  const views = Array.from({ length: regions }, (_, region) => {
    const view = new Float32Array(memory.buffer, region * COUNT * 4, COUNT);
    return view.map((_value, index) => (view[index] = normalAt(region + 1, index)));
  });
  return {
    kernels: createSimdKernels(memory),
    views: views.map((_, region) => new Float32Array(memory.buffer, region * COUNT * 4, COUNT)),
  };
}

/** Largest difference of two arrays; NaN when their lengths differ. */
function difference(actual: ArrayLike<number>, expected: ArrayLike<number>): number {
  if (actual.length !== expected.length) return Number.NaN;
  return Math.max(...Array.from(actual, (value, index) => Math.abs(value - (expected[index] ?? Number.NaN))));
}

const RULES: [OptimiserSettings['optimiser'], number, number][] = [
  ['adam', 0, 0],
  ['adam', 0.1, 0],
  ['adam', 0, 0.03],
  ['adamw', 0.1, 0.03],
  ['momentum', 0.1, 0.03],
  ['sgd', 0.1, 0.03],
];

test.each(RULES)(
  '%s with weight decay %d and L1 %d moves as the same rule in tfjs operations does',
  async (optimiser, weightDecay, l1) => {
    tf.env().set('IS_TEST', true);
    await chooseTensorflowCpu();
    const settings = { ...PLAIN_ADAM, optimiser, weightDecay, l1, learningRate: 0.05 };
    const { kernels, views } = arrays(4);
    const [p = new Float32Array(0), m = new Float32Array(0), v = new Float32Array(0), g = new Float32Array(0)] = views;
    // A second moment is a mean of squares: never negative.
    v.forEach((value, index) => (v[index] = value * value));
    const slots = optimiser === 'sgd' ? [p] : optimiser === 'momentum' ? [p, m] : [p, m, v];
    let reference = slots.map((values) => tf.tensor(Float32Array.from(values)));
    for (let step = 1; step <= 3; step++) {
      const update = updateAt(settings, settings.learningRate, step);
      const scale = 0.7;
      const { l2, l1: penalty, shrink, stepSize, epsilon, beta1, beta2 } = update;
      const [pAt, mAt, vAt, gAt] = [p, m, v, g].map((values) => values.byteOffset) as [number, number, number, number];
      if (update.rule === 'sgd') kernels.sgd(pAt, gAt, COUNT, scale, l2, penalty, stepSize);
      else if (update.rule === 'momentum') {
        kernels.momentum(pAt, mAt, gAt, COUNT, scale, l2, penalty, stepSize, beta1);
      } else {
        kernels.adam(
          ...([pAt, mAt, vAt, gAt, COUNT, scale, l2, penalty, shrink] as const),
          ...([stepSize, epsilon, beta1, 1 - beta1, beta2, 1 - beta2] as const),
        );
      }
      const scalars = { gradientScale: scale, l2, l1: penalty, shrink, stepSize, epsilon, beta1, beta2 };
      const tensors = Object.fromEntries(Object.entries(scalars).map(([name, value]) => [name, tf.scalar(value)]));
      reference = updatedState(reference, tf.tensor(g), tensors as unknown as Parameters<typeof updatedState>[2]);
      reference.forEach((tensor, slot) => {
        expect(difference(slots[slot] ?? [], tensor.dataSync())).toBeLessThan(1e-5);
      });
    }
  },
);

test('Adam takes the first step that its formula gives by hand', () => {
  const { kernels, views } = arrays(4);
  const [p = new Float32Array(0), m = new Float32Array(0), v = new Float32Array(0), g = new Float32Array(0)] = views;
  m.fill(0);
  v.fill(0);
  const before = Float32Array.from(p);
  const { stepSize, epsilon, beta1, beta2 } = updateAt(PLAIN_ADAM, 0.001, 1);
  kernels.adam(
    0,
    COUNT * 4,
    COUNT * 8,
    COUNT * 12,
    COUNT,
    1,
    0,
    0,
    1,
    stepSize,
    epsilon,
    beta1,
    1 - beta1,
    beta2,
    1 - beta2,
  );
  // After bias correction the first step is learning rate · g / (|g| + ε).
  const expected = before.map((value, index) => value - (0.001 * (g[index] ?? 0)) / (Math.abs(g[index] ?? 0) + 1e-8));
  expect(difference(p, expected)).toBeLessThan(1e-6);
});

test('sumOfSquares adds in double precision and shows what is not finite', () => {
  const { kernels, views } = arrays(1);
  const [x = new Float32Array(0)] = views;
  x.fill(1e-4);
  x[0] = 1e4;
  expect(kernels.sumOfSquares(0, COUNT)).toBeCloseTo(1e8 + 63e-8, 6);
  x[63] = Number.NaN;
  expect(kernels.sumOfSquares(0, COUNT)).toBeNaN();
});

test('an update adds in double precision and shows what is not finite', () => {
  const { kernels, views } = arrays(2);
  const [p = new Float32Array(0), g = new Float32Array(0)] = views;
  p.fill(1);
  g.fill(1e-4);
  g[0] = 1e4;
  const update = () => kernels.sgd(0, COUNT * 4, COUNT, 1, 0, 0, 0);
  expect(update()).toBeCloseTo(1e8 + 63e-8, 6);
  for (const place of [0, 1, 2, 3, 63]) {
    g.fill(1);
    g[place] = 1e30;
    expect(update() / 1e60).toBeCloseTo(1, 6);
    g[place] = Number.NaN;
    expect(update()).toBeNaN();
  }
});

test('dropoutMask equals the hash it is defined by, lane for lane', () => {
  const { kernels, views } = arrays(1);
  const [mask = new Float32Array(0)] = views;
  const [key, threshold] = [0xdeadbeef, 0.25 * 2 ** 32];
  kernels.dropoutMask(0, COUNT, key, threshold, 4 / 3);
  const expected = Float32Array.from(mask, (_, index) => (hash32(hash32(index) ^ key) >= threshold ? 4 / 3 : 0));
  expect([...mask]).toEqual([...expected]);
  expect(new Set(mask).size).toBe(2);
});

test('dropoutBits says the same as dropoutMask, sixteen values a number', () => {
  const { kernels, views } = arrays(2);
  const [mask = new Float32Array(0), words = new Float32Array(0)] = views;
  const [key, threshold] = [0xdeadbeef, 0.25 * 2 ** 32];
  kernels.dropoutMask(0, COUNT, key, threshold, 1);
  words.fill(-1);
  kernels.dropoutBits(COUNT * 4, COUNT, key, threshold);
  const told = Array.from({ length: COUNT }, (_, index) => ((words[index >> 4] ?? 0) >> (index & 15)) & 1);
  expect(told).toEqual([...mask]);
  expect([...words.subarray(COUNT / 16)].every((untouched) => untouched === -1)).toBe(true);
});

test('first moments of what gets no gradient never become subnormal numbers, with which a processor is slow', () => {
  const { kernels, views } = arrays(4);
  const [p = new Float32Array(0), m = new Float32Array(0), v = new Float32Array(0), g = new Float32Array(0)] = views;
  const [pAt, mAt, vAt, gAt] = [p, m, v, g].map((values) => values.byteOffset) as [number, number, number, number];
  const isNormal = (value: number): boolean => value === 0 || Math.abs(value) > 1e-37;
  const numbers = [1, 0, 0, 1, 1e-3, 1e-8, 0.9, 0.1, 0.999, 0.001] as const;
  m.forEach((_, index) => (m[index] = normalAt(7, index) * 1e-4));
  v.fill(1e-8);
  g.fill(0);
  for (let step = 0; step < 600; step++) kernels.adam(pAt, mAt, vAt, gAt, COUNT, ...numbers);
  const before = Float32Array.from(p);
  for (let step = 0; step < 3000; step++) {
    kernels.adam(pAt, mAt, vAt, gAt, COUNT, ...numbers);
    expect([...m, ...v].every(isNormal)).toBe(true);
  }
  expect([...m].every((value) => Math.abs(value) < 1e-28)).toBe(true);
  expect(p).toEqual(before);

  m.fill(-1e-4);
  for (let step = 0; step < 3000; step++) kernels.momentum(pAt, mAt, gAt, COUNT, 1, 0, 0, 1e-3, 0.9);
  expect([...m].every((value) => isNormal(value) && Math.abs(value) < 1e-28)).toBe(true);
});

test('a moment that is no number stays one', () => {
  const { kernels, views } = arrays(4);
  const [p = 0, m = 0, v = 0, g = 0] = views.map((values) => values.byteOffset);
  views[1]?.fill(Number.NaN);
  views[2]?.fill(Number.POSITIVE_INFINITY);
  kernels.adam(p, m, v, g, COUNT, 1, 0, 0, 1, 1e-3, 1e-8, 0.9, 0.1, 0.999, 0.001);
  expect([views[1]?.[0], views[2]?.[0]]).toEqual([Number.NaN, Number.POSITIVE_INFINITY]);
});
