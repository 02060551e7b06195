import { describe, expect, test } from 'vitest';
import { runConfiguration } from '../configuration.ts';
import { drawShapes } from './batch-shapes.ts';
import { programUse, type GraphMemoryUse } from './kept-programs.ts';
import { activationBytes, sharedBytesOf } from './memory.ts';
import { openingTime } from './opening-time.ts';
import { keptBytes, PROGRAM_CACHE_BYTES, workingBytes, type BatchShape } from './padding.ts';
import { workOf, type PlannedModel } from './step-work.ts';

const SETTINGS = runConfiguration.parse({
  ...{ architecture: 'encoder-classifier', task: 'single-label', dModel: 128, heads: 4, feedForward: 256 },
  ...{ encoderLayers: 3, decoderLayers: 0, batchSize: 48, epochs: 4, maxTokens: 320 },
});
const MODEL: PlannedModel = { settings: SETTINGS, vocabularySize: 600, outputs: 5 };

/** Few enough for two lanes. */
const PARAMETERS = 5e5;

const shape = (sourceLength: number): BatchShape => ({ batchSize: 48, sourceLength, targetLength: 0 });

/** The plan of batches of so many lengths, trained in the order of the places. */
function planOf(lengths: readonly number[], order: readonly number[]) {
  const shapes = lengths.map((length, place) => ({
    shape: shape(length),
    batches: order.filter((one) => one === place).length,
  }));
  return { shapes, order, batches: order.length, tokens: 0, paddedTokens: 0 };
}

/** Each graph has memory of its own. */
const APART: GraphMemoryUse = { isShared: false, hasOwnOperators: true };
const SHARED: GraphMemoryUse = { isShared: true, hasOwnOperators: true };

const bytesOf = (length: number): number => activationBytes(workOf(MODEL, shape(length)));

test('graphs that all fit the cache are opened once, and all of them are in memory', () => {
  const use = programUse(MODEL, PARAMETERS, planOf([16, 24], [0, 1, 0, 1]), 400, APART);
  expect(use).toMatchObject({ openings: [1, 1], secondRuns: [1, 1] });
  expect(use.peakBytes).toBe(bytesOf(16) + bytesOf(24));
});

test('those that push one another out are opened again and again, also beyond the drawn batches', () => {
  const sizeOf = (length: number): number => workingBytes({ ...SETTINGS, vocabularySize: 600 }, shape(length));
  expect(sizeOf(160) + sizeOf(176)).toBeGreaterThan(PROGRAM_CACHE_BYTES);
  const plan = planOf([160, 176], [0, 1, 0, 1]);
  expect(programUse(MODEL, PARAMETERS, plan, 4, APART).openings).toEqual([2, 2]);
  expect(programUse(MODEL, PARAMETERS, plan, 40, APART)).toMatchObject({ openings: [11, 11], secondRuns: [0, 0] });
  expect(programUse(MODEL, PARAMETERS, plan, 4, APART).peakBytes).toBe(bytesOf(176));
});

test('the one that was used last stays, and a single one that is larger than the cache', () => {
  expect(programUse(MODEL, PARAMETERS, planOf([8, 160, 176], [1, 0, 2, 0, 2]), 5, APART).openings).toEqual([1, 1, 1]);
  expect(programUse(MODEL, PARAMETERS, planOf([320], [0, 0, 0]), 3, APART)).toEqual({
    ...{ openings: [1], secondRuns: [1], peakBytes: bytesOf(320), sharedBytes: null },
  });
});

test('graphs that share what they work in stay open, whatever they work in, and take as much as the largest of them', () => {
  const lengths = Array.from({ length: 20 }, (_, place) => 160 + 8 * place);
  const order = lengths.flatMap((_, place) => [place, lengths.length - 1 - place]);
  const [apart, shared] = [APART, SHARED].map((memory) =>
    programUse(MODEL, PARAMETERS, planOf(lengths, order), 40, memory),
  );
  expect(shared!.openings).toEqual(lengths.map(() => 1));
  expect(Math.max(...apart!.openings)).toBeGreaterThan(1);
  expect(shared!.sharedBytes).toBe(sharedBytesOf(workOf(MODEL, shape(312)), true));
  const kept = lengths.reduce(
    (sum, length) => sum + keptBytes({ ...SETTINGS, vocabularySize: 600 }, shape(length), 2),
    0,
  );
  expect(shared!.peakBytes).toBeCloseTo(kept + shared!.sharedBytes!);
  expect(shared!.peakBytes).toBeLessThan(apart!.peakBytes);
});

test('a program of two lanes keeps the graphs of both', () => {
  const model = { ...SETTINGS, vocabularySize: 600 };
  const rows = 4 * 48 * 160 * SETTINGS.dModel;
  expect(keptBytes(model, shape(160), 2) - rows).toBeCloseTo(2 * (keptBytes(model, shape(160), 1) - rows));
  const single = { batchSize: 1, sourceLength: 16, targetLength: 0 };
  const drawn = { ...planOf([], [0]), shapes: [{ shape: single, batches: 1 }] };
  const { peakBytes, sharedBytes } = programUse(MODEL, PARAMETERS, drawn, 1, SHARED);
  expect(peakBytes - sharedBytes!).toBeCloseTo(keptBytes(model, single, 1));
});

test('graphs of long decoders keep their masks: 16.3 MB each was measured of 24 of them in two lanes', () => {
  const sizes = { dModel: 32, heads: 4, feedForward: 32, vocabularySize: 100, encoderLayers: 0, decoderLayers: 1 };
  const kept = [7, 6, 5, 4, 3, 2].flatMap((batchSize) =>
    [1024, 960, 896, 832].map((targetLength) => keptBytes(sizes, { batchSize, sourceLength: 0, targetLength }, 2)),
  );
  const mean = kept.reduce((sum, bytes) => sum + bytes, 0) / kept.length;
  expect(mean / 16.3e6).toBeGreaterThan(0.9);
  expect(mean / 16.3e6).toBeLessThan(1.1);
});

test('hundreds of graphs push one another out also where they share what they work in', () => {
  const lengths = Array.from({ length: 800 }, (_, place) => 8 + place);
  const order = [...lengths.keys(), ...lengths.keys()];
  expect(programUse(MODEL, PARAMETERS, planOf(lengths, order), order.length, SHARED).openings).toContain(2);
});

describe('opening graphs', () => {
  const LENGTHS = [224, 256];
  const timeOf = (openings: readonly number[], secondRuns: readonly number[], hasOwnOperators = true) => {
    const peakBytes = LENGTHS.reduce((sum, length) => sum + bytesOf(length), 0);
    const use = { openings, secondRuns, peakBytes, sharedBytes: null };
    return openingTime(MODEL, PARAMETERS, planOf(LENGTHS, []), use, { hasOwnOperators });
  };

  test('takes time for each opening and each sub-layer, and the first run longer for the memory that it touches', () => {
    const [once, often] = [timeOf([1, 1], [0, 0]), timeOf([11, 11], [0, 0])];
    expect(often.openingMs).toBeGreaterThan(5 * once.openingMs);
    expect(often.firstRunsMs).toBeGreaterThan(5 * once.firstRunsMs);
  });

  test('gives a graph half of its memory in its second run, which it may not come to', () => {
    const [first, both] = [timeOf([1, 1], [0, 0]).firstRunsMs, timeOf([1, 1], [1, 1]).firstRunsMs];
    expect(both / first).toBeGreaterThan(1.6);
    expect(both / first).toBeLessThan(2);
  });

  test('touches less where the worker has operators of its own', () => {
    const [own, others] = [true, false].map((has) => timeOf([1, 1], [1, 1], has).firstRunsMs);
    expect(own! / others!).toBeCloseTo(0.77, 1);
  });

  test('touches memory once where graphs share it, however often they are opened', () => {
    const timeWith = (openings: readonly number[]) => {
      const use = { openings, secondRuns: openings, peakBytes: 2e8, sharedBytes: 1e8 };
      return openingTime(MODEL, PARAMETERS, planOf(LENGTHS, []), use, { hasOwnOperators: true });
    };
    expect(timeWith([1, 1]).firstRunsMs).toBeLessThan(timeOf([1, 1], [1, 1]).firstRunsMs);
    expect(timeWith([11, 11]).firstRunsMs).toBe(timeWith([1, 1]).firstRunsMs);
  });

  test('of memory that other graphs gave back takes less time than of memory that the process never had', () => {
    const [once, often] = [timeOf([1, 1], [1, 1]).firstRunsMs, timeOf([2, 2], [2, 2]).firstRunsMs];
    expect(often).toBeLessThan(1.7 * once);
  });
});

test('batches are trained in an order of the whole epoch, not from short to long', () => {
  const lengths = Array.from({ length: 48 * 32 }, (_, item) => 1 + (item % 300));
  const { order, shapes, batches } = drawShapes({ ...SETTINGS, epochs: 1 }, lengths);
  expect(order).toHaveLength(batches);
  shapes.forEach(({ batches: count }, place) => expect(order.filter((one) => one === place)).toHaveLength(count));
  const changes = order.filter((place, index) => index > 0 && place !== order[index - 1]).length;
  expect(changes).toBeGreaterThan(shapes.length);
});
