/** Largest share of a run's time that checkpoints nobody asked for may take: with evaluation points, a little less than two percent. */
const SHARE = 0.006;

/** Decides whether a checkpoint at an evaluation point is worth its time: the first always, then at most 0.6 % of the time. */
export class CheckpointBudget {
  #spentMs = 0;
  #longestMs: number | null = null;

  /** Notes how long writing one took. */
  spend(durationMs: number): void {
    this.#spentMs += durationMs;
    this.#longestMs = Math.max(this.#longestMs ?? 0, durationMs);
  }

  /** Whether one more fits, when the process has worked on the run for so long. */
  allows(elapsedMs: number): boolean {
    return this.#longestMs === null || this.#spentMs + this.#longestMs <= SHARE * elapsedMs;
  }
}
