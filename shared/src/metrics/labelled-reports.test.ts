import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { multiLabelReport } from './multi-label-report.ts';
import { regressionReport } from './regression-report.ts';
import { findMetric } from './registry.ts';

interface Golden {
  multiLabel: {
    name: string;
    items: number;
    labels: number;
    probabilities: number[];
    truth: number[];
    values: Record<string, number>;
  }[];
  regression: { name: string; predictions: number[]; targets: number[]; values: Record<string, number> }[];
}

const golden = JSON.parse(readFileSync(new URL('golden/labelled.json', import.meta.url), 'utf8')) as Golden;

const few = { resamples: 200 };

test.each(golden.multiLabel)('multi-label, $name: agrees with scikit-learn', ({ values, ...given }) => {
  const { metrics, curves } = multiLabelReport(given, few);
  expect(metrics.map(({ metric }) => metric).toSorted()).toEqual(Object.keys(values).toSorted());
  for (const { metric, value, low, high, items } of metrics) {
    expect(value, metric).toBeCloseTo(values[metric] ?? Number.NaN, 9);
    expect(findMetric(metric)?.id).toBe(metric);
    expect(items).toBe(given.items);
    expect(low, metric).toBeLessThanOrEqual(value ?? Number.NaN);
    expect(high, metric).toBeGreaterThanOrEqual(value ?? Number.NaN);
  }
  const areas = curves.map(({ kind, area }) => [kind, area]);
  expect(areas).toEqual([
    ['roc-micro', expect.closeTo(values['auc-micro'] ?? Number.NaN, 9)],
    ['roc-macro', expect.closeTo(values['auc-macro'] ?? Number.NaN, 9)],
    ['precision-recall-micro', expect.closeTo(values['average-precision-micro'] ?? Number.NaN, 9)],
  ]);
});

test.each(golden.regression)('regression, $name: agrees with scikit-learn', ({ predictions, targets, values }) => {
  for (const { metric, value, low, high } of regressionReport(predictions, targets, few)) {
    expect(value, metric).toBeCloseTo(values[metric] ?? Number.NaN, 9);
    expect(findMetric(metric)?.id).toBe(metric);
    expect([low ?? Infinity, high ?? -Infinity]).toEqual([
      expect.toSatisfy((x) => x <= (value ?? 0)),
      expect.toSatisfy((x) => x >= (value ?? 0)),
    ]);
  }
});

test('labels with one outcome are left out of the mean area and said so; nothing at all is undefined, never 0', () => {
  const oneSided = golden.multiLabel[2];
  if (oneSided === undefined) throw new Error('the golden data is incomplete');
  const macro = multiLabelReport(oneSided, few).metrics.find(({ metric }) => metric === 'auc-macro');
  expect(macro?.note).toContain('classes-averaged=2');
  const empty = multiLabelReport({ items: 0, labels: 2, probabilities: [], truth: [] });
  expect(empty.metrics.every(({ value }) => value === null)).toBe(true);
  expect(regressionReport([], []).every(({ value }) => value === null)).toBe(true);
});

test('lengths that do not match are refused', () => {
  expect(() => multiLabelReport({ items: 2, labels: 2, probabilities: [0, 1, 0], truth: [0, 1, 0, 1] })).toThrow(
    RangeError,
  );
  expect(() => regressionReport([1], [1, 2])).toThrow(RangeError);
});

test('areas of more pairs than are ranked have no interval and say so, other numbers have theirs', () => {
  const [items, labels] = [20_001, 100];
  const truth = Float32Array.from({ length: items * labels }, (_, pair) => Number(pair % 7 === 0));
  const probabilities = truth.map((isTrue, pair) => (pair % 11) / 20 + isTrue / 3);
  const { metrics } = multiLabelReport({ items, labels, probabilities, truth }, { resamples: 3 });
  const found = new Map(metrics.map((one) => [one.metric as string, one]));
  expect(found.get('auc-micro')).toMatchObject({ low: null, high: null, note: 'too-large-for-interval=2000000' });
  expect(found.get('auc-micro')?.value).toBeGreaterThan(0.5);
  expect(found.get('f1-macro')?.low).toBeGreaterThan(0);
});
