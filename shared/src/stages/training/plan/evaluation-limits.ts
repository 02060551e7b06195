/** Token × vocabulary pairs of one evaluation point of a generator: enough for steady numbers, few enough not to hold training up. */
export const MAX_POINT_PAIRS = 4_000_000;

/** Item × class pairs of one evaluation point of a classifier. */
export const MAX_LABELLED_POINT_PAIRS = 2_000_000;

/** Pairs that the evaluation of a trained model uses and stores: 80 MB of probabilities. */
export const MAX_EVALUATION_PAIRS = 20_000_000;
