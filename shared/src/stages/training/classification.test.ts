import { expect, test } from 'vitest';
import { predictedLabels } from './classification.ts';

const LABELS = ['ham', 'spam', 'news'];

test('one label: the likeliest, the first of equals', () => {
  expect(predictedLabels('single-label', LABELS, [0.2, 0.5, 0.3], 0.9)).toEqual(['spam']);
  expect(predictedLabels('single-label', LABELS, [0.4, 0.4, 0.2], 0.5)).toEqual(['ham']);
});

test('any number of labels: those above the threshold, as evaluations count them', () => {
  expect(predictedLabels('multi-label', LABELS, [0.51, 0.5, 0.9], 0.5)).toEqual(['ham', 'news']);
  expect(predictedLabels('multi-label', LABELS, [0.5, 0.49, 0.9], 0.95)).toEqual([]);
});

test('a regression has no labels', () => {
  expect(predictedLabels('regression', [], [], 0.5)).toEqual([]);
});
