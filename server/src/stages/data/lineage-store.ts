import type { Database } from '../../database/client.ts';

/** A preparation between two versions. */
export interface LineageEdge {
  readonly jobId: string;
  readonly originVersionId: string | null;
  readonly datasetVersionId: string;
  readonly plan: unknown;
}

/** What connects the versions of a project. */
export interface LineageStore {
  /** The preparations that begin or end at one of these versions, oldest first. */
  edgesAt(projectId: string, versionIds: string[], limit: number): Promise<LineageEdge[]>;
  /** The preparations of files that ended at one of these versions, oldest first. */
  importsTo(
    projectId: string,
    versionIds: string[],
    limit: number,
  ): Promise<{ jobId: string; datasetVersionId: string; result: unknown; job: { payload: unknown } }[]>;
  /** The erasures that took one of these versions away or left one in its place. */
  erasuresAt(
    projectId: string,
    versionIds: string[],
    limit: number,
  ): Promise<{ erasureId: string; from: string; to: string }[]>;
  versions(
    projectId: string,
    ids: string[],
  ): Promise<{ id: string; version: number; items: number; createdAt: Date; dataset: { name: unknown } }[]>;
  /** The tokenizers that were learned from one of these versions, newest first. */
  tokenizersOf(
    projectId: string,
    versionIds: string[],
    limit: number,
  ): Promise<{ id: string; datasetVersionId: string | null; kind: string; size: number }[]>;
  /** The runs that were trained on one of these versions or use a tokenizer learned from one, newest first. */
  runsOn(
    projectId: string,
    versionIds: string[],
    limit: number,
  ): Promise<{ id: string; number: number; datasetVersionId: string; tokenizerId: string | null }[]>;
}

/** The lineage in the database. */
export function createLineageStore(database: Database): LineageStore {
  return {
    edgesAt: (projectId, versionIds, limit) =>
      database.preparation.findMany({
        where: {
          projectId,
          OR: [{ datasetVersionId: { in: versionIds } }, { originVersionId: { in: versionIds } }],
        },
        orderBy: [{ createdAt: 'asc' }, { jobId: 'asc' }],
        take: limit,
        select: { jobId: true, originVersionId: true, datasetVersionId: true, plan: true },
      }),
    importsTo: (projectId, versionIds, limit) =>
      database.preparation.findMany({
        where: { projectId, originVersionId: null, datasetVersionId: { in: versionIds } },
        orderBy: [{ createdAt: 'asc' }, { jobId: 'asc' }],
        take: limit,
        select: { jobId: true, datasetVersionId: true, result: true, job: { select: { payload: true } } },
      }),
    async erasuresAt(projectId, versionIds, limit) {
      const rows = await database.erasureVersion.findMany({
        where: {
          erasure: { projectId },
          successorId: { not: null },
          OR: [{ datasetVersionId: { in: versionIds } }, { successorId: { in: versionIds } }],
        },
        orderBy: [{ erasedAt: 'asc' }, { datasetVersionId: 'asc' }],
        take: limit,
        select: { erasureId: true, datasetVersionId: true, successorId: true },
      });
      return rows.flatMap(({ erasureId, datasetVersionId: from, successorId: to }) =>
        to === null ? [] : [{ erasureId, from, to }],
      );
    },
    versions: (projectId, ids) =>
      database.datasetVersion.findMany({
        where: { projectId, id: { in: ids } },
        orderBy: [{ createdAt: 'asc' }, { id: 'asc' }],
        select: { id: true, version: true, items: true, createdAt: true, dataset: { select: { name: true } } },
      }),
    tokenizersOf: (projectId, versionIds, limit) =>
      database.tokenizer.findMany({
        where: { projectId, datasetVersionId: { in: versionIds } },
        orderBy: [{ createdAt: 'desc' }, { id: 'desc' }],
        take: limit,
        select: { id: true, datasetVersionId: true, kind: true, size: true },
      }),
    runsOn: (projectId, versionIds, limit) =>
      database.run.findMany({
        where: {
          projectId,
          OR: [{ datasetVersionId: { in: versionIds } }, { tokenizer: { datasetVersionId: { in: versionIds } } }],
        },
        orderBy: [{ createdAt: 'desc' }, { id: 'desc' }],
        take: limit,
        select: { id: true, number: true, datasetVersionId: true, tokenizerId: true },
      }),
  };
}
