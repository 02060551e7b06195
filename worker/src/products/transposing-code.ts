import { LANES } from './layout.ts';
import type { VectorAssembler } from './vector-assembler.ts';

/**
 * Transposes as many vectors as each has values, 0 and following, through one more: first pairs, then fours, then groups of four. Tells which vector holds each column then.
 */
export function transpose(code: VectorAssembler): number[] {
  const vectors = Array.from({ length: LANES }, (_, row) => row);
  let free = LANES;
  /** Puts two combinations of two vectors in their places. */
  const swap = (
    [first, second]: readonly [number, number],
    write: (to: number, left: number, right: number, half: 'low' | 'high') => void,
  ): [number, number] => {
    const [left, right] = [vectors[first] ?? 0, vectors[second] ?? 0];
    const results: [number, number] = [free, right];
    write(free, left, right, 'low');
    write(right, left, right, 'high');
    free = left;
    return results;
  };
  for (let row = 0; row < LANES; row += 2) {
    const results = swap([row, row + 1], (to, left, right, half) => code.interleave(to, left, right, half));
    vectors.splice(row, 2, ...results);
  }
  for (let row = 0; row < LANES; row += 4) {
    const results = [row, row + 1].flatMap((pair) =>
      swap([pair, pair + 2], (to, left, right, half) => code.interleavePairs(to, left, right, half)),
    );
    vectors.splice(row, 4, ...results);
  }
  for (const { apart, first, second } of code.groupSwaps) {
    for (let start = 0; start < LANES; start += 2 * apart) {
      for (let row = start; row < start + apart; row++) {
        const results = swap([row, row + apart], (to, left, right, half) =>
          code.chooseGroups(to, left, right, half === 'low' ? first : second),
        );
        [vectors[row], vectors[row + apart]] = results;
      }
    }
  }
  return vectors;
}
