const UINT32 = 2 ** 32;

/** A 32-bit integer hash without fixed patterns (lowbias32 by C. Wellons); the SIMD dropout kernel computes the same. */
export function hash32(value: number): number {
  let x = value | 0;
  x = Math.imul(x ^ (x >>> 16), 0x7feb352d);
  x = Math.imul(x ^ (x >>> 15), 0x846ca68b);
  return (x ^ (x >>> 16)) >>> 0;
}

/** Mixes a seed and further numbers into one 32-bit key, so that streams for different purposes do not overlap. */
export function randomKey(seed: number, ...parts: number[]): number {
  let key = hash32(seed ^ 0x9e3779b9);
  for (const part of parts) key = hash32(key ^ hash32(part + 0x85ebca6b));
  return key;
}

/** The `counter`-th uniform number in [0, 1) of the stream `key`: the same whenever and wherever it is asked for. */
export function uniformAt(key: number, counter: number): number {
  return hash32(hash32(counter) ^ key) / UINT32;
}

/** The `counter`-th standard normal number of the stream `key` (Box–Muller on two uniforms). */
export function normalAt(key: number, counter: number): number {
  const radius = Math.sqrt(-2 * Math.log(1 - uniformAt(key, 2 * counter)));
  return radius * Math.cos(2 * Math.PI * uniformAt(key, 2 * counter + 1));
}
