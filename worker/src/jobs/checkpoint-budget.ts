import { CHECKPOINT_SHARE } from '@greenlight/shared/stages/training/plan/other-time.ts';

/** Decides whether a checkpoint at an evaluation point is worth its time: at most 0.5 % of the training's. */
export class CheckpointBudget {
  #spentMs = 0;
  #longestMs: number | null = null;
  readonly #firstMs: number;

  /** `firstMs` is what writing one is expected to take until one was written. */
  constructor(firstMs: number) {
    this.#firstMs = firstMs;
  }

  /** Notes how long writing one took. */
  spend(durationMs: number): void {
    this.#spentMs += durationMs;
    this.#longestMs = Math.max(this.#longestMs ?? 0, durationMs);
  }

  /** Whether one more fits, when the process has trained for so long and will have trained for `totalMs`: the first may use what is to come. */
  allows(elapsedMs: number, totalMs: number): boolean {
    if (this.#longestMs === null) return this.#firstMs <= CHECKPOINT_SHARE * totalMs;
    return this.#spentMs + this.#longestMs <= CHECKPOINT_SHARE * elapsedMs;
  }
}
