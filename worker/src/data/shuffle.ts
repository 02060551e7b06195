import { randomKey, uniformAt } from '../model/random.ts';

/** What a random number in the data is for; keeps their streams apart. */
export const STREAMS = {
  itemOrder: 101,
  batchOrder: 102,
  prefixCut: 103,
  heldOutOrder: 104,
  samplePrompts: 105,
} as const;

/** The numbers 0 … count − 1 in an order that depends on the seed and the parts alone (Fisher–Yates). */
export function shuffledIndices(count: number, seed: number, ...parts: readonly number[]): Int32Array {
  const key = randomKey(seed, ...parts);
  const order = Int32Array.from({ length: count }, (_, index) => index);
  for (let last = count - 1; last > 0; last--) {
    const other = Math.floor(uniformAt(key, last) * (last + 1));
    const moved = order[last] ?? 0;
    order[last] = order[other] ?? 0;
    order[other] = moved;
  }
  return order;
}
