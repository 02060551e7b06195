import { describe, expect, test } from 'vitest';
import { productNode, PRODUCT_OPERATORS, type MatrixProduct } from './product-node.ts';
import { ownOperators } from './own-operators.ts';
import { largestDifference, runOperator, valueOf } from './test-support/run-operator.ts';

const isHere = (await ownOperators()) !== null;

function compute(sizes: MatrixProduct, threads: number) {
  const { rows, depth, columns, transposeA, transposeB, finish } = sizes;
  const shapes = {
    a: transposeA ? [depth, rows] : [rows, depth],
    b: transposeB ? [columns, depth] : [depth, columns],
    vector: [columns],
    matrix: [rows, columns],
    result: [rows, columns],
    sums: [columns],
  };
  const which = finish.kind === 'addMatrix' && finish.bias ? 'addMatrixAndBias' : finish.kind;
  const named = (roles: readonly (keyof typeof shapes)[]) =>
    Object.fromEntries(roles.map((role) => [role, shapes[role]]));
  const { inputs, outputs } = PRODUCT_OPERATORS[which];
  return runOperator(productNode(sizes), { inputs: named(inputs), outputs: named(outputs) }, threads);
}

type Computed = Awaited<ReturnType<typeof compute>>;

/** The largest difference from the product in float64, in some rows. */
function largestError(sizes: MatrixProduct, { given, made }: Computed): number {
  const { rows, depth, columns, transposeA, transposeB, finish } = sizes;
  const { a, b, vector, matrix } = given;
  let largest = 0;
  for (let row = 0; row < rows; row += rows > 100 ? 37 : 1) {
    const expected = Array.from({ length: columns }, (_, column) => {
      let sum = 0;
      for (let k = 0; k < depth; k++) {
        const left = valueOf(a, transposeA ? k * rows + row : row * depth + k);
        sum += left * valueOf(b, transposeB ? column * depth + k : k * columns + column);
      }
      const further = valueOf(matrix, row * columns + column);
      if (finish.kind === 'bias' || (finish.kind === 'addMatrix' && finish.bias)) sum += valueOf(vector, column);
      if (finish.kind === 'addMatrix') sum += further;
      if (finish.kind === 'reluGradient') return further > 0 ? sum : 0;
      return finish.kind === 'bias' && finish.relu ? Math.max(0, sum) : sum;
    });
    const error = largestDifference(made['result']?.subarray(row * columns, (row + 1) * columns), expected);
    if (!(error <= largest)) largest = error;
  }
  return largest;
}

/** Sums over the rows of b, in float64. */
function sumsOf({ depth, columns, transposeB }: MatrixProduct, { given }: Computed): number[] {
  return Array.from({ length: columns }, (_, column) => {
    let sum = 0;
    for (let k = 0; k < depth; k++) {
      sum += valueOf(given['b'], transposeB ? column * depth + k : k * columns + column);
    }
    return sum;
  });
}

/** Around the sizes of tiles (8 or 4 rows), vectors (16 or 8), panels (48 or 24) and blocks (512 or 256). */
const SIZES: readonly (readonly [rows: number, depth: number, columns: number])[] = [
  [1, 1, 1],
  [1, 1, 16],
  [3, 9, 7],
  [5, 25, 24],
  [7, 5, 15],
  [8, 16, 48],
  [9, 17, 64],
  [13, 300, 49],
  [12, 256, 8],
  [260, 257, 31],
  [30, 33, 80],
  [17, 513, 112],
  [65, 31, 33],
  [9, 64, 1008],
  [33, 514, 291],
  [530, 9, 290],
  [530, 40, 32],
  [1030, 20, 5],
];

const product = (sizes: Partial<MatrixProduct>): MatrixProduct => ({
  ...{ rows: 1, depth: 1, columns: 1, transposeA: false, transposeB: false, finish: { kind: 'none' } },
  ...sizes,
});

const FINISHES: readonly (readonly [threads: number, finish: MatrixProduct['finish']])[] = [
  [1, { kind: 'none' }],
  [2, { kind: 'bias', relu: false }],
  [3, { kind: 'bias', relu: true }],
  [2, { kind: 'addMatrix', bias: false }],
  [1, { kind: 'addMatrix', bias: true }],
  [5, { kind: 'reluGradient' }],
];

describe.skipIf(!isHere)('products by machine code', () => {
  describe.each([
    ['a·b', false, false],
    ['aᵀ·b', true, false],
    ['a·bᵀ', false, true],
    ['aᵀ·bᵀ', true, true],
  ])('%s', (_name, transposeA, transposeB) => {
    test.each(SIZES)('[%d, %d]·[%d]', async (rows, depth, columns) => {
      for (const [threads, finish] of FINISHES) {
        const sizes = product({ rows, depth, columns, transposeA, transposeB, finish });
        const computed = await compute(sizes, threads);
        expect(largestError(sizes, computed)).toBeLessThan(2e-5);
        expect(computed.overwritten).toBe(0);
      }
    });
  });

  test.each(SIZES)('the gradient of a weight and that of the bias: [%d, %d]·[%d]', async (rows, depth, columns) => {
    const sizes = product({ rows, depth, columns, transposeA: true, finish: { kind: 'sums' } });
    for (const threads of [1, 2, 5]) {
      const computed = await compute(sizes, threads);
      expect(largestError(sizes, computed)).toBeLessThan(2e-5);
      expect(largestDifference(computed.made['sums'], sumsOf(sizes, computed))).toBeLessThan(2e-5);
      expect(computed.overwritten).toBe(0);
    }
  });

  test('the number of threads changes no bit', async () => {
    for (const transposeA of [false, true]) {
      for (const finish of [{ kind: 'bias', relu: false }, { kind: 'sums' }] as const) {
        const sizes = product({ rows: 77, depth: 700, columns: 333, transposeA, finish });
        const [alone, ...shared] = await Promise.all([1, 2, 3, 16].map((threads) => compute(sizes, threads)));
        for (const { made } of shared) expect(made).toEqual(alone?.made);
      }
    }
  });
});
