import { setImmediate as turn } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import type * as tf from '@tensorflow/tfjs';
import { expect, test } from 'vitest';
import { ownProduct } from '../graph/own-products.ts';
import { record } from '../graph/record.ts';
import { ownOperators } from '../products/own-operators.ts';
import { createCpuDevice } from './cpu.ts';
import type { Feeds, InferenceProgram } from './device.ts';

const isHere = (await ownOperators()) !== null;

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as (options?: { type: 'minor' }) => void;

/** A program that multiplies rows × 3 by 3 × rows. */
async function withProduct(work: (program: InferenceProgram) => Promise<void>, rows = 2): Promise<void> {
  const shape = { parameters: [{ name: 'w', shape: [1] }], moments: 0, training: false, frozen: new Set<string>() };
  const device = await createCpuDevice(shape, { zh: '测试', en: 'A test' });
  const inputs = [
    { name: 'a', shape: [rows, 3], type: 'float32' as const },
    { name: 'b', shape: [3, rows], type: 'float32' as const },
  ];
  const graph = record(inputs, ({ inputs: { a, b } }) => ({ y: ownProduct(a as tf.Tensor, b as tf.Tensor, {}) }));
  const program = await device.loadInference(graph);
  try {
    await work(program);
  } finally {
    await program.dispose();
    await device.dispose();
  }
}

function fed(factor: number): Feeds {
  const numbers = (shape: number[]) => ({ data: Float32Array.from({ length: 6 }, (_, i) => factor * i), shape });
  return { a: numbers([2, 3]), b: numbers([3, 2]) };
}

const PRODUCT = [10, 13, 28, 40];

test.skipIf(!isHere)('a program holds nothing that it was given or gave', async () => {
  await withProduct(async (program) => {
    const compute = async (factor: number): Promise<WeakRef<object>[]> => {
      const feeds = fed(factor);
      const { y = new Float32Array(0) } = await program.run(feeds);
      expect([...y]).toEqual(PRODUCT.map((value) => factor * factor * value));
      return [y, ...Object.values(feeds).map(({ data }) => data)].map(({ buffer }) => new WeakRef(buffer));
    };
    const memory = [...(await compute(1)), ...(await compute(2))];
    await turn();
    collect();
    expect(memory.filter((reference) => reference.deref() !== undefined)).toEqual([]);
    expect([...((await program.run(fed(1)))['y'] ?? [])]).toEqual(PRODUCT);
  });
});

test.skipIf(!isHere)(
  'what a program has made goes with the young objects, before the whole heap is collected',
  async () => {
    const rows = 512;
    await withProduct(async (program) => {
      const data = new Float32Array(3 * rows);
      const feeds = { a: { data, shape: [rows, 3] }, b: { data, shape: [3, rows] } };
      const { arrayBuffers } = process.memoryUsage();
      for (let time = 0; time < 40; time++) {
        await program.run(feeds);
        await turn();
        for (let collection = 0; collection < 2; collection++) collect({ type: 'minor' });
      }
      // Each time it made a megabyte.
      expect(process.memoryUsage().arrayBuffers - arrayBuffers).toBeLessThan(10e6);
    }, rows);
  },
);

test.skipIf(!isHere)('a program that was given too few numbers runs again with enough', async () => {
  await withProduct(async (program) => {
    const feeds = fed(1);
    await program.run(feeds);
    const short = { ...feeds, a: { data: new Float32Array(5), shape: [2, 3] } };
    for (let time = 0; time < 3; time++) {
      expect(() => program.run(short)).toThrow(/.+/);
      expect([...((await program.run(feeds))['y'] ?? [])]).toEqual(PRODUCT);
    }
  });
});

test.skipIf(!isHere)('a program that was disposed of neither runs nor goes again', async () => {
  await withProduct(async (program) => {
    await program.run(fed(1));
    await program.dispose();
    await expect(program.run(fed(1))).rejects.toThrow('disposed of');
    await program.dispose();
  });
});
