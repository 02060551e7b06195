import type { RunProgress } from '@greenlight/shared/stages/training/contract.ts';
import type { MetricPoint, RunEventPayload } from '@greenlight/shared/worker-protocol/events.ts';

const WINDOW_MS = 200;
const MAX_POINTS_PER_EVENT = 500;

function pointsOf(step: number, epoch: number, values: Readonly<Record<string, number | null>>): MetricPoint[] {
  const at = new Date().toISOString();
  return Object.entries(values).map(([name, value]) => ({
    ...{ name, step, epoch, at },
    value: value !== null && Number.isFinite(value) ? value : null,
  }));
}

/** Groups the points of quick steps into one event, so that reporting costs little however short a step is. */
export class PointBuffer {
  readonly #emit: (payload: RunEventPayload, at: string) => void;
  readonly #now: () => number;
  #points: MetricPoint[] = [];
  #newest: MetricPoint[] = [];
  #lastFlushMs = -Infinity;

  constructor(emit: (payload: RunEventPayload, at: string) => void, now: () => number = () => performance.now()) {
    this.#emit = emit;
    this.#now = now;
  }

  /** Takes the values of a step; a value that is not finite travels as null. */
  add(step: number, epoch: number, values: Readonly<Record<string, number | null>>): void {
    this.#points.push(...pointsOf(step, epoch, values));
  }

  /** Takes values that only describe the moment: of those that one event would carry, only the newest travels. */
  addNewest(step: number, epoch: number, values: Readonly<Record<string, number | null>>): void {
    this.#newest = pointsOf(step, epoch, values);
  }

  /** Hands on what was taken when the window is over; `progress` is only asked for then. */
  flushWhenDue(progress: () => RunProgress): void {
    if (this.#now() - this.#lastFlushMs >= WINDOW_MS) this.flush(progress());
  }

  /** Hands on what was taken. */
  flush(progress: RunProgress): void {
    this.#lastFlushMs = this.#now();
    const points = [...this.#points, ...this.#newest];
    this.#points = [];
    this.#newest = [];
    for (let first = 0; first < points.length; first += MAX_POINTS_PER_EVENT) {
      const part = points.slice(first, first + MAX_POINTS_PER_EVENT);
      this.#emit({ type: 'metrics', points: part, progress }, part.at(-1)?.at ?? new Date().toISOString());
    }
  }
}
