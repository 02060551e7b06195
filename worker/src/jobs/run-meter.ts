import type { RunUsage } from '@greenlight/shared/stages/training/plan/usage.ts';
import { EnergyMeter } from '../report/energy-meter.ts';
import { PeakMemory } from '../report/peak-memory.ts';
import type { DeviceReport } from '../runtime/device.ts';

/** What the training thread tells of its time. */
export type RunTiming = Pick<
  RunUsage,
  'recordingMs' | 'stepsMs' | 'steps' | 'tokens' | 'evaluationMs' | 'evaluations' | 'reportingMs'
>;

const NO_TIME: RunTiming = {
  recordingMs: 0,
  stepsMs: 0,
  steps: 0,
  tokens: 0,
  evaluationMs: 0,
  evaluations: 0,
  reportingMs: 0,
};

const SAMPLE_MS = 500;
/** Energy is read, and usage reported, this often while a run goes on. */
const REPORT_MS = 5000;

/** Measures what the work on one run takes, from its claim to its end. */
export class RunMeter {
  readonly #startMs = performance.now();
  readonly #startCpu = process.cpuUsage();
  readonly #memory = new PeakMemory();
  readonly #energy: Promise<EnergyMeter>;
  readonly #onReport: (usage: RunUsage) => void;
  readonly #timers: NodeJS.Timeout[];
  #device: DeviceReport['device'] = 'cpu';
  #timing = NO_TIME;
  #preparationMs = 0;
  #evaluatingSinceMs: number | null = null;
  #finalEvaluationMs = 0;
  #isStopped = false;

  /** Begins; `onReport` is told every few seconds what was used so far. */
  constructor(onReport: (usage: RunUsage) => void, mayUseCard: boolean) {
    this.#onReport = onReport;
    this.#energy = EnergyMeter.start(mayUseCard);
    this.#timers = [
      setInterval(() => this.#memory.look(), SAMPLE_MS),
      setInterval(() => void this.report(), REPORT_MS),
    ];
    for (const timer of this.#timers) timer.unref();
  }

  /** The first step can begin, on this device. */
  started(device: DeviceReport['device']): void {
    this.#device = device;
    this.#preparationMs = performance.now() - this.#startMs;
  }

  /** The thread's own account of its time so far. */
  timed(timing: RunTiming): void {
    this.#timing = timing;
  }

  /** The last step is done: what follows is its evaluation point, its checkpoint and the evaluation of held-out items. */
  evaluating(): void {
    this.#evaluatingSinceMs = performance.now();
  }

  /** All of that is done. */
  evaluated(): void {
    this.#finalEvaluationMs = this.finalEvaluationMs;
    this.#evaluatingSinceMs = null;
  }

  /** Milliseconds since the last step, until its evaluation was done. */
  get finalEvaluationMs(): number {
    const sinceMs = this.#evaluatingSinceMs;
    return sinceMs === null ? this.#finalEvaluationMs : performance.now() - sinceMs;
  }

  /** Milliseconds since the run was taken. */
  get wallMs(): number {
    return performance.now() - this.#startMs;
  }

  /** Tells what was used so far; nothing before there was a first step. */
  async report(): Promise<void> {
    const energy = await this.#energy;
    await energy.sample();
    if (this.#preparationMs === 0 || this.#isStopped) return;
    const { user, system } = process.cpuUsage(this.#startCpu);
    this.#onReport({
      wallMs: this.wallMs,
      preparationMs: this.#preparationMs,
      ...this.#timing,
      finalEvaluationMs: this.finalEvaluationMs,
      peakMemoryBytes: this.#memory.bytes,
      cpuMs: (user + system) / 1000,
      measuredKilowattHours: energy.kilowattHours(this.#device),
    });
  }

  /** Ends the measuring: nothing is told any more. */
  stop(): void {
    this.#isStopped = true;
    for (const timer of this.#timers) clearInterval(timer);
  }
}
