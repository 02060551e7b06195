import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { ClassificationAccumulator, classificationReport } from './classification-report.ts';
import type { PointValues } from './classification-points.ts';
import { METRIC_OF_POINT } from './classification-points.ts';
import { generatedProblem } from './golden/generated.ts';
import { OneVersusRestAccumulator, oneVersusRestAreas } from './one-versus-rest.ts';
import { averagePrecision } from './precision-recall.ts';
import { findMetric } from './registry.ts';

interface GoldenProblem {
  name: string;
  classCount: number;
  probabilities?: number[];
  targets?: number[];
  generated?: { seed: number; items: number };
  expected: Partial<PointValues> & { confusion?: number[][]; rocMacro?: [number[], number[]] };
}

const golden = JSON.parse(readFileSync(new URL('./golden/classification.json', import.meta.url), 'utf8')) as {
  problems: GoldenProblem[];
};

function chunkOf({ classCount, probabilities, targets, generated }: GoldenProblem) {
  if (generated !== undefined) return generatedProblem(generated.seed, generated.items, classCount);
  return { probabilities: Float32Array.from(probabilities!), targets: Int32Array.from(targets!) };
}

function valuesOf(report: { metrics: { metric: string; value: number | null }[] }) {
  return new Map(report.metrics.map(({ metric, value }) => [metric, value]));
}

describe.each(golden.problems)('$name', (problem) => {
  const { expected, classCount } = problem;
  const chunk = chunkOf(problem);
  const report = classificationReport(chunk, classCount, { resamples: 0 });

  test('every number agrees with scikit-learn', () => {
    const values = valuesOf(report);
    for (const [name, metric] of Object.entries(METRIC_OF_POINT)) {
      if (name === 'perplexity') continue;
      const wanted = expected[name as keyof PointValues];
      if (wanted === undefined) expect(values.get(metric), metric).toBeNull();
      else expect(Math.abs(values.get(metric)! - wanted!), metric).toBeLessThan(1e-9);
    }
    expect(values.get('perplexity')).toBeCloseTo(Math.exp(expected.loss!), 9);
  });

  test('the confusion matrix agrees with scikit-learn, or is a list of pairs above 50 classes', () => {
    if (classCount > 50) expect(report.confusion.kind).toBe('most-confused');
    else expect(report.confusion).toEqual({ kind: 'matrix', matrix: expected.confusion });
  });

  test('adding the items one by one, or in another order, gives the same numbers', () => {
    const whole = valuesOf(report);
    const order = Array.from(chunk.targets.keys()).toReversed();
    const oneByOne = new ClassificationAccumulator(classCount, { resamples: 0 });
    for (const item of order) {
      oneByOne.add({
        probabilities: chunk.probabilities.slice(item * classCount, (item + 1) * classCount),
        targets: chunk.targets.slice(item, item + 1),
      });
    }
    for (const [metric, value] of valuesOf(oneByOne.report())) {
      if (value === null) expect(whole.get(metric), metric).toBeNull();
      else expect(Math.abs(value - whole.get(metric)!), metric).toBeLessThan(1e-12);
    }
  });

  test('above the limit of exact pairs, areas stay within the error bound that is shown', () => {
    const accumulator = new OneVersusRestAccumulator(classCount, 0);
    accumulator.add(chunk);
    const result = accumulator.result();
    const areas = oneVersusRestAreas(result);
    expect(result.method).toBe('histogram');
    for (const [area, wanted] of [
      [areas.micro, expected.aucMicro],
      [areas.macro, expected.aucMacro],
      [areas.weighted, expected.aucWeighted],
    ] as const) {
      if (wanted === undefined) expect(area).toBeNull();
      else expect(Math.abs(area!.value - wanted!)).toBeLessThanOrEqual(area!.errorBound + 1e-12);
    }
    expect(averagePrecision(result.micro)).toBeCloseTo(expected.averagePrecisionMicro!, 2);
  });

  test('every curve has at most 500 points inside the unit square and every metric is registered', () => {
    for (const { x, y } of report.curves) {
      expect(x.length).toBeLessThanOrEqual(500);
      expect(x.length).toBe(y.length);
      for (const value of [...x, ...y]) expect(value >= 0 && value <= 1.0000001).toBe(true);
    }
    for (const { metric } of report.metrics) expect(findMetric(metric)?.id).toBe(metric);
  });
});

test('the error bound of 65,536 bins is below 1e-4 on 2,000 classes', () => {
  const accumulator = new OneVersusRestAccumulator(2_000, 100_000);
  accumulator.add(generatedProblem(13, 500, 2_000));
  const { micro } = oneVersusRestAreas(accumulator.result());
  expect(micro!.errorBound).toBeGreaterThan(0);
  expect(micro!.errorBound).toBeLessThan(1e-4);
});

test('above 50 classes, the most confused pairs are listed by count', () => {
  const classCount = 60;
  const probabilities = new Float32Array(5 * classCount);
  for (const [item, prediction] of [3, 3, 7, 1, 9].entries()) probabilities[item * classCount + prediction] = 1;
  const { confusion } = classificationReport({ probabilities, targets: Int32Array.of(2, 2, 59, 1, 8) }, classCount);
  expect(confusion).toEqual({
    kind: 'most-confused',
    confusedPairCount: 3,
    pairs: [
      { target: 2, prediction: 3, count: 2 },
      { target: 8, prediction: 9, count: 1 },
      { target: 59, prediction: 7, count: 1 },
    ],
  });
});

test('losses given by the model are the ones reported', () => {
  const chunk = { probabilities: Float32Array.of(0.5, 0.5, 1, 0), targets: Int32Array.of(0, 1) };
  expect(valuesOf(classificationReport(chunk, 2)).get('loss')).toBeCloseTo((Math.LN2 + 149 * Math.LN2) / 2, 12);
  expect(valuesOf(classificationReport({ ...chunk, lossNats: [1, 2] }, 2)).get('loss')).toBe(1.5);
});

test('groups are names: which numbers they have does not matter', () => {
  const chunk = generatedProblem(7, 24, 5);
  const report = (nameOf: (group: number) => number) =>
    classificationReport({ ...chunk, groups: Array.from({ length: 24 }, (_, i) => nameOf(Math.floor(i / 3))) }, 5, {
      resamples: 40,
      seed: 3,
    });
  const named = report((group) => 1_000 - 7 * group);
  expect(named.groupCount).toBe(8);
  expect(named.metrics).toEqual(report((group) => group).metrics);
});

test('without items every number is undefined and nothing is drawn', () => {
  const report = new ClassificationAccumulator(3).report();
  expect(report.itemCount).toBe(0);
  expect(report.metrics.every(({ value, low, high }) => value === null && low === null && high === null)).toBe(true);
  expect(report.curves).toEqual([]);
});

test.each([
  ['a target outside the classes', [0.5, 0.5], [2]],
  ['a negative target', [0.5, 0.5], [-1]],
  ['a value that is not a number', [NaN, 0.5], [0]],
  ['a negative value', [-0.1, 0.5], [0]],
  ['a value above 1', [1.5, 0.5], [0]],
  ['too few probabilities', [0.5], [0]],
  ['probabilities without items', [0.5, 0.5], []],
])('%s is refused', (_, probabilities, targets) => {
  const chunk = { probabilities: Float32Array.from(probabilities), targets: Int32Array.from(targets) };
  expect(() => classificationReport(chunk, 2)).toThrow(RangeError);
});
