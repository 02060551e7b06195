import { evaluationSchedule } from '@greenlight/shared/stages/training/plan/evaluation-schedule.ts';
import { z } from 'zod';
import { headSums } from './head-sums.ts';

/** What a checkpoint keeps of the loop, beside the engine's own state: with it, a resumed run reports the same points. */
const loopState = z.object({
  step: z.number().int(),
  epochLossSum: z.number(),
  epochTargets: z.number(),
  elapsedMs: z.number(),
  bestLoss: z.number().nullable(),
  evaluationsWithoutBetter: z.number().int(),
  bestCheckpoint: z.object({ step: z.number().int(), path: z.string() }).nullable(),
  /** For each further head of a classifier; absent where there are none. */
  epochHeads: headSums.optional(),
  /** A run goes on with the points that it began with, wherever it is resumed; null before the first step. */
  evaluations: evaluationSchedule.nullable().default(null),
});

/** What a checkpoint keeps of the loop. */
export type LoopState = z.infer<typeof loopState>;

const FRESH: LoopState = {
  step: 0,
  epochLossSum: 0,
  epochTargets: 0,
  elapsedMs: 0,
  bestLoss: null,
  evaluationsWithoutBetter: 0,
  bestCheckpoint: null,
  evaluations: null,
};

/** The loop's state as a checkpoint gave it back, or that of a run that begins; throws when it is of another form. */
export function loopStateOf(progress: unknown): LoopState {
  return progress === null ? { ...FRESH } : loopState.parse(progress);
}
