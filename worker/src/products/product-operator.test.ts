import { describe, expect, test } from 'vitest';
import { encodeModel } from '../graph/encode.ts';
import { randomKey, uniformAt } from '../model/random.ts';
import { shapeSize } from '../model/parameters.ts';
import { OwnSession, release } from '../runtime/own-session.ts';
import { productNode } from './product-node.ts';
import { productOperators } from './product-operator.ts';
import { PLAIN_PRODUCT, type ProductSizes } from './product-plan.ts';

const isHere = (await productOperators()) !== null;

/** Values around each array, which must neither be read nor written. */
const GUARD = 48;

/** An array of uniform numbers in −0.5…0.5 between guards that are not numbers. */
function guarded(shape: readonly number[], seed: number): { whole: Float32Array; data: Float32Array } {
  const whole = new Float32Array(shapeSize(shape) + 2 * GUARD).fill(Number.NaN);
  const data = whole.subarray(GUARD, whole.length - GUARD);
  const key = randomKey(seed, 1);
  data.forEach((_, index) => (data[index] = uniformAt(key, index) - 0.5));
  return { whole, data };
}

interface Computed {
  a: Float32Array;
  b: Float32Array;
  bias: Float32Array;
  result: Float32Array;
  /** Values beside the result that are still as they were. */
  untouched: number;
}

async function compute(sizes: ProductSizes, threads: number): Promise<Computed> {
  const { outer, rows, depth, columns, transposeA, transposeB } = sizes;
  const shapes = {
    a: [...outer, ...(transposeA ? [depth, rows] : [rows, depth])],
    b: [...outer, ...(transposeB ? [columns, depth] : [depth, columns])],
    bias: [columns],
  };
  const names = sizes.finish.kind === 'bias' ? (['a', 'b', 'bias'] as const) : (['a', 'b'] as const);
  const resultShape = [...outer, rows, columns];
  const bytes = encodeModel({
    nodes: [{ ...productNode(sizes), inputs: [...names], outputs: ['y'] }],
    initialisers: [],
    inputs: names.map((name) => ({ name, shape: shapes[name], type: 'float32' })),
    outputs: [{ name: 'y', shape: resultShape, type: 'float32' }],
    sequenceOutput: null,
  });
  const arrays = { a: guarded(shapes.a, 1), b: guarded(shapes.b, 2), bias: guarded(shapes.bias, 3) };
  const { whole, data: result } = guarded(resultShape, 4);
  const session = await OwnSession.open(bytes, { threads, settings: {} });
  const inputs = session.bindAll(
    Object.fromEntries(names.map((name) => [name, { data: arrays[name].data, shape: shapes[name] }])),
  );
  const outputs = session.bindAll({ y: { data: result, shape: resultShape } });
  session.run(inputs, outputs);
  release(inputs);
  release(outputs);
  session.close();
  const around = [...whole.subarray(0, GUARD), ...whole.subarray(whole.length - GUARD)];
  return {
    a: arrays.a.data,
    b: arrays.b.data,
    bias: arrays.bias.data,
    result,
    untouched: around.filter((value) => Number.isNaN(value)).length,
  };
}

/** The product in float64, for some rows. */
function largestError(sizes: ProductSizes, { a, b, bias, result }: Computed): number {
  const { outer, rows, depth, columns, transposeA, transposeB, scale } = sizes;
  let largest = 0;
  for (let index = 0; index < shapeSize(outer); index++) {
    for (let row = 0; row < rows; row += rows > 100 ? 37 : 1) {
      for (let column = 0; column < columns; column++) {
        let sum = 0;
        for (let k = 0; k < depth; k++) {
          const left = a[index * rows * depth + (transposeA ? k * rows + row : row * depth + k)] ?? Number.NaN;
          const right =
            b[index * depth * columns + (transposeB ? column * depth + k : k * columns + column)] ?? Number.NaN;
          sum += left * right;
        }
        const expected = scale * sum + (sizes.finish.kind === 'bias' ? (bias[column] ?? Number.NaN) : 0);
        const isCut = sizes.finish.kind === 'bias' && sizes.finish.relu;
        const error = Math.abs(
          (isCut ? Math.max(0, expected) : expected) - (result[(index * rows + row) * columns + column] ?? Number.NaN),
        );
        if (!(error <= largest)) largest = error;
      }
    }
  }
  return largest;
}

/** Around the sizes of tiles (8 rows), vectors (16), panels (48) and blocks (512). */
const SIZES: readonly (readonly [rows: number, depth: number, columns: number])[] = [
  [1, 1, 1],
  [1, 1, 16],
  [7, 5, 15],
  [8, 16, 48],
  [9, 17, 64],
  [13, 300, 49],
  [30, 33, 80],
  [17, 513, 112],
  [65, 31, 33],
  [9, 64, 1008],
  [530, 40, 32],
  [1030, 20, 5],
];

const product = (sizes: Partial<ProductSizes>): ProductSizes => ({
  ...{ ...PLAIN_PRODUCT, rows: 1, depth: 1, columns: 1 },
  ...sizes,
});

const FINISHES = {
  none: { kind: 'none' },
  bias: { kind: 'bias', relu: false },
  relu: { kind: 'bias', relu: true },
} as const;

describe.skipIf(!isHere)('products by machine code', () => {
  describe.each([
    ['a·b', false, false],
    ['aᵀ·b', true, false],
    ['a·bᵀ', false, true],
    ['aᵀ·bᵀ', true, true],
  ])('%s', (_name, transposeA, transposeB) => {
    test.each(SIZES)('[%d, %d]·[%d]', async (rows, depth, columns) => {
      for (const [threads, kind, scale] of [
        [1, 'none', 1],
        [2, 'bias', 1],
        [3, 'relu', 1],
        [5, 'none', -0.3],
      ] as const) {
        const sizes = product({ rows, depth, columns, transposeA, transposeB, scale, finish: FINISHES[kind] });
        const computed = await compute(sizes, threads);
        expect(largestError(sizes, computed)).toBeLessThan(2e-5);
        expect(computed.untouched).toBe(2 * GUARD);
      }
    });
  });

  test('several products at once, each with its own factors', async () => {
    for (const threads of [1, 2, 7, 20]) {
      for (const [transposeA, transposeB] of [
        [false, true],
        [false, false],
        [true, false],
      ] as const) {
        const sizes = product({ outer: [3, 4], rows: 20, depth: 19, columns: 30, transposeA, transposeB, scale: 0.25 });
        const computed = await compute(sizes, threads);
        expect(largestError(sizes, computed)).toBeLessThan(1e-5);
        expect(computed.untouched).toBe(2 * GUARD);
      }
    }
  });

  test('the number of threads changes no bit', async () => {
    for (const transposeA of [false, true]) {
      const sizes = product({ rows: 77, depth: 700, columns: 333, transposeA, finish: { kind: 'bias', relu: false } });
      const [alone, ...shared] = await Promise.all([1, 2, 3, 16].map((threads) => compute(sizes, threads)));
      for (const { result } of shared) expect(result).toEqual(alone?.result);
    }
  });
});
