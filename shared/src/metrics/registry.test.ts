import { expect, test } from 'vitest';
import { PROBLEM_TYPES } from '../stages/requirements/contract.ts';
import { describeMetricNote, metricNote } from './metric-notes.ts';
import { measuredValue } from './measured-value.ts';
import { findMetric, METRICS } from './registry.ts';

test('every number has one name, a range and words in both languages', () => {
  expect(new Set(METRICS.map(({ id }) => id)).size).toBe(METRICS.length);
  for (const { id, name, explanation, range, problemTypes, minimumItems } of METRICS) {
    expect(id).toMatch(/^[a-z0-9]+(-[a-z0-9]+)*$/);
    expect(id.length).toBeLessThanOrEqual(60);
    expect(explanation.en).toMatch(/^[A-Z0-9].*\.$/u);
    expect(explanation.zh).toMatch(/\p{Script=Han}.*。$/u);
    expect(name.en.length > 0 && name.zh.length > 0).toBe(true);
    expect(range[0] === null || range[1] === null || range[0] < range[1]).toBe(true);
    expect(problemTypes.length).toBeGreaterThan(0);
    expect(PROBLEM_TYPES).toEqual(expect.arrayContaining([...problemTypes]));
    expect(minimumItems).toBeGreaterThanOrEqual(0);
  }
});

test('every kind of problem has numbers for quality, service, cost and safety', () => {
  for (const problemType of PROBLEM_TYPES) {
    const kinds = METRICS.filter((metric) => (metric.problemTypes as readonly string[]).includes(problemType));
    expect(new Set(kinds.map(({ kind }) => kind))).toEqual(new Set(['quality', 'safety', 'service', 'cost']));
  }
});

test('an unknown name is not found', () => {
  expect(findMetric('auc-macro')?.better).toBe('higher');
  expect(findMetric('toString')).toBeUndefined();
});

test('a stored note reads in either language; an unknown one is shown as it is', () => {
  const note = [metricNote('undefined-classes', 12), metricNote('histogram-bound', 0.0000457123)].join(';');
  expect(note).toBe('undefined-classes=12;histogram-bound=0.0000457');
  expect(describeMetricNote(note, 'en')).toBe(
    'undefined for 12 classes, which count as 0; computed from a histogram; differs from the exact value by at most 0.0000457',
  );
  expect(describeMetricNote(note, 'zh')).toMatch(/12 个类别.*；.*0\.0000457/u);
  expect(describeMetricNote('constructor=1;made by hand', 'en')).toBe('constructor=1; made by hand');
});

test('values that are not finite are undefined, and an interval is widened to its number', () => {
  expect(measuredValue('perplexity', Infinity, 5)).toEqual({
    metric: 'perplexity',
    value: null,
    low: null,
    high: null,
    items: 5,
    note: null,
  });
  expect(measuredValue('distinct-1', 0.5, 5, { low: 0.25, high: 0.375 })).toMatchObject({
    low: 0.25,
    high: 0.5,
    note: 'widened-interval=0.125',
  });
  expect(measuredValue('distinct-1', 0.5, 5, { low: 0.25, high: 0.75 })).toMatchObject({ note: null });
});
