import { expect, test } from 'vitest';
import { pValueText } from './p-value.ts';

test.each([
  [0.146, 'p = 0.15'],
  [1, 'p = 1'],
  [0.0123, 'p = 0.012'],
  [0.001, 'p = 0.001'],
  [0.0009, 'p < 0.001'],
  [0, 'p < 0.001'],
])('%d is written as %s', (value, text) => {
  expect(pValueText(value)).toBe(text);
});
