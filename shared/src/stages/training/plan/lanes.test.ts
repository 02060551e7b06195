import { expect, test } from 'vitest';
import { laneRows, lanesOf } from './lanes.ts';

function model(dModel: number, layersOnEachSide = 2) {
  return { dModel, encoderLayers: layersOnEachSide, decoderLayers: layersOnEachSide };
}

function lanes(dModel: number, parameters: number, batchSize: number, length: number, layers = 2): number {
  return lanesOf(model(dModel, layers), parameters, { batchSize, sourceLength: length, targetLength: length });
}

test('a batch is divided where that saves more than another pass over the gradients costs', () => {
  expect(lanes(128, 1_200_000, 16, 64)).toBe(2);
  expect(lanes(64, 300_000, 16, 32)).toBe(2);
  expect(lanes(64, 100_000, 8, 192, 1)).toBe(2);
  expect(lanes(512, 25_000_000, 16, 64)).toBe(2);
  expect(lanes(512, 17_000_000, 8, 64)).toBe(1);
  expect(lanes(512, 25_000_000, 2, 64)).toBe(1);
});

test('a single text and small work stay whole', () => {
  expect(lanes(128, 1_200_000, 1, 512)).toBe(1);
  expect(lanes(64, 300_000, 2, 16)).toBe(1);
  expect(lanes(32, 60_000, 16, 16, 1)).toBe(1);
});

test('a classifier and a decoder-only model are divided by the rows that they have', () => {
  expect(lanesOf(model(64), 300_000, { batchSize: 16, sourceLength: 32, targetLength: 0 })).toBe(2);
  expect(lanesOf(model(64), 300_000, { batchSize: 16, sourceLength: 0, targetLength: 32 })).toBe(2);
});

test('lanes take all rows in order, the first ones one more where they do not come out even', () => {
  expect(laneRows(5, 2)).toEqual([
    { start: 0, end: 3 },
    { start: 3, end: 5 },
  ]);
  expect(laneRows(3, 1)).toEqual([{ start: 0, end: 3 }]);
});
