import type { RunConfiguration } from '@greenlight/shared/stages/training/configuration.ts';
import { seriesOfHead } from '@greenlight/shared/stages/training/heads.ts';
import type { RunEventPayload } from '@greenlight/shared/worker-protocol/events.ts';
import { z } from 'zod';
import { batchesPerEpoch, epochOrder, trainingBatch, type BatchSettings, type Examples } from '../data/batches.ts';
import type { Tokenizer } from '@greenlight/shared/tokenizers/tokenizer.ts';
import { validateLabelled } from '../evaluation/evaluate-labelled.ts';
import { generateSamples } from '../evaluation/generate-samples.ts';
import { validate, type ValidationPoint } from '../evaluation/validate.ts';
import type { Head } from '../model/settings.ts';
import { checkpointPath } from '../training/checkpoint.ts';
import type { Engine, StepResult } from '../training/engine.ts';
import { learningRateAt } from '../training/schedule.ts';
import { optimiserSettingsOf } from './engine-options.ts';
import { costlyEvaluations, spacingSentence } from './evaluation-sentences.ts';
import { evaluationPaceState, freshPace, paceAfter, type EvaluationPaceState } from './evaluation-pace.ts';
import { CheckpointBudget } from './checkpoint-budget.ts';
import { PointBuffer } from './point-buffer.ts';
import {
  endsEpoch,
  epochOf,
  isCheckpointStep,
  isEvaluationStep,
  isPointStep,
  isRatePointStep,
  type RunSchedule,
} from './point-schedule.ts';
import { RunClock } from './run-clock.ts';
import type { RunTiming } from './run-meter.ts';
import { STOP, type WrittenFile } from './thread-protocol.ts';

/** What a checkpoint keeps of the loop, beside the engine's own state: with it, a resumed run reports the same points. */
const loopState = z.object({
  step: z.number().int(),
  epochLossSum: z.number(),
  epochTargets: z.number(),
  elapsedMs: z.number(),
  bestLoss: z.number().nullable(),
  evaluationsWithoutBetter: z.number().int(),
  bestCheckpoint: z.object({ step: z.number().int(), path: z.string() }).nullable(),
  /** For each further head of a classifier; absent where there are none. */
  epochHeads: z.array(z.object({ lossSum: z.number(), targets: z.number() })).optional(),
  /** Null before the first evaluation. */
  pace: evaluationPaceState.nullable().default(null),
});

/** What a checkpoint keeps of the loop. */
export type LoopState = z.infer<typeof loopState>;

/** Data of a run, as token ids. */
export interface LoopData {
  train: Examples;
  validation: Examples;
  tokenizer: Tokenizer;
  /** What a classifier answers; null where the model writes text. */
  head: Head | null;
}

/** What the loop tells while it works. */
export interface LoopOutput {
  emit(payload: RunEventPayload, at?: string): void;
  /** Waits until everything emitted is safe on disk. */
  sync(): Promise<void>;
  /** A checkpoint was written; `keep` names files that later ones must not push out. */
  checkpoint(file: WrittenFile, step: number, isLast: boolean, keep: readonly string[]): Promise<void>;
  /** What the work has taken so far. */
  timing(timing: RunTiming): void;
  /** The value of `STOP` that the main thread has set. */
  stopRequest(): number;
}

/** How a loop ended, and which checkpoint stands for its result. */
export interface LoopEnd {
  reason: 'completed' | 'early-stopping' | 'cancelled' | 'shutdown';
  step: number;
  /** The best checkpoint, where early stopping chose one before the last step. */
  best: { step: number; path: string } | null;
}

/** What the work takes is told this often, in milliseconds. */
const TIMING_MS = 1000;

const FRESH: LoopState = {
  step: 0,
  epochLossSum: 0,
  epochTargets: 0,
  elapsedMs: 0,
  bestLoss: null,
  evaluationsWithoutBetter: 0,
  bestCheckpoint: null,
  pace: null,
};

/** The loop's state as a checkpoint gave it back, or that of a run that begins; throws when it is of another form. */
export function loopStateOf(progress: unknown): LoopState {
  return progress === null ? { ...FRESH } : loopState.parse(progress);
}

/** How batches are made for a configuration. */
export function batchSettingsOf({ task, batchSize, seed }: RunConfiguration): BatchSettings {
  return { task, batchSize, seed };
}

/** The steps of a run over so many training items. */
export function scheduleOf(configuration: RunConfiguration, itemCount: number): RunSchedule {
  const { epochs, batchSize, gradientAccumulation, evaluateEverySteps, checkpointEverySteps } = configuration;
  const stepsPerEpoch = Math.ceil(batchesPerEpoch(itemCount, batchSize) / gradientAccumulation);
  const { everyEpochs: evaluateEveryEpochs } = freshPace(epochs);
  const steps = { stepsPerEpoch, totalSteps: epochs * stepsPerEpoch };
  return { epochs, ...steps, evaluateEverySteps, evaluateEveryEpochs, checkpointEverySteps };
}

type HeadSums = NonNullable<LoopState['epochHeads']>;

/** The sums of an epoch's losses by head after a step more. */
function withStep(sums: HeadSums, step: StepResult['auxiliary']): HeadSums {
  return step.map(({ loss, targets }, head) => {
    const { lossSum, targets: counted } = sums[head] ?? { lossSum: 0, targets: 0 };
    return { lossSum: lossSum + (loss ?? 0) * targets, targets: counted + targets };
  });
}

function meanOf(sums: HeadSums[number] | undefined): number | null {
  return sums === undefined || sums.targets === 0 ? null : sums.lossSum / sums.targets;
}

/** ROC curves in parts that go into one event each, those of the first head before the others. */
function snapshotsByHead(snapshots: ValidationPoint['snapshots']): ValidationPoint['snapshots'][] {
  return [...Map.groupBy(snapshots, ({ head }) => head).values()];
}

/** Trains a run from the given state to its end, reporting every step; the engine already holds that state's parameters. */
export class TrainingLoop {
  readonly #engine: Engine;
  readonly #configuration: RunConfiguration;
  readonly #data: LoopData;
  readonly #output: LoopOutput;
  readonly #checkpointFolder: string;
  readonly #schedule: RunSchedule;
  #pace: EvaluationPaceState;
  readonly #batches: BatchSettings;
  readonly #state: LoopState;
  readonly #clock: RunClock;
  readonly #points: PointBuffer;
  readonly #rateOf: (step: number) => number;
  readonly #budget = new CheckpointBudget();
  #savedStep: number;
  #toldTimingMs = -Infinity;

  constructor(
    engine: Engine,
    configuration: RunConfiguration,
    data: LoopData,
    checkpointFolder: string,
    state: LoopState,
    output: LoopOutput,
  ) {
    this.#engine = engine;
    this.#configuration = configuration;
    this.#data = data;
    this.#output = output;
    this.#checkpointFolder = checkpointFolder;
    this.#pace = state.pace ?? freshPace(configuration.epochs);
    this.#schedule = {
      ...scheduleOf(configuration, data.train.ids.length),
      evaluateEveryEpochs: this.#pace.everyEpochs,
    };
    this.#batches = batchSettingsOf(configuration);
    this.#state = { ...state };
    this.#savedStep = state.step;
    const { totalSteps } = this.#schedule;
    this.#clock = new RunClock({ totalSteps, totalEpochs: configuration.epochs, earlierMs: state.elapsedMs });
    const optimiser = optimiserSettingsOf(configuration, totalSteps);
    this.#rateOf = (step) => learningRateAt(optimiser, step);
    this.#points = new PointBuffer((payload, at) => output.emit(payload, at));
  }

  /** Works until the last step, an early stop, or a request to stop; a checkpoint of the last step exists afterwards. */
  async run(): Promise<LoopEnd> {
    const { device, parameterCount } = this.#engine;
    this.#output.emit({ type: 'started', device: { ...device, parameterCount }, progress: this.#progress() });
    let order: number[][] = [];
    let orderEpoch = 0;
    // A run that was killed after it had stopped early, while it was measured, has nothing more to learn.
    let reason: LoopEnd['reason'] = this.#isPatienceOver() ? 'early-stopping' : 'completed';
    while (reason === 'completed' && this.#state.step < this.#schedule.totalSteps) {
      const step = this.#state.step + 1;
      const epoch = epochOf(this.#schedule, step);
      if (epoch !== orderEpoch) {
        order = await this.#clock.measure('data', () => epochOrder(this.#data.train.ids, this.#batches, epoch));
        orderEpoch = epoch;
      }
      const { gradientAccumulation } = this.#configuration;
      const first = ((step - 1) % this.#schedule.stepsPerEpoch) * gradientAccumulation;
      await this.#trainStep(step, epoch, order.slice(first, first + gradientAccumulation));
      if (await this.#afterStep(step)) {
        reason = 'early-stopping';
        break;
      }
      const request = this.#output.stopRequest();
      if (request !== STOP.none) {
        reason = request === STOP.cancel ? 'cancelled' : 'shutdown';
        break;
      }
    }
    this.#points.flush(this.#progress());
    this.#output.emit({ type: 'progress', progress: this.#progress() });
    if (this.#savedStep < this.#state.step) await this.#save(true);
    this.#tellTiming(0);
    const costly = costlyEvaluations(this.#clock.timing, this.#configuration);
    if (costly !== null) this.#log(costly);
    const { bestCheckpoint, step } = this.#state;
    return { reason, step, best: reason === 'early-stopping' ? bestCheckpoint : null };
  }

  async #trainStep(step: number, epoch: number, members: readonly number[][]): Promise<void> {
    const start = performance.now();
    const batches = await this.#clock.measure('data', () =>
      members.map((rows) => trainingBatch(this.#data.train, rows, this.#batches, epoch)),
    );
    const result = await this.#clock.measure('compute', () => this.#engine.step(batches, step));
    const tokensPerSecond = this.#clock.endStep(result.tokens, performance.now() - start, result.loadingMs);
    this.#state.step = step;
    this.#state.epochLossSum += result.loss * result.targets;
    this.#state.epochTargets += result.targets;
    if (result.auxiliary.length > 0) this.#state.epochHeads = withStep(this.#state.epochHeads ?? [], result.auxiliary);
    if (!isPointStep(this.#schedule, step)) return;
    const at = step / this.#schedule.stepsPerEpoch;
    this.#points.add(step, at, {
      ...(result.targets === 0 ? {} : { 'training/loss': result.loss }),
      ...this.#ofHeads('training/loss', (head) => result.auxiliary[head]?.loss ?? null),
      'training/gradient-norm': result.gradientNorm,
    });
    if (isRatePointStep(this.#schedule, this.#rateOf, step))
      this.#points.add(step, at, { 'training/learning-rate': result.learningRate });
    this.#points.addNewest(step, at, { 'training/tokens-per-second': tokensPerSecond });
  }

  /** Values of a series for each further head that has one. */
  #ofHeads(series: string, valueOf: (head: number) => number | null): Record<string, number> {
    const values = this.#data.train.auxiliary.map(({ head }, index) => [
      seriesOfHead(series, head.name),
      valueOf(index),
    ]);
    return Object.fromEntries(values.filter(([, value]) => value !== null)) as Record<string, number>;
  }

  /** Everything that is due after a step; true when early stopping ends the run. */
  async #afterStep(step: number): Promise<boolean> {
    if (endsEpoch(this.#schedule, step)) {
      const { epochHeads, epochLossSum, epochTargets } = this.#state;
      this.#points.add(step, step / this.#schedule.stepsPerEpoch, {
        ...(epochTargets === 0 ? {} : { 'training/epoch-loss': epochLossSum / epochTargets }),
        ...this.#ofHeads('training/epoch-loss', (head) => meanOf(epochHeads?.[head])),
      });
      this.#state.epochLossSum = 0;
      this.#state.epochTargets = 0;
      if (epochHeads !== undefined) this.#state.epochHeads = epochHeads.map(() => ({ lossSum: 0, targets: 0 }));
    }
    await this.#clock.measure('reporting', () => this.#points.flushWhenDue(() => this.#progress()));
    this.#tellTiming(TIMING_MS);
    const isEvaluated = isEvaluationStep(this.#schedule, step);
    const startMs = performance.now();
    const outcome = isEvaluated ? await this.#clock.measure('evaluation', () => this.#evaluate(step)) : 'worse';
    if (isEvaluated) this.#space(step, performance.now() - startMs);
    const isLast = step === this.#schedule.totalSteps || outcome === 'stop';
    const isOptional = isEvaluated && this.#budget.allows(this.#clock.processMs);
    // Early stopping needs the best parameters whatever writing them costs.
    const isBest = outcome === 'better' && this.#configuration.earlyStoppingPatience !== null;
    if (isLast || isBest || isOptional || isCheckpointStep(this.#schedule, step)) {
      await this.#clock.measure('reporting', () => this.#save(isLast, isBest));
    }
    return outcome === 'stop';
  }

  /** Spaces the evaluations to come by what one took; those that were asked for, or that early stopping decides by, stay as they are. */
  #space(step: number, evaluationMs: number): void {
    const { evaluateEverySteps, earlyStoppingPatience, epochs } = this.#configuration;
    if (evaluateEverySteps !== null || earlyStoppingPatience !== null || step === this.#schedule.totalSteps) return;
    const before = this.#pace;
    const { stepsMs, steps } = this.#clock.timing;
    const epochMs = (stepsMs / Math.max(1, steps)) * this.#schedule.stepsPerEpoch;
    this.#pace = paceAfter(before, { epochs, epochMs, evaluationMs });
    this.#state.pace = this.#pace;
    this.#schedule.evaluateEveryEpochs = this.#pace.everyEpochs;
    if (this.#pace.isSettled && !before.isSettled)
      this.#log(spacingSentence(this.#pace.everyEpochs, epochs, evaluationMs));
  }

  #log(message: { zh: string; en: string }): void {
    this.#output.emit({ type: 'log', level: 'info', message });
  }

  async #evaluate(step: number): Promise<'better' | 'worse' | 'stop'> {
    const { tokenizer } = this.#data;
    const point = await this.#validationPoint(step);
    this.#points.add(step, step / this.#schedule.stepsPerEpoch, point.values);
    this.#points.flush(this.#progress());
    for (const snapshots of snapshotsByHead(point.snapshots)) this.#output.emit({ type: 'roc', snapshots });
    const { samplePrompts, maxTokens } = this.#configuration;
    const prompts = this.#data.head === null ? samplePrompts : [];
    const samples = await generateSamples(this.#engine, tokenizer, prompts, maxTokens, step);
    if (samples.length > 0) this.#output.emit({ type: 'sample', samples });
    return this.#judge(point.loss);
  }

  #validationPoint(step: number): Promise<ValidationPoint> {
    const { validation, tokenizer, head } = this.#data;
    const { ids, labels, auxiliary } = validation;
    if (head === null || labels === null) return validate(this.#engine, ids, this.#batches, tokenizer.size, step);
    return validateLabelled(this.#engine, head, { ids, labels, auxiliary }, this.#configuration.seed, step);
  }

  #judge(loss: number): 'better' | 'worse' | 'stop' {
    if (this.#state.bestLoss === null || loss < this.#state.bestLoss) {
      this.#state.bestLoss = loss;
      this.#state.evaluationsWithoutBetter = 0;
      return 'better';
    }
    this.#state.evaluationsWithoutBetter++;
    return this.#isPatienceOver() ? 'stop' : 'worse';
  }

  #isPatienceOver(): boolean {
    const { earlyStoppingPatience: patience } = this.#configuration;
    return patience !== null && this.#state.evaluationsWithoutBetter >= patience;
  }

  async #save(isLast: boolean, isBest = false): Promise<void> {
    const start = performance.now();
    const { step } = this.#state;
    this.#points.flush(this.#progress());
    // A checkpoint must never be ahead of the points on disk: they would be missing after a crash.
    await this.#output.sync();
    this.#state.elapsedMs = this.#clock.elapsedMs;
    // The best checkpoint must know that it is: a run may go on from it.
    if (isBest) this.#state.bestCheckpoint = { step, path: checkpointPath(this.#checkpointFolder, step) };
    const file = await this.#engine.saveCheckpoint(this.#checkpointFolder, this.#state);
    const keep = this.#state.bestCheckpoint === null ? [] : [this.#state.bestCheckpoint.path];
    await this.#output.checkpoint(file, step, isLast, keep);
    this.#savedStep = step;
    this.#budget.spend(performance.now() - start);
  }

  #tellTiming(everyMs: number): void {
    const now = performance.now();
    if (now - this.#toldTimingMs < everyMs) return;
    this.#toldTimingMs = now;
    this.#output.timing(this.#clock.timing);
  }

  #progress() {
    const { step } = this.#state;
    return this.#clock.progress(step, epochOf(this.#schedule, step));
  }
}
