import { expect, test } from 'vitest';
import { shownCount } from './shown-count.ts';

test('a list that is not read to its end says that there is more', () => {
  expect(shownCount(41, false)).toBe('41');
  expect(shownCount(1_200, true)).toBe('1,200+');
});
