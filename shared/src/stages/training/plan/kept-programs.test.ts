import { expect, test } from 'vitest';
import { runConfiguration } from '../configuration.ts';
import { drawShapes } from './batch-shapes.ts';
import { programUse } from './kept-programs.ts';
import { activationBytes } from './memory.ts';
import { openingTime } from './opening-time.ts';
import { PROGRAM_CACHE_BYTES, workingBytes, type BatchShape } from './padding.ts';
import { workOf, type PlannedModel } from './step-work.ts';

const SETTINGS = runConfiguration.parse({
  ...{ architecture: 'encoder-classifier', task: 'single-label', dModel: 128, heads: 4, feedForward: 256 },
  ...{ encoderLayers: 3, decoderLayers: 0, batchSize: 48, epochs: 4, maxTokens: 320 },
});
const MODEL: PlannedModel = { settings: SETTINGS, vocabularySize: 600, outputs: 5 };

const shape = (sourceLength: number): BatchShape => ({ batchSize: 48, sourceLength, targetLength: 0 });

/** The plan of batches of so many lengths, trained in the order of the places. */
function planOf(lengths: readonly number[], order: readonly number[]) {
  const shapes = lengths.map((length, place) => ({
    shape: shape(length),
    batches: order.filter((one) => one === place).length,
  }));
  return { shapes, order, batches: order.length, tokens: 0, paddedTokens: 0 };
}

const bytesOf = (length: number): number => activationBytes(workOf(MODEL, shape(length)));

test('graphs that all fit the cache are opened once, and all of them are in memory', () => {
  const use = programUse(MODEL, planOf([16, 24], [0, 1, 0, 1]), 400);
  expect(use.openings).toEqual([1, 1]);
  expect(use.peakBytes).toBe(bytesOf(16) + bytesOf(24));
});

test('those that push one another out are opened again and again, also beyond the drawn batches', () => {
  const sizeOf = (length: number): number => workingBytes({ ...SETTINGS, vocabularySize: 600 }, shape(length));
  expect(sizeOf(160) + sizeOf(176)).toBeGreaterThan(PROGRAM_CACHE_BYTES);
  const plan = planOf([160, 176], [0, 1, 0, 1]);
  expect(programUse(MODEL, plan, 4).openings).toEqual([2, 2]);
  expect(programUse(MODEL, plan, 40).openings).toEqual([11, 11]);
  expect(programUse(MODEL, plan, 4).peakBytes).toBe(bytesOf(176));
});

test('the one that was used last stays, and a single one that is larger than the cache', () => {
  expect(programUse(MODEL, planOf([8, 160, 176], [1, 0, 2, 0, 2]), 5).openings).toEqual([1, 1, 1]);
  expect(programUse(MODEL, planOf([320], [0, 0, 0]), 3)).toEqual({ openings: [1], peakBytes: bytesOf(320) });
});

test('opening takes time for each opening and each sub-layer, and first runs longer the more memory they touch', () => {
  const timeOf = (openings: readonly number[], lengths = [224, 256]) =>
    openingTime(MODEL, 5e5, planOf(lengths, []), { openings, peakBytes: 0 });
  const [once, often] = [timeOf([1, 1]), timeOf([11, 11])];
  expect(often.openingMs).toBeGreaterThan(5 * once.openingMs);
  expect(often.firstRunsMs).toBeGreaterThan(5 * once.firstRunsMs);
});

test('memory that one small graph needs is there already, and that of many of them is touched for the first time', () => {
  const timeOf = (lengths: readonly number[]) =>
    openingTime(MODEL, 5e5, planOf(lengths, []), { openings: lengths.map(() => 1), peakBytes: 0 }).firstRunsMs;
  expect(timeOf([4])).toBe(0);
  const many = [8, 16, 24, 32, 40, 48];
  expect(timeOf(many)).toBeGreaterThan(30);
  expect(timeOf(many)).toBeGreaterThan(many.reduce((sum, length) => sum + timeOf([length]), 0));
});

test('batches are trained in an order of the whole epoch, not from short to long', () => {
  const lengths = Array.from({ length: 48 * 32 }, (_, item) => 1 + (item % 300));
  const { order, shapes, batches } = drawShapes({ ...SETTINGS, epochs: 1 }, lengths);
  expect(order).toHaveLength(batches);
  shapes.forEach(({ batches: count }, place) => expect(order.filter((one) => one === place)).toHaveLength(count));
  const changes = order.filter((place, index) => index > 0 && place !== order[index - 1]).length;
  expect(changes).toBeGreaterThan(shapes.length);
});
