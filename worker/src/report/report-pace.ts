import type { RunEventPayload } from '@greenlight/shared/worker-protocol/events.ts';

/** Shortest and longest time between two reports of points. */
const SHORTEST_MS = 100;
const LONGEST_MS = 2000;

/** A report may take one part in so many of the time: the processor that server and database use for it is missing in training. */
const PARTS = 50;

/** Of so many reports the quickest says what one costs: the first of a run, and one that waited for the processor, take longer. */
const REMEMBERED = 3;

/** Kinds of events of which there are many, and of which each alone is no news. */
const FREQUENT: ReadonlySet<RunEventPayload['type']> = new Set(['metrics', 'progress', 'usage']);

/**
 * Says how long points are gathered before they are reported, so that reporting costs training at most a fiftieth of its time. The time
 * between reports at most doubles from one to the next: a short run is watched closely, and a long one soon finds its pace.
 */
export class ReportPace {
  #windowMs = SHORTEST_MS;
  readonly #durationsMs: number[] = [];

  /** Time from the last report to one that holds an event of this kind, in milliseconds. */
  windowMs(type: RunEventPayload['type']): number {
    return FREQUENT.has(type) ? this.#windowMs : SHORTEST_MS;
  }

  /** Notes how long a report took from its sending to the server's answer. */
  took(durationMs: number): void {
    this.#durationsMs.push(durationMs);
    if (this.#durationsMs.length > REMEMBERED) this.#durationsMs.shift();
    const wantedMs = PARTS * Math.min(...this.#durationsMs);
    this.#windowMs = Math.max(SHORTEST_MS, Math.min(LONGEST_MS, 2 * this.#windowMs, wantedMs));
  }
}
