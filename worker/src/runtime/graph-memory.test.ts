import * as tf from '@tensorflow/tfjs';
import { describe, expect, test } from 'vitest';
import { ownProduct } from '../graph/own-products.ts';
import { record } from '../graph/record.ts';
import { ownOperators } from '../products/own-operators.ts';
import { createCpuDevice } from './cpu.ts';
import type { Device, InferenceProgram } from './device.ts';

const hasOwn = (await ownOperators()) !== null;
const MEGABYTE = 1e6;
/** Sides of the matrices that the graphs work with, of at least 64 megabytes each. */
const SIDES = [4000, 4010, 4020, 4030, 4040, 4050];

function makeDevice(training: boolean): Promise<Device> {
  const shape = { parameters: [{ name: 'w', shape: [1] }], moments: 0, training, frozen: new Set<string>() };
  return createCpuDevice(shape, { zh: '测试', en: 'A test' });
}

type Product = (a: tf.Tensor, b: tf.Tensor) => tf.Tensor;

/** Σ tanh(x · xᵀ), for which a matrix is needed that is much larger than x. */
function loadSum(device: Device, side: number, product: Product): Promise<InferenceProgram> {
  const x = (name: string, shape: number[]) => ({ name, shape, type: 'float32' as const });
  const graph = record([x('column', [side, 1]), x('row', [1, side])], ({ inputs: { column, row } }) => ({
    sum: tf.sum(tf.tanh(product(column as tf.Tensor, row as tf.Tensor))),
  }));
  return device.loadInference(graph);
}

async function runSum(program: InferenceProgram, side: number): Promise<number> {
  const data = new Float32Array(side).fill(0.01);
  const { sum } = await program.run({ column: { data, shape: [side, 1] }, row: { data, shape: [1, side] } });
  return sum?.[0] ?? Number.NaN;
}

const products: [string, Product, boolean][] = [
  ["ONNX Runtime's products", (a, b) => tf.matMul(a, b), true],
  ['own products', (a, b) => ownProduct(a, b, {}), hasOwn],
];

describe.for(products)('graphs of a training with %s', ([, product, isHere]) => {
  test.skipIf(!isHere)(
    'take together no more than the largest works in, and give it back when it is renewed',
    async () => {
      const device = await makeDevice(true);
      expect(device.graphMemory).not.toBeNull();
      const programs: InferenceProgram[] = [];
      let before = process.memoryUsage.rss();
      for (const side of SIDES) {
        const program = await loadSum(device, side, product);
        // What everything needs once has nothing to do with what the graphs work in.
        if (programs.length === 0) before = process.memoryUsage.rss();
        programs.push(program);
        for (let run = 0; run < 2; run++) expect((await runSum(program, side)) / (1e-4 * side ** 2)).toBeCloseTo(1, 1);
      }
      const taken = (process.memoryUsage.rss() - before) / MEGABYTE;
      expect(taken).toBeGreaterThan(50);
      expect(taken).toBeLessThan(0.5 * 64 * SIDES.length);
      await Promise.all(programs.map((program) => program.dispose()));
      device.graphMemory?.renew();
      expect((process.memoryUsage.rss() - before) / MEGABYTE).toBeLessThan(taken - 50);
      await device.dispose();
    },
  );
});

test('graphs that were loaded before the memory is renewed go on beside those that are loaded afterwards', async () => {
  const device = await makeDevice(true);
  const [, product] = products[0]!;
  const first = await loadSum(device, 40, product);
  const sum = await runSum(first, 40);
  device.graphMemory?.renew();
  const second = await loadSum(device, 40, product);
  expect(await runSum(second, 40)).toBe(sum);
  expect(await runSum(first, 40)).toBe(sum);
  await Promise.all([first.dispose(), second.dispose()]);
  await device.dispose();
});

test('a device that only answers shares nothing, and two that train do not disturb each other', async () => {
  const answering = await makeDevice(false);
  expect(answering.graphMemory).toBeNull();
  const [one, other] = [await makeDevice(true), await makeDevice(true)];
  const [, product] = products[0]!;
  const first = await loadSum(one, 40, product);
  await other.dispose();
  const second = await loadSum(one, 40, product);
  expect(await runSum(second, 40)).toBe(await runSum(first, 40));
  await Promise.all([first.dispose(), second.dispose()]);
  await one.dispose();
  await answering.dispose();
});
