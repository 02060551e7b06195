import { expect, test } from 'vitest';
import { typedNumber } from './typed-number.ts';

test.each([
  ['0.9', '0.9'],
  ['0,9', '0.9'],
  ['0,905', '0.905'],
  ['０．９', '0.9'],
  ['0。9', '0.9'],
  ['90%', '0.9'],
  ['90,5 ％', '0.905'],
  ['1,500', '1500'],
  ['1,234,567.5', '1234567.5'],
  ['-0.5', '-0.5'],
  ['1e-3', '1e-3'],
  ['', ''],
])('%s means %s', (typed, meant) => {
  expect(typedNumber(typed, true)).toBe(meant);
});

test('only of a share is a percentage the hundredth part', () => {
  expect(typedNumber('90%', false)).toBe('90');
});
