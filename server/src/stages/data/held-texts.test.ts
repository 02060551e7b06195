import { expect, test } from 'vitest';
import { HeldTexts } from './held-texts.ts';

test.each([0, 5000])('texts are met once each, also more than the %i that were expected', (expected) => {
  const held = new HeldTexts(expected);
  for (let text = 0; text < 5000; text++) held.add(`text ${text}`);
  held.add('text 7');
  for (let text = 4000; text < 9000; text++) held.meet(`text ${text}`);
  held.meet('text 4000');
  expect([held.met, held.hasUnmet]).toEqual([1000, true]);
  held.meet('text 7');
  expect(held.met).toBe(1002);
  for (let text = 0; text < 4000; text++) held.meet(`text ${text}`);
  expect([held.met, held.hasUnmet]).toEqual([5001, false]);
});
