import { readFileSync, writeFileSync } from 'node:fs';

const STATUS = '/proc/self/status';
/** Writing 5 there lets the peak begin anew (proc_pid_clear_refs(5)). */
const CLEAR = '/proc/self/clear_refs';
const KIBIBYTE = 1024;

/** The largest resident size of this process since a moment: kept by Linux, elsewhere the largest of what was looked at. */
export class PeakMemory {
  readonly #isKept: boolean;
  #largest = 0;

  constructor() {
    this.#isKept = PeakMemory.#clear();
    this.look();
  }

  static #clear(): boolean {
    try {
      writeFileSync(CLEAR, '5');
      return true;
    } catch {
      return false;
    }
  }

  /** Takes note of the present size. */
  look(): void {
    this.#largest = Math.max(this.#largest, process.memoryUsage.rss());
  }

  /** Bytes. */
  get bytes(): number {
    this.look();
    if (!this.#isKept) return this.#largest;
    const kept = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(STATUS, 'utf8'))?.[1];
    return Math.max(this.#largest, kept === undefined ? 0 : Number(kept) * KIBIBYTE);
  }
}
