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
const multipliers = Uint32Array.from({ length: HASHES }, (_, index) => mix32(index + 1) | 1);
const addends = Uint32Array.from({ length: HASHES }, (_, index) => mix32(index + 0x10001));
const minima = new Uint32Array(HASHES);

/** Writes the 32-bit values of a set's bands (MinHash with locality-sensitive hashing) to `into` from `offset` on. */
export function writeBands(set: ShingleSet, into: Uint32Array, offset: number): void {
  const { hashes, size } = set;
  for (let row = 0; row < HASHES; row++) {
    const multiplier = multipliers[row]!;
    const addend = addends[row]!;
    let minimum = 0xffffffff;
    for (let index = 0; index < size; index++) {
      const value = (Math.imul(hashes[index]!, multiplier) + addend) >>> 0;
      if (value < minimum) minimum = value;
    }
    minima[row] = minimum;
  }
  for (let band = 0; band < BANDS; band++) {
    let value = band + 1;
    for (let row = 0; row < ROWS_A_BAND; row++) value = mix32(value ^ minima[band * ROWS_A_BAND + row]!);
    into[offset + band] = value;
  }
}
