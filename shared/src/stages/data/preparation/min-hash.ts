import { mix32 } from './hashing.ts';
import type { ShingleSet } from './shingles.ts';

/** Bands of a signature: two texts are compared where they agree in one. */
export const BANDS = 16;
const ROWS_A_BAND = 4;

/*
 * With 16 bands of 4 minima each, two texts of similarity s agree in a band with probability 1 − (1 − s⁴)¹⁶: 0.9998 at
 * s = 0.8, 0.99 at 0.7, 0.64 at 0.5; what agrees is then compared exactly.
 */
const HASHES = BANDS * ROWS_A_BAND;
const multipliers = Int32Array.from({ length: HASHES }, (_, index) => mix32(index + 1) | 1);
const addends = Int32Array.from({ length: HASHES }, (_, index) => mix32(index + 0x10001) | 0);

/** Writes the 32-bit values of a set's bands (MinHash with locality-sensitive hashing) to `into` from `offset` on. */
export function writeBands(set: ShingleSet, into: Uint32Array, offset: number): void {
  const { hashes, size } = set;
  for (let band = 0; band < BANDS; band++) {
    const row = band * ROWS_A_BAND;
    const [m0, m1, m2, m3] = [multipliers[row]!, multipliers[row + 1]!, multipliers[row + 2]!, multipliers[row + 3]!];
    const [a0, a1, a2, a3] = [addends[row]!, addends[row + 1]!, addends[row + 2]!, addends[row + 3]!];
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
    into[offset + band] = mix32(mix32(mix32(mix32((band + 1) ^ least0) ^ least1) ^ least2) ^ least3);
  }
}
