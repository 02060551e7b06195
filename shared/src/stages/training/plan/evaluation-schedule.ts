import { z } from 'zod';
import type { RunConfiguration } from '../configuration.ts';
import { drawLengths, drawShapes, type Lengths } from './batch-shapes.ts';
import { REFERENCE_MACHINE, type MachineCalibration } from './calibration.ts';
import { pointWork, mostPointItems, type PointWork } from './evaluation-time.ts';
import { meanStepMs } from './mean-step.ts';
import type { PlannedModel } from './step-work.ts';

/*
 * Which evaluation points a run has, decided from counts before its first step: what a point computes against what the training computes,
 * both at the rates of a machine that is written down here. Nothing is timed, so the same data and settings give the same curve on every
 * machine, and after every resumption.
 */

/** Largest counted share of a run's training that its evaluation points may take; a little under half of it is for sample texts. */
export const EVALUATION_SHARE = 0.01;
const SAMPLE_SHARE = 0.004;

/**
 * Below this the share grows as the training shrinks, from a tenth of a second to a fifth of one, which a training of no length has: nobody
 * waits for that, and short runs have a curve too.
 */
const SHORT_MS = 10_000;

/** What evaluation points may take at most, in seconds, of a training that is shorter than that. */
export const SHORT_ALLOWANCE_SECONDS = (2 * EVALUATION_SHARE * SHORT_MS) / 1000;

/** Points at the ends of epochs; a run of more epochs evaluates evenly spread ones. */
const MOST_POINTS = 200;
/** Points of a curve that is worth measuring fewer items for, and the fewest items that are measured where the split has more. */
const ENOUGH_POINTS = 10;
const LEAST_ITEMS = 16;

/** Accelerators multiply this much faster, while metrics are counted on the processor all the same. */
const ACCELERATION = 20;
const ACCELERATED: MachineCalibration = {
  ...REFERENCE_MACHINE,
  products: REFERENCE_MACHINE.products.map((product) => ({
    ...product,
    flopsPerSecond: ACCELERATION * product.flopsPerSecond,
  })),
  optimiserParametersPerSecond: ACCELERATION * REFERENCE_MACHINE.optimiserParametersPerSecond,
};

/** When a run is evaluated while it trains, and on how much. */
export const evaluationSchedule = z.object({
  /** Every how many epochs, where no number of steps is configured; as many as the run has where only its end is evaluated. */
  everyEpochs: z.int().min(1),
  /** Validation items of each point: always the same ones, chosen by the seed. */
  items: z.int().min(1),
  /** Every how many points texts are written for the sample prompts; 0 leaves them to the end. */
  samplesEvery: z.int().min(0),
});

/** When a run is evaluated while it trains, and on how much. */
export type EvaluationSchedule = Readonly<z.infer<typeof evaluationSchedule>>;

/** What a worker tells of a run's evaluation points: how they were decided, of so many validation items. */
export const runEvaluations = evaluationSchedule.extend({ validationItems: z.int().min(0) });

/** What a worker tells of a run's evaluation points. */
export type RunEvaluations = z.infer<typeof runEvaluations>;

/** A run whose points are to be decided. */
export interface ScheduledRun {
  readonly model: PlannedModel;
  readonly parameters: number;
  readonly steps: number;
  /** Items of the training split, and of the validation split, in tokens. */
  readonly training: Lengths;
  readonly validation: Lengths;
  /** The device is not a processor. */
  readonly isAccelerated: boolean;
}

/** Evaluation points before the last step. */
export function pointsBeforeTheLast(
  { evaluateEverySteps, epochs }: RunConfiguration,
  steps: number,
  everyEpochs: number,
): number {
  if (evaluateEverySteps !== null) return Math.ceil(steps / evaluateEverySteps) - 1;
  return Math.ceil(epochs / everyEpochs) - 1;
}

/** The number of items, halved until so many points fit the budget; null where even the fewest do not. */
function affordableItems(
  points: number,
  most: number,
  budgetMs: number,
  workOf: (items: number) => PointWork,
): number | null {
  const isAffordable = (items: number): boolean => points * workOf(items).pointMs <= budgetMs;
  let items = most;
  while (items > LEAST_ITEMS && !isAffordable(items)) items = Math.max(LEAST_ITEMS, Math.floor(items / 2));
  return isAffordable(items) ? items : null;
}

/** Epochs between points and items of a point where both are left to the product: many items before many points, after the first ten. */
function spread(
  epochs: number,
  most: number,
  budgetMs: number,
  workOf: (items: number) => PointWork,
): Pick<EvaluationSchedule, 'everyEpochs' | 'items'> {
  const pointsAt = (everyEpochs: number): number => Math.ceil(epochs / everyEpochs) - 1;
  const affordable = Math.floor(budgetMs / workOf(most).pointMs);
  const wanted = Math.min(epochs - 1, ENOUGH_POINTS);
  if (affordable >= wanted) {
    const everyEpochs = Math.max(1, Math.ceil(epochs / MOST_POINTS), Math.ceil((epochs - 1) / Math.max(1, affordable)));
    return { everyEpochs, items: most };
  }
  for (let points = wanted; points > 0; points--) {
    const everyEpochs = Math.ceil(epochs / (points + 1));
    const items = affordableItems(pointsAt(everyEpochs), most, budgetMs, workOf);
    if (items !== null) return { everyEpochs, items };
  }
  return { everyEpochs: epochs, items: most };
}

/**
 * Decides the evaluation points of a run from counts alone. What early stopping decides by is never thinned; where every how many steps
 * is configured, only the items are.
 */
export function evaluationScheduleOf(run: ScheduledRun): EvaluationSchedule {
  const { model, parameters, steps, validation } = run;
  const { settings } = model;
  // A quicker machine than the reference is quicker at both sides.
  const calibration = run.isAccelerated ? ACCELERATED : REFERENCE_MACHINE;
  const shapes = drawShapes(settings, drawLengths(run.training));
  const trainingMs = steps * meanStepMs(model, parameters, shapes, calibration);
  const budgetMs = Math.max(trainingMs, 2 * SHORT_MS - trainingMs);
  const most = mostPointItems(model, validation);
  const longest = run.training.at(-1)?.[0] ?? settings.maxTokens;
  const workOf = (items: number): PointWork => pointWork(model, validation, { items, longest }, calibration);
  const { samplesMs } = workOf(1);
  const measuringBudget = (EVALUATION_SHARE - (samplesMs === 0 ? 0 : SAMPLE_SHARE)) * budgetMs;
  const chosen = ((): Pick<EvaluationSchedule, 'everyEpochs' | 'items'> => {
    const { evaluateEverySteps, earlyStoppingPatience, epochs } = settings;
    const everyEpochs = Math.ceil(epochs / MOST_POINTS);
    if (earlyStoppingPatience !== null) return { everyEpochs, items: most };
    if (evaluateEverySteps === null) return spread(epochs, most, measuringBudget, workOf);
    const points = pointsBeforeTheLast(settings, steps, everyEpochs);
    return {
      everyEpochs,
      items: affordableItems(points, most, measuringBudget, workOf) ?? Math.min(most, LEAST_ITEMS),
    };
  })();
  const points = pointsBeforeTheLast(settings, steps, chosen.everyEpochs);
  const written = samplesMs === 0 ? 0 : Math.floor((SAMPLE_SHARE * budgetMs) / samplesMs);
  return { ...chosen, samplesEvery: written < 1 ? 0 : Math.max(1, Math.ceil(points / written)) };
}

/** How many of so many points write sample texts. */
export function pointsWithSamples(points: number, { samplesEvery }: EvaluationSchedule): number {
  return samplesEvery === 0 ? 0 : Math.floor(points / samplesEvery);
}
