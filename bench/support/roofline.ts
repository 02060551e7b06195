import { productGraph, runTimesMs, type TimedGraph } from '../../worker/src/calibration/operator-timing.ts';
import { quantile, rounded } from './statistics.ts';
import { stepFlops, type TrainingCase } from './training-models.ts';

/** What the machine can do at most, as far as a program like this one can reach it. */
export interface Roofline {
  /** Largest rate of a matrix product as training computes it, in 10⁹ floating-point operations a second. */
  matrixGflops: number;
  /** Largest rate of reading and writing memory in one pass over large arrays, in 10⁹ bytes a second. */
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
const STREAM_VALUES = 48 * 2 ** 20;

/** Time in milliseconds of a graph; the least disturbed runs tell what the machine can do. */
async function leastMs(graph: TimedGraph): Promise<number> {
  return quantile(await runTimesMs(graph, REPEATS), 0.1);
}

/** Measures the machine, with as many threads as training uses. */
export async function measureRoofline(): Promise<Roofline> {
  const rates: number[] = [];
  for (const [rows, inner, columns] of PRODUCTS) {
    const ms = await leastMs(await productGraph(rows, inner, columns));
    rates.push((2 * rows * inner * columns) / ms / 1e6);
  }
  const vector = [STREAM_VALUES];
  const nodes = [{ operator: 'Add', inputs: ['a', 'b'], outputs: ['y'] }];
  const addMs = await leastMs({ nodes, a: vector, b: vector, y: vector });
  return {
    matrixGflops: rounded(Math.max(...rates), 1),
    memoryGigabytesPerSecond: rounded((STREAM_VALUES * 12) / addMs / 1e6, 1),
  };
}

/** Least time of a training step: its matrix products at full rate, then Adam at full memory bandwidth. */
export function rooflineMs(subject: TrainingCase, parameters: number, roofline: Roofline): number {
  const products = stepFlops(subject) / roofline.matrixGflops / 1e6;
  const adam = (parameters * ADAM_BYTES_PER_PARAMETER) / roofline.memoryGigabytesPerSecond / 1e6;
  return products + adam;
}
