import { mix32 } from './hashing.ts';
import type { ShingleSet } from './shingles.ts';

/** Bands of a signature: two texts may be compared where they agree in one. */
export const BANDS = 16;
const ROWS_A_BAND = 4;
/** Minima of a signature, each of another hash function. */
export const MINIMA = BANDS * ROWS_A_BAND;
/** 32-bit words of a sketch: four bits of each minimum. */
export const SKETCH_WORDS = MINIMA / 8;

/** Words of a signature: its bands, the number of different shingles, and the sketch, in this order. */
export const SIGNATURE_WORDS = BANDS + 1 + SKETCH_WORDS;

/*
 * With 16 bands of 4 minima each, two texts of similarity s agree in a band with probability 1 − (1 − s⁴)¹⁶: 0.9998 at
 * s = 0.8, 0.99 at 0.7, 0.64 at 0.5. Of the minima of two texts a share of s + (1 − s) ÷ 16 agrees in the four bits of the sketch,
 * which tells most texts that only share a band from those that are alike; what is left is compared exactly.
 */
/** What the hash functions multiply by, an element a minimum. */
export const HASH_MULTIPLIERS: Readonly<Int32Array> = Int32Array.from(
  { length: MINIMA },
  (_, index) => mix32(index + 1) | 1,
);
/** What the hash functions add, an element a minimum. */
export const HASH_ADDENDS: Readonly<Int32Array> = Int32Array.from(
  { length: MINIMA },
  (_, index) => mix32(index + 0x10001) | 0,
);
/** The bits of a minimum that go into the sketch hang on all of its bits. */
const SKETCH_FACTOR = 0x9e3779b1;

/** Writes the least value of each hash function over a set of shingles, as numbers with a sign, into `MINIMA` words. */
export function leastValues({ hashes, size }: ShingleSet, into: Int32Array): void {
  for (let row = 0; row < MINIMA; row += ROWS_A_BAND) {
    const [m0, m1] = [HASH_MULTIPLIERS[row]!, HASH_MULTIPLIERS[row + 1]!];
    const [m2, m3] = [HASH_MULTIPLIERS[row + 2]!, HASH_MULTIPLIERS[row + 3]!];
    const [a0, a1, a2, a3] = [
      HASH_ADDENDS[row]!,
      HASH_ADDENDS[row + 1]!,
      HASH_ADDENDS[row + 2]!,
      HASH_ADDENDS[row + 3]!,
    ];
    // Signed numbers stay machine integers; which order the minimum is taken in does not matter.
    let [least0, least1, least2, least3] = [0x7fffffff, 0x7fffffff, 0x7fffffff, 0x7fffffff];
    for (let index = 0; index < size; index++) {
      const hash = hashes[index]!;
      const value0 = (Math.imul(hash, m0) + a0) | 0;
      const value1 = (Math.imul(hash, m1) + a1) | 0;
      const value2 = (Math.imul(hash, m2) + a2) | 0;
      const value3 = (Math.imul(hash, m3) + a3) | 0;
      if (value0 < least0) least0 = value0;
      if (value1 < least1) least1 = value1;
      if (value2 < least2) least2 = value2;
      if (value3 < least3) least3 = value3;
    }
    into[row] = least0;
    into[row + 1] = least1;
    into[row + 2] = least2;
    into[row + 3] = least3;
  }
}

const minima = new Int32Array(MINIMA);

/**
 * Writes the signature of a set of shingles (MinHash with locality-sensitive hashing) into `SIGNATURE_WORDS` words; `minimaOf` may be
 * a faster way to the same minima.
 */
export function writeSignature(set: ShingleSet, into: Uint32Array, minimaOf = leastValues): void {
  minimaOf(set, minima);
  into[BANDS] = set.size;
  into.fill(0, BANDS + 1);
  for (let band = 0; band < BANDS; band++) {
    const row = band * ROWS_A_BAND;
    const [least0, least1, least2, least3] = [minima[row]!, minima[row + 1]!, minima[row + 2]!, minima[row + 3]!];
    into[band] = mix32(mix32(mix32(mix32((band + 1) ^ least0) ^ least1) ^ least2) ^ least3);
    const nibbles =
      (Math.imul(least0, SKETCH_FACTOR) >>> 28) |
      ((Math.imul(least1, SKETCH_FACTOR) >>> 28) << 4) |
      ((Math.imul(least2, SKETCH_FACTOR) >>> 28) << 8) |
      ((Math.imul(least3, SKETCH_FACTOR) >>> 28) << 12);
    const word = BANDS + 1 + (band >>> 1);
    into[word] = into[word]! | (nibbles << ((band & 1) * 16));
  }
}

/** How many of the `MINIMA` minima of two items seem to agree, by their sketches in a list of sketches. */
export function agreementOf(sketches: Uint32Array, first: number, second: number): number {
  const [a, b] = [first * SKETCH_WORDS, second * SKETCH_WORDS];
  let differing = 0;
  for (let word = 0; word < SKETCH_WORDS; word++) {
    let bits = sketches[a + word]! ^ sketches[b + word]!;
    bits |= bits >>> 2;
    bits = (bits | (bits >>> 1)) & 0x11111111;
    differing += Math.imul(bits, 0x11111111) >>> 28;
  }
  return MINIMA - differing;
}

/** The chance that one minimum of two texts of a similarity agrees in its four bits. */
function chanceOfAgreement(similarity: number): number {
  return similarity + (1 - similarity) / 16;
}

/** Fewest minima that agree for two texts at a similarity, but for one pair in `1 ÷ missed` (binomial distribution). */
export function leastAgreement(similarity: number, missed: number): number {
  const chance = chanceOfAgreement(similarity);
  if (chance === 1) return MINIMA;
  let probability = (1 - chance) ** MINIMA;
  let below = 0;
  for (let agreeing = 0; agreeing <= MINIMA; agreeing++) {
    below += probability;
    if (below > missed) return agreeing;
    probability *= ((MINIMA - agreeing) / (agreeing + 1)) * (chance / (1 - chance));
  }
  return MINIMA;
}

/** Number of agreeing minima that texts of a similarity have on average. */
export function expectedAgreement(similarity: number): number {
  return MINIMA * chanceOfAgreement(similarity);
}
