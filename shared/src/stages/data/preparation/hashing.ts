/** A text's hash in two 32-bit halves, to be read right after the call that set it. */
export const hashOfText = { high: 0, low: 0 };

/**
 * Hashes the UTF-16 units from `start` to `end` of a text into `hashOfText`: two lanes of multiply–xor, mixed as in
 * MurmurHash3's finaliser. Not for secrets: whoever chooses texts can choose collisions.
 */
export function hashText(text: string, start = 0, end = text.length): void {
  let high = 0xdeadbeef ^ (end - start);
  let low = 0x41c6ce57 ^ (end - start);
  for (let index = start; index < end; index++) {
    const unit = text.charCodeAt(index);
    high = Math.imul(high ^ unit, 0x9e3779b1);
    low = Math.imul(low ^ unit, 0x5f356495);
    // Without a rotation the low bits of a product never see the high ones.
    high = (high << 13) | (high >>> 19);
    low = (low << 17) | (low >>> 15);
  }
  hashOfText.high = mix32(high ^ Math.imul(low, 0xc2b2ae35));
  hashOfText.low = mix32(low ^ Math.imul(hashOfText.high, 0x85ebca6b));
}

/** Mixes 32 bits so that each bit of the input changes each bit of the output with even odds; an unsigned number. */
export function mix32(value: number): number {
  let mixed = value ^ (value >>> 16);
  mixed = Math.imul(mixed, 0x85ebca6b);
  mixed ^= mixed >>> 13;
  mixed = Math.imul(mixed, 0xc2b2ae35);
  return (mixed ^ (mixed >>> 16)) >>> 0;
}

/** A number in [0, 1) that depends on the hash and the seed alone: the same item always draws the same lot. */
export function lotOf(high: number, low: number, seed: number): number {
  return mix32(mix32(high ^ mix32(seed)) ^ low) / 2 ** 32;
}
