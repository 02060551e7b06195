import type { Split } from '@greenlight/shared/stages/data/content.ts';
import { z } from 'zod';
import type { Database } from '../../database/client.ts';

/** What the model that is measured learned from, and what it is measured on. */
export interface Measured {
  /** The version whose items it is measured on. */
  readonly versionId: string;
  /** Whether it learned from that version's training items, or may have: of a model from elsewhere nobody knows better. */
  readonly isOfVersion: boolean;
  /** Other versions that it learned from. */
  readonly elsewhere: readonly string[];
}

/** A run that an imported model says it was exported from. */
export interface Origin {
  readonly runId: string;
  readonly runNumber: number;
  readonly isProven: boolean;
}

/** The versions of data behind models. */
export interface TrainedItemsStore {
  /** The version that a run trains on, null where there is no such run, and the others that the runs trained on which it began with, directly or through others. */
  dataOf(runId: string): Promise<{ readonly own: string | null; readonly earlier: readonly string[] }>;
  /** The run of the same project that an imported model came from: by its checksum, or else by what its file says of itself. */
  originOf(modelFileId: string): Promise<Origin | null>;
  /** How many items a version has in a split. */
  itemsOf(versionId: string, split: Split): Promise<number>;
  /** Items of a held-out split that are no repetition but a near-duplicate of a training item, by the newest preparation of a version; null where there is none. */
  nearOf(versionId: string, split: Split): Promise<number | null>;
  /** What is known of the validation items of runs without reading any. */
  validationOf(runIds: readonly string[]): Promise<ValidationFacts[]>;
}

/** How many items a run's version has in all, in training and for validation, where training items stand in for an empty split; and what its newest leakage check found. */
export interface ValidationFacts {
  readonly runId: string;
  readonly items: number;
  readonly train: number;
  readonly validation: number;
  /** Null where nobody looked; `heldItems` are the validation items that are no training items. */
  readonly leak: { readonly heldItems: number; readonly exact: number; readonly near: number } | null;
}

/** What an export writes into the metadata of its files. */
const exportedFrom = z.object({ metadata: z.object({ 'greenlight.run-id': z.uuid() }) });

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
    async originOf(modelFileId) {
      const file = await database.modelFile.findUnique({
        where: { id: modelFileId },
        select: { projectId: true, sha256: true, inspection: { select: { result: true } } },
      });
      if (file === null) return null;
      const { projectId, sha256 } = file;
      const exported = await database.artifact.findFirst({
        where: { projectId, sha256, kind: 'onnx' },
        select: { run: { select: { id: true, number: true } } },
      });
      if (exported !== null) return { runId: exported.run.id, runNumber: exported.run.number, isProven: true };
      const said = exportedFrom.safeParse(file.inspection.result);
      if (!said.success) return null;
      const id = said.data.metadata['greenlight.run-id'];
      const run = await database.run.findFirst({ where: { id, projectId }, select: { id: true, number: true } });
      return run && { runId: run.id, runNumber: run.number, isProven: false };
    },
    async itemsOf(versionId, split) {
      const { splits } = await database.datasetVersion.findUniqueOrThrow({
        where: { id: versionId },
        select: { splits: true },
      });
      return (splits as Record<Split, number>)[split];
    },
    async nearOf(versionId, split) {
      const [leak] = await database.$queryRaw<{ near: number }[]>`
        SELECT (leak->>'near')::int AS near
        FROM (SELECT result FROM preparations WHERE "datasetVersionId" = ${versionId}::uuid ORDER BY "createdAt" DESC LIMIT 1) AS made,
          jsonb_array_elements(made.result->'leakage'->'leaks') AS leak
        WHERE leak->>'held' = ${split} AND leak->>'from' = 'train'`;
      return leak?.near ?? null;
    },
    validationOf: (runIds) => database.$queryRaw<ValidationFacts[]>`
      SELECT runs.id AS "runId", version.items, (version.splits->>'train')::int AS train,
        (version.splits->>'validation')::int AS validation, check_.leak
      FROM runs JOIN dataset_versions AS version ON version.id = runs."datasetVersionId"
      LEFT JOIN LATERAL (
        SELECT jsonb_build_object('heldItems', leak->'heldItems', 'exact', leak->'exact', 'near', leak->'near') AS leak FROM (
          SELECT result FROM preparations WHERE "datasetVersionId" = version.id ORDER BY "createdAt" DESC LIMIT 1
        ) AS made, jsonb_array_elements(made.result->'leakage'->'leaks') AS leak
        WHERE leak->>'held' = 'validation' AND leak->>'from' = 'train'
      ) AS check_ ON true
      WHERE runs.id = ANY(${runIds}::uuid[])`,
  };
}
