import type { Split } from '@greenlight/shared/stages/data/content.ts';
import { isNoEvidence } from '@greenlight/shared/stages/evaluation/seen-in-training.ts';
import { Prisma } from '@greenlight/prisma/client';
import type { Database } from '../../database/client.ts';
import type { TrainedItemsService } from '../data/trained-items-service.ts';

/** Counts for evaluations from before how many of their texts the model also learned from. */
export interface UncountedEvaluations {
  /** Counts all that are not counted, the newest first, one at a time; ends when none is left. What cannot be counted is told and left for the next start. */
  start(onError: (error: unknown) => void): void;
  /** Stops after the one under way; the next start goes on. */
  close(): Promise<void>;
}

/** Builds what counts them; several servers on one database do no harm to each other. */
export function createUncountedEvaluations(
  database: Database,
  trainedItems: Pick<TrainedItemsService, 'seenByRun' | 'seenByImported'>,
): UncountedEvaluations {
  const uncounted = { seenInTraining: { equals: Prisma.DbNull } };
  let isClosing = false;
  let work = Promise.resolve();

  async function count(id: string): Promise<void> {
    const row = await database.evaluation.findUnique({ where: { id } });
    if (row === null) return;
    const { runId, modelFileId, datasetVersionId, sameAsTraining } = row;
    const split = row.split as Split;
    const seen =
      modelFileId === null
        ? await trainedItems.seenByRun(runId ?? '', split)
        : await trainedItems.seenByImported(modelFileId, datasetVersionId, split);
    await database.evaluation.updateMany({
      where: { id, ...uncounted },
      data: { seenInTraining: seen, sameAsTraining: sameAsTraining || isNoEvidence(seen) },
    });
  }

  async function countAll(onError: (error: unknown) => void): Promise<void> {
    const rows = await database.evaluation.findMany({
      where: uncounted,
      orderBy: [{ createdAt: 'desc' }, { id: 'desc' }],
      select: { id: true },
    });
    for (const { id } of rows) {
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
