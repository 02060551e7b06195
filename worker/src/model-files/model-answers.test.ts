import type { ModelMapping } from '@greenlight/shared/stages/training/imported-models.ts';
import { expect, test } from 'vitest';
import { answersFrom } from './model-answers.ts';

const CLASSES: ModelMapping = {
  ...{ input: 'features', features: 'x', output: 'label', outputKind: 'classes' },
  ...{ task: 'single-label', labels: ['ham', 'spam', 'other'] },
};

const numbered = (...numbers: number[]) => ({ type: 'int64', numbers, shape: [numbers.length] });

test.each([
  ['places where classes have names', ['ham', 'spam', 'other'], [2, 0], [0, 0, 1, 1, 0, 0]],
  ['names where all classes are called by numbers', ['7', '0', '2'], [2, 0], [0, 0, 1, 0, 1, 0]],
  ['names below zero', ['-1', '1'], [1, -1], [0, 1, 1, 0]],
])('numbers of classes are %s', (_name, labels, numbers, wanted) => {
  expect([...answersFrom(numbered(...numbers), 2, { ...CLASSES, labels })]).toEqual(wanted);
});

test('whole numbers are numbers of a regression', () => {
  const numbers: ModelMapping = { ...CLASSES, outputKind: 'values', task: 'regression', labels: [] };
  expect([...answersFrom(numbered(-3, 12), 2, numbers)]).toEqual([-3, 12]);
});

test('a class that nobody named, and another number of answers than of items, are refused', () => {
  expect(() => answersFrom(numbered(3), 1, CLASSES)).toThrow("named the class '3', which is none of 3");
  expect(() => answersFrom(numbered(1, 2), 3, CLASSES)).toThrow('2 values for 3 items, not 1 for each');
  expect(() =>
    answersFrom({ type: 'string', texts: ['a'], shape: [1] }, 1, { ...CLASSES, outputKind: 'logits' }),
  ).toThrow('gives texts, not numbers');
});
