import type { DatasetTask } from '../../data/content.ts';
import type { RunConfiguration } from '../configuration.ts';
import { outputsOfHead, taskHeadsOf } from '../heads.ts';
import { parameterCount, stepsPerEpoch, vocabularyBound } from '../rules.ts';
import { assumptionsOf } from './assumptions.ts';
import { drawLengths, drawShapes, type Lengths, type ShapePlan } from './batch-shapes.ts';
import { REFERENCE_MACHINE, type MachineCalibration } from './calibration.ts';
import { isAccelerator, isEager } from './device-kinds.ts';
import {
  evaluationScheduleOf,
  pointsBeforeTheLast,
  pointsWithSamples,
  type EvaluationSchedule,
} from './evaluation-schedule.ts';
import {
  finalEvaluationMs,
  continuedTexts,
  finalItems,
  finalTextsMs,
  evaluatedItems,
  pointWork,
} from './evaluation-time.ts';
import { correctionOf, featuresOf, GUESS_WEIGHT, type Observation } from './history.ts';
import { lognormal, scaled, summed, type Estimate } from './interval.ts';
import { learnedVocabulary, tokensPerCharacter, type LengthProfile } from './length-profile.ts';
import { eagerMemory, MEMORY_DEVIATION, memoryOf } from './memory.ts';
import { stepMsOn } from './mean-step.ts';
import { programUse, type ProgramUse } from './kept-programs.ts';
import { openingTime } from './opening-time.ts';
import { CHECKPOINT_SHARE, checkpointMs, preparationMs, uploadMs } from './other-time.ts';
import type { RunPlan, WORKER_STATES } from './run-plan.ts';
import { NO_RATES, type WorkerRates } from './worker-rates.ts';
import { GUESS_DEVIATION, STEP_TIME_DEVIATION } from './step-time.ts';
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
  readonly state?: (typeof WORKER_STATES)[number];
  /** How quick its processor is. */
  readonly calibration: MachineCalibration | null;
  readonly rates: WorkerRates;
  readonly observations: readonly Observation[];
  /** Mean power in watts that its drivers measured in finished runs, by the device that those ran on. */
  readonly measuredWatts: Readonly<Record<string, number>>;
}

/** Standard deviation of the logarithm of everything besides steps, before runs have been seen. */
const OTHER_DEVIATION = 0.25;
/**
 * Time of a core that others may take from a run without anybody calling it heavy work: somebody opens its page on the same machine (measured: 1.6 s). A
 * run of a minute does not feel it, one of some seconds does.
 */
const OTHER_WORK_MS = 1600;
/** Power of a processor core under load, and of a graphics card that trains, where nobody has said better, and the share of it that training uses. */
const ASSUMED_WATTS_PER_CORE = 10;
const ASSUMED_CARD_WATTS = 150;
const UTILISATION = 0.9;
/** Cores that are at work in what is not a step: metrics and files are one thread's. */
const CORES_BESIDE_STEPS = 1.2;
/** Standard deviation of the logarithm of the share of full power, before runs have been seen. */
const POWER_DEVIATION = 0.15;
const MS_PER_HOUR = 3_600_000;

interface Times {
  stepMs: Estimate;
  baseStepMs: number;
  other: Omit<NonNullable<RunPlan['time']>['parts'], 'steps'>;
  otherFactor: number;
  otherDeviation: number;
  baseOtherMs: number;
  /** The texts that the last evaluation has written: a part of all that. */
  textsMs: Estimate;
  /** Waiting for the checkpoint's upload, where those texts take so long: another part of it. */
  deliveryMs: (textsMs: number) => number;
  runs: number;
}

/** What a run is evaluated on, and when. */
interface Evaluations {
  readonly lengths: Readonly<Record<'train' | 'validation' | 'test', Lengths>>;
  readonly schedule: EvaluationSchedule;
  /** Evaluation points before the last step. */
  readonly points: number;
}

/** Lengths of a split in tokens, for as many items as are in use; an empty held-out split is measured on the training items. */
function tokenLengths(
  data: PlannedData,
  split: 'train' | 'validation' | 'test',
  ratio: number,
  maxTokens: number,
): Lengths {
  const own = data.profile.splits[split];
  const { items, lengths } = own.items > 0 ? own : data.profile.splits.train;
  const share = data.items[split] / Math.max(1, items);
  return lengths.map(([length, count]) => [
    Math.max(1, Math.min(maxTokens, Math.round(length * ratio))),
    Math.max(1, Math.round(count * share)),
  ]);
}

function evaluationsOf(
  model: PlannedModel,
  parameters: number,
  steps: number,
  ratio: number,
  data: PlannedData,
  device: string | null,
): Evaluations {
  const { settings } = model;
  const of = (split: 'train' | 'validation' | 'test') => tokenLengths(data, split, ratio, settings.maxTokens);
  const lengths = { train: of('train'), validation: of('validation'), test: of('test') };
  const { train: training, validation } = lengths;
  const isAccelerated = isAccelerator(device ?? 'cpu');
  const schedule = evaluationScheduleOf({ model, parameters, steps, training, validation, isAccelerated });
  return { lengths, schedule, points: pointsBeforeTheLast(settings, steps, schedule.everyEpochs) };
}

/** Milliseconds of evaluations before the first step, while training, and after the last step: its point, the held-out items, and the texts written for them. */
function evaluationMs(
  model: PlannedModel,
  { lengths, schedule, points }: Evaluations,
  calibration: MachineCalibration,
  steps: number,
  isMemoryShared: boolean,
): { before: number; whileTraining: number; lastPoint: number; heldOut: number; texts: Estimate } {
  const longest = lengths.train.at(-1)?.[0] ?? model.settings.maxTokens;
  const work = pointWork(model, lengths.validation, { items: schedule.items, longest }, calibration);
  const written = pointsWithSamples(points, schedule);
  const { pointMs, onceMs, samplesMs, samplesOnceMs } = work;
  const firstPoint = onceMs + pointMs;
  const firstSamples = samplesOnceMs + samplesMs;
  const texts = finalTextsMs(model, steps, lengths.test, calibration);
  return {
    // The untrained model is evaluated before the first step where points follow, which prepares their graphs.
    before: (points > 0 ? firstPoint : 0) + (points > 0 && schedule.samplesEvery > 0 ? firstSamples : 0),
    whileTraining: points * pointMs + written * samplesMs,
    lastPoint:
      // Graphs that share their memory with those of training are opened anew when that is given back.
      (points > 0 && !isMemoryShared ? pointMs : firstPoint) +
      (points > 0 && schedule.samplesEvery > 0 ? samplesMs : firstSamples),
    heldOut: finalEvaluationMs(model, lengths.test, calibration),
    texts,
  };
}

function timesOf(
  model: PlannedModel,
  parameters: number,
  steps: number,
  drawn: ShapePlan,
  use: ProgramUse,
  evaluations: Evaluations,
  data: PlannedData,
  worker: PlannedWorker & { calibration: MachineCalibration },
  features: readonly number[],
): Times {
  const { settings } = model;
  const { calibration, device } = worker;
  const observations = observationsOn(device, worker);
  const { openingMs, firstRunsMs } = openingTime(model, parameters, drawn, use, calibration);
  const usualMs = stepMsOn(device, model, parameters, drawn, calibration);
  const baseStepMs = usualMs + (device === 'cpu' ? firstRunsMs / Math.max(1, steps) : 0);
  const step =
    device === 'cpu'
      ? correctionOf(observations, 'step', features, STEP_TIME_DEVIATION)
      : correctionOf(observations, 'step', features, GUESS_DEVIATION, GUESS_WEIGHT);
  const undisturbed = lognormal(baseStepMs * step.factor, step.deviation);
  const disturbanceMs = isAccelerator(device) ? 0 : OTHER_WORK_MS / worker.cores / Math.max(1, steps);
  const stepMs = { ...undisturbed, high: undisturbed.high + disturbanceMs };
  const evaluating = evaluationMs(model, evaluations, calibration, steps, use.sharedBytes !== null);
  const stepsMs = stepMs.value * steps;
  const saving = checkpointMs(settings, parameters);
  const configured = settings.checkpointEverySteps === null ? 0 : Math.floor(steps / settings.checkpointEverySteps);
  // The last checkpoint goes to the server while held-out items are evaluated.
  const upload = uploadMs(settings, parameters);
  const deliveryMs = (textsMs: number): number => Math.max(0, upload - evaluating.heldOut - textsMs);
  const optional = Math.min(evaluations.points * saving, CHECKPOINT_SHARE * stepsMs);
  const other = {
    preparation: preparationMs(settings, parameters, data.characters) + evaluating.before,
    recording: openingMs,
    evaluations: evaluating.whileTraining,
    reporting: Math.max(configured * saving, optional),
    finalEvaluation: evaluating.lastPoint + saving + evaluating.heldOut + evaluating.texts.value,
    delivery: deliveryMs(evaluating.texts.value),
  };
  const baseOtherMs = Object.values(other).reduce((sum, ms) => sum + ms, 0);
  const overhead = correctionOf(observations, 'other', features, OTHER_DEVIATION);
  return {
    ...{ stepMs, baseStepMs, other, baseOtherMs, textsMs: evaluating.texts, deliveryMs, runs: step.runs },
    otherFactor: overhead.factor,
    otherDeviation: overhead.deviation,
  };
}

function timePlan(times: Times, steps: number, tokensPerStep: number): NonNullable<RunPlan['time']> {
  const { stepMs, other, otherFactor, otherDeviation, baseOtherMs, textsMs, deliveryMs } = times;
  const stepsMs = scaled(stepMs, steps);
  const corrected = Object.fromEntries(
    Object.entries(other).map(([part, ms]) => [part, ms * otherFactor]),
  ) as unknown as typeof other;
  const speed = (ms: number): number => (1000 * tokensPerStep) / ms;
  /** All but the steps, where the texts of the last evaluation take so long. */
  const otherMs = (texts: number) => {
    const changed = texts - textsMs.value + deliveryMs(texts) - other.delivery;
    return lognormal((baseOtherMs + changed) * otherFactor, otherDeviation);
  };
  return {
    total: summed([
      stepsMs,
      {
        value: baseOtherMs * otherFactor,
        low: otherMs(textsMs.low).low,
        high: otherMs(textsMs.high).high,
      },
    ]),
    stepMs,
    tokensPerSecond: { value: speed(stepMs.value), low: speed(stepMs.high), high: speed(stepMs.low) },
    parts: { ...corrected, steps: stepsMs.value },
  };
}

/** Mean share of full power over a run: steps keep all cores at work, the rest of it little more than one; a card is waited for. */
function powerShareOf({ parts }: NonNullable<RunPlan['time']>, device: string, cores: number): number {
  if (isAccelerator(device)) return UTILISATION;
  const { steps, ...others } = parts;
  const otherMs = Object.values(others).reduce((sum, ms) => sum + ms, 0);
  const otherShare = Math.min(UTILISATION, CORES_BESIDE_STEPS / cores);
  return (UTILISATION * steps + otherShare * otherMs) / Math.max(1, steps + otherMs);
}

function energyPlan(
  worker: PlannedWorker,
  device: string,
  totalMs: Estimate,
  power: Estimate,
): NonNullable<RunPlan['energy']> {
  const { measuredWatts, rates, cores } = worker;
  const measured = measuredWatts[device];
  if (measured !== undefined) {
    const kilowattHours = scaled(totalMs, measured / 1000 / MS_PER_HOUR);
    return { kilowattHours, watts: measured, fullWatts: null, source: 'measured' };
  }
  const assumed = cores * ASSUMED_WATTS_PER_CORE + (isAccelerator(device) ? ASSUMED_CARD_WATTS : 0);
  const fullWatts = rates.ratedWatts ?? assumed;
  const at = (key: keyof Estimate): number => (totalMs[key] * fullWatts * power[key]) / 1000 / MS_PER_HOUR;
  return {
    kilowattHours: { value: at('value'), low: at('low'), high: at('high') },
    watts: fullWatts * power.value,
    fullWatts,
    source: rates.ratedWatts === null ? 'assumed' : 'rated',
  };
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

/** The device that a worker trains on; null where there is no worker, or none of its devices is known to be the one that was asked for. */
function deviceOf({ device }: RunConfiguration, worker: PlannedWorker | null): string | null {
  if (worker === null || device === 'auto') return worker?.device ?? null;
  return device === worker.device || !isAccelerator(device) ? device : null;
}

function observationsOn(device: string | null, worker: PlannedWorker | null): readonly Observation[] {
  return worker?.observations.filter((one) => one.device === device) ?? [];
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
  const bound = vocabularyBound(settings, data);
  // A tokenizer that is there already, of its own or with a checkpoint, may know more than this data has.
  const isLearned = settings.tokenizerId === null && settings.startFromArtifactId === null;
  const vocabularySize = isLearned ? Math.min(bound, learnedVocabulary(data.profile, settings)) : bound;
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
  const device = deviceOf(settings, worker);
  const evaluations = evaluationsOf(model, parameters, steps, ratio, data, device);
  const { validation, test } = evaluations.lengths;
  const isShared = !isAccelerator(device ?? 'cpu');
  // Without a worker, what most will have.
  const hasOwnOperators = (worker?.calibration ?? REFERENCE_MACHINE).hasOwnOperators === true;
  const use = programUse(model, parameters, drawn, batches, { isShared, hasOwnOperators });
  const stepShapes = drawn.shapes.map(({ shape }) => shape);
  const onGraphs = memoryOf(model, parameters, {
    trainingBytes: use.peakBytes,
    sharedBytes: use.sharedBytes,
    steps: stepShapes,
    point: evaluations.points === 0 ? null : evaluatedItems(model, validation, evaluations.schedule.items),
    afterwards: finalItems(model, test),
    writesTexts: continuedTexts(model, test) > 0,
  });
  const parts = isEager(device ?? 'cpu') ? eagerMemory(onGraphs, model, stepShapes) : onGraphs;
  const memoryBytes = Object.values(parts).reduce((sum: number, bytes: number) => sum + bytes, 0);
  // Without a worker the processor is what most will have.
  const memoryDeviation = device === null || device === 'cpu' ? MEMORY_DEVIATION : GUESS_DEVIATION;
  const memory = correctionOf(observationsOn(device, worker), 'memory', features, memoryDeviation);
  const { calibration = null } = worker ?? {};
  const times =
    worker === null || calibration === null || device === null
      ? null
      : timesOf(model, parameters, steps, drawn, use, evaluations, data, { ...worker, device, calibration }, features);
  const time = times && timePlan(times, steps, tokens / Math.max(1, steps));
  const powerShare = worker && time && device !== null ? powerShareOf(time, device, worker.cores) : null;
  const power = correctionOf(observationsOn(device, worker), 'power', features, POWER_DEVIATION);
  const energy =
    worker && time && device !== null && powerShare !== null
      ? energyPlan(worker, device, time.total, lognormal(powerShare * power.factor, power.deviation))
      : null;
  const cost = worker && time && costPlan(worker, time.total, energy);
  const plan: Omit<RunPlan, 'assumptions'> = {
    madeAt,
    worker: worker && {
      ...{ id: worker.id, name: worker.name, adapter: worker.adapter },
      ...{ cores: worker.cores, memoryBytes: worker.memoryBytes },
      ...(worker.state && { state: worker.state }),
    },
    device,
    ...{ steps, epochs: settings.epochs, vocabularySize, parameters, tokens, flopsPerStep },
    isExact: settings.tokenizer === 'character' && settings.startFromArtifactId === null,
    paddingShare: drawn.paddedTokens === 0 ? 0 : 1 - drawn.tokens / drawn.paddedTokens,
    flops: flopsPerStep * steps,
    evaluations: evaluations.points + 1,
    memory: { total: lognormal(memoryBytes * memory.factor, memory.deviation), parts },
    ...{ time, energy, cost },
    rates: worker?.rates ?? NO_RATES,
    basis: {
      features,
      stepMs: times?.baseStepMs ?? null,
      otherMs: times?.baseOtherMs ?? null,
      memoryBytes,
      powerShare,
      runs: times?.runs ?? 0,
    },
  };
  const facts = {
    ...{ ratio, isComplete: data.profile.isComplete, shapes: drawn.shapes.length },
    ...{ pointItems: evaluations.schedule.items, validationItems: data.items.validation },
  };
  return { ...plan, assumptions: assumptionsOf(plan, settings, facts, worker) };
}
