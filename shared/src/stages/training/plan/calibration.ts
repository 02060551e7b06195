import { z } from 'zod';
import { moment } from '../../../api/identifiers.ts';

/** What a short measurement found a worker's processor to reach; the basis of a plan's time before runs have finished there. */
export const machineCalibration = z
  .object({
    measuredAt: moment,
    /** Matrix products [rows, inner] · [inner, columns] as training computes them: floating-point operations a second of each. */
    products: z
      .array(
        z.object({
          rows: z.int32().min(1),
          inner: z.int32().min(1),
          columns: z.int32().min(1),
          flopsPerSecond: z.number().positive(),
        }),
      )
      .min(1)
      .max(50),
    /** Bytes a second that additions of arrays inside the cache read and write. */
    cacheBytesPerSecond: z.number().positive(),
    /** Bytes a second of the same with arrays beyond every cache. */
    memoryBytesPerSecond: z.number().positive(),
    /** Parameters a second that Adam updates, with the norm of their gradients. */
    optimiserParametersPerSecond: z.number().positive(),
    /** (Token, vocabulary) pairs a second that an evaluation point measures. */
    metricPairsPerSecond: z.number().positive(),
    /** The worker computes with operators of its own, which spare most of what lies between products. */
    hasOwnOperators: z.boolean().optional(),
  })
  .meta({ id: 'MachineCalibration' });

/** What a short measurement found a worker's processor to reach. */
export type MachineCalibration = z.infer<typeof machineCalibration>;

/** The machine that fixed times and nanoseconds were measured on: two cores of a server of 2023. */
export const REFERENCE_RATES = {
  matrixFlopsPerSecond: 285e9,
  cacheBytesPerSecond: 67e9,
  memoryBytesPerSecond: 47e9,
  optimiserParametersPerSecond: 1.1e9,
  metricPairsPerSecond: 8e6,
} as const;

/** Parameters a second that the same machine updates where the worker has operators of its own. */
const REFERENCE_OWN_OPTIMISER_RATE = 1.7e9;

const { matrixFlopsPerSecond: REFERENCE_MATRIX_RATE, ...OTHER_REFERENCE_RATES } = REFERENCE_RATES;

/** The calibration that the reference machine has. */
export const REFERENCE_MACHINE: MachineCalibration = {
  measuredAt: '2026-11-26T00:00:00.000Z',
  products: [
    { rows: 16, inner: 512, columns: 2048, flopsPerSecond: 110e9 },
    { rows: 1024, inner: 512, columns: 2048, flopsPerSecond: REFERENCE_MATRIX_RATE },
  ],
  ...OTHER_REFERENCE_RATES,
};

/** Smaller products take too short a time to be measured well. */
const LARGE_PRODUCT_FLOPS = 3e7;

/** A product of so few rows takes most of its time for its weights. */
const FEW_ROWS = 32;

/** The largest rate of a matrix product that a machine was measured to reach, in operations a second. */
export function matrixRate({ products }: MachineCalibration): number {
  const large = products.filter(({ rows, inner, columns }) => 2 * rows * inner * columns >= LARGE_PRODUCT_FLOPS);
  return Math.max(...(large.length === 0 ? products : large).map(({ flopsPerSecond }) => flopsPerSecond));
}

/**
 * Seconds that a product takes for each value of its weights besides its operations, however few rows they are multiplied with: reading and
 * rearranging them. Told by how far the product with the fewest rows stays behind the largest rate; 0 where only products of many rows were measured.
 */
export function secondsPerWeight(calibration: MachineCalibration): number {
  const fewest = calibration.products
    .filter(({ rows, inner, columns }) => rows <= FEW_ROWS && 2 * rows * inner * columns >= LARGE_PRODUCT_FLOPS)
    .toSorted((a, b) => a.rows - b.rows)[0];
  if (fewest === undefined) return 0;
  return Math.max(0, 2 * fewest.rows * (1 / fewest.flopsPerSecond - 1 / matrixRate(calibration)));
}

/**
 * How many times as quick as the reference a machine is at what is neither a large matrix product nor counting: the geometric mean of its
 * rates, because none of them alone says it. The same machine measured 1.6 times the rate inside its cache in one hour as in another, while steps
 * took a tenth longer.
 */
export function speedOf(calibration: MachineCalibration): number {
  const { cacheBytesPerSecond, memoryBytesPerSecond, optimiserParametersPerSecond, hasOwnOperators } = calibration;
  const optimiserRate =
    hasOwnOperators === true ? REFERENCE_OWN_OPTIMISER_RATE : REFERENCE_RATES.optimiserParametersPerSecond;
  const product =
    (matrixRate(calibration) / REFERENCE_RATES.matrixFlopsPerSecond) *
    (cacheBytesPerSecond / REFERENCE_RATES.cacheBytesPerSecond) *
    (memoryBytesPerSecond / REFERENCE_RATES.memoryBytesPerSecond) *
    (optimiserParametersPerSecond / optimiserRate);
  return product ** (1 / 4);
}
