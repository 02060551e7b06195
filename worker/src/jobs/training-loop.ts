import type { RunConfiguration } from '@greenlight/shared/stages/training/configuration.ts';
import { seriesOfHead } from '@greenlight/shared/stages/training/heads.ts';
import { writtenTokens } from '@greenlight/shared/stages/training/plan/evaluation-time.ts';
import {
  pointsBeforeTheLast,
  type EvaluationSchedule,
} from '@greenlight/shared/stages/training/plan/evaluation-schedule.ts';
import { scheduleSentence } from '@greenlight/shared/stages/training/plan/evaluation-words.ts';
import { checkpointMs } from '@greenlight/shared/stages/training/plan/other-time.ts';
import type { RunEventPayload } from '@greenlight/shared/worker-protocol/events.ts';
import { batchesPerEpoch, epochOrder, trainingBatch, type BatchSettings, type Examples } from '../data/batches.ts';
import type { Tokenizer } from '@greenlight/shared/tokenizers/tokenizer.ts';
import { validateLabelled } from '../evaluation/evaluate-labelled.ts';
import { generateSamples } from '../evaluation/generate-samples.ts';
import { validate, type ValidationPoint } from '../evaluation/validate.ts';
import type { Head } from '../model/settings.ts';
import { checkpointPath } from '../training/checkpoint.ts';
import type { Engine } from '../training/engine.ts';
import { isDivergence } from '../training/errors.ts';
import { learningRateAt } from '../training/schedule.ts';
import { optimiserSettingsOf } from './engine-options.ts';
import { costlyEvaluations } from './evaluation-sentences.ts';
import { CheckpointBudget } from './checkpoint-budget.ts';
import { meanOf, withStep } from './head-sums.ts';
import type { LoopState } from './loop-state.ts';
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
import { evaluationsOf, longestOf, snapshotsByHead } from './run-evaluations.ts';
import type { RunTiming } from './run-meter.ts';
import { STOP, type WrittenFile } from './thread-protocol.ts';

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
  /** A checkpoint was written; later ones must not push `best` out, the one that early stopping may end with. */
  checkpoint(file: WrittenFile, step: number, isLast: boolean, best: LoopState['bestCheckpoint']): Promise<void>;
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

/** Whether a loop ended because there is nothing more to learn. */
function isTrained(reason: LoopEnd['reason']): boolean {
  return reason === 'completed' || reason === 'early-stopping';
}

/** How much longer the first checkpoint takes than others, in milliseconds. */
const FIRST_CHECKPOINT_MS = 40;

/** What the work takes is told this often, in milliseconds. */
const TIMING_MS = 1000;

/** How batches are made for a configuration. */
export function batchSettingsOf({ task, batchSize, seed }: RunConfiguration): BatchSettings {
  return { task, batchSize, seed };
}

/** The steps of a run over so many training items. */
export function stepsOf(
  { epochs, batchSize, gradientAccumulation }: RunConfiguration,
  itemCount: number,
): Pick<RunSchedule, 'stepsPerEpoch' | 'totalSteps'> {
  const stepsPerEpoch = Math.ceil(batchesPerEpoch(itemCount, batchSize) / gradientAccumulation);
  return { stepsPerEpoch, totalSteps: epochs * stepsPerEpoch };
}

/** Trains a run from the given state to its end, reporting every step; the engine already holds that state's parameters. */
export class TrainingLoop {
  readonly #engine: Engine;
  readonly #configuration: RunConfiguration;
  readonly #data: LoopData;
  readonly #output: LoopOutput;
  readonly #checkpointFolder: string;
  readonly #schedule: RunSchedule;
  readonly #evaluations: EvaluationSchedule;
  readonly #batches: BatchSettings;
  readonly #state: LoopState;
  readonly #clock: RunClock;
  readonly #points: PointBuffer;
  readonly #rateOf: (step: number) => number;
  readonly #budget: CheckpointBudget;
  #savedStep: number;
  /** The newest checkpoint until its model has answered with numbers: one that has diverged must not take a good one's place. */
  #unproven: { file: WrittenFile; step: number } | null = null;
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
    const { epochs, evaluateEverySteps, checkpointEverySteps } = configuration;
    const steps = stepsOf(configuration, data.train.ids.length);
    this.#evaluations = state.evaluations ?? evaluationsOf(configuration, data, engine, steps.totalSteps);
    const evaluateEveryEpochs = this.#evaluations.everyEpochs;
    this.#schedule = { epochs, ...steps, evaluateEverySteps, evaluateEveryEpochs, checkpointEverySteps };
    this.#budget = new CheckpointBudget(FIRST_CHECKPOINT_MS + checkpointMs(configuration, engine.parameterCount));
    this.#batches = batchSettingsOf(configuration);
    this.#state = { ...state, evaluations: this.#evaluations };
    this.#savedStep = state.step;
    const { totalSteps } = this.#schedule;
    this.#clock = new RunClock({ totalSteps, totalEpochs: configuration.epochs, earlierMs: state.elapsedMs });
    const optimiser = optimiserSettingsOf(configuration, totalSteps);
    this.#rateOf = (step) => learningRateAt(optimiser, step);
    this.#points = new PointBuffer((payload, at) => output.emit(payload, at));
  }

  /** Works until the last step, an early stop, or a request to stop; a checkpoint of the last step exists afterwards, unless its model has diverged. */
  async run(): Promise<LoopEnd> {
    try {
      return await this.#work();
    } catch (error) {
      // The last points before a loss went to infinity are those that show why.
      if (isDivergence(error)) {
        this.#points.flush(this.#progress());
        this.#tellTiming(0);
      }
      throw error;
    }
  }

  async #work(): Promise<LoopEnd> {
    const { device, parameterCount } = this.#engine;
    const isFirstPointDue =
      this.#state.step === 0 &&
      pointsBeforeTheLast(this.#configuration, this.#schedule.totalSteps, this.#evaluations.everyEpochs) > 0;
    // The untrained model begins the curve; the graphs of all evaluation points are ready then, and one that fails does so at once.
    const untrained = isFirstPointDue ? await this.#validationPoint(0) : null;
    if (untrained !== null && this.#evaluations.samplesEvery > 0) await this.#writeSamples(0);
    this.#clock.beginTraining();
    const evaluations = { ...this.#evaluations, validationItems: this.#data.validation.ids.length };
    const progress = this.#progress();
    this.#output.emit({ type: 'started', device: { ...device, parameterCount }, progress, evaluations });
    if (this.#state.step === 0) this.#log(scheduleSentence(evaluations, this.#configuration));
    if (untrained !== null) this.#report(0, untrained);
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
      // After the last step its evaluation point belongs to the checkpoint.
      if (request !== STOP.none && step < this.#schedule.totalSteps) {
        reason = request === STOP.cancel ? 'cancelled' : 'shutdown';
        break;
      }
    }
    this.#points.flush(this.#progress());
    this.#clock.endTraining();
    this.#output.emit({ type: 'progress', progress: this.#progress() });
    this.#tellTiming(0);
    const costly = costlyEvaluations(this.#clock.timing, this.#configuration);
    if (costly !== null) this.#log(costly);
    if (isTrained(reason)) {
      this.#output.emit({ type: 'evaluating' });
      // What follows works in memory of its own: without this it would come on top of the training's.
      await this.#engine.endTraining();
    }
    // A run that goes on after its last step has its evaluation point already.
    if (this.#savedStep < this.#state.step) {
      const outcome = reason === 'completed' ? await this.#evaluate(this.#state.step) : 'worse';
      if (outcome === 'stop') reason = 'early-stopping';
      if (isTrained(reason)) await this.#writeSamples(this.#state.step);
      await this.#save(outcome === 'better' && this.#configuration.earlyStoppingPatience !== null);
    }
    if (isTrained(reason) || (await this.#isSound())) await this.#keep(true);
    const request = this.#output.stopRequest();
    if (isTrained(reason) && request !== STOP.none) reason = request === STOP.cancel ? 'cancelled' : 'shutdown';
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
    if (this.#unproven !== null) await this.#clock.measure('reporting', () => this.#keep(false));
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
    const outcome = isEvaluated ? await this.#clock.measure('evaluation', () => this.#pointAt(step)) : 'worse';
    if (outcome === 'stop') return true;
    const isOptional = isEvaluated && this.#budget.allows(this.#clock.trainingMs, this.#expectedMs());
    // Early stopping needs the best parameters whatever writing them costs.
    const isBest = outcome === 'better' && this.#configuration.earlyStoppingPatience !== null;
    if (isBest || isOptional || isCheckpointStep(this.#schedule, step)) {
      await this.#clock.measure('reporting', () => this.#save(isBest));
      if (isEvaluated) await this.#clock.measure('reporting', () => this.#keep(false));
    }
    return false;
  }

  /** Milliseconds that this process will have trained at the last step. */
  #expectedMs(): number {
    return this.#clock.trainingMs + (this.#progress().remainingMs ?? 0);
  }

  #log(message: { zh: string; en: string }): void {
    this.#output.emit({ type: 'log', level: 'info', message });
  }

  async #pointAt(step: number): Promise<'better' | 'worse' | 'stop'> {
    const outcome = await this.#evaluate(step);
    if (outcome !== 'stop' && this.#hasSamples(step)) await this.#writeSamples(step);
    return outcome;
  }

  async #evaluate(step: number): Promise<'better' | 'worse' | 'stop'> {
    const point = await this.#validationPoint(step);
    this.#report(step, point);
    return this.#judge(point.loss);
  }

  #report(step: number, { values, snapshots }: ValidationPoint): void {
    this.#points.add(step, step / this.#schedule.stepsPerEpoch, values);
    this.#points.flush(this.#progress());
    for (const part of snapshotsByHead(snapshots)) this.#output.emit({ type: 'roc', snapshots: part });
  }

  async #writeSamples(step: number): Promise<void> {
    const { tokenizer, head, train } = this.#data;
    const { samplePrompts, maxTokens } = this.#configuration;
    if (head !== null || samplePrompts.length === 0) return;
    const most = writtenTokens(longestOf(train.ids), maxTokens);
    const samples = await generateSamples(this.#engine, tokenizer, samplePrompts, most, step);
    this.#output.emit({ type: 'sample', samples });
  }

  /** Whether the evaluation point after a step is one of those that write texts for the sample prompts. */
  #hasSamples(step: number): boolean {
    const { samplesEvery, everyEpochs } = this.#evaluations;
    const { evaluateEverySteps, stepsPerEpoch } = this.#schedule;
    const point = step / (evaluateEverySteps ?? everyEpochs * stepsPerEpoch);
    return samplesEvery > 0 && point % samplesEvery === 0;
  }

  #validationPoint(step: number): Promise<ValidationPoint> {
    const { validation, tokenizer, head } = this.#data;
    const { ids, labels, auxiliary } = validation;
    const { items: most } = this.#evaluations;
    if (head === null || labels === null) return validate(this.#engine, ids, this.#batches, tokenizer.size, step, most);
    return validateLabelled(this.#engine, head, { ids, labels, auxiliary }, this.#configuration.seed, step, most);
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

  /** Writes a checkpoint, which counts once it is kept. */
  async #save(isBest: boolean): Promise<void> {
    const start = performance.now();
    const { step } = this.#state;
    this.#points.flush(this.#progress());
    // A checkpoint must never be ahead of the points on disk: they would be missing after a crash.
    await this.#output.sync();
    this.#state.elapsedMs = this.#clock.elapsedMs;
    // The best checkpoint must know that it is: a run may go on from it.
    if (isBest) this.#state.bestCheckpoint = { step, path: checkpointPath(this.#checkpointFolder, step) };
    this.#unproven = { file: await this.#engine.saveCheckpoint(this.#checkpointFolder, this.#state), step };
    this.#savedStep = step;
    this.#budget.spend(performance.now() - start);
  }

  /** Lets the newest checkpoint count. */
  async #keep(isLast: boolean): Promise<void> {
    if (this.#unproven === null) return;
    const start = performance.now();
    const { file, step } = this.#unproven;
    this.#unproven = null;
    await this.#output.checkpoint(file, step, isLast, this.#state.bestCheckpoint);
    this.#budget.spend(performance.now() - start);
  }

  /** Whether the newest checkpoint's model still answers an item with numbers. */
  async #isSound(): Promise<boolean> {
    if (this.#unproven === null) return true;
    try {
      await this.#engine.forward(trainingBatch(this.#data.train, [0], this.#batches, 1));
      return true;
    } catch (error) {
      if (isDivergence(error)) return false;
      throw error;
    }
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
