import { LONGEST_CONTEXT, type TokenizedSplit } from './tokenizer-job.ts';

/** Share of words without an unknown token, 0 to 1; null where there are no words. */
export function coverageOf({ words, coveredWords }: TokenizedSplit): number | null {
  return words === 0 ? null : coveredWords / words;
}

/** Share of tokens that are unknown, 0 to 1. */
export function unknownRateOf({ tokens, unknownTokens }: TokenizedSplit): number {
  return tokens === 0 ? 0 : unknownTokens / tokens;
}

/** Tokens a character (code point). */
export function tokensPerCharacter({ tokens, characters }: TokenizedSplit): number | null {
  return characters === 0 ? null : tokens / characters;
}

/** Tokens a word, also called fertility. */
export function tokensPerWord({ tokens, words }: TokenizedSplit): number | null {
  return words === 0 ? null : tokens / words;
}

/** Items that are longer than a context of so many tokens, up to the longest context, and would be cut. */
export function itemsBeyond({ lengths }: TokenizedSplit, contextLength: number): number {
  const within = Math.min(contextLength, LONGEST_CONTEXT) + 1;
  return lengths.histogram.slice(within).reduce((sum, items) => sum + items, lengths.beyond);
}

/** The split that says most about texts to come: test, else validation, else the training items themselves. */
export function judgedSplit(splits: readonly TokenizedSplit[]): TokenizedSplit | undefined {
  return ['test', 'validation', 'train'].map((name) => splits.find(({ split }) => split === name)).find(Boolean);
}
