import { expect, test } from 'vitest';
import type { TokenizedSplit } from './tokenizer-job.ts';
import {
  coverageOf,
  itemsBeyond,
  judgedSplit,
  tokensPerCharacter,
  tokensPerWord,
  unknownRateOf,
} from './tokenizer-rules.ts';

const lengths = { p50: 3, p90: 1500, p95: 1500, p99: 1500, longest: 1500, histogram: [0, 1, 0, 4, 2], beyond: 3 };
const split: TokenizedSplit = {
  ...{ split: 'validation', items: 10, characters: 100, words: 20, tokens: 40, unknownTokens: 4, coveredWords: 15 },
  ...{ itemsWithUnknown: 3, distinctTokens: 12, lengths },
};

test('rates are shares of what they are of', () => {
  expect(coverageOf(split)).toBe(0.75);
  expect(unknownRateOf(split)).toBe(0.1);
  expect(tokensPerCharacter(split)).toBe(0.4);
  expect(tokensPerWord(split)).toBe(2);
  const empty = { ...split, characters: 0, words: 0, tokens: 0 };
  expect([coverageOf(empty), unknownRateOf(empty), tokensPerCharacter(empty), tokensPerWord(empty)]).toEqual([
    null,
    0,
    null,
    null,
  ]);
});

test.each([
  [0, 10],
  [1, 9],
  [2, 9],
  [3, 5],
  [4, 3],
  [1024, 3],
  [5000, 3],
])('a context of %i tokens cuts %i of ten items', (contextLength, cut) => {
  expect(itemsBeyond(split, contextLength)).toBe(cut);
});

test('held-out items are judged before those that were learned from', () => {
  const train = { ...split, split: 'train' } as const;
  expect(judgedSplit([train, split])).toBe(split);
  expect(judgedSplit([train])).toBe(train);
  expect(judgedSplit([])).toBeUndefined();
});
