import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { machineCalibration } from '@greenlight/shared/stages/training/plan/calibration.ts';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { bestOf } from './best-of.ts';
import { calibrate } from './calibrate.ts';
import { unitRate } from './unit-rate.ts';

let folder: string;
const forever = new AbortController().signal;
/** How long the machine was waited for at each measurement. */
let waitedMs: number[];
const calm = async (_: AbortSignal, patienceMs: number): Promise<void> => void waitedMs.push(patienceMs);
const fail = (problem: string): never => {
  throw new Error(problem);
};

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'greenlight-calibration-'));
  waitedMs = [];
});
afterEach(() => rm(folder, { recursive: true, force: true }));

test('a machine is measured at its first starts, the best is kept, and another machine is measured anew', async () => {
  const path = join(folder, 'calibration.json');
  const first = await calibrate(folder, forever, fail, calm);
  expect(machineCalibration.safeParse(first).success).toBe(true);
  const kept = JSON.parse(await readFile(path, 'utf8')) as { machine: string; measurements: number };
  expect(kept.measurements).toBe(1);

  const quick = { ...first, cacheBytesPerSecond: 1e18 };
  // A restart has to go on with its work: it waits less for what is known, and for nothing where nothing is measured.
  await calibrate(folder, forever, fail, calm);
  expect(waitedMs).toEqual([10_000, 1000]);
  await writeFile(path, JSON.stringify({ ...kept, measurements: 5, calibration: quick }));
  expect(await calibrate(folder, forever, fail, calm)).toEqual(quick);
  expect(waitedMs).toHaveLength(2);

  await writeFile(path, JSON.stringify({ ...kept, machine: 'other', calibration: quick }));
  expect((await calibrate(folder, forever, fail, calm))?.cacheBytesPerSecond).toBeLessThan(1e18);
});

test('of two measurements each better rate counts', () => {
  const rates = {
    cacheBytesPerSecond: 1,
    memoryBytesPerSecond: 4,
    optimiserParametersPerSecond: 1,
    metricPairsPerSecond: 4,
  };
  const product = { rows: 1, inner: 1, columns: 1 };
  const a = { measuredAt: 'before', products: [{ ...product, flopsPerSecond: 5 }], ...rates };
  const b = {
    ...a,
    measuredAt: 'now',
    products: [{ ...product, flopsPerSecond: 3 }],
    cacheBytesPerSecond: 2,
    memoryBytesPerSecond: 3,
  };
  const best = bestOf(a, b);
  expect(best).toMatchObject({ measuredAt: 'now', cacheBytesPerSecond: 2, memoryBytesPerSecond: 4 });
  expect(best.products).toEqual([{ ...product, flopsPerSecond: 5 }]);
});

test('a graph that takes no longer than an empty one is no machine without limits', () => {
  expect(unitRate(100, 5, 3)).toBe(40_000);
  expect(unitRate(100, 5, 1)).toBe(25_000);
  // An empty graph that was disturbed, and one that took as long.
  expect(unitRate(100, 4, 5)).toBe(50_000);
  expect(unitRate(100, 4, 4)).toBe(50_000);
});

test('a machine that cannot be measured trains without', async () => {
  const stopped = new AbortController();
  stopped.abort();
  expect(await calibrate(folder, stopped.signal, fail)).toBeNull();
});
