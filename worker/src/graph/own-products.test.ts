import * as tf from '@tensorflow/tfjs';
import { describe, expect, test } from 'vitest';
import { randomKey, uniformAt } from '../model/random.ts';
import { shapeSize } from '../model/parameters.ts';
import { productOperators } from '../products/product-operator.ts';
import { OwnSession, release } from '../runtime/own-session.ts';
import { ownAttentionWeights, ownHeadsProduct, ownScoresGradient } from './own-products.ts';
import { record } from './record.ts';

const isHere = (await productOperators()) !== null;

/** Uniform numbers in −range…range. */
function uniform(shape: readonly number[], seed: number, range = 1): Float32Array {
  const key = randomKey(seed, 2);
  return Float32Array.from({ length: shapeSize(shape) }, (_, index) => range * (2 * uniformAt(key, index) - 1));
}

type Arrays = Record<string, { data: Float32Array; shape: number[] }>;

/** Records a function of arrays with this project's own operators, and runs it with two threads. */
async function run(arrays: Arrays, compute: (inputs: Record<string, tf.Tensor>) => tf.Tensor): Promise<Float32Array> {
  const specs = Object.entries(arrays).map(([name, { shape }]) => ({ name, shape, type: 'float32' as const }));
  const graph = record(specs, ({ inputs }) => ({ y: compute(inputs) }));
  const [{ shape } = { shape: [] }] = graph.outputs;
  const session = await OwnSession.open(graph.bytes, { threads: 2, settings: {} });
  const data = new Float32Array(shapeSize(shape)).fill(Number.NaN);
  const [inputs, outputs] = [session.bindAll(arrays), session.bindAll({ y: { data, shape } })];
  session.run(inputs, outputs);
  release(inputs);
  release(outputs);
  session.close();
  return data;
}

/** x[b, t, h, :]·y[b, s, h, :] for all: [b, h, t, s]. */
function scoresOf(x: Float32Array, y: Float32Array, [batch, tokens, seen, heads, size]: Sizes): number[] {
  const scores: number[] = [];
  for (let b = 0; b < batch; b++) {
    for (let h = 0; h < heads; h++) {
      for (let t = 0; t < tokens; t++) {
        for (let s = 0; s < seen; s++) {
          let sum = 0;
          for (let i = 0; i < size; i++) {
            sum +=
              (x[((b * tokens + t) * heads + h) * size + i] ?? Number.NaN) *
              (y[((b * seen + s) * heads + h) * size + i] ?? Number.NaN);
          }
          scores.push(sum);
        }
      }
    }
  }
  return scores;
}

type Sizes = readonly [batch: number, tokens: number, seen: number, heads: number, size: number];

function softmaxOfRows(scores: readonly number[], width: number): number[] {
  return scores.map((score, index) => {
    const row = scores.slice(index - (index % width), index - (index % width) + width);
    const largest = Math.max(...row);
    return Math.exp(score - largest) / row.reduce((sum, other) => sum + Math.exp(other - largest), 0);
  });
}

function largestDifference(actual: Float32Array, expected: readonly number[]): number {
  expect(actual).toHaveLength(expected.length);
  // A difference that is not a number is not smaller than anything.
  return expected.reduce((largest, value, index) => {
    const difference = Math.abs(value - (actual[index] ?? Number.NaN));
    return difference <= largest ? largest : difference;
  }, 0);
}

const SIZES: readonly Sizes[] = [
  [1, 1, 1, 1, 1],
  [2, 3, 5, 2, 4],
  [1, 9, 16, 3, 8],
  [2, 17, 33, 1, 16],
  [1, 8, 130, 2, 32],
  [3, 20, 48, 4, 5],
];

describe.skipIf(!isHere)('attention by own operators', () => {
  test.each(SIZES)('weights of %d × %d × %d, %d heads of %d', async (...sizes) => {
    const [batch, tokens, seen, heads, size] = sizes;
    const q = { data: uniform([batch, tokens, heads, size], 1, 3), shape: [batch, tokens, heads, size] };
    const k = { data: uniform([batch, seen, heads, size], 2, 3), shape: [batch, seen, heads, size] };
    const scores = scoresOf(q.data, k.data, sizes).map((score) => score * 0.5);
    const plain = await run({ q, k }, (inputs) => ownAttentionWeights(inputs['q']!, inputs['k']!, 0.5, null));
    expect(largestDifference(plain, softmaxOfRows(scores, seen))).toBeLessThan(1e-5);
    for (const shape of [
      [batch, 1, 1, seen],
      [tokens, seen],
      [batch, heads, tokens, seen],
    ]) {
      const data = uniform(shape, 3).map((value) => (value > 0.4 ? -1e9 : value));
      const mask = { data, shape };
      const [a, b, c, d] = [...[1, 1, 1, 1].slice(shape.length), ...shape] as [number, number, number, number];
      const masked = scores.map((score, index) => {
        const [s, t] = [index % seen, Math.floor(index / seen) % tokens];
        const [h, i] = [Math.floor(index / seen / tokens) % heads, Math.floor(index / seen / tokens / heads)];
        return score + (data[(((i % a) * b + (h % b)) * c + (t % c)) * d + s] ?? Number.NaN);
      });
      const actual = await run({ q, k, mask }, ({ q: x, k: y, mask: m }) => ownAttentionWeights(x!, y!, 0.5, m!));
      expect(largestDifference(actual, softmaxOfRows(masked, seen))).toBeLessThan(1e-5);
    }
  });

  test.each(SIZES)('gradient of the scores of %d × %d × %d, %d heads of %d', async (...sizes) => {
    const [batch, tokens, seen, heads, size] = sizes;
    const dO = { data: uniform([batch, tokens, heads, size], 1), shape: [batch, tokens, heads, size] };
    const v = { data: uniform([batch, seen, heads, size], 2), shape: [batch, seen, heads, size] };
    const weights = { data: uniform([batch, heads, tokens, seen], 3), shape: [batch, heads, tokens, seen] };
    const sums = { data: uniform([batch, heads, tokens], 4), shape: [batch, heads, tokens, 1] };
    const expected = scoresOf(dO.data, v.data, sizes).map(
      (score, index) => (weights.data[index] ?? 0) * (score - (sums.data[Math.floor(index / seen)] ?? 0)),
    );
    const actual = await run({ dO, v, weights, sums }, (given) =>
      ownScoresGradient(given['dO']!, given['v']!, given['weights']!, given['sums']!),
    );
    expect(largestDifference(actual, expected)).toBeLessThan(1e-5);
  });

  test('heads are read and written where they lie', async () => {
    const [batch, tokens, seen, heads, size] = [2, 5, 7, 3, 20];
    const p = { data: uniform([batch, heads, tokens, seen], 1), shape: [batch, heads, tokens, seen] };
    const v = { data: uniform([batch, seen, heads, size], 2), shape: [batch, seen, heads, size] };
    const expected = new Float64Array(batch * tokens * heads * size);
    p.data.forEach((weight, index) => {
      const [s, t] = [index % seen, Math.floor(index / seen) % tokens];
      const [h, b] = [Math.floor(index / seen / tokens) % heads, Math.floor(index / seen / tokens / heads)];
      for (let i = 0; i < size; i++) {
        const place = ((b * tokens + t) * heads + h) * size + i;
        expected[place] = (expected[place] ?? 0) + weight * (v.data[((b * seen + s) * heads + h) * size + i] ?? 0);
      }
    });
    const actual = await run({ p, v }, (inputs) => ownHeadsProduct(inputs['p']!, inputs['v']!, {}));
    expect(largestDifference(actual, [...expected])).toBeLessThan(1e-5);
  });

  test('weights that are nearly nothing are nothing, and what is not a number stays so', async () => {
    const [q, k] = [
      { data: Float32Array.of(1), shape: [1, 1, 1, 1] },
      { data: Float32Array.of(0, -49, -51, -1e9, -Infinity), shape: [1, 5, 1, 1] },
    ];
    const weights = await run({ q, k }, (inputs) => ownAttentionWeights(inputs['q']!, inputs['k']!, 1, null));
    expect(weights[1]).toBeGreaterThan(0);
    expect([...weights.subarray(2)]).toEqual([0, 0, 0]);
    k.data[2] = Number.NaN;
    const spoiled = await run({ q, k }, (inputs) => ownAttentionWeights(inputs['q']!, inputs['k']!, 1, null));
    expect([...spoiled]).toEqual([Number.NaN, Number.NaN, Number.NaN, Number.NaN, Number.NaN]);
  });
});
