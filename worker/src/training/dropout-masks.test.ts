import { expect, test } from 'vitest';
import { DropoutMasks, maskSpec } from './dropout-masks.ts';

const make = (packed: boolean) =>
  new DropoutMasks([[maskSpec('first', [5, 30], packed), maskSpec('second', [7], packed)]], 0.3, 9);

const values = (masks: ReturnType<DropoutMasks['at']>): number[][] =>
  Object.values(masks(0)).map(({ data }) => [...data]);

test.each([true, false])('masks that were drawn ahead are those of the step (packed: %s)', (packed) => {
  const expected = (step: number, microBatch: number): number[][] => values(make(packed).at(step, microBatch));
  const masks = make(packed);
  const inUse = masks.at(1, 0);
  masks.prepare(2, 0);
  expect(values(inUse)).toEqual(expected(1, 0));
  expect(values(masks.at(2, 0))).toEqual(expected(2, 0));
  masks.prepare(3, 0);
  expect(values(masks.at(2, 1))).toEqual(expected(2, 1));
  expect(values(masks.at(3, 0))).toEqual(expected(3, 0));
  expect(expected(3, 0)).not.toEqual(expected(2, 1));
});
