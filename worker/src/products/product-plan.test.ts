import { expect, test } from 'vitest';
import { randomKey } from '../model/random.ts';
import { PLAIN_PRODUCT, planProduct, type Finish, type ProductSizes } from './product-plan.ts';
import { simulate, type Inputs } from './test-support/plan-simulator.ts';

/** Depth of a piece at most: the result is written once for each. */
const DEPTH = 512;
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
    { kind: 'softmaxGradient' },
    outer.length === 0 ? { kind: 'softmax', mask: null } : maskOf(below(4), sizes, outer[1] ?? 1),
  ];
  return {
    ...sizes,
    outer,
    transposeA: is(),
    transposeB: is(),
    scale: is() ? 1 : 0.5,
    finish: finishes[below(finishes.length)] ?? { kind: 'none' },
    interleaved: { a: is(), b: is(), result: is() },
  };
}

/** Small whole numbers for every input. */
function inputsOf(sizes: ProductSizes): Inputs {
  const { rows, depth, columns, finish } = sizes;
  const count = productsOf(sizes);
  const numbers = (length: number, seed: number): Float64Array =>
    Float64Array.from({ length }, (_, index) => (randomKey(seed, index) % 9) - 4);
  const masked = finish.kind === 'softmax' && finish.mask !== null ? finish.mask : { outer: [0, 0], row: 0 };
  const lastOf = (strides: readonly number[]) =>
    strides.reduce((last, stride, axis) => last + stride * ((sizes.outer[axis] ?? 1) - 1), 0);
  const thirds = {
    none: 0,
    bias: columns,
    softmaxGradient: count * rows * columns,
    softmax: lastOf(masked.outer) + masked.row * (rows - 1) + columns,
  };
  return {
    a: numbers(count * rows * depth, 1),
    b: numbers(count * depth * columns, 2),
    third: numbers(thirds[finish.kind], 3),
    fourth: numbers(finish.kind === 'softmaxGradient' ? count * rows : 0, 4),
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
function largestError(sizes: ProductSizes, { a, b, third, fourth }: Inputs, result: Float64Array): number {
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
      finished(sums, finish, (column) => {
        if (finish.kind === 'bias') return [of(third, column), 0];
        if (finish.kind === 'softmaxGradient') return [of(third, start + column), of(fourth, index * rows + row)];
        if (finish.kind === 'none' || finish.mask === null) return [0, 0];
        const between = sizes.outer[1] ?? 1;
        const [first = 0, second = 0] = finish.mask.outer;
        const before = Math.floor(index / between) * first + (index % between) * second;
        return [of(third, before + row * finish.mask.row + column), 0];
      }).forEach((value, column) => {
        const difference = Math.abs(value - of(result, start + column));
        if (!(difference <= error)) error = difference;
      });
    }
  }
  return error;
}

/** What a row's sums become with their values of the third and fourth input. */
function finished(sums: number[], finish: Finish, further: (column: number) => [number, number]): number[] {
  if (finish.kind === 'softmaxGradient') {
    return sums.map((sum, column) => {
      const [weight, inRow] = further(column);
      return weight * (sum - inRow);
    });
  }
  const added = sums.map((sum, column) => sum + further(column)[0]);
  if (finish.kind === 'bias' && finish.relu) return added.map((value) => Math.max(0, value));
  if (finish.kind !== 'softmax') return added;
  const largest = Math.max(...added);
  const weights = added.map((value) => Math.exp(value - largest));
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  return weights.map((weight) => weight / total);
}

const ROUNDING = 1e-9;
const SOUND = { programs: true, isRight: true, writtenOtherwise: -1 };

/** Whether a plan gives the product, and the first value that is not written once for each piece of the depth, and for a softmax. */
function outcome(sizes: ProductSizes, threads: number) {
  const inputs = inputsOf(sizes);
  const programs = planProduct(sizes, threads);
  const { result, writes } = simulate(programs, sizes, inputs);
  const times = Math.ceil(sizes.depth / DEPTH) + (sizes.finish.kind === 'softmax' ? 1 : 0);
  return {
    programs: programs.length === threads,
    isRight: largestError(sizes, inputs, result) < ROUNDING,
    writtenOtherwise: writes.findIndex((count) => count !== times),
  };
}

test('plans compute products of all kinds of sizes, and write every value once', () => {
  for (let seed = 1; seed <= 120; seed++) {
    const [sizes, threads] = [drawn(seed), THREADS[seed % THREADS.length] ?? 1];
    expect({ sizes, threads, ...outcome(sizes, threads) }).toEqual({ sizes, threads, ...SOUND });
  }
});

const TRANSPOSED = { transposeA: true, transposeB: true };
const LARGE: [string, ProductSizes][] = [
  ...[511, 512, 513, 1040].flatMap((depth): [string, ProductSizes][] => [
    [`depth ${depth}`, product({ rows: 9, depth, columns: 33 }, { scale: 0.5, finish: { kind: 'bias', relu: true } })],
    [`transposed depth ${depth}`, product({ rows: 9, depth, columns: 35 }, TRANSPOSED)],
    [`depth ${depth} of a gradient`, product({ rows: 9, depth, columns: 33 }, { finish: { kind: 'softmaxGradient' } })],
  ]),
  ...[505, 512, 513, 1030].flatMap((rows): [string, ProductSizes][] => [
    [`${rows} rows`, product({ rows, depth: 17, columns: 20 }, { finish: { kind: 'softmaxGradient' } })],
    [`${rows} transposed rows`, product({ rows, depth: 17, columns: 20 }, TRANSPOSED)],
  ]),
  ['the most scratch memory', product({ rows: 512, depth: 512, columns: 48 }, TRANSPOSED)],
  ['many columns', product({ rows: 3, depth: 5, columns: 700 }, { finish: { kind: 'softmax', mask: null } })],
];

test.each(LARGE)('a plan adds up its pieces: %s', (_, sizes) => {
  for (const threads of [1, 3]) expect(outcome(sizes, threads)).toEqual(SOUND);
});

test('more threads than there is work for have empty programs', () => {
  const programs = planProduct(product({ rows: 8, depth: 4, columns: 16 }), 7);
  expect(programs.filter((steps) => steps.length > 0)).toHaveLength(1);
});
