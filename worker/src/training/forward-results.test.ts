import { expect, test } from 'vitest';
import { textForward } from './forward-results.ts';

/** Two rows of three ids each, of which the first wants id 1 and the second, where there is one, id 2. */
function lossOf(rows: readonly (readonly number[])[]): number {
  const targetOut = Int32Array.of(1, 2).subarray(0, rows.length);
  const padded = { targetOut, targets: rows.length } as unknown as Parameters<typeof textForward>[1];
  return textForward(Float32Array.from(rows.flat()), padded, 3).loss;
}

test('a probability that rounded to 0 costs as much as the smallest number, and no more', () => {
  expect(lossOf([[1, 0, 0]])).toBeCloseTo(-Math.log(1.2e-38), 6);
  expect(lossOf([[0.5, 0.5, 0]])).toBeCloseTo(Math.LN2, 6);
});

test('a row without any probability has no loss, as some devices answer where the logits are not finite', () => {
  expect(lossOf([[0, 0, 0]])).toBeNaN();
  expect(
    lossOf([
      [0.5, 0.5, 0],
      [0, 0, 0],
    ]),
  ).toBeNaN();
  expect(lossOf([[Number.NaN, Number.NaN, Number.NaN]])).toBeNaN();
});
