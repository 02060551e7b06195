import type { Prisma } from '@greenlight/prisma/client';
import type { JobState } from '@greenlight/shared/jobs/contract.ts';
import { measureTokenizerJob } from '@greenlight/shared/stages/data/tokenizer-job.ts';
import type { Database, Transaction } from '../../database/client.ts';
import { STATUS_COLUMNS } from '../../jobs/job-status.ts';
import { olderThan, type TimePlace } from '../../plugins/cursor.ts';
import { newId } from '../../plugins/new-id.ts';
import { lockContent, type VersionWithDataset } from './store.ts';

const WITH_VERSION = {
  datasetVersion: { select: { version: true, dataset: { select: { name: true } } } },
} as const;

const TRAINING = {
  ...STATUS_COLUMNS,
  kind: true,
  tokenizerTraining: { select: { tokenizerId: true } },
} as const;

/** Most runs that a tokenizer names. */
const MOST_RUNS = 100;

/** A tokenizer with the data version that it was learned from, if it was. */
export type TokenizerRow = Prisma.TokenizerGetPayload<{ include: typeof WITH_VERSION }>;

/** A job that learns or measures a tokenizer, without its result, and the tokenizer that it came to. */
export type TrainingRow = Prisma.JobGetPayload<{ select: typeof TRAINING }>;

/** What a training came to. */
export interface NewTokenizer extends Pick<
  TokenizerRow,
  'projectId' | 'kind' | 'size' | 'sha256' | 'sizeBytes' | 'deletedAt' | 'createdById'
> {
  readonly datasetVersionId: string;
  readonly settings: object;
  readonly report: object;
}

/** A tokenizer that was brought along. */
export interface NewUpload extends Pick<
  TokenizerRow,
  'projectId' | 'fileName' | 'runSha256' | 'kind' | 'size' | 'sha256' | 'sizeBytes' | 'createdById'
> {
  readonly settings: object;
  readonly report: object;
}

/** Tokenizers and the trainings that made them. */
export interface TokenizerStore {
  find(id: string): Promise<TokenizerRow | null>;
  findAll(ids: readonly string[]): Promise<TokenizerRow[]>;
  /** The tokenizers of a project whose content is kept, all or those that were brought along, newest first. */
  pageOf(projectId: string, isOfUploads: boolean, after: TimePlace | undefined, limit: number): Promise<TokenizerRow[]>;
  /** Which of some tokenizers are measured on a version. */
  measuredOn(datasetVersionId: string, ids: readonly string[]): Promise<ReadonlySet<string>>;
  /** The tokenizers that a worker measures on a version, or is about to. */
  measuringOn(version: Pick<VersionWithDataset, 'id' | 'projectId'>): Promise<ReadonlySet<string>>;
  /** The runs that were started with one, newest first. */
  runsWith(id: string): Promise<{ id: string; number: number }[]>;
  training(jobId: string): Promise<TrainingRow>;
  /** The jobs of these kinds on a version, all or those in one state, newest first. */
  trainingsOn(
    version: { id: string; projectId: string },
    among: { readonly kinds: readonly string[]; readonly state: JobState | undefined },
    after: TimePlace | undefined,
    limit: number,
  ): Promise<TrainingRow[]>;
  /** Keeps a tokenizer, or finds the one of the version with the same content, and ties the job to it. */
  keep(transaction: Transaction, jobId: string, tokenizer: NewTokenizer): Promise<{ id: string; isNew: boolean }>;
  /** Keeps one that was brought along, or finds the one of the project with the same content; `storeFile` runs before it, under the content's lock. */
  keepUpload(
    transaction: Transaction,
    upload: NewUpload,
    storeFile: () => Promise<void>,
  ): Promise<{ id: string; isNew: boolean }>;
  /** Keeps what a job measured of a tokenizer on a version, in place of what was known. */
  keepMeasurement(
    transaction: Transaction,
    jobId: string,
    measurement: { tokenizerId: string; datasetVersionId: string; report: object },
  ): Promise<void>;
  /** What was measured on a version, or else what was measured last; null where nothing was. */
  measurement(
    tokenizerId: string,
    datasetVersionId: string | undefined,
  ): Promise<{ datasetVersionId: string; report: unknown } | null>;
  /** The tokenizers of a project that were brought along and are kept, oldest first. */
  uploadsOf(projectId: string): Promise<{ id: string; sha256: string }[]>;
  /** Marks one that was brought along as gone, with its measurements; false where it is already. */
  giveUp(transaction: Transaction, id: string, at: Date): Promise<boolean>;
}

/** Tokenizers in the database. */
export function createTokenizerStore(database: Database): TokenizerStore {
  return {
    find: (id) => database.tokenizer.findUnique({ where: { id }, include: WITH_VERSION }),
    findAll: (ids) => database.tokenizer.findMany({ where: { id: { in: [...ids] } }, include: WITH_VERSION }),
    pageOf: (projectId, isOfUploads, after, limit) =>
      database.tokenizer.findMany({
        where: { projectId, deletedAt: null, ...(isOfUploads ? { datasetVersionId: null } : {}), ...olderThan(after) },
        orderBy: [{ createdAt: 'desc' }, { id: 'desc' }],
        take: limit,
        include: WITH_VERSION,
      }),
    async measuredOn(datasetVersionId, ids) {
      const where = { datasetVersionId, tokenizerId: { in: [...ids] } };
      const rows = await database.tokenizerMeasurement.findMany({ where, select: { tokenizerId: true } });
      return new Set(rows.map(({ tokenizerId }) => tokenizerId));
    },
    async measuringOn({ id, projectId }) {
      const { kind, payload } = measureTokenizerJob;
      const rows = await database.job.findMany({
        where: {
          ...{ projectId, kind, state: { in: ['queued', 'running'] } },
          payload: { path: ['datasetVersionId'], equals: id },
        },
        select: { payload: true },
      });
      return new Set(rows.map((row) => payload.parse(row.payload).tokenizerId));
    },
    runsWith: (tokenizerId) =>
      database.run.findMany({
        where: { tokenizerId },
        orderBy: [{ createdAt: 'desc' }, { id: 'desc' }],
        take: MOST_RUNS,
        select: { id: true, number: true },
      }),
    training: (id) => database.job.findUniqueOrThrow({ where: { id }, select: TRAINING }),
    trainingsOn: ({ id, projectId }, { kinds, state }, after, limit) =>
      database.job.findMany({
        where: {
          projectId,
          kind: { in: [...kinds] },
          ...(state === undefined ? {} : { state }),
          payload: { path: ['datasetVersionId'], equals: id },
          ...olderThan(after),
        },
        orderBy: [{ createdAt: 'desc' }, { id: 'desc' }],
        take: limit,
        select: TRAINING,
      }),
    async keep(transaction, jobId, tokenizer) {
      const { datasetVersionId, sha256 } = tokenizer;
      await lockContent(transaction, sha256);
      const where = { datasetVersionId_sha256: { datasetVersionId, sha256 } };
      const same = await transaction.tokenizer.findUnique({ where, select: { id: true } });
      const { id } = same ?? (await transaction.tokenizer.create({ data: { ...tokenizer, id: newId() } }));
      await transaction.tokenizerTraining.create({ data: { jobId, tokenizerId: id } });
      return { id, isNew: same === null };
    },
    async keepUpload(transaction, upload, storeFile) {
      const { projectId, sha256 } = upload;
      await lockContent(transaction, sha256);
      const where = { projectId, sha256, datasetVersionId: null, deletedAt: null };
      const same = await transaction.tokenizer.findFirst({ where, select: { id: true } });
      if (same !== null) return { id: same.id, isNew: false };
      await storeFile();
      const { id } = await transaction.tokenizer.create({ data: { ...upload, id: newId() } });
      return { id, isNew: true };
    },
    async keepMeasurement(transaction, jobId, { tokenizerId, datasetVersionId, report }) {
      const measuredAt = new Date();
      await transaction.tokenizerMeasurement.upsert({
        where: { tokenizerId_datasetVersionId: { tokenizerId, datasetVersionId } },
        create: { tokenizerId, datasetVersionId, report, measuredAt },
        update: { report, measuredAt },
      });
      await transaction.tokenizerTraining.create({ data: { jobId, tokenizerId } });
    },
    measurement: (tokenizerId, datasetVersionId) =>
      database.tokenizerMeasurement.findFirst({
        where: { tokenizerId, ...(datasetVersionId === undefined ? {} : { datasetVersionId }) },
        orderBy: { measuredAt: 'desc' },
        select: { datasetVersionId: true, report: true },
      }),
    uploadsOf: (projectId) =>
      database.tokenizer.findMany({
        where: { projectId, datasetVersionId: null, deletedAt: null },
        orderBy: [{ createdAt: 'asc' }, { id: 'asc' }],
        select: { id: true, sha256: true },
      }),
    async giveUp(transaction, id, deletedAt) {
      const where = { id, datasetVersionId: null, deletedAt: null };
      const { count } = await transaction.tokenizer.updateMany({ where, data: { deletedAt } });
      await transaction.tokenizerMeasurement.deleteMany({ where: { tokenizerId: id } });
      return count > 0;
    },
  };
}
