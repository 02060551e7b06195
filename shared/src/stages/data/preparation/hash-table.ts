/**
 * A map from 64-bit hashes to 32-bit numbers in typed arrays with open addressing: 12 bytes a slot, at most half of them
 * taken, so 24 to 48 bytes an entry.
 */
export class HashTable {
  #high: Uint32Array<ArrayBuffer>;
  #low: Uint32Array<ArrayBuffer>;
  /** Value + 1; 0 says that the slot is free. */
  #value: Uint32Array<ArrayBuffer>;
  #size = 0;

  constructor(expected = 512) {
    const slots = 2 ** Math.ceil(Math.log2(Math.max(16, expected * 2)));
    this.#high = new Uint32Array(slots);
    this.#low = new Uint32Array(slots);
    this.#value = new Uint32Array(slots);
  }

  get size(): number {
    return this.#size;
  }

  /** The value of a hash; -1 where it has none. */
  get(high: number, low: number): number {
    return this.#value[this.#slotOf(high, low)]! - 1;
  }

  /** Gives a hash a value below 2³² − 1. */
  set(high: number, low: number, value: number): void {
    const slot = this.#slotOf(high, low);
    if (this.#value[slot] === 0) this.#size++;
    this.#high[slot] = high;
    this.#low[slot] = low;
    this.#value[slot] = value + 1;
    if (this.#size * 2 > this.#value.length) this.#grow();
  }

  /** Calls `visit` with each hash and its value, in no order that means anything. */
  forEach(visit: (high: number, low: number, value: number) => void): void {
    for (let slot = 0; slot < this.#value.length; slot++) {
      if (this.#value[slot] !== 0) visit(this.#high[slot]!, this.#low[slot]!, this.#value[slot]! - 1);
    }
  }

  #slotOf(high: number, low: number): number {
    const mask = this.#value.length - 1;
    let slot = low & mask;
    while (this.#value[slot] !== 0 && (this.#high[slot] !== high || this.#low[slot] !== low)) slot = (slot + 1) & mask;
    return slot;
  }

  #grow(): void {
    const [high, low, value] = [this.#high, this.#low, this.#value];
    this.#high = new Uint32Array(high.length * 2);
    this.#low = new Uint32Array(high.length * 2);
    this.#value = new Uint32Array(high.length * 2);
    for (let slot = 0; slot < value.length; slot++) {
      if (value[slot] === 0) continue;
      const place = this.#slotOf(high[slot]!, low[slot]!);
      this.#high[place] = high[slot]!;
      this.#low[place] = low[slot]!;
      this.#value[place] = value[slot]!;
    }
  }
}
