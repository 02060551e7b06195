const WINDOW_MS = 15_000;
const SHORTEST_MS = 1_000;

/** How fast bytes go, over the last 15 seconds. */
export class TransferRate {
  readonly #marks: { readonly at: number; readonly bytes: number }[] = [];

  /** Forgets what was before a pause: a pause says nothing about the line. */
  restart(): void {
    this.#marks.length = 0;
  }

  /** Notes that `bytes` had gone at the moment `at`, in milliseconds. */
  mark(at: number, bytes: number): void {
    this.#marks.push({ at, bytes });
    while (this.#marks.length > 2 && at - this.#marks[1]!.at >= WINDOW_MS) this.#marks.shift();
  }

  /** Bytes per second; null until a second was watched. */
  bytesPerSecond(): number | null {
    const first = this.#marks[0];
    const last = this.#marks.at(-1);
    if (first === undefined || last === undefined || last.at - first.at < SHORTEST_MS) return null;
    return Math.max(0, ((last.bytes - first.bytes) * 1000) / (last.at - first.at));
  }
}
