import { LANES, MOST_HEAD_VECTORS } from './layout.ts';
import { describe, expect, test } from 'vitest';
import { cachedAttentionNode, packedProductNode, type PackedProduct } from './open-node.ts';
import { packedLength, packWeight } from './packed-weights.ts';
import { ownOperators } from './own-operators.ts';
import { drawn, openNode, runInto } from './test-support/open-operator.ts';
import { largestDifference, type Guarded } from './test-support/run-operator.ts';

const isHere = (await ownOperators()) !== null;

/** Rows one after the other in one session: fewer than a tile, whole tiles, tiles with some left over, and none. */
const ROWS = [1, 8, 3, 17, 0, 7, 40, 2];

describe.skipIf(!isHere)('products with packed weights', () => {
  test.each([
    [1, 1, 1],
    [5, 16, 2],
    [17, 48, 1],
    [64, 50, 3],
    [513, 33, 2],
    [600, 160, 2],
    [1100, 100, 5],
  ])('depth %d, %d columns, %d threads', async (depth, columns, threads) => {
    const weight = drawn([depth, columns], 1);
    const bias = drawn([columns], 2);
    const packed = drawn([depth, columns], 3, packedLength({ depth, columns }));
    packWeight(weight.data, packed.data, { depth, columns }, threads);
    const scale = Math.sqrt(depth);
    for (const finish of ['bias', 'relu', 'addend'] as const satisfies PackedProduct['finish'][]) {
      const inputsFor = (rows: number): Record<string, Guarded> => ({
        x: drawn([rows, depth], 10 + rows),
        weight: packed,
        bias,
        ...(finish === 'addend' ? { addend: drawn([rows, columns], 20 + rows) } : {}),
      });
      const heads = columns % 5 === 0 && finish === 'bias' ? 5 : null;
      const node = packedProductNode({ depth, columns, finish, heads });
      const session = await openNode(node, inputsFor(1), { y: heads === null ? 2 : 4 }, threads);
      for (const rows of ROWS) {
        const inputs = inputsFor(rows);
        const y = drawn(heads === null ? [rows, columns] : [1, rows, heads, columns / heads], 4);
        runInto(session, inputs, { y });
        const expected = Float64Array.from(y.data, (_, index) => {
          const [row, column] = [Math.floor(index / columns), index % columns];
          let sum = bias.data[column] ?? Number.NaN;
          for (let k = 0; k < depth; k++) {
            sum +=
              (inputs['x']?.data[row * depth + k] ?? Number.NaN) * (weight.data[k * columns + column] ?? Number.NaN);
          }
          if (finish === 'addend') return sum + (inputs['addend']?.data[index] ?? Number.NaN);
          return finish === 'relu' ? Math.max(0, sum) : sum;
        });
        expect(largestDifference(y.data, expected) / scale).toBeLessThan(2e-6);
      }
      session.close();
    }
  });
});

type Sizes = readonly [texts: number, past: number, heads: number, headSize: number];

/** Attention by plain loops: for each text and head the sum of values weighted by a softmax. */
function attended(
  inputs: Record<string, Guarded>,
  [texts, past, heads, headSize]: Sizes,
  isGrowing: boolean,
  scale: number,
): number[] {
  const seen = past + Number(isGrowing);
  const result: number[] = [];
  const of = (role: 'keys' | 'values', token: number, text: number, head: number, i: number): number => {
    const array = token < past ? inputs[role] : inputs[`fresh.${role}`];
    const row = token < past ? token : 0;
    return array?.data[((row * texts + text) * heads + head) * headSize + i] ?? Number.NaN;
  };
  for (let text = 0; text < texts; text++) {
    for (let head = 0; head < heads; head++) {
      const scores = Array.from({ length: seen }, (_, token) => {
        let sum = 0;
        for (let i = 0; i < headSize; i++) {
          sum +=
            (inputs['q']?.data[(text * heads + head) * headSize + i] ?? Number.NaN) * of('keys', token, text, head, i);
        }
        return sum * scale + (inputs['mask']?.data[text * seen + token] ?? Number.NaN);
      });
      const largest = Math.max(...scores);
      const total = scores.reduce((sum, score) => sum + Math.exp(score - largest), 0);
      for (let i = 0; i < headSize; i++) {
        result.push(
          scores.reduce(
            (sum, score, token) => sum + (Math.exp(score - largest) / total) * of('values', token, text, head, i),
            0,
          ),
        );
      }
    }
  }
  return result;
}

describe.skipIf(!isHere)('attention over a cache', () => {
  const CASES: readonly Sizes[] = [
    [1, 1, 1, 1],
    [1, 1, 2, 16],
    [3, 15, 2, 64],
    [2, 16, 3, 20],
    [5, 17, 2, 33],
    [1, 100, 8, 64],
    [2, 31, 1, MOST_HEAD_VECTORS * LANES],
    [8, 40, 4, 48],
  ];
  test.each([
    [true, 1],
    [true, 2],
    [false, 3],
    [true, 7],
  ])('growing %s, %d threads', async (isGrowing, threads) => {
    for (const sizes of CASES) {
      const [texts, past, heads, headSize] = sizes;
      const seen = past + Number(isGrowing);
      const mask = drawn([texts, 1, 1, seen], 5);
      mask.data.forEach((value, index) => (mask.data[index] = value > 0.4 && index % seen > 0 ? -1e9 : value));
      const inputs: Record<string, Guarded> = {
        q: drawn([texts, 1, heads, headSize], 1),
        keys: drawn([past, texts, heads, headSize], 2),
        values: drawn([past, texts, heads, headSize], 3),
        mask,
        ...(isGrowing
          ? {
              'fresh.keys': drawn([1, texts, heads, headSize], 6),
              'fresh.values': drawn([1, texts, heads, headSize], 7),
            }
          : {}),
      };
      const node = cachedAttentionNode({ heads, headSize, scale: 0.7, isGrowing });
      const session = await openNode(node, inputs, { y: 4, weights: 2 }, threads);
      const y = drawn([texts, 1, heads, headSize], 4);
      runInto(session, inputs, { y });
      const expected = attended(inputs, sizes, isGrowing, 0.7);
      expect(largestDifference(y.data, expected)).toBeLessThan(3e-6);
      session.close();
    }
  });

  test('one session serves any number of texts and tokens', async () => {
    const [heads, headSize] = [2, 24];
    const inputsFor = (texts: number, past: number): Record<string, Guarded> => ({
      q: drawn([texts, 1, heads, headSize], 1),
      keys: drawn([past, texts, heads, headSize], 2),
      values: drawn([past, texts, heads, headSize], 3),
      mask: drawn([texts, 1, 1, past + 1], 5),
      'fresh.keys': drawn([1, texts, heads, headSize], 6),
      'fresh.values': drawn([1, texts, heads, headSize], 7),
    });
    const node = cachedAttentionNode({ heads, headSize, scale: 1, isGrowing: true });
    const session = await openNode(node, inputsFor(1, 1), { y: 4, weights: 2 }, 2);
    for (const [texts, past] of [
      [1, 3],
      [0, 3],
      [6, 3],
      [2, 70],
      [1, 1],
    ] as const) {
      const inputs = inputsFor(texts, past);
      const y = drawn([texts, 1, heads, headSize], 4);
      runInto(session, inputs, { y });
      const expected = attended(inputs, [texts, past, heads, headSize], true, 1);
      expect(largestDifference(y.data, expected)).toBeLessThan(3e-6);
    }
    session.close();
  });
});
