/** Blocks of tokens in an attention where none sees those behind it, at most, and what their tokens are a multiple of: smaller ones would spare little and cost a step each. */
const MOST_BLOCKS = 8;
const TOKEN_UNIT = 16;

/** Tokens of a block, but for the last: each of them is computed with all tokens up to the last of its block. */
export function causalBlockTokens(tokens: number): number {
  return Math.ceil(tokens / MOST_BLOCKS / TOKEN_UNIT) * TOKEN_UNIT;
}

/** Of a text's pairs of tokens the share that is computed. */
export function computedShare(tokens: number): number {
  const block = causalBlockTokens(tokens);
  let computed = 0;
  for (let first = 0; first < tokens; first += block) {
    const end = Math.min(tokens, first + block);
    computed += (end - first) * end;
  }
  return computed / tokens ** 2;
}
