import type { Database, Transaction } from '../../database/client.ts';
import { olderThan, type TimePlace } from '../../plugins/cursor.ts';
import { newId } from '../../plugins/new-id.ts';

type VersionRow = Awaited<ReturnType<Database['datasetVersion']['findUniqueOrThrow']>>;
type DatasetRow = Awaited<ReturnType<Database['dataset']['findUniqueOrThrow']>>;

/** A dataset version with the dataset that it is of. */
export type VersionWithDataset = VersionRow & { dataset: DatasetRow };

/** What a new version is made of; number and id are given by the store. */
export type NewVersion = Omit<
  VersionRow,
  'id' | 'datasetId' | 'version' | 'createdAt' | 'projectId' | 'personalItems'
> & {
  /** How many items hold personal data, where that has been counted. */
  readonly personalItems?: number;
};

/** Datasets and their immutable versions. */
export interface DataStore {
  find(id: string): Promise<VersionWithDataset | null>;
  projectOf(id: string): Promise<string | undefined>;
  setPersonalItems(id: string, items: number): Promise<void>;
  pageOf(projectId: string, after: TimePlace | undefined, limit: number): Promise<VersionWithDataset[]>;
  summary(projectId: string): Promise<{ count: number; changedAt: Date | null }>;
  /** Adds a version under the dataset's key, or finds the one with the same content; the dataset's row is locked meanwhile. */
  add(
    transaction: Transaction,
    projectId: string,
    dataset: { key: string; name: object },
    version: NewVersion,
  ): Promise<{ row: VersionWithDataset; isNew: boolean }>;
}

/** Datasets in the database. */
export function createDataStore(database: Database): DataStore {
  const withDataset = { dataset: true } as const;
  return {
    find: (id) => database.datasetVersion.findUnique({ where: { id }, include: withDataset }),
    async projectOf(id) {
      const row = await database.datasetVersion.findUnique({ where: { id }, select: { projectId: true } });
      return row?.projectId;
    },
    async setPersonalItems(id, personalItems) {
      await database.datasetVersion.update({ where: { id }, data: { personalItems } });
    },
    pageOf: (projectId, after, limit) =>
      database.datasetVersion.findMany({
        where: {
          projectId,
          ...olderThan(after),
        },
        orderBy: [{ createdAt: 'desc' }, { id: 'desc' }],
        take: limit,
        include: withDataset,
      }),
    async summary(projectId) {
      const { _count, _max } = await database.datasetVersion.aggregate({
        where: { projectId },
        _count: true,
        _max: { createdAt: true },
      });
      return { count: _count, changedAt: _max.createdAt };
    },
    async add(transaction, projectId, { key, name }, version) {
      await transaction.dataset.createMany({ data: [{ id: newId(), projectId, key, name }], skipDuplicates: true });
      const [dataset] = await transaction.$queryRaw<{ id: string }[]>`
        SELECT id FROM datasets WHERE "projectId" = ${projectId}::uuid AND key = ${key} FOR UPDATE`;
      if (dataset === undefined) throw new Error('the dataset that was just written is gone');
      const same = await transaction.datasetVersion.findUnique({
        where: { datasetId_contentSha256: { datasetId: dataset.id, contentSha256: version.contentSha256 } },
        include: withDataset,
      });
      if (same !== null) return { row: same, isNew: false };
      const { _max } = await transaction.datasetVersion.aggregate({
        where: { datasetId: dataset.id },
        _max: { version: true },
      });
      const row = await transaction.datasetVersion.create({
        data: {
          ...version,
          splits: version.splits as object,
          source: version.source as object,
          notes: version.notes as object,
          preview: version.preview as object,
          labels: version.labels as string[],
          id: newId(),
          projectId,
          datasetId: dataset.id,
          version: (_max.version ?? 0) + 1,
        },
        include: withDataset,
      });
      return { row, isNew: true };
    },
  };
}
