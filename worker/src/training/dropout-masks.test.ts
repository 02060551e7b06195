import { expect, test } from 'vitest';
import { DropoutMasks, MaskRoom, maskSpec } from './dropout-masks.ts';

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

test.each([true, false])('masks of graphs in one room are those of graphs apart (packed: %s)', (packed) => {
  const room = new MaskRoom();
  const of = (rows: number, within?: MaskRoom) =>
    new DropoutMasks([[maskSpec('first', [rows, 30], packed)]], 0.3, 9, within);
  // The second needs more room than there is when the first has drawn, the third less.
  const sizes = [5, 20_000, 7];
  const graphs = sizes.map((rows) => of(rows, room));
  for (const step of [1, 2]) {
    for (const [index, rows] of sizes.entries()) {
      graphs[index]!.prepare(step, 0);
      expect(values(graphs[index]!.at(step, 0))).toEqual(values(of(rows).at(step, 0)));
    }
  }
  expect(room.take(1)).toBe(room.take(2));
});
