import { describe, expect, test } from 'vitest';
import { randomKey, uniformAt } from '../model/random.ts';
import { NORM_ARRAYS } from './layout.ts';
import { NORM_OPERATORS } from './norm-node.ts';
import { planNorm, planNormGradient, type NormSizes } from './norm-plan.ts';
import { simulate } from './test-support/plan-simulator.ts';

/** Values that are gone through before the next ones: sums over rows are written once for each such block. */
const BLOCK = 32_768;
const EDGES = [1, 7, 8, 9, 15, 16, 17, 48, 49, 63, 64, 65, 130];
const THREADS = [1, 2, 3, 4, 16];

type Role = keyof typeof NORM_ARRAYS;
type Arrays = Record<Role, Float64Array>;
type Operator = keyof typeof NORM_OPERATORS;

/** The length of each array. */
function lengthsOf({ rows, width }: NormSizes): Record<Role, number> {
  return {
    x: rows * width,
    gain: width,
    bias: width,
    mean: rows,
    inverseDeviation: rows,
    result: rows * width,
    dy: rows * width,
    addend: rows * width,
    gainGradient: width,
    biasGradient: width,
  };
}

/** Inputs in −1…1, and what a layer normalisation or its gradient makes of them by its definition; rows differ in their means. */
function expectedArrays(which: Operator, sizes: NormSizes): Arrays {
  const { rows, width, epsilon } = sizes;
  const entries = Object.entries(lengthsOf(sizes)).map(([role, length], index) => {
    const key = randomKey(index);
    return [role, Float64Array.from({ length }, (_, at) => 2 * uniformAt(key, at) - 1)] as const;
  });
  const arrays = Object.fromEntries(entries) as Arrays;
  const { x, gain, bias, mean, inverseDeviation, result, dy, addend, gainGradient, biasGradient } = arrays;
  const at = (values: Float64Array, place: number): number => values[place] ?? Number.NaN;
  for (const sums of [gainGradient, biasGradient]) sums.fill(0);
  for (let row = 0; row < rows; row++) {
    const start = row * width;
    for (let column = 0; column < width; column++) x[start + column] = at(x, start + column) + (row % 5);
    const average = (value: (column: number) => number): number => {
      let sum = 0;
      for (let column = 0; column < width; column++) sum += value(column);
      return sum / width;
    };
    const middle = average((column) => at(x, start + column));
    const variance = average((column) => (at(x, start + column) - middle) ** 2);
    const inverse = 1 / Math.sqrt(variance + epsilon);
    [mean[row], inverseDeviation[row]] = [middle, inverse];
    const normal = (column: number): number => (at(x, start + column) - middle) * inverse;
    const gradient = (column: number): number => at(dy, start + column) * at(gain, column);
    const ofMean = average(gradient);
    const ofDeviation = average((column) => gradient(column) * normal(column));
    for (let column = 0; column < width; column++) {
      const place = start + column;
      const added = which === 'gradientPlus' ? at(addend, place) : 0;
      result[place] =
        which === 'forward'
          ? normal(column) * at(gain, column) + at(bias, column)
          : inverse * (gradient(column) - ofMean - normal(column) * ofDeviation) + added;
      gainGradient[column] = at(gainGradient, column) + at(dy, place) * normal(column);
      biasGradient[column] = at(biasGradient, column) + at(dy, place);
    }
  }
  return arrays;
}

/** What programs give for the operator's inputs, in the order of its outputs. */
function outputsOf(which: Operator, sizes: NormSizes, arrays: Arrays, threads: number) {
  const { inputs, outputs } = NORM_OPERATORS[which];
  const programs =
    which === 'forward' ? planNorm(sizes, threads) : planNormGradient(sizes, which === 'gradientPlus', threads);
  expect(programs).toHaveLength(threads);
  return simulate(programs, {
    inputs: inputs.map((role) => ({ places: [NORM_ARRAYS[role]], values: arrays[role] })),
    outputs: outputs.map((role) => ({ places: [NORM_ARRAYS[role]], size: arrays[role].length })),
  });
}

/** Steps say 1 / width as a float32. */
const ROUNDING = 1e-6;

/** For each output the first value that is wrong, that is written more or less often than it should, and that is another with other threads. */
function outcome(which: Operator, sizes: NormSizes, threads: readonly number[]) {
  const arrays = expectedArrays(which, sizes);
  const blocks = Math.ceil(sizes.rows / Math.max(1, Math.floor(BLOCK / sizes.width)));
  const [alone = [], ...shared] = threads.map((count) => outputsOf(which, sizes, arrays, count));
  const outputs = NORM_OPERATORS[which].outputs.map((role, output) => {
    const times = role === 'gainGradient' || role === 'biasGradient' ? blocks : 1;
    const values = alone[output]?.values;
    const isNear = (value: number, other = Number.NaN): boolean =>
      Math.abs(value - other) <= ROUNDING * (1 + Math.abs(value));
    return {
      role,
      wrong: arrays[role].findIndex((value, index) => !isNear(value, values?.[index])),
      writtenOtherwise: [alone, ...shared].map((found) => found[output]?.writes.findIndex((count) => count !== times)),
      different: shared.map((found) => found[output]?.values.findIndex((value, index) => value !== values?.[index])),
    };
  });
  return { which, sizes, outputs };
}

/** What `outcome` says where all is well. */
function sound(which: Operator, sizes: NormSizes, [, ...shared]: readonly number[]): ReturnType<typeof outcome> {
  const different = shared.map(() => -1);
  const outputs = NORM_OPERATORS[which].outputs.map((role) => ({
    ...{ role, wrong: -1 },
    ...{ writtenOtherwise: [-1, ...different], different },
  }));
  return { which, sizes, outputs };
}

describe.each(Object.keys(NORM_OPERATORS) as Operator[])('%s', (which) => {
  test('plans give it for all kinds of sizes, whatever the number of threads', () => {
    for (let seed = 1; seed <= 25; seed++) {
      const [rows = 1, width = 1] = [0, 1].map((draw) => EDGES[randomKey(seed, draw) % EDGES.length]);
      const sizes = { rows, width, epsilon: Math.fround(seed % 2 === 0 ? 1e-5 : 0.5) };
      expect(outcome(which, sizes, THREADS)).toEqual(sound(which, sizes, THREADS));
    }
  });

  test.each([
    ['of 668 rows, and of one', 1337, 49],
    ['of 128 rows, and of one', 257, 256],
    ['of few rows', 5, 9001],
    ['of one row each', 3, BLOCK],
    ['of less than a row', 2, BLOCK + 1],
  ])('plans give it in blocks %s', (_, rows, width) => {
    const [sizes, threads] = [{ rows, width, epsilon: Math.fround(1e-5) }, [1, 3]];
    expect(outcome(which, sizes, threads)).toEqual(sound(which, sizes, threads));
  });
});

test('threads share rows, and those for which there is none do nothing', () => {
  const sizes = { rows: 3, width: 16, epsilon: 1e-5 };
  expect(planNorm(sizes, 5).filter((steps) => steps.length > 0)).toHaveLength(3);
  const summing = planNormGradient(sizes, false, 5).filter((steps) =>
    steps.some(({ code }) => code.startsWith('norm sums')),
  );
  expect(summing).toHaveLength(1);
});
