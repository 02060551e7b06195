import { describe, expect, test } from 'vitest';
import { normNode, NORM_OPERATORS } from './norm-node.ts';
import { ownOperators } from './own-operators.ts';
import { largestDifference, runOperator, valueOf } from './test-support/run-operator.ts';

const isHere = (await ownOperators()) !== null;
const EPSILON = 1e-5;

function shapesOf(rows: number, width: number) {
  return {
    x: [rows, width],
    dy: [rows, width],
    addend: [rows, width],
    result: [rows, width],
    gain: [width],
    bias: [width],
    gainGradient: [width],
    biasGradient: [width],
    mean: [rows, 1],
    inverseDeviation: [rows, 1],
  };
}

type Role = keyof ReturnType<typeof shapesOf>;

/** Runs an operator with means and deviations that fit x, which is far from 0. */
function compute(which: keyof typeof NORM_OPERATORS, rows: number, width: number, threads: number) {
  const shapes = shapesOf(rows, width);
  const named = (roles: readonly Role[]) => Object.fromEntries(roles.map((role) => [role, shapes[role]]));
  const { inputs, outputs } = NORM_OPERATORS[which];
  const node = normNode(which, { rows, width, epsilon: EPSILON });
  return runOperator(node, { inputs: named(inputs), outputs: named(outputs) }, threads, (given) => {
    const { x, mean, inverseDeviation } = given;
    x?.forEach((value, index) => (x[index] = 3 * value + 40));
    if (x === undefined || mean === undefined || inverseDeviation === undefined) return;
    statistics(x, width).forEach((row, index) => {
      mean[index] = row.mean;
      inverseDeviation[index] = row.inverseDeviation;
    });
  });
}

/** Mean and 1 / √(variance + ε) of each row, in float64. */
function statistics(x: Float32Array, width: number): { mean: number; inverseDeviation: number }[] {
  return Array.from({ length: x.length / width }, (_, row) => {
    const values = [...x.subarray(row * width, (row + 1) * width)];
    const mean = values.reduce((sum, value) => sum + value, 0) / width;
    const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / width;
    return { mean, inverseDeviation: 1 / Math.sqrt(variance + EPSILON) };
  });
}

/** Rows, and widths around the sizes of vectors (16) and of what is summed together (64); the last one is done in several blocks. */
const SIZES = [
  [1, 1],
  [3, 5],
  [9, 16],
  [7, 33],
  [20, 64],
  [5, 100],
  [33, 128],
  [700, 131],
] as const;

describe.skipIf(!isHere)('layer normalisation by machine code', () => {
  test.each(SIZES)('%d rows of %d', async (rows, width) => {
    for (const threads of [1, 2, 5]) {
      const { given, made, overwritten } = await compute('forward', rows, width, threads);
      const expected = statistics(given['x'] ?? new Float32Array(), width);
      const normal = Array.from(given['x'] ?? [], (value, index) => {
        const { mean, inverseDeviation } = expected[Math.floor(index / width)] ?? { mean: NaN, inverseDeviation: NaN };
        const column = index % width;
        return (value - mean) * inverseDeviation * valueOf(given['gain'], column) + valueOf(given['bias'], column);
      });
      expect(largestDifference(made['result'], normal)).toBeLessThan(2e-5);
      const means = expected.map(({ mean }) => mean);
      expect(largestDifference(made['mean'], means)).toBeLessThan(1e-5);
      const ratios = expected.map(
        ({ inverseDeviation }, row) => valueOf(made['inverseDeviation'], row) / inverseDeviation,
      );
      expect(
        largestDifference(
          ratios,
          ratios.map(() => 1),
        ),
      ).toBeLessThan(2e-5);
      expect(overwritten).toBe(0);
    }
  });

  test.each(SIZES)('the gradients of %d rows of %d', async (rows, width) => {
    for (const [which, threads] of [
      ['gradient', 1],
      ['gradientPlus', 1],
      ['gradientPlus', 2],
      ['gradient', 3],
    ] as const) {
      const { given, made, overwritten } = await compute(which, rows, width, threads);
      const { x, dy, gain, mean, inverseDeviation, addend } = given;
      const [gainGradient, biasGradient] = [new Float64Array(width), new Float64Array(width)];
      const result = new Float64Array(rows * width);
      for (let row = 0; row < rows; row++) {
        const factor = valueOf(inverseDeviation, row);
        const normal = (column: number) => (valueOf(x, row * width + column) - valueOf(mean, row)) * factor;
        const slope = (column: number) => valueOf(dy, row * width + column) * valueOf(gain, column);
        let [sum, projection] = [0, 0];
        for (let column = 0; column < width; column++) {
          sum += slope(column);
          projection += slope(column) * normal(column);
          gainGradient[column] = valueOf(gainGradient, column) + valueOf(dy, row * width + column) * normal(column);
          biasGradient[column] = valueOf(biasGradient, column) + valueOf(dy, row * width + column);
        }
        for (let column = 0; column < width; column++) {
          const gradient = factor * (slope(column) - sum / width - (normal(column) * projection) / width);
          const added = which === 'gradientPlus' ? valueOf(addend, row * width + column) : 0;
          result[row * width + column] = gradient + added;
        }
      }
      // A row of one value has no deviation: its gradient is multiplied by 1 / √ε.
      const scale = width === 1 ? 1 / Math.sqrt(EPSILON) : 1;
      expect(largestDifference(made['result'], result)).toBeLessThan(1e-5 * scale);
      expect(largestDifference(made['gainGradient'], gainGradient)).toBeLessThan(1e-4);
      expect(largestDifference(made['biasGradient'], biasGradient)).toBeLessThan(5e-5);
      expect(overwritten).toBe(0);
    }
  });

  test('the number of threads changes no bit', async () => {
    const [alone, ...shared] = await Promise.all(
      [1, 2, 3, 16].map((threads) => compute('gradient', 700, 131, threads)),
    );
    for (const { made } of shared) expect(made).toEqual(alone?.made);
  });

  test('a large mean does not hide small differences', async () => {
    const shapes = shapesOf(2, 40);
    const { made, given } = await runOperator(
      normNode('forward', { rows: 2, width: 40, epsilon: EPSILON }),
      {
        inputs: { x: shapes.x, gain: shapes.gain, bias: shapes.bias },
        outputs: { result: shapes.result, mean: shapes.mean, inverseDeviation: shapes.inverseDeviation },
      },
      1,
      ({ x }) => x?.forEach((value, index) => (x[index] = value + 4096)),
    );
    const expected = statistics(given['x'] ?? new Float32Array(), 40);
    expected.forEach(({ inverseDeviation }, row) => {
      expect(valueOf(made['inverseDeviation'], row) / inverseDeviation).toBeCloseTo(1, 4);
    });
  });
});
