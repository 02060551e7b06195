import { expect, test } from 'vitest';
import { ClassificationAccumulator } from './classification-report.ts';
import { multiLabelReport } from './multi-label-report.ts';
import { regressionReport } from './regression-report.ts';
import { METRICS } from './registry.ts';
import { isMeasuredOfTask } from './task-metrics.ts';

const options = { resamples: 0 };
const classes = new ClassificationAccumulator(2, options);
classes.add({ probabilities: Float32Array.of(0.7, 0.3, 0.2, 0.8), targets: Int32Array.of(0, 1) });
const labels = { items: 2, labels: 2, probabilities: [0.7, 0.3, 0.2, 0.8], truth: [1, 0, 1, 1] };

test.each([
  ['single', classes.report().metrics],
  ['multiple', multiLabelReport(labels, options).metrics],
  ['value', regressionReport([1, 2], [1, 3], options)],
] as const)('a task of kind %s can be judged by exactly the numbers that its report has', (kind, reported) => {
  const known = METRICS.map(({ id }) => id).filter((id) => isMeasuredOfTask(id, kind));
  expect(known.toSorted()).toEqual(reported.map(({ metric }) => metric).toSorted());
});

test('where the kind is not known, the numbers of every kind are possible, and those of a whole service are not', () => {
  expect(isMeasuredOfTask('r-squared', undefined)).toBe(true);
  expect(isMeasuredOfTask('f1-macro', undefined)).toBe(true);
  expect(isMeasuredOfTask('latency-p95-ms', undefined)).toBe(false);
});
