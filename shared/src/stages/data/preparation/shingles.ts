import { mix32 } from './hashing.ts';
import { SIMPLIFIED } from './simplified.ts';

/*
 * What two texts are compared by: the set of their short runs of characters, three for letters and digits, two where one of
 * Chinese, Japanese or Korean begins them, because a word there has about two. Case, accents, white space and punctuation do not count, traditional characters count as simplified ones, and any
 * number of at least four digits is as good as another: messages of one template differ in their order, code or date alone.
 */

const MAX_UNITS = 100_000;
/** Most different shingles of a text. */
export const MAX_SHINGLES = MAX_UNITS;
const units = new Uint16Array(MAX_UNITS + 2);

/** For every UTF-16 unit the one that it counts as; 0 for those that do not count. */
const COMPARED = Uint16Array.from({ length: 0x10000 }, (_, unit) => {
  if (unit >= 0xd800 && unit <= 0xdfff) return unit;
  const character = String.fromCharCode(unit);
  // ">" stands before the lines of a quotation.
  if (/[\s\p{P}\p{C}\p{Z}>]/u.test(character)) return 0;
  if (/[\u0300-\u036f]/.test(character)) return 0;
  const folded = character.normalize('NFKC').toLowerCase();
  if (folded.length !== 1) return unit;
  const isLatin = /\p{Script=Latin}/u.test(folded);
  return isLatin ? folded.normalize('NFD').charCodeAt(0) : SIMPLIFIED[folded.charCodeAt(0)]!;
});

const ZERO = '0'.charCodeAt(0);
const NINE = '9'.charCodeAt(0);
/** Digits of a number that counts as any other. */
const LONG_NUMBER = 4;
/** What such a number counts as: punctuation, which no text is compared by. */
const ANY_NUMBER = '#'.charCodeAt(0);

/**
 * Writes the units that a text's beginning is compared by and returns how many they are. A text that is mostly long numbers, as lists of
 * codes are, is told by their digits.
 */
function writeCompared(text: string, end: number, joinsNumbers: boolean): number {
  let [length, digits, joined] = [0, 0, 0];
  for (let index = 0; index < end; index++) {
    const unit = COMPARED[text.charCodeAt(index)]!;
    if (unit > NINE) {
      units[length++] = unit;
      digits = 0;
      continue;
    }
    if (unit === 0) continue;
    digits = unit >= ZERO ? digits + 1 : 0;
    if (digits < LONG_NUMBER || !joinsNumbers) units[length++] = unit;
    else if (digits === LONG_NUMBER) {
      length -= LONG_NUMBER - 1;
      units[length++] = ANY_NUMBER;
      joined += LONG_NUMBER;
    } else joined++;
  }
  return joined > length ? writeCompared(text, end, false) : length;
}

/** What `writeComparedUnits` has written, until the next text. */
export const comparedUnits: Readonly<Uint16Array> = units;

/** Writes the units that a text, or its first 100,000, is compared by into `comparedUnits`, and returns how many they are. */
export function writeComparedUnits(text: string): number {
  return writeCompared(text, Math.min(text.length, MAX_UNITS), true);
}

/** Writes the units that a short text is compared by and returns how many they are; 0 where they are more than fit, or none. */
export function comparedUnitsOf(text: string, into: Uint16Array): number {
  // Each is one unit of the text, and most of a text counts.
  if (text.length > 4 * into.length) return 0;
  const length = writeCompared(text, text.length, true);
  if (length > into.length) return 0;
  into.set(units.subarray(0, length));
  return length;
}

/** Whether two texts are compared by the same units, so that they have the same shingles: they differ in case, width, white space or punctuation at most. */
export function areComparedAlike(first: string, second: string): boolean {
  if (first.length > MAX_UNITS || second.length > MAX_UNITS) return false;
  let [one, other] = [0, 0];
  for (;;) {
    while (one < first.length && first.charCodeAt(one) === second.charCodeAt(other)) {
      one++;
      other++;
    }
    while (one < first.length && COMPARED[first.charCodeAt(one)] === 0) one++;
    while (other < second.length && COMPARED[second.charCodeAt(other)] === 0) other++;
    // Of texts without a unit that counts all the others do.
    if (one === first.length || other === second.length) {
      return one === first.length && other === second.length && hasCompared(first);
    }
    if (COMPARED[first.charCodeAt(one++)] !== COMPARED[second.charCodeAt(other++)]) return false;
  }
}

function hasCompared(text: string): boolean {
  for (let index = 0; index < text.length; index++) if (COMPARED[text.charCodeAt(index)] !== 0) return true;
  return false;
}

/** Whether a unit is Chinese, Japanese or Korean. */
export function isIdeographic(unit: number): boolean {
  return unit >= 0x2e80 && (unit <= 0x9fff || (unit >= 0xac00 && unit <= 0xdfff) || (unit >= 0xf900 && unit <= 0xfaff));
}

/** Fills a set with the 32-bit hashes of a text's different shingles; a text without a letter or digit has the one of its own units. */
export function shinglesOf(text: string, set: ShingleSet): void {
  const end = Math.min(text.length, MAX_UNITS);
  let length = writeCompared(text, end, true);
  if (length === 0) for (; length < end; length++) units[length] = text.charCodeAt(length);
  set.take(units, length);
}

/** A set of 32-bit hashes of shingles, filled from one text after another without being emptied in between. */
export class ShingleSet {
  /** The different hashes in the order in which they came; the first `size` count. */
  readonly hashes: Int32Array;
  size = 0;
  #slots = new Int32Array(1024);
  /** Which text a slot was filled from; the slots of earlier texts are free. */
  #stamps = new Uint32Array(1024);
  #stamp = 0;

  /** `hashes` with room for `MAX_SHINGLES`. */
  constructor(hashes: Int32Array = new Int32Array(MAX_SHINGLES)) {
    this.hashes = hashes;
  }

  /** Takes the different shingles of the first `length` units that count of a text, instead of those it holds. */
  take(compared: Uint16Array, length: number): void {
    this.#clear(length);
    // Local names: otherwise each write into an array has all fields read again.
    const [hashes, slots, stamps, stamp] = [this.hashes, this.#slots, this.#stamps, this.#stamp];
    const mask = slots.length - 1;
    let size = 0;
    if (length < 3) {
      hashes[size++] = mix32((length > 0 ? compared[0]! : 0) | ((length > 1 ? compared[1]! : 0) << 16)) | 0;
      slots[hashes[0]! & mask] = hashes[0]!;
      stamps[hashes[0]! & mask] = stamp;
    }
    const last = length < 3 ? 0 : length;
    let first = compared[0]!;
    let second = compared[1]!;
    for (let index = 2; index <= last; index++) {
      const third = compared[index]!;
      let hash = mix32(first | (second << 16));
      const isPair = isIdeographic(first);
      first = second;
      second = third;
      if (!isPair) {
        if (index === length) break;
        hash = mix32(hash ^ Math.imul(third, 0x9e3779b1));
      }
      const signed = hash | 0;
      let slot = signed & mask;
      while (stamps[slot] === stamp && slots[slot] !== signed) slot = (slot + 1) & mask;
      if (stamps[slot] === stamp) continue;
      stamps[slot] = stamp;
      slots[slot] = signed;
      hashes[size++] = signed;
    }
    this.size = size;
  }

  /** How many hashes another set has in common with this one. */
  sharedWith(other: ShingleSet): number {
    const [slots, stamps, stamp] = [this.#slots, this.#stamps, this.#stamp];
    const { hashes, size } = other;
    const mask = slots.length - 1;
    let shared = 0;
    for (let index = 0; index < size; index++) {
      const hash = hashes[index]!;
      let slot = hash & mask;
      while (stamps[slot] === stamp && slots[slot] !== hash) slot = (slot + 1) & mask;
      if (stamps[slot] === stamp) shared++;
    }
    return shared;
  }

  /** Frees all slots and sees that at most half of them will be taken by `expected` hashes. */
  #clear(expected: number): void {
    if (expected * 2 > this.#slots.length) {
      const slots = 2 ** Math.ceil(Math.log2(expected * 2));
      this.#slots = new Int32Array(slots);
      this.#stamps = new Uint32Array(slots);
      this.#stamp = 0;
    }
    this.#stamp++;
  }
}

/** Jaccard's similarity of two sets: what they share ÷ what either has. */
export function jaccard(first: ShingleSet, second: ShingleSet): number {
  const shared = first.sharedWith(second);
  return shared / (first.size + second.size - shared);
}
