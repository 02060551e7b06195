import type { TokenizedSplit } from '@greenlight/shared/stages/data/tokenizer-job.ts';
import type { TFunction } from 'i18next';
import { expect, test } from 'vitest';
import { exactShare } from './tokenizer-numbers.ts';
import { tokenizerVerdict } from './tokenizer-verdict.ts';

const t = ((key: string, facts: object = {}) =>
  `${key} ${JSON.stringify(facts)}`) as unknown as TFunction<'tokenizers'>;
const lengths = { p50: 3, p90: 3, p95: 3, p99: 3, longest: 3, histogram: [0, 0, 0, 100], beyond: 0 };
const split: TokenizedSplit = {
  ...{ split: 'test', items: 100, characters: 900, words: 200, tokens: 300, unknownTokens: 0, coveredWords: 200 },
  ...{ itemsWithUnknown: 0, distinctTokens: 9, lengths },
};

test.each([
  [0, '0 %'],
  [1, '100 %'],
  [0.999_99, '99.99 %'],
  [0.000_001, '0.01 %'],
  [0.5, '50.0 %'],
  [0.004, '0.40 %'],
])('a share of %d is never rounded to all or nothing: %s', (share, said) => expect(exactShare(share)).toBe(said));

test('a tokenizer is good where it reads held-out words and texts fit, and says which of the two it lacks', () => {
  const verdictOf = (change: Partial<TokenizedSplit>, contextLength = 8) =>
    tokenizerVerdict([{ ...split, ...change }], contextLength, t);
  expect(verdictOf({})).toMatchObject({
    isGood: true,
    sentence: expect.stringMatching(/report\.covers.*report\.fits/),
  });
  expect(verdictOf({}).sentence).toContain('"perWord":"1.50"');
  const lacking = verdictOf({ coveredWords: 190 });
  expect(lacking).toMatchObject({ isGood: false, sentence: expect.stringContaining('report.lacks') });
  const cut = verdictOf({}, 2);
  expect(cut).toMatchObject({ isGood: false, sentence: expect.stringMatching(/report\.covers.*report\.cuts/) });
  expect(tokenizerVerdict([], 8, t)).toEqual({ isGood: false, sentence: 'report.nothing {}' });
});
