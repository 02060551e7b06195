/** Blocks of tokens in an attention where none sees those behind it, at most, and how many tokens a block has at least: smaller ones would spare little and cost a step each. */
const MOST_BLOCKS = 8;
const FEWEST_TOKENS = 16;

/** Tokens of a block, about: each of them is computed with all tokens up to the last of its block. */
export function causalBlockTokens(tokens: number): number {
  return Math.max(FEWEST_TOKENS, Math.ceil(tokens / MOST_BLOCKS));
}

/** Of a text's pairs of tokens the share that is computed. */
export function computedShare(tokens: number): number {
  const blocks = Math.max(1, tokens / causalBlockTokens(tokens));
  return (1 + 1 / blocks) / 2;
}
