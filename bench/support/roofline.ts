import { productGraph, runTimesMs } from '../../worker/src/calibration/operator-timing.ts';
import { updateTimesMs } from '../../worker/src/calibration/update-timing.ts';
import { quantile, rounded } from './statistics.ts';
import { stepFlops, type TrainingCase } from './training-models.ts';

/** What the machine can do at most, as far as a program like this one can reach it. */
export interface Roofline {
  /** Largest rate of a matrix product as training computes it, in 10⁹ floating-point operations a second. */
  matrixGflops: number;
  /** Largest rate at which memory was read and written in one pass over large arrays, in 10⁹ bytes a second. */
  memoryGigabytesPerSecond: number;
}

/** Adam reads parameter, gradient and both moments and writes all but the gradient: 7 float32 values. */
const ADAM_BYTES_PER_PARAMETER = 28;
const REPEATS = 15;
/** Shapes [rows, inner, columns] of products in the measured models, and a larger square one. */
const PRODUCTS: readonly (readonly [number, number, number])[] = [
  [1024, 512, 2048],
  [2048, 1024, 1024],
  [1536, 1536, 1536],
];
/** Values of each array of the memory measurement: far beyond every cache. */
const STREAM_VALUES = 24 * 2 ** 20;
/** An addition reads two values and writes one, whose place in memory is read before it is written. */
const ADDITION_BYTES_PER_VALUE = 16;

/** Of times in milliseconds the one that counts; the least disturbed runs tell what the machine can do. */
function leastMs(times: readonly number[]): number {
  return quantile(times, 0.1);
}

/** The larger of the rates of two streams: no share can surpass what the measured machine was once seen to do. */
async function memoryRate(): Promise<number> {
  const vector = [STREAM_VALUES];
  const nodes = [{ operator: 'Add', inputs: ['a', 'b'], outputs: ['y'] }];
  const addMs = leastMs(await runTimesMs({ nodes, a: vector, b: vector, y: vector }, REPEATS));
  const updateMs = leastMs(await updateTimesMs(STREAM_VALUES, REPEATS));
  const rates = [ADDITION_BYTES_PER_VALUE / addMs, ADAM_BYTES_PER_PARAMETER / updateMs];
  return (STREAM_VALUES * Math.max(...rates)) / 1e6;
}

/** Measures the machine, with as many threads as training uses. */
export async function measureRoofline(): Promise<Roofline> {
  const rates: number[] = [];
  for (const [rows, inner, columns] of PRODUCTS) {
    const ms = leastMs(await runTimesMs(await productGraph(rows, inner, columns), REPEATS));
    rates.push((2 * rows * inner * columns) / ms / 1e6);
  }
  return {
    matrixGflops: rounded(Math.max(...rates), 1),
    memoryGigabytesPerSecond: rounded(await memoryRate(), 1),
  };
}

/** Least time of a training step: its matrix products at full rate, then Adam at full memory bandwidth. */
export function rooflineMs(subject: TrainingCase, parameters: number, roofline: Roofline): number {
  const products = stepFlops(subject) / roofline.matrixGflops / 1e6;
  const adam = (parameters * ADAM_BYTES_PER_PARAMETER) / roofline.memoryGigabytesPerSecond / 1e6;
  return products + adam;
}
