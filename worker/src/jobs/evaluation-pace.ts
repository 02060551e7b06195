import { evaluationSpacing, widestSpacing } from '@greenlight/shared/stages/training/plan/evaluation-spacing.ts';
import { z } from 'zod';

/** What a checkpoint keeps of the pace: with it, a resumed run is evaluated after the same steps. */
export const evaluationPaceState = z.object({
  everyEpochs: z.number().int().min(1),
  /** Evaluations that were timed; the pace is settled after the second. */
  timed: z.number().int().min(0),
  isSettled: z.boolean(),
});

/** What a checkpoint keeps of the pace. */
export type EvaluationPaceState = z.infer<typeof evaluationPaceState>;

/** The pace of a run that begins: every epoch, or every few of very many. */
export function freshPace(epochs: number): EvaluationPaceState {
  return { everyEpochs: widestSpacing(epochs), timed: 0, isSettled: false };
}

/** Evaluations that are timed: the first also prepares its graphs, so that it says how long one takes at most. */
const TIMED_EVALUATIONS = 2;

/**
 * The pace after an evaluation that took so long, when an epoch of steps takes `epochMs`. After the first evaluation a second one
 * follows where the run can afford both; then the pace is settled, and what is evaluated depends on the step alone.
 */
export function paceAfter(
  pace: EvaluationPaceState,
  run: { epochs: number; epochMs: number; evaluationMs: number },
): EvaluationPaceState {
  if (pace.isSettled) return pace;
  const everyEpochs = evaluationSpacing(run.epochs, run.epochMs, run.evaluationMs);
  const timed = pace.timed + 1;
  const affordsTwo = everyEpochs <= Math.ceil((run.epochs - 1) / TIMED_EVALUATIONS);
  if (timed < TIMED_EVALUATIONS && affordsTwo) return { ...pace, timed };
  return { everyEpochs, timed, isSettled: true };
}
