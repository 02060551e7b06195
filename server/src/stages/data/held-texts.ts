import { hashOfText, hashText } from '@greenlight/shared/stages/data/preparation/hashing.ts';

/**
 * The texts of a held-out split by their hashes of 64 bits, as the leakage check of splits knows them, and which of them were met since: 24 to 48 bytes a
 * text. Equal texts always meet; among ten million different ones any two do with odds of one in several hundred thousand.
 */
export class HeldTexts {
  #high: Uint32Array;
  #low: Uint32Array;
  /** How often a text is held; 0 for a free slot, negative once it was met. */
  #times: Int32Array;
  #different = 0;
  #met = 0;
  #unmet = 0;

  /** With room for the expected texts: more are taken in as well, but making room holds the process up. */
  constructor(expected: number) {
    const slots = 2 ** Math.ceil(Math.log2(2 * Math.max(expected, 8)));
    this.#high = new Uint32Array(slots);
    this.#low = new Uint32Array(slots);
    this.#times = new Int32Array(slots);
  }

  /** How many of the texts that were added were met. */
  get met(): number {
    return this.#met;
  }

  /** Whether some were not met yet. */
  get hasUnmet(): boolean {
    return this.#unmet > 0;
  }

  /** Adds a text; all are added before the first one is met. */
  add(text: string): void {
    if (this.#different * 2 >= this.#times.length) this.#grow();
    hashText(text);
    this.#put(hashOfText.high, hashOfText.low, 1);
    this.#unmet++;
  }

  /** Takes note of a text that was learned from. */
  meet(text: string): void {
    hashText(text);
    const slot = this.#slotOf(hashOfText.high, hashOfText.low);
    const times = this.#times[slot] ?? 0;
    if (times <= 0) return;
    this.#times[slot] = -times;
    this.#met += times;
    this.#unmet -= times;
  }

  #put(high: number, low: number, times: number): void {
    const slot = this.#slotOf(high, low);
    const before = this.#times[slot] ?? 0;
    if (before === 0) this.#different++;
    this.#high[slot] = high;
    this.#low[slot] = low;
    this.#times[slot] = before + times;
  }

  /** Where a text stands, or the free slot where it would. */
  #slotOf(high: number, low: number): number {
    const mask = this.#times.length - 1;
    let slot = low & mask;
    while (this.#times[slot] !== 0 && (this.#low[slot] !== low || this.#high[slot] !== high)) slot = (slot + 1) & mask;
    return slot;
  }

  #grow(): void {
    const [high, low, times] = [this.#high, this.#low, this.#times];
    this.#high = new Uint32Array(2 * times.length);
    this.#low = new Uint32Array(2 * times.length);
    this.#times = new Int32Array(2 * times.length);
    this.#different = 0;
    for (const [slot, count] of times.entries()) if (count !== 0) this.#put(high[slot] ?? 0, low[slot] ?? 0, count);
  }
}
