import type { DatasetTask } from '../../data/content.ts';
import type { RunConfiguration } from '../configuration.ts';
import { outputsOfHead, taskHeadsOf } from '../heads.ts';
import { parameterCount, stepsPerEpoch, vocabularyBound } from '../rules.ts';
import { assumptionsOf } from './assumptions.ts';
import { drawLengths, drawShapes, type ShapePlan } from './batch-shapes.ts';
import type { MachineCalibration } from './calibration.ts';
import { EVALUATION_SHARE, evaluationSpacing } from './evaluation-spacing.ts';
import { correctionOf, featuresOf, type Observation } from './history.ts';
import { lognormal, scaled, summed, type Estimate } from './interval.ts';
import { tokensPerCharacter, type LengthProfile } from './length-profile.ts';
import { MEMORY_DEVIATION, memoryOf } from './memory.ts';
import { checkpointMs, evaluationPointMs, finalEvaluationMs, preparationMs } from './other-time.ts';
import type { RunPlan } from './run-plan.ts';
import { NO_RATES, type WorkerRates } from './worker-rates.ts';
import { gradientMs, recordingMs, STEP_TIME_DEVIATION, updateMs } from './step-time.ts';
import { trainingFlops, workOf, type PlannedModel } from './step-work.ts';

/** What a plan needs to know of the data. */
export interface PlannedData {
  readonly profile: LengthProfile;
  /** Items of each split that are in use. */
  readonly items: { readonly train: number; readonly validation: number; readonly test: number };
  readonly characters: number;
  readonly distinctCharacters: number;
  readonly labels: number;
  /** What the items are labelled with besides. */
  readonly tasks?: readonly DatasetTask[];
}

/** What a plan needs to know of a worker. */
export interface PlannedWorker {
  readonly id: string;
  readonly name: string;
  readonly device: string;
  readonly adapter: string;
  readonly cores: number;
  readonly memoryBytes: number;
  readonly calibration: MachineCalibration | null;
  readonly rates: WorkerRates;
  readonly observations: readonly Observation[];
  /** Mean power in watts that its driver measured in finished runs; null where it has measured none. */
  readonly measuredWatts: number | null;
}

/** Standard deviation of the logarithm of everything besides steps, before runs have been seen. */
const OTHER_DEVIATION = 0.35;
/** Power of a processor core under load where nobody has said better, and the share of it that training uses. */
const ASSUMED_WATTS_PER_CORE = 10;
const UTILISATION = 0.9;
const MS_PER_HOUR = 3_600_000;
/** Held-out items that a plan looks at one by one. */
const DRAWN_HELD_OUT = 2000;

interface Times {
  stepMs: Estimate;
  baseStepMs: number;
  other: Omit<NonNullable<RunPlan['time']>['parts'], 'steps'>;
  otherFactor: number;
  otherDeviation: number;
  baseOtherMs: number;
  evaluations: number;
  runs: number;
}

function heldOut(data: PlannedData, split: 'validation' | 'test', ratio: number, maxTokens: number) {
  const own = data.profile.splits[split];
  const { lengths } = own.items > 0 ? own : data.profile.splits.train;
  const drawn = drawLengths(lengths, DRAWN_HELD_OUT).map((length) =>
    Math.max(1, Math.min(maxTokens, Math.round(length * ratio))),
  );
  return { lengths: drawn, items: data.items[split] };
}

/** Milliseconds of an average step over the batches that were drawn. */
function meanStepMs(
  model: PlannedModel,
  parameters: number,
  { shapes, batches }: ShapePlan,
  calibration: MachineCalibration,
): number {
  const { gradientAccumulation, optimiser } = model.settings;
  const gradients = shapes.reduce(
    (sum, { shape, batches: count }) => sum + count * gradientMs(workOf(model, shape), calibration),
    0,
  );
  const perBatch = gradients / Math.max(1, batches);
  return perBatch * gradientAccumulation + updateMs(parameters, optimiser, gradientAccumulation, calibration);
}

/** Evaluation points of a run, the one after the last step among them. */
function evaluationCount(settings: RunConfiguration, steps: number, epochMs: number, pointMs: number): number {
  const { evaluateEverySteps, epochs, earlyStoppingPatience } = settings;
  if (evaluateEverySteps !== null) return Math.max(1, Math.ceil(steps / evaluateEverySteps));
  const spacing =
    earlyStoppingPatience === null ? evaluationSpacing(epochs, epochMs, pointMs) : Math.ceil(epochs / 200);
  return Math.max(1, Math.ceil(epochs / spacing));
}

function timesOf(
  model: PlannedModel,
  parameters: number,
  steps: number,
  drawn: ShapePlan,
  ratio: number,
  data: PlannedData,
  worker: PlannedWorker & { calibration: MachineCalibration },
  features: readonly number[],
): Times {
  const { settings } = model;
  const { calibration, observations } = worker;
  const baseStepMs = meanStepMs(model, parameters, drawn, calibration);
  const step = correctionOf(observations, 'step', features, STEP_TIME_DEVIATION);
  const stepMs = lognormal(baseStepMs * step.factor, step.deviation);
  const recorded = drawn.shapes.reduce((sum, { shape }) => sum + recordingMs(workOf(model, shape), 'training'), 0);
  const validation = heldOut(data, 'validation', ratio, settings.maxTokens);
  const { pointMs, onceMs } = evaluationPointMs(model, parameters, validation, calibration);
  const stepsMs = stepMs.value * steps;
  const evaluations = evaluationCount(settings, steps, stepsMs / settings.epochs, pointMs);
  const saving = checkpointMs(settings, parameters);
  const configured = settings.checkpointEverySteps === null ? 0 : Math.floor(steps / settings.checkpointEverySteps);
  const optional = Math.min(evaluations * saving, (EVALUATION_SHARE / 2) * stepsMs);
  const test = heldOut(data, 'test', ratio, settings.maxTokens);
  const other = {
    preparation: preparationMs(settings, parameters, data.characters),
    recording: recorded,
    evaluations: evaluations * pointMs + onceMs,
    reporting: 2 * saving + Math.max(configured * saving, optional),
    finalEvaluation: finalEvaluationMs(model, parameters, test, calibration),
  };
  const baseOtherMs = Object.values(other).reduce((sum, ms) => sum + ms, 0);
  const overhead = correctionOf(observations, 'other', features, OTHER_DEVIATION);
  return {
    ...{ stepMs, baseStepMs, other, baseOtherMs, evaluations, runs: step.runs },
    otherFactor: overhead.factor,
    otherDeviation: overhead.deviation,
  };
}

function timePlan(times: Times, steps: number, tokensPerStep: number): NonNullable<RunPlan['time']> {
  const { stepMs, other, otherFactor, otherDeviation, baseOtherMs } = times;
  const stepsMs = scaled(stepMs, steps);
  const corrected = Object.fromEntries(
    Object.entries(other).map(([part, ms]) => [part, ms * otherFactor]),
  ) as unknown as typeof other;
  const speed = (ms: number): number => (1000 * tokensPerStep) / ms;
  return {
    total: summed([stepsMs, lognormal(baseOtherMs * otherFactor, otherDeviation)]),
    stepMs,
    tokensPerSecond: { value: speed(stepMs.value), low: speed(stepMs.high), high: speed(stepMs.low) },
    parts: { ...corrected, steps: stepsMs.value },
  };
}

function energyPlan(worker: PlannedWorker, totalMs: Estimate): NonNullable<RunPlan['energy']> {
  const { measuredWatts, rates, cores } = worker;
  const [watts, source] =
    measuredWatts !== null
      ? ([measuredWatts, 'measured'] as const)
      : rates.ratedWatts !== null
        ? ([rates.ratedWatts * UTILISATION, 'rated'] as const)
        : ([cores * ASSUMED_WATTS_PER_CORE * UTILISATION, 'assumed'] as const);
  return { kilowattHours: scaled(totalMs, watts / 1000 / MS_PER_HOUR), watts, source };
}

/** Price of so much time and energy, where the worker has prices. */
export function costOf(rates: WorkerRates, totalMs: number, kilowattHours: number | null): number | null {
  const { pricePerHour, pricePerKilowattHour } = rates;
  if (pricePerHour === null && pricePerKilowattHour === null) return null;
  const energy = pricePerKilowattHour === null ? 0 : pricePerKilowattHour * (kilowattHours ?? 0);
  return ((pricePerHour ?? 0) * totalMs) / MS_PER_HOUR + energy;
}

function costPlan(worker: PlannedWorker, total: Estimate, energy: RunPlan['energy']): RunPlan['cost'] {
  const at = (key: keyof Estimate) => costOf(worker.rates, total[key], energy?.kilowattHours[key] ?? null);
  const [value, low, high] = [at('value'), at('low'), at('high')];
  if (value === null || low === null || high === null) return null;
  return { amount: { value, low, high }, currency: worker.rates.currency };
}

/** Plans a run of these settings on a data version and a worker; `madeAt` is when. */
export function planRun(
  settings: RunConfiguration,
  data: PlannedData,
  worker: PlannedWorker | null,
  madeAt: string,
): RunPlan {
  const ratio = tokensPerCharacter(data.profile, settings, data.distinctCharacters);
  const lengths = drawLengths(data.profile.splits.train.lengths).map((length) => Math.round(length * ratio));
  const drawn = drawShapes(settings, lengths);
  const vocabularySize = vocabularyBound(settings, data);
  const heads = taskHeadsOf(settings, data.tasks ?? []);
  const firstOutputs = settings.task === 'regression' ? 1 : data.labels;
  const outputs = heads.reduce((sum, head) => sum + outputsOfHead(head), firstOutputs);
  const model: PlannedModel = { settings, vocabularySize, outputs };
  const parameters = parameterCount(settings, vocabularySize, data.labels, heads);
  const steps = stepsPerEpoch(settings, data.items.train) * settings.epochs;
  const batches = Math.ceil(data.items.train / settings.batchSize) * settings.epochs;
  const perBatch = 1 / Math.max(1, drawn.batches);
  const flops = drawn.shapes.reduce(
    (sum, { shape, batches: count }) => sum + count * trainingFlops(workOf(model, shape)),
    0,
  );
  const tokens = drawn.tokens * perBatch * batches;
  const batchesPerStep = batches / Math.max(1, steps);
  const flopsPerStep = flops * perBatch * batchesPerStep;
  const features = featuresOf({
    flopsPerStep,
    parameters,
    rowsPerStep: drawn.paddedTokens * perBatch * batchesPerStep,
  });
  const parts = memoryOf(
    model,
    parameters,
    drawn.shapes.map(({ shape }) => shape),
  );
  const memoryBytes = Object.values(parts).reduce((sum: number, bytes: number) => sum + bytes, 0);
  const memory = correctionOf(worker?.observations ?? [], 'memory', features, MEMORY_DEVIATION);
  const { calibration = null } = worker ?? {};
  const times =
    worker === null || calibration === null
      ? null
      : timesOf(model, parameters, steps, drawn, ratio, data, { ...worker, calibration }, features);
  const time = times && timePlan(times, steps, tokens / Math.max(1, steps));
  const energy = worker && time && energyPlan(worker, time.total);
  const cost = worker && time && costPlan(worker, time.total, energy);
  const plan: Omit<RunPlan, 'assumptions'> = {
    madeAt,
    worker: worker && {
      ...{ id: worker.id, name: worker.name, adapter: worker.adapter },
      ...{ cores: worker.cores, memoryBytes: worker.memoryBytes },
    },
    ...{ steps, epochs: settings.epochs, vocabularySize, parameters, tokens, flopsPerStep },
    isExact: settings.tokenizer === 'character' && settings.startFromArtifactId === null,
    paddingShare: drawn.paddedTokens === 0 ? 0 : 1 - drawn.tokens / drawn.paddedTokens,
    flops: flopsPerStep * steps,
    evaluations: times?.evaluations ?? evaluationCount(settings, steps, 0, 0),
    memory: { total: lognormal(memoryBytes * memory.factor, memory.deviation), parts },
    ...{ time, energy, cost },
    rates: worker?.rates ?? NO_RATES,
    basis: {
      features,
      stepMs: times?.baseStepMs ?? null,
      otherMs: times?.baseOtherMs ?? null,
      memoryBytes,
      runs: times?.runs ?? 0,
    },
  };
  const facts = { ratio, isComplete: data.profile.isComplete, shapes: drawn.shapes.length };
  return { ...plan, assumptions: assumptionsOf(plan, settings, facts, worker) };
}
