import * as tf from '@tensorflow/tfjs';
import { describe, expect, test } from 'vitest';
import { record } from '../graph/record.ts';
import { cpuSessionOptions, openSession, tensorOver } from '../runtime/sessions.ts';
import { gelu, sigmoid, tanh } from './activations.ts';
import { chooseTensorflowCpu } from './test-support/tensorflow-cpu.ts';

/** From −12 to 12, where tanh and sigmoid are flat to six and four digits. */
const INPUTS = Float32Array.from({ length: 2401 }, (_, place) => (place - 1200) / 100);

/** Far beyond, where e^x and then its square have no place in float32. */
const FAR = Float32Array.of(-1e4, -120, -88, -60, 60, 88, 120, 1e4);

type Activation = (x: tf.Tensor) => tf.Tensor;

function gradientOf(activation: Activation, x: tf.Tensor): tf.Tensor {
  return tf.grad((inputs) => tf.sum(activation(inputs)))(x);
}

async function recorded(activation: Activation, inputs: Float32Array): Promise<Float32Array> {
  const shape = [inputs.length];
  const graph = record([{ name: 'x', shape, type: 'float32' }], ({ inputs: { x } }) => ({
    gradient: gradientOf(activation, x as tf.Tensor),
  }));
  const session = await openSession(graph.bytes, cpuSessionOptions());
  const { gradient } = await session.run({ x: tensorOver(inputs, shape) });
  await session.release();
  return gradient?.data as Float32Array;
}

async function byTfjs(activation: Activation, inputs: Float32Array): Promise<Float32Array> {
  await chooseTensorflowCpu();
  return tf.tidy(() => gradientOf(activation, tf.tensor1d(inputs)).dataSync() as Float32Array);
}

const WAYS = [
  ['the recorded graph', recorded],
  ['tfjs', byTfjs],
] as const;

const EXACT = [
  ['tanh', tanh, (x: number) => 4 / (Math.exp(x) + Math.exp(-x)) ** 2],
  ['sigmoid', sigmoid, (x: number) => 1 / (Math.exp(x) + 2 + Math.exp(-x))],
] as const;

/** Φ(x), by the midpoint rule over the density; right to ten digits between −12 and 12. */
function normalDistribution(x: number): number {
  const [from, steps] = [-14, 4000];
  const width = (x - from) / steps;
  let sum = 0;
  for (let step = 0; step < steps; step++) sum += normalDensity(from + (step + 0.5) * width);
  return sum * width;
}

function normalDensity(x: number): number {
  return Math.exp((-x * x) / 2) / Math.sqrt(2 * Math.PI);
}

describe.each(WAYS)('gradients by %s', (_way, gradients) => {
  test.each(EXACT)('%s: right to the rounding of float32, however flat it is', async (_name, activation, exact) => {
    const errors = (await gradients(activation, INPUTS)).map((value, place) => {
      const expected = exact(INPUTS[place] ?? 0);
      return Math.abs(value - expected) / expected;
    });
    expect(errors).toHaveLength(INPUTS.length);
    expect(Math.max(...errors)).toBeLessThan(5e-7);
  });

  test.each(EXACT)('%s: next to nothing far from zero, and always a number', async (_name, activation, exact) => {
    const values = await gradients(activation, FAR);
    values.forEach((value, place) => {
      const expected = exact(FAR[place] ?? 0);
      expect(Math.abs(value - expected)).toBeLessThan(1e-37 + 5e-7 * expected);
    });
  });

  test('GELU: right to the rounding of a gradient of 1', async () => {
    const values = await gradients(gelu, INPUTS);
    values.forEach((value, place) => {
      const x = INPUTS[place] ?? 0;
      expect(Math.abs(value - normalDistribution(x) - x * normalDensity(x))).toBeLessThan(4e-7);
    });
  });
});

test('what is computed is what tfjs computes', async () => {
  await chooseTensorflowCpu();
  const x = tf.tensor1d(INPUTS);
  expect([...tanh(x).dataSync()]).toEqual([...tf.tanh(x).dataSync()]);
  expect([...sigmoid(x).dataSync()]).toEqual([...tf.sigmoid(x).dataSync()]);
});
