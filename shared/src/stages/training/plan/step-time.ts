import type { RunConfiguration } from '../configuration.ts';
import { matrixRate, secondsPerWeight, speedOf, type MachineCalibration } from './calibration.ts';
import { trainingFlops, type StepWork } from './step-work.ts';

/*
 * Milliseconds of a graph as a sum of what it computes, each at the rate that the machine was measured to reach. The factors were fitted
 * to steps of 310 batches of 110 configurations, those of the worker's own operators to steps of 445 configurations, by relative least squares
 * (`npm run bench -- step-times`): matrix products by the rate of large ones and what each weight costs besides, everything else in
 * nanoseconds a value on the machine that they were measured on. What weights cost that come from memory was fitted apart, to 28 batches of 1 to 8 texts of 8
 * to 64 tokens, of models of 1 to 25 million parameters.
 */

/** What each count of a graph's work costs: shares of the matrix rate, passes over weights, nanoseconds a value, and fixed milliseconds. */
interface Costs {
  flops: number;
  attentionFlops: number;
  weightPasses: number;
  /** Reading weights from memory and writing their gradients there, in relation to Adam's update of them. */
  weightTraffic: number;
  streamValues: number;
  hiddenValues: number;
  /** Besides `hiddenValues`. */
  curvedValues: number;
  attentionWeights: number;
  logits: number;
  dropoutValues: number;
  subLayerMs: number;
  fixedMs: number;
}

/** Forward and backward pass of a training step over a whole batch: threads share each operator, small ones are one thread's. */
const TRAINING_WHOLE: Costs = {
  flops: 1,
  attentionFlops: 1,
  weightPasses: 1.5,
  weightTraffic: 0.6,
  streamValues: 12,
  hiddenValues: 0.3,
  curvedValues: 5.1,
  attentionWeights: 3.1,
  logits: 1,
  dropoutValues: 0.5,
  subLayerMs: 0.139,
  fixedMs: 0.35,
};

/** The same over a batch in two lanes. */
const TRAINING_DIVIDED: Costs = {
  flops: 1.05,
  attentionFlops: 1,
  weightPasses: 1.5,
  weightTraffic: 0.6,
  streamValues: 6,
  hiddenValues: 0.37,
  curvedValues: 3,
  attentionWeights: 2.4,
  logits: 1.3,
  dropoutValues: 2.3,
  subLayerMs: 0.095,
  fixedMs: 0.35,
};

/** A whole batch by the worker's own operators: what follows a product is done on the way, and attention and layer normalisation are one operator each. */
const OWN_WHOLE: Costs = {
  flops: 1,
  attentionFlops: 0.9,
  weightPasses: 0.2,
  weightTraffic: 0.8,
  streamValues: 4,
  hiddenValues: 0.5,
  curvedValues: 2.9,
  attentionWeights: 1.15,
  logits: 0.6,
  dropoutValues: 3.4,
  subLayerMs: 0.06,
  fixedMs: 0.17,
};

/** The same over a batch in two lanes. */
const OWN_DIVIDED: Costs = {
  flops: 1.1,
  attentionFlops: 1.1,
  weightPasses: 0.2,
  weightTraffic: 0.8,
  streamValues: 0.6,
  hiddenValues: 0.3,
  curvedValues: 2.3,
  attentionWeights: 1.32,
  logits: 0.58,
  dropoutValues: 2,
  subLayerMs: 0.015,
  fixedMs: 0.44,
};

/** Forward pass of an evaluation, with the copies of its answers. */
const FORWARD: Costs = {
  flops: 1.18,
  attentionFlops: 1.55,
  weightPasses: 0,
  weightTraffic: 0,
  streamValues: 0,
  hiddenValues: 0,
  curvedValues: 0.85,
  attentionWeights: 0.96,
  logits: 4.9,
  dropoutValues: 0,
  subLayerMs: 0.1,
  fixedMs: 0.42,
};

/**
 * What a step takes in the whole product besides the engine alone, which the factors are fitted to: server, database and reporting work on the same cores,
 * and the loop around a step makes its batch and its points. Fitted to 34 runs (`npm run bench -- planner`); of the update, which no batch shapes, it is what
 * server and database take of a core while a run goes on.
 */
export const BESIDE_THE_PRODUCT = { factor: 1.23, updateFactor: 1.06, stepMs: 0.25 } as const;

/** Standard deviation of the logarithm of measured over computed step times. */
export const STEP_TIME_DEVIATION = 0.15;

function costMs(work: StepWork, flops: number, costs: Costs, calibration: MachineCalibration): number {
  const perForwardFlop = flops / Math.max(1, work.forwardFlops);
  const products = costs.flops * (work.forwardFlops - work.attentionFlops) + costs.attentionFlops * work.attentionFlops;
  const nanoseconds =
    work.streamValues * costs.streamValues +
    work.hiddenValues * costs.hiddenValues +
    work.curvedValues * costs.curvedValues +
    work.attentionWeights * costs.attentionWeights +
    work.logits * costs.logits +
    work.dropoutValues * costs.dropoutValues;
  const elsewhere = nanoseconds / 1e6 + work.subLayers * costs.subLayerMs + costs.fixedMs;
  const weightSeconds =
    costs.weightPasses * secondsPerWeight(calibration) + costs.weightTraffic / calibration.optimiserParametersPerSecond;
  const weights = 1000 * work.weightValues * weightSeconds;
  return (1000 * perForwardFlop * products) / matrixRate(calibration) + weights + elsewhere / speedOf(calibration);
}

/** Of `weightTraffic` what an update spares that multiplies gradients out itself (measured: a step of 25 million parameters and one text of 16 tokens takes 28 ms instead of 34). */
const LEFT_TRAFFIC = 0.4;

/** What of a graph's work a machine computes: its own operators pass over what no token sees. */
export function computed(work: StepWork, { hasOwnOperators }: MachineCalibration): StepWork {
  if (hasOwnOperators !== true) return work;
  const { forwardFlops, attentionFlops, attentionWeights, unseenFlops, unseenWeights } = work;
  return {
    ...work,
    forwardFlops: forwardFlops - unseenFlops,
    attentionFlops: attentionFlops - unseenFlops,
    attentionWeights: attentionWeights - unseenWeights,
  };
}

/** Milliseconds of forward and backward pass over one batch in so many lanes, on the engine alone; with what an update does of it. */
export function gradientMs(whole: StepWork, calibration: MachineCalibration, lanes: number): number {
  const [ofWhole, ofDivided] =
    calibration.hasOwnOperators === true ? [OWN_WHOLE, OWN_DIVIDED] : [TRAINING_WHOLE, TRAINING_DIVIDED];
  const costs = lanes > 1 ? ofDivided : ofWhole;
  const work = computed(whole, calibration);
  const leaves = calibration.hasOwnOperators === true && lanes === 1;
  const saved = leaves ? (LEFT_TRAFFIC * work.leftWeightValues) / calibration.optimiserParametersPerSecond : 0;
  return costMs(work, trainingFlops(work), costs, calibration) - 1000 * saved;
}

/**
 * Forward and backward pass operation by operation on TensorFlow's library (tfjs-node), fitted to steps of 60 configurations (55 of them within 30 %). Each
 * operation costs its call and an array of its own, so that small steps take many times what a graph does.
 */
const EAGER: Costs = {
  flops: 1.78,
  attentionFlops: 5.75,
  weightPasses: 0,
  weightTraffic: 0,
  streamValues: 27.6,
  hiddenValues: 16.7,
  curvedValues: 9,
  attentionWeights: 5.4,
  logits: 16.6,
  dropoutValues: 2,
  subLayerMs: 6.7,
  fixedMs: 4.2,
};
/** Its update of a parameter in passes over memory, each as long as Adam's in machine code (fitted alike). */
const EAGER_UPDATE_PASSES = 22;

/** Milliseconds of forward and backward pass over one batch, operation by operation, on the engine alone. */
export function eagerGradientMs(work: StepWork, calibration: MachineCalibration): number {
  return costMs(work, trainingFlops(work), EAGER, calibration);
}

/** Milliseconds of one update of so many parameters, operation by operation. */
export function eagerUpdateMs(
  parameters: number,
  { optimiser }: Pick<RunConfiguration, 'optimiser'>,
  { optimiserParametersPerSecond }: MachineCalibration,
): number {
  return (1000 * parameters * EAGER_UPDATE_PASSES * OPTIMISER_SHARE[optimiser]) / optimiserParametersPerSecond;
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
export function forwardMs(whole: StepWork, calibration: MachineCalibration): number {
  const work = computed(whole, calibration);
  return costMs(work, work.forwardFlops, FORWARD, calibration);
}

/**
 * Memory traffic of an optimiser in relation to Adam's, which was measured; gathering one more part's gradients reads and writes three arrays. The norm is
 * taken in the same pass, unless gradients are clipped by it: then it is one before.
 */
const OPTIMISER_SHARE = { adam: 1, adamw: 1, momentum: 0.72, sgd: 0.45 } as const;
const GATHER_SHARE = 0.45;
const NORM_SHARE = 0.2;
/** How much longer all of these but Adam take where that is done by machine code, in relation to it (measured). */
const BESIDE_NATIVE_ADAM = 1.5;

/** Milliseconds of one update, on the engine alone, of so many parameters from the gradients of so many parts: the batches of a step times the lanes of each. */
export function updateMs(
  parameters: number,
  { optimiser, clipNorm }: Pick<RunConfiguration, 'optimiser' | 'clipNorm'>,
  parts: number,
  { optimiserParametersPerSecond, hasOwnOperators }: MachineCalibration,
): number {
  const norm = clipNorm === null ? 0 : NORM_SHARE;
  const others = hasOwnOperators === true ? BESIDE_NATIVE_ADAM : 1;
  const rule = OPTIMISER_SHARE[optimiser] * (optimiser === 'adam' || optimiser === 'adamw' ? 1 : others);
  const passes = rule + others * (norm + GATHER_SHARE * Math.max(0, parts - 1));
  return (1000 * parameters * passes) / optimiserParametersPerSecond;
}
