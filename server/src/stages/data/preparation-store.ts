import type { Database, Transaction } from '../../database/client.ts';
import { STATUS_COLUMNS, type StatusRow } from '../../jobs/job-status.ts';
import { olderThan, type TimePlace } from '../../plugins/cursor.ts';
import type { VersionWithDataset } from './store.ts';

const COLUMNS = {
  ...STATUS_COLUMNS,
  projectId: true,
  preparation: { select: { datasetVersionId: true } },
} as const;

/** A job that prepares data, without its result, and the version that it became. */
export interface PreparationRow extends StatusRow {
  readonly projectId: string;
  readonly preparation: { readonly datasetVersionId: string } | null;
}

/** What came out of a preparation. */
export interface KeptPreparation {
  readonly jobId: string;
  readonly projectId: string;
  readonly datasetVersionId: string;
  readonly originVersionId: string | null;
  readonly originSourceId: string | null;
  readonly plan: object;
  readonly result: object;
}

/** Preparations and what they made. */
export interface PreparationStore {
  /** A version of this project. */
  version(projectId: string, versionId: string): Promise<VersionWithDataset | null>;
  find(jobId: string): Promise<PreparationRow>;
  /** The jobs of a kind in a project, newest first. */
  pageOf(projectId: string, kind: string, after: TimePlace | undefined, limit: number): Promise<PreparationRow[]>;
  keep(transaction: Transaction, preparation: KeptPreparation): Promise<void>;
}

/** Preparations in the database. */
export function createPreparationStore(database: Database): PreparationStore {
  return {
    version: (projectId, id) =>
      database.datasetVersion.findFirst({ where: { id, projectId }, include: { dataset: true } }),
    find: (id) => database.job.findUniqueOrThrow({ where: { id }, select: COLUMNS }),
    pageOf: (projectId, kind, after, limit) =>
      database.job.findMany({
        where: { projectId, kind, ...olderThan(after) },
        orderBy: [{ createdAt: 'desc' }, { id: 'desc' }],
        take: limit,
        select: COLUMNS,
      }),
    async keep(transaction, preparation) {
      await transaction.preparation.create({ data: preparation });
    },
  };
}
