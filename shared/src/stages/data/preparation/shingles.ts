import { mix32 } from './hashing.ts';

/*
 * What two texts are compared by: the set of their short runs of characters, three for letters and digits, two where one of
 * Chinese, Japanese or Korean begins them, because a word there has about two. Case, white space and punctuation do not count.
 */

const MAX_UNITS = 100_000;
const units = new Uint16Array(MAX_UNITS + 2);

/** For every UTF-16 unit the one that it counts as; 0 for those that do not count. */
const COMPARED = Uint16Array.from({ length: 0x10000 }, (_, unit) => {
  if (unit >= 0xd800 && unit <= 0xdfff) return unit;
  const character = String.fromCharCode(unit);
  if (/[\s\p{P}\p{C}\p{Z}]/u.test(character)) return 0;
  const folded = character.normalize('NFKC').toLowerCase();
  return folded.length === 1 ? folded.charCodeAt(0) : unit;
});

function isIdeographic(unit: number): boolean {
  return unit >= 0x2e80 && (unit <= 0x9fff || (unit >= 0xac00 && unit <= 0xdfff) || (unit >= 0xf900 && unit <= 0xfaff));
}

/**
 * Writes the 32-bit hashes of a text's different shingles into `into`, which must hold as many as the text has units, and
 * returns how many there are; a text without a letter or digit has the one of its own units.
 */
export function shinglesOf(text: string, set: ShingleSet): number {
  let length = 0;
  const end = Math.min(text.length, MAX_UNITS);
  for (let index = 0; index < end; index++) {
    const unit = COMPARED[text.charCodeAt(index)]!;
    if (unit !== 0) units[length++] = unit;
  }
  if (length === 0) for (; length < end; length++) units[length] = text.charCodeAt(length);
  set.clear(length);
  if (length < 3) {
    set.add(mix32((units[0] ?? 0) | ((length > 1 ? units[1]! : 0) << 16)));
    return set.size;
  }
  for (let index = 0; index + 1 < length; index++) {
    const first = units[index]!;
    const pair = first | (units[index + 1]! << 16);
    if (isIdeographic(first)) set.add(mix32(pair));
    else if (index + 2 < length) set.add(mix32(mix32(pair) ^ Math.imul(units[index + 2]!, 0x9e3779b1)));
  }
  return set.size;
}

/** A set of 32-bit hashes that is cleared in no time, for one text after another. */
export class ShingleSet {
  /** The different hashes in the order in which they came; the first `size` count. */
  readonly hashes = new Int32Array(MAX_UNITS);
  size = 0;
  #slots = new Int32Array(1024);
  #stamps = new Uint32Array(1024);
  #stamp = 0;

  /** Empties the set and makes room for `expected` hashes. */
  clear(expected: number): void {
    this.size = 0;
    if (expected * 2 > this.#slots.length) {
      const slots = 2 ** Math.ceil(Math.log2(expected * 2));
      this.#slots = new Int32Array(slots);
      this.#stamps = new Uint32Array(slots);
      this.#stamp = 0;
    }
    this.#stamp++;
  }

  /** Adds a hash, taken as 32 bits with a sign. */
  add(value: number): void {
    const hash = value | 0;
    const slot = this.#slotOf(hash);
    if (this.#stamps[slot] === this.#stamp) return;
    this.#stamps[slot] = this.#stamp;
    this.#slots[slot] = hash;
    this.hashes[this.size++] = hash;
  }

  has(value: number): boolean {
    return this.#stamps[this.#slotOf(value | 0)] === this.#stamp;
  }

  #slotOf(hash: number): number {
    const mask = this.#slots.length - 1;
    let slot = hash & mask;
    while (this.#stamps[slot] === this.#stamp && this.#slots[slot] !== hash) slot = (slot + 1) & mask;
    return slot;
  }
}

/** Jaccard's similarity of two sets: what they share ÷ what either has. */
export function jaccard(first: ShingleSet, second: ShingleSet): number {
  let shared = 0;
  for (let index = 0; index < second.size; index++) if (first.has(second.hashes[index]!)) shared++;
  return shared / (first.size + second.size - shared);
}
