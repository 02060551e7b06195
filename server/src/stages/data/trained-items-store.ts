import type { Database } from '../../database/client.ts';

/** The versions of data behind a run. */
export interface TrainedItemsStore {
  /** The version that a run trains on, null where there is no such run, and the others that the runs trained on which it began with, directly or through others. */
  dataOf(runId: string): Promise<{ readonly own: string | null; readonly earlier: readonly string[] }>;
}

/** Builds the store. */
export function createTrainedItemsStore(database: Database): TrainedItemsStore {
  return {
    async dataOf(runId) {
      const rows = await database.$queryRaw<{ datasetVersionId: string; isOwn: boolean }[]>`
        WITH RECURSIVE begun AS (
          SELECT id, "datasetVersionId", configuration FROM runs WHERE id = ${runId}::uuid
          UNION
          SELECT runs.id, runs."datasetVersionId", runs.configuration FROM begun
          JOIN artifacts ON artifacts.id = (begun.configuration->>'startFromArtifactId')::uuid
          JOIN runs ON runs.id = artifacts."runId"
        )
        SELECT "datasetVersionId", bool_or(id = ${runId}::uuid) AS "isOwn" FROM begun GROUP BY "datasetVersionId"`;
      const own = rows.find(({ isOwn }) => isOwn)?.datasetVersionId ?? null;
      return { own, earlier: rows.flatMap(({ datasetVersionId, isOwn }) => (isOwn ? [] : [datasetVersionId])) };
    },
  };
}
