/** Token × vocabulary pairs of one evaluation point of a generator: enough for steady numbers, few enough not to hold training up. */
export const MAX_POINT_PAIRS = 4_000_000;

/** Item × class pairs of one evaluation point of a classifier. */
export const MAX_LABELLED_POINT_PAIRS = 2_000_000;

/** Pairs that the evaluation of a trained model uses and stores: 80 MB of probabilities. */
export const MAX_EVALUATION_PAIRS = 20_000_000;

/** Most numbers that one forward pass of an evaluation may return: 16 MB of probabilities. */
export const MAX_FORWARD_VALUES = 4_000_000;

/** Items of one forward pass of an evaluation, where they are short. */
const EVALUATION_ROWS = 32;

/**
 * Most pairs of tokens of one forward pass, for each of which every head of every layer has a weight: ONNX Runtime holds those of all layers until the
 * pass ends. A training step of two of the longest items works in more.
 */
const MAX_TOKEN_PAIRS = 2_500_000;

/** Items of a pass by their attention alone: a power of two, so that few different shapes come of many lengths. */
function rowsByPairs(tokens: number): number {
  return 2 ** Math.max(0, Math.floor(Math.log2(MAX_TOKEN_PAIRS / tokens ** 2)));
}

/**
 * Where the forward passes of an evaluation end, as numbers of items: of items with so many tokens each, the shortest first, which are answered by so many numbers for
 * each token. Only passes that hold long items have few of them.
 */
export function evaluationPasses(tokens: readonly number[], numbersPerToken: number): number[] {
  const byNumbers = MAX_FORWARD_VALUES / ((tokens.at(-1) ?? 1) * numbersPerToken);
  const most = Math.max(1, Math.floor(Math.min(EVALUATION_ROWS, byNumbers)));
  const ends: number[] = [];
  tokens.forEach((length, item) => {
    if (item - (ends.at(-1) ?? 0) >= Math.min(most, rowsByPairs(length))) ends.push(item);
  });
  return tokens.length === 0 ? [] : [...ends, tokens.length];
}
