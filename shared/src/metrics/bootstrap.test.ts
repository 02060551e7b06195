import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { bootstrapIntervals, sortedQuantile } from './bootstrap.ts';
import { type PointName, METRIC_OF_POINT } from './classification-points.ts';
import { ClassificationAccumulator, classificationReport } from './classification-report.ts';
import { weightedMean } from './classified-items.ts';
import { generatedProblem } from './golden/generated.ts';
import { seededRandom } from './random.ts';

interface GoldenBootstrap {
  seed: number;
  items: number;
  classCount: number;
  groupSize: number;
  resamples: number;
  bootstrapSeed: number;
  intervals: Partial<Record<PointName, [number, number]>>;
}

const golden = JSON.parse(readFileSync(new URL('./golden/statistics.json', import.meta.url), 'utf8')) as {
  bootstrap: GoldenBootstrap[];
};

describe.each(golden.bootstrap)('$items items in groups of $groupSize, $classCount classes', (wanted) => {
  const chunk = generatedProblem(wanted.seed, wanted.items, wanted.classCount);
  const groups = Array.from({ length: wanted.items }, (_, item) => Math.floor(item / wanted.groupSize));
  const report = classificationReport({ ...chunk, groups }, wanted.classCount, {
    resamples: wanted.resamples,
    seed: wanted.bootstrapSeed,
  });

  test.each(Object.entries(wanted.intervals) as [PointName, [number, number]][])(
    'the interval of %s is that of repeating rows and computing anew',
    (name, [wantedLow, wantedHigh]) => {
      const measured = report.metrics.find(({ metric }) => metric === METRIC_OF_POINT[name])!;
      // Only the two micro areas are resampled from binned scores.
      const tolerance = { aucMicro: 2e-4, averagePrecisionMicro: 1e-3 }[name as string] ?? 1e-9;
      expect(Math.abs(measured.low! - Math.min(wantedLow, measured.value!))).toBeLessThan(tolerance);
      expect(Math.abs(measured.high! - Math.max(wantedHigh, measured.value!))).toBeLessThan(tolerance);
    },
  );
});

test('binning moves the interval of the micro AUC by less than 1e-4 where pairs are many', () => {
  const chunk = generatedProblem(11, 400, 300);
  const classCount = 300;
  const options = { resamples: 20, seed: 1 };
  const report = classificationReport(chunk, classCount, options);
  const measured = report.metrics.find(({ metric }) => metric === 'auc-micro')!;
  const exact = bootstrapIntervals(
    400,
    (weights) => {
      const resample = new ClassificationAccumulator(classCount, { resamples: 0 });
      for (const [item, weight] of weights.entries()) {
        for (let copy = 0; copy < weight; copy++) {
          resample.add({
            probabilities: chunk.probabilities.slice(item * classCount, (item + 1) * classCount),
            targets: chunk.targets.slice(item, item + 1),
          });
        }
      }
      return { area: resample.report().metrics.find(({ metric }) => metric === 'auc-micro')!.value };
    },
    options,
  ).area!;
  expect(Math.abs(measured.low! - exact.low)).toBeLessThan(1e-4);
  expect(Math.abs(measured.high! - exact.high)).toBeLessThan(1e-4);
});

describe('the interval of a mean', () => {
  const random = seededRandom(3);
  const values = Array.from({ length: 400 }, () => random());
  const mean = (weights: Float64Array) => weightedMean(values, weights);
  const { low, high } = bootstrapIntervals(400, (weights) => ({ mean: mean(weights) }), {
    resamples: 4_000,
    seed: 7,
  }).mean!;

  test('is as wide as theory says, within 5 %', () => {
    const average = weightedMean(values)!;
    const deviation = Math.sqrt(weightedMean(values.map((value) => (value - average) ** 2))!);
    const theory = (2 * 1.96 * deviation) / Math.sqrt(values.length);
    expect(Math.abs((high - low) / theory - 1)).toBeLessThan(0.05);
  });

  test('is the same for the same seed and another for another seed', () => {
    const again = (seed: number) =>
      bootstrapIntervals(400, (weights) => ({ mean: mean(weights) }), { resamples: 4_000, seed }).mean!;
    expect(again(7)).toMatchObject({ low, high });
    expect(again(8).low).not.toBe(low);
  });
});

test('intervals need two groups, and values in at least half of the resamples', () => {
  const options = { resamples: 100, seed: 1 };
  expect(bootstrapIntervals(1, () => ({ one: 1 }), options)).toEqual({});
  const { never, always } = bootstrapIntervals(2, () => ({ never: null, always: 1 }), options);
  expect(never).toBeUndefined();
  expect(always).toMatchObject({ low: 1, high: 1 });
});

test('quantiles interpolate between neighbours', () => {
  expect(sortedQuantile([1, 2, 4], 0.25)).toBe(1.5);
  expect(sortedQuantile([1, 2, 4], 1)).toBe(4);
  expect(sortedQuantile([], 0.5)).toBeNaN();
});

test('what was undefined in a resample keeps its place', () => {
  let draws = 0;
  const { some } = bootstrapIntervals(3, () => ({ some: draws++ % 3 === 0 ? null : draws }), { resamples: 6, seed: 1 });
  expect([...some!.resampled]).toEqual([NaN, 2, 3, NaN, 5, 6]);
});
