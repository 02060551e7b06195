import { expect, test } from 'vitest';
import { type VerdictRule, verdictOf } from './verdict.ts';

const atLeast: VerdictRule = { operator: '>=', threshold: 0.8, decisionMode: 'interval', minimumItems: 100 };
const atMost: VerdictRule = { ...atLeast, operator: '<=' };
const pointDecides: VerdictRule = { ...atLeast, decisionMode: 'point' };

test.each([
  ['whole interval above', atLeast, 0.85, 0.81, 0.9, 100, 'pass'],
  ['interval starts at the threshold', atLeast, 0.85, 0.8, 0.9, 100, 'pass'],
  ['whole interval below', atLeast, 0.7, 0.65, 0.79, 100, 'fail'],
  ['interval ends at the threshold', atLeast, 0.7, 0.65, 0.8, 100, 'not-enough-evidence'],
  ['interval around the threshold, point above', atLeast, 0.85, 0.79, 0.9, 100, 'not-enough-evidence'],
  ['interval around the threshold, point below', atLeast, 0.75, 0.7, 0.82, 100, 'not-enough-evidence'],
  ['one item too few', atLeast, 0.95, 0.9, 0.99, 99, 'not-enough-evidence'],
  ['undefined', atLeast, null, null, null, 100, 'not-enough-evidence'],
  ['no interval', atLeast, 0.9, null, null, 100, 'not-enough-evidence'],
  ['at most: whole interval below', atMost, 0.7, 0.65, 0.8, 100, 'pass'],
  ['at most: whole interval above', atMost, 0.9, 0.81, 0.95, 100, 'fail'],
  ['at most: interval around the threshold', atMost, 0.79, 0.7, 0.81, 100, 'not-enough-evidence'],
  ['point decides: above, interval around', pointDecides, 0.81, 0.7, 0.9, 100, 'pass'],
  ['point decides: at the threshold, no interval', pointDecides, 0.8, null, null, 100, 'pass'],
  ['point decides: below', pointDecides, 0.79, 0.7, 0.9, 100, 'fail'],
  ['point decides, one item too few', pointDecides, 0.9, 0.85, 0.95, 99, 'not-enough-evidence'],
  ['point decides, undefined', pointDecides, null, null, null, 100, 'not-enough-evidence'],
] as const)('%s', (_, rule, value, low, high, items, wanted) => {
  expect(verdictOf(rule, { value, low, high, items })).toBe(wanted);
});

test('nothing measured is no evidence', () => {
  expect(verdictOf(atLeast, null)).toBe('no-evidence');
});
