/** Largest share of a run's time that evaluation points may take where their spacing is left to the product. */
export const EVALUATION_SHARE = 0.012;

/** Runs shorter than this are given evaluation points as if they took so long: nobody waits for the second they cost. */
const SHORTEST_MS = 60_000;

/** Evaluations at the ends of epochs; a run of more epochs evaluates evenly spread ones. */
const MAX_EPOCH_EVALUATIONS = 200;

/** Every how many epochs a run evaluates before anything is measured. */
export function widestSpacing(epochs: number): number {
  return Math.ceil(epochs / MAX_EPOCH_EVALUATIONS);
}

/**
 * Every how many epochs a run may evaluate so that its evaluation points, without the one after the last step, stay within their share
 * of the time that all its epochs take; the number of epochs where even one would be too much.
 */
export function evaluationSpacing(epochs: number, epochMs: number, evaluationMs: number): number {
  const budgetMs = EVALUATION_SHARE * Math.max(SHORTEST_MS, epochs * epochMs);
  const affordable = Math.floor(budgetMs / Math.max(evaluationMs, 1e-3));
  if (affordable < 1) return epochs;
  return Math.max(widestSpacing(epochs), Math.ceil((epochs - 1) / affordable), 1);
}
