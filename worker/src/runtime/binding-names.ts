/** Graph output with the mean loss. */
export const LOSS_OUTPUT = 'loss';

/** Graph output [parameters] with the squared norm of each gradient, where the optimiser is in the graph. */
export const SQUARED_NORMS_OUTPUT = 'squaredNorms';

/** Graph inputs with the scalars of an update, where the optimiser is in the graph. */
export const UPDATE_INPUTS = ['clipNorm', 'l2', 'shrink', 'stepSize', 'epsilon', 'beta1', 'beta2'] as const;

/** Name of the graph input that carries an update's scalar. */
export function updateInput(scalar: (typeof UPDATE_INPUTS)[number]): string {
  return `update.${scalar}`;
}

/** Name of the graph input that carries a parameter (slot 0) or one of its optimiser moments (1, 2). */
export function stateInput(parameter: string, slot = 0): string {
  return slot === 0 ? `parameter.${parameter}` : `moment${slot}.${parameter}`;
}

/** Name of the graph output with the state after the step, where the optimiser is in the graph. */
export function nextStateOutput(parameter: string, slot: number): string {
  return `next.${stateInput(parameter, slot)}`;
}

/** Name of the graph output with a parameter's gradient. */
export function gradientOutput(parameter: string): string {
  return `gradient.${parameter}`;
}

/** Start of the names of the graph outputs with the gradient rows of embedding lookups. */
export const EMBEDDING_ROWS_PREFIX = 'embeddingRows.';

/** Name of the graph output with the gradient rows of an embedding lookup. */
export function embeddingRowsOutput(lookup: number): string {
  return `${EMBEDDING_ROWS_PREFIX}${lookup}`;
}
