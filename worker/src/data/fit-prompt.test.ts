import { expect, test } from 'vitest';
import { fitPrompt } from './fit-prompt.ts';

const prompt = Int32Array.from({ length: 20 }, (_, index) => index);

test('a prompt that leaves room for what is wanted stays whole', () => {
  expect(fitPrompt(prompt, 32, 12)).toEqual(prompt);
});

test('a longer prompt keeps its end, and never less than half of the longest', () => {
  expect([...fitPrompt(prompt, 16, 4)]).toEqual([8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19]);
  expect([...fitPrompt(prompt, 16, 500)]).toEqual([12, 13, 14, 15, 16, 17, 18, 19]);
});
