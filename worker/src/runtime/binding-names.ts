/** Graph output with the mean loss. */
export const LOSS_OUTPUT = 'loss';

/** Graph output [parameters] with the squared norm of each gradient, where the optimiser is in the graph. */
export const SQUARED_NORMS_OUTPUT = 'squaredNorms';

/** Graph inputs with the scalars of an update, where the optimiser is in the graph. */
export const UPDATE_INPUTS = ['clipNorm', 'l2', 'l1', 'shrink', 'stepSize', 'epsilon', 'beta1', 'beta2'] as const;

/** Name of the graph input that carries an update's scalar. */
export function updateInput(scalar: (typeof UPDATE_INPUTS)[number]): string {
  return `update.${scalar}`;
}

/** Name of the graph input that carries a parameter (slot 0) or one of its optimiser moments (1, 2). */
export function stateInput(parameter: string, slot = 0): string {
  return slot === 0 ? `parameter.${parameter}` : `moment${slot}.${parameter}`;
}

/** Name of the graph input that carries the gradient which earlier micro-batches of a step have left on the device. */
export function gatheredInput(parameter: string): string {
  return `gathered.${parameter}`;
}

/** Graph input with the factor on gathered gradients: 0 for the first micro-batch of a step, 1 afterwards. */
export const KEEP_INPUT = 'keep';

const NEXT_PREFIX = 'next.';

/** Name of the graph output with what the named input carries from the next run on, for state that stays on the device. */
export function nextOutput(input: string): string {
  return `${NEXT_PREFIX}${input}`;
}

/** The input that an output is for, when it is one of `nextOutput`; null otherwise. */
export function inputOfNext(output: string): string | null {
  return output.startsWith(NEXT_PREFIX) ? output.slice(NEXT_PREFIX.length) : null;
}

/** Name of the graph output with a parameter's gradient. */
export function gradientOutput(parameter: string): string {
  return `gradient.${parameter}`;
}

/** Start of the names of the graph outputs that a weight's gradient is the product of. */
const FACTOR_PREFIX = 'factor.';

/** The two factors of a weight's gradient, xᵀ·dy: what the layer read, and the gradient of what it gave. */
export const FACTOR_ROLES = ['x', 'dy'] as const;
export type FactorRole = (typeof FACTOR_ROLES)[number];

/** Name of the graph output with a factor of a weight's gradient. */
export function factorOutput(parameter: string, role: FactorRole): string {
  return `${FACTOR_PREFIX}${role}.${parameter}`;
}

/** Start of the names of the graph outputs with the gradient rows of embedding lookups. */
export const EMBEDDING_ROWS_PREFIX = 'embeddingRows.';

/** Name of the graph output with the gradient rows of an embedding lookup. */
export function embeddingRowsOutput(lookup: number): string {
  return `${EMBEDDING_ROWS_PREFIX}${lookup}`;
}
