import { describe, expect, test } from 'vitest';
import { randomKey } from '../model/random.ts';
import {
  DEPTH,
  MOST_TURNED_COLUMNS,
  PLAIN_PRODUCT,
  planProduct,
  type Finish,
  type ProductSizes,
} from './product-plan.ts';
import { LANES, PRODUCT_ARRAYS, TILE_ROWS } from './layout.ts';
import { simulate } from './test-support/plan-simulator.ts';
import { VECTOR_UNIT } from './vector-unit.ts';

/** Rows of a block at most. */
const { blockRows: ROWS } = VECTOR_UNIT;
const EDGES = [1, 2, 7, 8, 9, 15, 16, 17, 31, 32, 33, 47, 48, 49, 63, 64, 65, 80, 97, 130];
const THREADS = [1, 2, 3, 5, 8, 16];

type Sizes = Pick<ProductSizes, 'rows' | 'depth' | 'columns'>;

function product(sizes: Sizes, others: Partial<ProductSizes> = {}): ProductSizes {
  return { ...PLAIN_PRODUCT, ...sizes, ...others };
}

function productsOf({ outer }: ProductSizes): number {
  return outer.reduce((count, size) => count * size, 1);
}

/** A mask as large as the result, one for each first outer dimension, or one for all. */
function maskOf(kind: number, { rows, columns }: Sizes, between: number): Finish {
  const strides = [
    { outer: [between * rows * columns, rows * columns], row: columns },
    { outer: [columns, 0], row: 0 },
    { outer: [0, 0], row: columns },
  ];
  return { kind: 'softmax', mask: strides[kind] ?? null };
}

/** Sizes that differ from case to case, most of them at the edges of tiles and vectors. */
function drawn(seed: number): ProductSizes {
  let draws = 0;
  const below = (count: number): number => randomKey(seed, draws++) % count;
  const is = (): boolean => below(2) === 0;
  const size = (): number => (is() ? 1 + below(70) : (EDGES[below(EDGES.length)] ?? 1));
  const sizes = { rows: size(), depth: size(), columns: size() };
  const outer = is() ? [] : [1 + below(2), 1 + below(3)];
  const finishes: Finish[] = [
    { kind: 'none' },
    { kind: 'bias', relu: is() },
    { kind: 'addMatrix', bias: is() },
    { kind: 'reluGradient' },
    outer.length === 0 ? { kind: 'softmax', mask: null } : maskOf(below(4), sizes, outer[1] ?? 1),
    // There are sums of one product only, and over the rows of what is not transposed.
    ...(outer.length === 0 ? [{ kind: 'sums' } as const] : []),
  ];
  const finish = finishes[below(finishes.length)] ?? { kind: 'none' };
  return {
    ...sizes,
    outer,
    transposeA: is(),
    transposeB: finish.kind !== 'sums' && is(),
    scale: is() ? 1 : 0.5,
    finish,
    interleaved: { a: is(), b: is(), result: is() },
    lower: null,
  };
}

type Inputs = Record<'a' | 'b' | 'vector' | 'matrix', Float64Array>;

/** Small whole numbers for every input; those that there are not are empty. */
function inputsOf(sizes: ProductSizes): Inputs {
  const { rows, depth, columns, finish } = sizes;
  const count = productsOf(sizes);
  const numbers = (length: number, seed: number): Float64Array =>
    Float64Array.from({ length }, (_, index) => (randomKey(seed, index) % 9) - 4);
  const masked = finish.kind === 'softmax' && finish.mask !== null ? finish.mask : { outer: [0, 0], row: 0 };
  const lastOf = (strides: readonly number[]) =>
    strides.reduce((last, stride, axis) => last + stride * ((sizes.outer[axis] ?? 1) - 1), 0);
  const vectors: Partial<Record<Finish['kind'], number>> = {
    bias: columns,
    addMatrix: finish.kind === 'addMatrix' && finish.bias ? columns : 0,
    softmax:
      finish.kind === 'softmax' && finish.mask !== null ? lastOf(masked.outer) + masked.row * (rows - 1) + columns : 0,
  };
  const hasMatrix = ['addMatrix', 'reluGradient'].includes(finish.kind);
  return {
    a: numbers(count * rows * depth, 1),
    b: numbers(count * depth * columns, 2),
    vector: numbers(vectors[finish.kind] ?? 0, 3),
    matrix: numbers(hasMatrix ? count * rows * columns : 0, 4),
  };
}

/** Where a row of an array begins; where it is interleaved, the second outer dimension lies within that row's one. */
function rowStart(sizes: ProductSizes, index: number, row: number, shape: number[], isInterleaved: boolean): number {
  const [height = 1, width = 1] = shape;
  const between = sizes.outer[1] ?? 1;
  const [first, second] = [Math.floor(index / between), index % between];
  return (isInterleaved ? (first * height + row) * between + second : index * height + row) * width;
}

/** The largest difference of a result from the product by its definition. */
function largestError(sizes: ProductSizes, { a, b, vector, matrix }: Inputs, result: Float64Array): number {
  const { rows, depth, columns, transposeA, transposeB, scale, finish, interleaved } = sizes;
  const of = (values: Float64Array, place: number): number => values[place] ?? Number.NaN;
  const [shapeA, shapeB] = [
    transposeA ? [depth, rows] : [rows, depth],
    transposeB ? [columns, depth] : [depth, columns],
  ];
  /** Where the values that belong to a row or column of the result begin in a factor, and how far they are apart. */
  const line = (index: number, at: number, shape: number[], isAcross: boolean, isInterleaved: boolean) => {
    const [start, next] = [0, 1].map((row) => rowStart(sizes, index, row, shape, isInterleaved)) as [number, number];
    return isAcross
      ? ([start + at, next - start] as const)
      : ([rowStart(sizes, index, at, shape, isInterleaved), 1] as const);
  };
  let error = 0;
  for (let index = 0; index < productsOf(sizes); index++) {
    for (let row = 0; row < rows; row++) {
      const start = rowStart(sizes, index, row, [rows, columns], interleaved.result);
      const [left, leftStep] = line(index, row, shapeA, transposeA, interleaved.a);
      const sums = Array.from({ length: columns }, (_, column) => {
        const [right, rightStep] = line(index, column, shapeB, !transposeB, interleaved.b);
        let sum = 0;
        for (let k = 0; k < depth; k++) sum += of(a, left + k * leftStep) * of(b, right + k * rightStep);
        return scale * sum;
      });
      const added = (column: number): number => {
        if (vector.length === 0) return 0;
        if (finish.kind !== 'softmax' || finish.mask === null) return of(vector, column);
        const between = sizes.outer[1] ?? 1;
        const [first = 0, second = 0] = finish.mask.outer;
        const before = Math.floor(index / between) * first + (index % between) * second;
        return of(vector, before + row * finish.mask.row + column);
      };
      finished(sums, finish, added, (column) => of(matrix, start + column)).forEach((value, column) => {
        const difference = Math.abs(value - of(result, start + column));
        if (!(difference <= error)) error = difference;
      });
    }
  }
  return error;
}

/** What a row's sums become with the vector's and the matrix's values. */
function finished(
  sums: number[],
  finish: Finish,
  vector: (column: number) => number,
  matrix: (column: number) => number,
): number[] {
  if (finish.kind === 'reluGradient') return sums.map((sum, column) => (matrix(column) > 0 ? sum : 0));
  const added = sums.map((sum, column) => sum + vector(column));
  if (finish.kind === 'addMatrix') return added.map((value, column) => value + matrix(column));
  if (finish.kind === 'bias' && finish.relu) return added.map((value) => Math.max(0, value));
  if (finish.kind !== 'softmax') return added;
  const largest = Math.max(...added);
  const weights = added.map((value) => Math.exp(value - largest));
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  return weights.map((weight) => weight / total);
}

/** The sums over the rows of b. */
function sumsOf({ depth, columns }: ProductSizes, { b }: Inputs): number[] {
  return Array.from({ length: columns }, (_, column) => {
    let sum = 0;
    for (let row = 0; row < depth; row++) sum += b[row * columns + column] ?? Number.NaN;
    return sum;
  });
}

const ROUNDING = 1e-9;
const SOUND = { programs: true, isRight: true, writtenOtherwise: -1, sums: null };
const WITH_SUMS = { ...SOUND, sums: { wrong: -1, writtenOtherwise: -1 } };

/** Whether a plan gives the product, and the first value that is not written once for each piece of the depth, and for a softmax; the same of sums, where there are. */
function outcome(sizes: ProductSizes, threads: number) {
  const [inputs, pieces] = [inputsOf(sizes), Math.ceil(sizes.depth / DEPTH)];
  const programs = planProduct(sizes, threads);
  const hasSums = sizes.finish.kind === 'sums';
  const [result, sums] = simulate(programs, {
    inputs: (['a', 'b', 'vector', 'matrix'] as const)
      .map((role) => ({ places: [PRODUCT_ARRAYS[role]], values: inputs[role] }))
      .filter(({ values }) => values.length > 0),
    outputs: [
      { places: [PRODUCT_ARRAYS.result], size: productsOf(sizes) * sizes.rows * sizes.columns },
      ...(hasSums ? [{ places: [PRODUCT_ARRAYS.sums], size: sizes.columns }] : []),
    ],
  });
  const times = pieces + (sizes.finish.kind === 'softmax' ? 1 : 0);
  const expected = hasSums ? sumsOf(sizes, inputs) : [];
  return {
    programs: programs.length === threads,
    isRight: result !== undefined && largestError(sizes, inputs, result.values) < ROUNDING,
    writtenOtherwise: result?.writes.findIndex((count) => count !== times),
    sums:
      sums === undefined
        ? null
        : {
            wrong: expected.findIndex((sum, column) => sum !== sums.values[column]),
            writtenOtherwise: sums.writes.findIndex((count) => count !== pieces),
          },
  };
}

test('plans compute products of all kinds of sizes, and write every value once', () => {
  for (let seed = 1; seed <= 160; seed++) {
    const [sizes, threads] = [drawn(seed), THREADS[seed % THREADS.length] ?? 1];
    const sound = sizes.finish.kind === 'sums' ? WITH_SUMS : SOUND;
    expect({ sizes, threads, ...outcome(sizes, threads) }).toEqual({ sizes, threads, ...sound });
  }
});

const TRANSPOSED = { transposeA: true, transposeB: true };
/** So many columns that a transposed a is packed. */
const WIDE = MOST_TURNED_COLUMNS + 2;
const LARGE: [string, ProductSizes][] = [
  ...[DEPTH - 1, DEPTH, DEPTH + 1, 2 * DEPTH + LANES].flatMap((depth): [string, ProductSizes][] => [
    [`depth ${depth}`, product({ rows: 9, depth, columns: 33 }, { scale: 0.5, finish: { kind: 'bias', relu: true } })],
    [`transposed depth ${depth}`, product({ rows: 9, depth, columns: 35 }, TRANSPOSED)],
    [`packed depth ${depth}`, product({ rows: 9, depth, columns: WIDE }, { transposeA: true })],
    [
      `depth ${depth} with reluGradient`,
      product({ rows: 9, depth, columns: 33 }, { finish: { kind: 'reluGradient' } }),
    ],
    [
      `depth ${depth} with bias and matrix`,
      product({ rows: 9, depth, columns: 33 }, { finish: { kind: 'addMatrix', bias: true } }),
    ],
  ]),
  ...[ROWS - 7, ROWS, ROWS + 1, 2 * ROWS + 6].flatMap((rows): [string, ProductSizes][] => [
    [`${rows} rows`, product({ rows, depth: 17, columns: 20 }, { finish: { kind: 'reluGradient' } })],
    [
      `${rows} rows with a matrix`,
      product({ rows, depth: 17, columns: 20 }, { ...TRANSPOSED, finish: { kind: 'addMatrix', bias: false } }),
    ],
    [`${rows} transposed rows`, product({ rows, depth: 17, columns: 20 }, TRANSPOSED)],
    [`${rows} packed rows`, product({ rows, depth: 5, columns: WIDE }, TRANSPOSED)],
  ]),
  ['the most scratch memory', product({ rows: ROWS, depth: DEPTH, columns: WIDE }, TRANSPOSED)],
  ['many columns', product({ rows: 3, depth: 5, columns: 700 }, { finish: { kind: 'softmax', mask: null } })],
];

test.each(LARGE)('a plan adds up its pieces: %s', (_, sizes) => {
  for (const threads of [1, 3]) expect(outcome(sizes, threads)).toEqual(SOUND);
});

describe('sums over the rows of b come with the product, each written by one thread', () => {
  const shapes: [rows: number, depth: number, columns: number][] = [
    [1, 1, 1],
    [3, 530, 130],
    [7, 9, 49],
    [9, 1040, 33],
    [9, 513, 16],
    [17, 520, 70],
    [17, 30, 600],
    [130, 17, 130],
    [520, 40, 20],
    [1030, 20, 5],
  ];
  test.each(shapes)('[%d, %d]·[%d]', (rows, depth, columns) => {
    for (const transposeA of [true, false]) {
      const sizes = product({ rows, depth, columns }, { transposeA, finish: { kind: 'sums' } });
      for (const threads of [1, 2, 3, 16])
        expect({ threads, ...outcome(sizes, threads) }).toEqual({ threads, ...WITH_SUMS });
    }
  });
});

test('a transposed a is packed for many columns only', () => {
  const packs = (columns: number): boolean =>
    planProduct(product({ rows: 64, depth: 64, columns }, { transposeA: true }), 1)
      .flat()
      .some(({ code }) => code.startsWith('pack a'));
  expect([1, MOST_TURNED_COLUMNS, MOST_TURNED_COLUMNS + 1].map(packs)).toEqual([false, false, true]);
});

test('more threads than there is work for have empty programs', () => {
  const programs = planProduct(product({ rows: TILE_ROWS, depth: 4, columns: LANES }), 7);
  expect(programs.filter((steps) => steps.length > 0)).toHaveLength(1);
});
