import * as tf from '@tensorflow/tfjs';
import { beforeAll, expect, test } from 'vitest';
import { chooseTensorflowCpu } from '../model/test-support/tensorflow-cpu.ts';
import { asBlock, partsOf, squaredNormOf, stateBlocks } from './state-blocks.ts';

beforeAll(chooseTensorflowCpu);

const PARAMETERS = [
  { name: 'embedding', shape: [30, 4] },
  { name: 'encoder.0.weight', shape: [4, 8] },
  { name: 'encoder.0.bias', shape: [8] },
  ...Array.from({ length: 60 }, (_, index) => ({ name: `layer.${index}`, shape: [3, 2] })),
  { name: 'output', shape: [4, 100] },
];

test('parameters that move and frozen ones lie in blocks of their own, each one once and none over another', () => {
  const blocks = stateBlocks(PARAMETERS, new Set(['encoder.0.bias', 'layer.7']));
  expect(blocks.map(({ moves, parts }) => [moves, parts.length])).toEqual([
    [true, PARAMETERS.length - 2],
    [false, 2],
  ]);
  for (const { parts, size } of blocks) {
    let end = 0;
    for (const part of parts) {
      expect(part.offset).toBe(end);
      end += part.size;
    }
    expect(end).toBeLessThanOrEqual(size);
    expect(size % 256).toBe(0);
  }
});

test('a block holds no more than it may, but for a parameter that is larger by itself', () => {
  const blocks = stateBlocks(PARAMETERS, new Set(), 200);
  expect(blocks.flatMap(({ parts }) => parts.map(({ name }) => name))).toEqual(PARAMETERS.map(({ name }) => name));
  for (const { parts } of blocks) {
    const used = parts.reduce((total, part) => total + part.size, 0);
    expect(used <= 200 || parts.length === 1).toBe(true);
  }
  expect(blocks.at(-1)?.parts.map(({ name }) => name)).toEqual(['output']);
});

test('what is put into a block comes out of it, and its rest is zeros', async () => {
  const [block] = stateBlocks(PARAMETERS, new Set());
  if (block === undefined) throw new Error('There is no block');
  const values = PARAMETERS.map(({ shape }, index) => tf.add(tf.randomNormal(shape, 0, 1, 'float32', index), index));
  const flat = asBlock(block, values);
  expect(flat.shape).toEqual([block.size]);
  for (const [index, [name, part]] of partsOf(block, flat).entries()) {
    expect(name).toBe(PARAMETERS[index]?.name);
    expect(part.shape).toEqual(PARAMETERS[index]?.shape);
    expect(await part.data()).toEqual(await values[index]?.data());
  }
  const sums = values.map((value) => tf.sum(tf.mul(value, value)).dataSync()[0] ?? 0);
  const expected = sums.reduce((total, sum) => total + sum, 0);
  expect((squaredNormOf(flat).dataSync()[0] ?? 0) / expected).toBeCloseTo(1, 5);
});

test('the squares of a large block are all in its sum', () => {
  const ones = tf.fill([3 * 2 ** 16], 2);
  expect(squaredNormOf(ones).dataSync()[0]).toBe(12 * 2 ** 16);
});
