import { expect, test } from 'vitest';
import { laneRows, lanesOf } from './lanes.ts';

const LAYERS = { encoderLayers: 2, decoderLayers: 2 };

function lanes(parameters: number, batchSize: number, length: number): number {
  return lanesOf(LAYERS, parameters, { batchSize, sourceLength: length, targetLength: length });
}

test('a batch is divided where that saves more than another pass over the gradients costs', () => {
  expect(lanes(1_200_000, 16, 64)).toBe(2);
  expect(lanes(300_000, 16, 16)).toBe(2);
  expect(lanes(25_000_000, 16, 64)).toBe(2);
  expect(lanes(17_000_000, 8, 64)).toBe(1);
  expect(lanes(25_000_000, 2, 64)).toBe(1);
});

test('a single text and a handful of tokens stay whole', () => {
  expect(lanes(300_000, 1, 512)).toBe(1);
  expect(lanes(300_000, 2, 16)).toBe(1);
});

test('a classifier and a decoder-only model are divided by the rows that they have', () => {
  expect(lanesOf(LAYERS, 300_000, { batchSize: 8, sourceLength: 32, targetLength: 0 })).toBe(2);
  expect(lanesOf(LAYERS, 300_000, { batchSize: 8, sourceLength: 0, targetLength: 32 })).toBe(2);
});

test('lanes take all rows in order, the first ones one more where they do not come out even', () => {
  expect(laneRows(5, 2)).toEqual([
    { start: 0, end: 3 },
    { start: 3, end: 5 },
  ]);
  expect(laneRows(3, 1)).toEqual([{ start: 0, end: 3 }]);
});
