/** Token × vocabulary pairs of one evaluation point of a generator: enough for steady numbers, few enough not to hold training up. */
export const MAX_POINT_PAIRS = 4_000_000;

/** Item × class pairs of one evaluation point of a classifier. */
export const MAX_LABELLED_POINT_PAIRS = 2_000_000;

/** Pairs that the evaluation of a trained model uses and stores: 80 MB of probabilities. */
export const MAX_EVALUATION_PAIRS = 20_000_000;

/** Most numbers that one forward pass of an evaluation may return: 16 MB of probabilities. */
export const MAX_FORWARD_VALUES = 4_000_000;

/** Items of one forward pass of an evaluation. */
export const EVALUATION_ROWS = 32;
