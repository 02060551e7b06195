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

/** Items of one forward pass of an evaluation whose longest has so many tokens, and that is answered by so many numbers for each token. */
export function evaluationRows(longest: number, numbersPerToken: number): number {
  const [byPairs, byNumbers] = [MAX_TOKEN_PAIRS / longest ** 2, MAX_FORWARD_VALUES / (longest * numbersPerToken)];
  return Math.max(1, Math.floor(Math.min(EVALUATION_ROWS, byPairs, byNumbers)));
}
