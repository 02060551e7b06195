import type { Split } from '@greenlight/shared/stages/data/content.ts';
import { isNoEvidence } from '@greenlight/shared/stages/evaluation/seen-in-training.ts';
import type { TrainedItemsService } from '../data/trained-items-service.ts';
import type { UncountedStore } from './uncounted-store.ts';

/** Counts for evaluations from before how many of their texts the model also learned from. */
export interface UncountedService {
  /** Counts all that are not counted, the newest first, one at a time; ends when none is left. What cannot be counted is told and left for the next start. */
  start(onError: (error: unknown) => void): void;
  /** Stops after the one under way; the next start goes on. */
  close(): Promise<void>;
}

/** Builds what counts them; several servers on one database do no harm to each other. */
export function createUncountedService(
  store: UncountedStore,
  trainedItems: Pick<TrainedItemsService, 'seenByRun' | 'seenByImported'>,
): UncountedService {
  let isClosing = false;
  let work = Promise.resolve();

  async function count(id: string): Promise<void> {
    const measured = await store.find(id);
    if (measured === null) return;
    const { runId, modelFileId, datasetVersionId, sameAsTraining } = measured;
    const split = measured.split as Split;
    const seen =
      modelFileId === null
        ? await trainedItems.seenByRun(runId ?? '', split)
        : await trainedItems.seenByImported(modelFileId, datasetVersionId, split);
    // What it was measured on may have been checked before its data was deleted.
    if (seen.isDataGone) return;
    await store.keep(id, seen, sameAsTraining || isNoEvidence(seen));
  }

  async function countAll(onError: (error: unknown) => void): Promise<void> {
    for (const id of await store.ids()) {
      if (isClosing) return;
      await count(id).catch(onError);
    }
  }

  return {
    start(onError) {
      work = countAll(onError).catch(onError);
    },
    async close() {
      isClosing = true;
      await work;
    },
  };
}
