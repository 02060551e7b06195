import type { RunProgress } from '@greenlight/shared/stages/training/contract.ts';
import { PaceWindows } from './pace-windows.ts';
import type { RunTiming } from './run-meter.ts';

/** What a run's time goes into; evaluation covers evaluation points with their samples, reporting covers checkpoints and events. */
export type TimeShare = 'compute' | 'data' | 'evaluation' | 'reporting';

/** How far the totals of a run reach; times count this process and the ones before it. */
export interface RunExtent {
  totalSteps: number;
  totalEpochs: number;
  /** Time that earlier processes spent on the run, in milliseconds. */
  earlierMs: number;
}

/** How quickly the shown speed follows the measured one: each step counts one tenth. */
const SMOOTHING = 0.1;

/** Measures where a run's time goes and how much is left. */
export class RunClock {
  readonly #extent: RunExtent;
  readonly #now: () => number;
  #startMs: number;
  readonly #spentMs: Record<TimeShare, number> = { compute: 0, data: 0, evaluation: 0, reporting: 0 };
  #steps = 0;
  #tokens = 0;
  #loadingMs = 0;
  #evaluations = 0;
  #tokensPerSecond: number | null = null;
  readonly #pace = new PaceWindows();
  #lastStepMs = 0;
  #trainedMs: number | null = null;

  constructor(extent: RunExtent, now: () => number = () => performance.now()) {
    this.#extent = extent;
    this.#now = now;
    this.#startMs = now();
  }

  /** Milliseconds since the run's first step, without the time in which no worker had it. */
  get elapsedMs(): number {
    return this.#extent.earlierMs + this.#now() - this.#startMs;
  }

  /** Milliseconds that this process has trained the run. */
  get trainingMs(): number {
    return this.#trainedMs ?? this.#now() - this.#startMs;
  }

  /** The first step begins now: what was prepared before it belongs to no share of the training. */
  beginTraining(): void {
    this.#startMs = this.#now();
  }

  /** The last step is done: what follows belongs to no share of the training. */
  endTraining(): void {
    this.#trainedMs = this.trainingMs;
  }

  /** Runs work and counts its time. */
  async measure<Result>(share: TimeShare, work: () => Promise<Result> | Result): Promise<Result> {
    const start = this.#now();
    if (share === 'evaluation') this.#evaluations++;
    try {
      return await work();
    } finally {
      this.#spentMs[share] += this.#now() - start;
    }
  }

  /**
   * Counts a step of so many target tokens that took so long from its batch to its update, `loadingMs` of it for graphs that it was the
   * first to need; returns its tokens per second.
   */
  endStep(tokens: number, durationMs: number, loadingMs: number): number {
    const speed = (tokens / Math.max(durationMs, 0.001)) * 1000;
    this.#steps++;
    this.#tokens += tokens;
    this.#loadingMs += loadingMs;
    // The first step also prepares the model and would spoil the estimate.
    if (this.#steps > 1) this.#pace.add(this.#now() - this.#lastStepMs);
    this.#lastStepMs = this.#now();
    this.#tokensPerSecond =
      this.#steps <= 2 || this.#tokensPerSecond === null
        ? speed
        : (1 - SMOOTHING) * this.#tokensPerSecond + SMOOTHING * speed;
    return speed;
  }

  /** What this process has spent on the run. */
  get timing(): RunTiming {
    const { compute, data, evaluation, reporting } = this.#spentMs;
    return {
      recordingMs: this.#loadingMs,
      stepsMs: Math.max(0, compute + data - this.#loadingMs),
      steps: this.#steps,
      tokens: this.#tokens,
      evaluationMs: evaluation,
      evaluations: this.#evaluations,
      reportingMs: reporting,
    };
  }

  /** Progress as the contract has it, after so many steps. */
  progress(step: number, epoch: number): RunProgress {
    const now = this.#now();
    const sinceStartMs = now - this.#startMs;
    const remaining = this.#pace.remaining(this.#extent.totalSteps - step);
    const { trainingMs } = this;
    const share = (name: TimeShare) => (trainingMs > 0 ? Math.min(1, this.#spentMs[name] / trainingMs) : 0);
    return {
      step,
      totalSteps: this.#extent.totalSteps,
      epoch,
      totalEpochs: this.#extent.totalEpochs,
      elapsedMs: this.#extent.earlierMs + sinceStartMs,
      remainingMs: remaining?.ms ?? null,
      remainingRange: remaining?.range ?? null,
      tokensPerSecond: this.#tokensPerSecond,
      share: {
        compute: share('compute'),
        data: share('data'),
        evaluation: share('evaluation'),
        reporting: share('reporting'),
      },
    };
  }
}
