/**
 * Counts different things by their 64-bit hashes: exactly up to a capacity, beyond that by keeping the hashes below a bound that
 * halves whenever they are too many (Wegman's adaptive sampling, standard error 1.2 ÷ √capacity). The outcome does not
 * depend on the order, so that counters of parts can be merged.
 */
export class DistinctCounter {
  readonly #capacity: number;
  #slots = new Uint32Array(2 * 1024);
  #kept = 0;
  #hasZero = false;
  /** Hashes whose high half has this many leading zero bits are kept. */
  #level: number;

  /**
   * Keeps up to `capacity` hashes of 8 bytes, in two to four times that memory. `level` may be that of another part of what is counted in
   * the end: the whole has at least the level of each part, so that what lies below need not be kept.
   */
  constructor(capacity: number, level = 0) {
    this.#capacity = capacity;
    this.#level = level;
  }

  /** Number of different things seen. */
  get count(): number {
    return (this.#kept + (this.#hasZero ? 1 : 0)) * 2 ** this.#level;
  }

  /** Whether `count` is exact. */
  get isExact(): boolean {
    return this.#level === 0;
  }

  /** Whether a thing with this high half of its hash would be kept. */
  isKept(high: number): boolean {
    return Math.clz32(high) >= this.#level;
  }

  add(high: number, low: number): void {
    if (this.#level > 0 && Math.clz32(high) < this.#level) return;
    if (high === 0 && low === 0) {
      this.#hasZero = true;
      return;
    }
    const slots = this.#slots;
    const mask = slots.length / 2 - 1;
    let slot = low & mask;
    for (;;) {
      const [keptHigh, keptLow] = [slots[2 * slot]!, slots[2 * slot + 1]!];
      if (keptHigh === high && keptLow === low) return;
      if (keptHigh === 0 && keptLow === 0) break;
      slot = (slot + 1) & mask;
    }
    slots[2 * slot] = high;
    slots[2 * slot + 1] = low;
    this.#kept++;
    if (this.#kept > this.#capacity) this.#rebuild(this.#level + 1, slots.length);
    else if (this.#kept * 2 > mask) this.#rebuild(this.#level, slots.length * 2);
  }

  /** The level and the kept hashes, high half before low half; for `addAll` of another counter. */
  hashes(): Uint32Array<ArrayBuffer> {
    const hashes = new Uint32Array(2 * this.#kept + (this.#hasZero ? 3 : 1));
    hashes[0] = this.#level;
    let length = 1;
    for (let slot = 0; slot < this.#slots.length; slot += 2) {
      if (this.#slots[slot] === 0 && this.#slots[slot + 1] === 0) continue;
      hashes[length++] = this.#slots[slot]!;
      hashes[length++] = this.#slots[slot + 1]!;
    }
    return hashes;
  }

  /** Takes in what another counter has seen, as `hashes` says it. */
  addAll(hashes: Uint32Array): void {
    const level = hashes[0]!;
    if (level > this.#level) this.#rebuild(level, this.#slots.length);
    for (let index = 1; index < hashes.length; index += 2) this.add(hashes[index]!, hashes[index + 1]!);
  }

  #rebuild(level: number, length: number): void {
    const old = this.#slots;
    this.#level = level;
    this.#slots = new Uint32Array(length);
    this.#kept = 0;
    if (this.#hasZero) this.#hasZero = Math.clz32(0) >= level;
    for (let slot = 0; slot < old.length; slot += 2) {
      if (old[slot] !== 0 || old[slot + 1] !== 0) this.add(old[slot]!, old[slot + 1]!);
    }
  }
}
