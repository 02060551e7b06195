import type { MachineCalibration } from './calibration.ts';
import { trainingFlops, type StepWork } from './step-work.ts';

/*
 * Milliseconds of a graph as a sum of what it computes, each at the rate that the machine was measured to reach. The factors were fitted
 * to steps of 230 configurations by relative least squares (`npm run bench -- step-times`): a value counts as so many passes of 12 bytes.
 */

const PASS_BYTES = 12;

/** Rate of the machine that fixed times were measured on; a machine with a quicker cache is taken to be quicker there too. */
const REFERENCE_CACHE_RATE = 100e9;

/** What each count of a graph's work costs: passes over values, a share of the matrix rate, and fixed milliseconds. */
interface Costs {
  flops: number;
  streamValues: number;
  hiddenValues: number;
  attentionWeights: number;
  logits: number;
  dropoutValues: number;
  embeddingValues: number;
  subLayerMs: number;
  fixedMs: number;
}

/** Forward and backward pass of a training step over a whole batch: threads share each operator, small ones are one thread's. */
const TRAINING_WHOLE: Costs = {
  flops: 1.17,
  streamValues: 140,
  hiddenValues: 8,
  attentionWeights: 11,
  logits: 8.5,
  dropoutValues: 21,
  embeddingValues: 11,
  subLayerMs: 0.145,
  fixedMs: 0.01,
};

/** The same over a batch in two lanes. */
const TRAINING_DIVIDED: Costs = {
  flops: 1.12,
  streamValues: 43,
  hiddenValues: 2,
  attentionWeights: 17,
  logits: 9,
  dropoutValues: 20,
  embeddingValues: 10,
  subLayerMs: 0.11,
  fixedMs: 0.64,
};

/** Forward pass of an evaluation, with the copies of its answers. */
const FORWARD: Costs = {
  flops: 1.09,
  streamValues: 11,
  hiddenValues: 25,
  attentionWeights: 20,
  logits: 49,
  dropoutValues: 0,
  embeddingValues: 25,
  subLayerMs: 0.037,
  fixedMs: 0.1,
};

/**
 * The same steps in the whole product take longer than on the engine alone, which the factors are fitted to: the loop around them, and
 * server, database and reporting beside them. Chosen so that whole runs come out right (`npm run bench -- planner`); what a graph's first run takes besides is
 * counted with its opening.
 */
export const BESIDE_THE_PRODUCT = 1.4;

/** Standard deviation of the logarithm of measured over computed step times. */
export const STEP_TIME_DEVIATION = 0.15;

/** The largest rate of a matrix product that a machine was measured to reach, in operations a second. */
export function matrixRate({ products }: MachineCalibration): number {
  return Math.max(...products.map(({ flopsPerSecond }) => flopsPerSecond));
}

function costMs(work: StepWork, flops: number, costs: Costs, calibration: MachineCalibration): number {
  const { cacheBytesPerSecond } = calibration;
  const passes =
    work.streamValues * costs.streamValues +
    work.hiddenValues * costs.hiddenValues +
    work.attentionWeights * costs.attentionWeights +
    work.logits * costs.logits +
    work.dropoutValues * costs.dropoutValues +
    work.embeddingValues * costs.embeddingValues;
  const fixedMs = work.subLayers * costs.subLayerMs + costs.fixedMs;
  return (
    (1000 * costs.flops * flops) / matrixRate(calibration) +
    (1000 * passes * PASS_BYTES) / cacheBytesPerSecond +
    (fixedMs * REFERENCE_CACHE_RATE) / cacheBytesPerSecond
  );
}

/** Milliseconds of forward and backward pass over one batch in so many lanes. */
export function gradientMs(work: StepWork, calibration: MachineCalibration, lanes: number): number {
  const costs = lanes > 1 ? TRAINING_DIVIDED : TRAINING_WHOLE;
  return BESIDE_THE_PRODUCT * costMs(work, trainingFlops(work), costs, calibration);
}

/**
 * A graphics processor of which nothing is known: sending the operators of a sub-layer, and a share of what a card multiplies. Both are of
 * one card (NVIDIA H200 through WebGPU: 12.6 and 43.1 ms at 10 and 20 sub-layers), so another may well be three times as quick or slow.
 */
const ACCELERATED = { subLayerMs: 1.5, flopsPerSecond: 1e13, fixedMs: 2 } as const;

/** Standard deviation of the logarithm of step times on a device that was not measured. */
export const GUESS_DEVIATION = 0.6;

/** Milliseconds of forward and backward pass over one batch on such a graphics processor. */
export function acceleratedGradientMs(work: StepWork): number {
  const { subLayerMs, flopsPerSecond, fixedMs } = ACCELERATED;
  return fixedMs + subLayerMs * work.subLayers + (1000 * trainingFlops(work)) / flopsPerSecond;
}

/** Milliseconds of a forward pass over one batch. */
export function forwardMs(work: StepWork, calibration: MachineCalibration): number {
  return costMs(work, work.forwardFlops, FORWARD, calibration);
}

/** Memory traffic of an optimiser in relation to Adam's, which was measured; gathering one more part's gradients reads and writes three arrays. */
const OPTIMISER_SHARE = { adam: 1, adamw: 1, momentum: 0.72, sgd: 0.45 } as const;
const GATHER_SHARE = 0.4;

/** Milliseconds of one update of so many parameters from the gradients of so many parts: the batches of a step times the lanes of each. */
export function updateMs(
  parameters: number,
  optimiser: keyof typeof OPTIMISER_SHARE,
  parts: number,
  { optimiserParametersPerSecond }: MachineCalibration,
): number {
  const passes = OPTIMISER_SHARE[optimiser] + GATHER_SHARE * Math.max(0, parts - 1);
  return (1000 * parameters * passes) / optimiserParametersPerSecond;
}
