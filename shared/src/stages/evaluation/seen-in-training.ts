import { z } from 'zod';
import { id } from '../../api/identifiers.ts';

const count = z.int().min(0);

/** How many of the texts that a model is measured on it also learned from. */
export const seenInTraining = z
  .object({
    /** Texts of the split that was measured. */
    texts: count,
    /** Of them, those that stand word for word among the training items of the same data version. */
    exact: count,
    /** Of the others, those that stand word for word in other data that the model learned from: of runs that it began with, or that it was exported from. */
    elsewhere: count,
    /** Of those that `exact` does not count, near-duplicates of training items of the same version, by its newest leakage check; null where nobody has looked. */
    near: count.nullable(),
    /** Whether data that the model learned from was deleted, so that nobody can tell what else of it was learned. */
    isDataGone: z.boolean(),
    /**
     * The run that an imported model says it was exported from; null where it says none, and for a run's own checkpoint. `isProven` where the file is, byte
     * for byte, one of that run's exports; else it is what the file says of itself.
     */
    origin: z.object({ runId: id, runNumber: z.number().int(), isProven: z.boolean() }).nullable(),
  })
  .meta({ id: 'SeenInTraining' });

/** How many of the texts that a model is measured on it also learned from. */
export type SeenInTraining = z.infer<typeof seenInTraining>;

/** How many texts were seen in all: one that is alike in one place and nearly so in another is counted twice, but never more than there are. */
export function seenTexts({ texts, exact, elsewhere, near }: SeenInTraining): number {
  return Math.min(texts, exact + elsewhere + (near ?? 0));
}

/** Whether an evaluation is no evidence for new texts: one text that was learned from is enough, and so is data of which nobody can tell. */
export function isNoEvidence(seen: SeenInTraining): boolean {
  return seenTexts(seen) > 0 || seen.isDataGone;
}
