/** More requests wait than the service will ever answer in time. */
export class QueueFullError extends Error {
  override readonly name = 'QueueFullError';
}

/** Runs tasks one after the other, in the order of their arrival; a task whose signal ends while it waits never starts. */
export class GenerationQueue {
  readonly #longest: number;
  #waiting = 0;
  #tail: Promise<unknown> = Promise.resolve();

  constructor(longest: number) {
    this.#longest = longest;
  }

  /** Runs a task when its turn comes; throws `QueueFullError` at once when too many wait, and the signal's reason when it ended. */
  async run<Result>(signal: AbortSignal, task: () => Promise<Result>): Promise<Result> {
    if (this.#waiting >= this.#longest) throw new QueueFullError(`${this.#waiting} requests are waiting.`);
    this.#waiting++;
    const turn = this.#tail.then(async () => {
      this.#waiting--;
      signal.throwIfAborted();
      return task();
    });
    this.#tail = turn.catch(() => undefined);
    return turn;
  }
}
