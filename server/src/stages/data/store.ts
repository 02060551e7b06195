import type { DatasetTask } from '@greenlight/shared/stages/data/content.ts';
import type { Database, Transaction } from '../../database/client.ts';
import { AppError } from '../../plugins/app-error.ts';
import { olderThan, type TimePlace } from '../../plugins/cursor.ts';
import { newId } from '../../plugins/new-id.ts';

type VersionRow = Awaited<ReturnType<Database['datasetVersion']['findUniqueOrThrow']>>;
type DatasetRow = Awaited<ReturnType<Database['dataset']['findUniqueOrThrow']>>;

/** A dataset version with the dataset that it is of. */
export type VersionWithDataset = VersionRow & { dataset: DatasetRow };

/** What a new version is made of; number and id are given by the store. */
export type NewVersion = Omit<
  VersionRow,
  | 'id'
  | 'datasetId'
  | 'version'
  | 'createdAt'
  | 'projectId'
  | 'personalItems'
  | 'keptUntil'
  | 'holdReason'
  | 'holdBy'
  | 'holdAt'
  | 'deletedAt'
  | 'deletionKind'
  | 'fileRemovedAt'
  | 'certificateId'
  | 'imagesSha256'
  | 'imagesBytes'
> & {
  /** The pack of the images of the items. */
  readonly imagesSha256?: string;
  readonly imagesBytes?: bigint;
  /** How many items hold personal data, where that has been counted. */
  readonly personalItems?: number;
};

/** What may change on a version: how long its content is kept, and that it is gone. */
export type KeepingChange = Partial<
  Pick<
    VersionRow,
    'keptUntil' | 'holdReason' | 'holdBy' | 'holdAt' | 'deletedAt' | 'deletionKind' | 'fileRemovedAt' | 'certificateId'
  >
> & { readonly preview?: string[] };

/** For how many days data may be kept; null where nothing limits it. */
export type RetentionDays = (transaction: Transaction, projectId: string) => Promise<number | null>;

const DAY_MS = 24 * 60 * 60 * 1000;

/** Any fixed number: with a checksum it names the lock under which content is given a row or removed. */
const CONTENT_LOCK = 7_301_002;

/** Keeps everybody else from giving this content a row, or removing it, until the transaction ends. */
export async function lockContent(transaction: Transaction, sha256: string): Promise<void> {
  await transaction.$executeRaw`SELECT pg_advisory_xact_lock(hashtextextended(${sha256}, ${CONTENT_LOCK}))`;
}

/** What prepares data: a file that was only read in is what came, with all that it leaks and repeats. */
const PREPARED = {
  OR: [{ originVersionId: { not: null } }, { NOT: { plan: { path: ['recipe', 'steps'], equals: [] } } }],
};

/** What a project has of data; `unprepared` is its newest version where no preparation made or confirmed it, `leaking` the one whose preparation left items of a held-out split in another, `hasClasses` whether that one's items are labelled with any. */
export interface DataSummary {
  readonly count: number;
  readonly changedAt: Date | null;
  readonly newest: string | null;
  readonly unprepared: string | null;
  readonly leaking: string | null;
  readonly hasClasses: boolean;
}

/** Whether a version's items say classes, in their labels or as answers of a task. */
function namesClasses({ labelKind, tasks }: { labelKind: string; tasks: unknown }): boolean {
  const kinds = [labelKind, ...(tasks as DatasetTask[]).map(({ kind }) => kind)];
  return kinds.some((kind) => kind === 'single' || kind === 'multiple');
}

/** Datasets and their immutable versions. */
export interface DataStore {
  find(id: string): Promise<VersionWithDataset | null>;
  projectOf(id: string): Promise<string | undefined>;
  setPersonalItems(id: string, items: number): Promise<void>;
  pageOf(projectId: string, after: TimePlace | undefined, limit: number): Promise<VersionWithDataset[]>;
  summary(projectId: string): Promise<DataSummary>;
  /** Changes what a version says of its own keeping. */
  change(transaction: Transaction, id: string, change: KeepingChange): Promise<void>;
  /** Reads a version and keeps others from changing it until the transaction ends. */
  lock(transaction: Transaction, id: string): Promise<VersionWithDataset | null>;
  /** Keeps the content of a version from being given up until the transaction ends. Throws `not-found`, `content-deleted`. */
  holdContent(transaction: Transaction, id: string): Promise<void>;
  /** Versions whose time has passed and that nothing holds, the longest overdue first. */
  expired(now: Date, limit: number): Promise<{ id: string }[]>;
  /** Versions whose time passes before a moment, the next one first. */
  expiringBefore(projectId: string, moment: Date, limit: number): Promise<VersionWithDataset[]>;
  /** Adds a version under the dataset's key, or finds the one with the same content; the dataset's row is locked meanwhile. */
  add(
    transaction: Transaction,
    projectId: string,
    dataset: { key: string; name: object },
    version: NewVersion,
  ): Promise<{ row: VersionWithDataset; isNew: boolean }>;
}

/** Datasets in the database. */
export function createDataStore(database: Database, retentionDays: RetentionDays): DataStore {
  const withDataset = { dataset: true } as const;
  /** How many held items of a version the newest preparation of it found in another split, alike or nearly so; texts within others are told of only. */
  async function leaksLeftIn(id: string): Promise<number> {
    const [sum] = await database.$queryRaw<{ leaks: number }[]>`
      SELECT COALESCE(SUM((leak->>'exact')::int + (leak->>'near')::int), 0)::int AS leaks
      FROM (SELECT result FROM preparations WHERE "datasetVersionId" = ${id}::uuid ORDER BY "createdAt" DESC LIMIT 1) AS made,
        jsonb_array_elements(made.result->'leakage'->'leaks') AS leak`;
    return sum?.leaks ?? 0;
  }

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
      const [count, newest] = await Promise.all([
        database.datasetVersion.count({ where: { projectId } }),
        database.datasetVersion.findFirst({
          where: { projectId },
          orderBy: [{ createdAt: 'desc' }, { id: 'desc' }],
          select: {
            id: true,
            createdAt: true,
            labelKind: true,
            tasks: true,
            _count: { select: { madeBy: { where: PREPARED } } },
          },
        }),
      ]);
      const isPrepared = newest === null || newest._count.madeBy > 0;
      const leaks = newest !== null && isPrepared ? await leaksLeftIn(newest.id) : 0;
      return {
        count,
        changedAt: newest?.createdAt ?? null,
        newest: newest?.id ?? null,
        unprepared: isPrepared ? null : newest.id,
        leaking: newest !== null && leaks > 0 ? newest.id : null,
        hasClasses: newest !== null && namesClasses(newest),
      };
    },
    async change(transaction, id, change) {
      await transaction.datasetVersion.update({ where: { id }, data: change });
    },
    async lock(transaction, id) {
      await transaction.$queryRaw`SELECT 1 FROM dataset_versions WHERE id = ${id}::uuid FOR UPDATE`;
      return transaction.datasetVersion.findUnique({ where: { id }, include: withDataset });
    },
    async holdContent(transaction, id) {
      const [row] = await transaction.$queryRaw<{ deletedAt: Date | null }[]>`
        SELECT "deletedAt" FROM dataset_versions WHERE id = ${id}::uuid FOR SHARE`;
      if (row === undefined) throw new AppError('not-found');
      if (row.deletedAt !== null) throw new AppError('content-deleted');
    },
    expired: (now, limit) =>
      database.datasetVersion.findMany({
        where: { keptUntil: { lte: now }, deletedAt: null, holdAt: null },
        orderBy: { keptUntil: 'asc' },
        take: limit,
        select: { id: true },
      }),
    expiringBefore: (projectId, moment, limit) =>
      database.datasetVersion.findMany({
        where: { projectId, keptUntil: { lte: moment }, deletedAt: null, holdAt: null },
        orderBy: { keptUntil: 'asc' },
        take: limit,
        include: withDataset,
      }),
    async add(transaction, projectId, { key, name }, version) {
      await lockContent(transaction, version.contentSha256);
      if (version.imagesSha256 !== undefined) await lockContent(transaction, version.imagesSha256);
      await transaction.dataset.createMany({ data: [{ id: newId(), projectId, key, name }], skipDuplicates: true });
      const [dataset] = await transaction.$queryRaw<{ id: string }[]>`
        SELECT id FROM datasets WHERE "projectId" = ${projectId}::uuid AND key = ${key} FOR UPDATE`;
      if (dataset === undefined) throw new Error('the dataset that was just written is gone');
      const same = await transaction.datasetVersion.findUnique({
        where: { datasetId_contentSha256: { datasetId: dataset.id, contentSha256: version.contentSha256 } },
        include: withDataset,
      });
      if (same?.deletedAt) throw new AppError('content-deleted');
      if (same !== null) return { row: same, isNew: false };
      const { _max } = await transaction.datasetVersion.aggregate({
        where: { datasetId: dataset.id },
        _max: { version: true },
      });
      const days = await retentionDays(transaction, projectId);
      const createdAt = new Date();
      const row = await transaction.datasetVersion.create({
        data: {
          ...version,
          splits: version.splits as object,
          source: version.source as object,
          notes: version.notes as object,
          preview: version.preview as object,
          labels: version.labels as string[],
          tasks: version.tasks as object[],
          id: newId(),
          projectId,
          datasetId: dataset.id,
          version: (_max.version ?? 0) + 1,
          createdAt,
          keptUntil: days === null ? null : new Date(createdAt.getTime() + days * DAY_MS),
        },
        include: withDataset,
      });
      return { row, isNew: true };
    },
  };
}
