import type { Prisma } from '@greenlight/prisma/client';
import type { Database, Transaction } from '../../database/client.ts';
import { STATUS_COLUMNS } from '../../jobs/job-status.ts';
import { olderThan, type TimePlace } from '../../plugins/cursor.ts';
import { newId } from '../../plugins/new-id.ts';
import { lockContent } from './store.ts';

const WITH_VERSION = {
  datasetVersion: { select: { version: true, dataset: { select: { name: true } } } },
} as const;

const TRAINING = {
  ...STATUS_COLUMNS,
  tokenizerTraining: { select: { tokenizerId: true } },
} as const;

/** Most runs that a tokenizer names. */
const MOST_RUNS = 100;

/** A tokenizer with the data version that it was learned from. */
export type TokenizerRow = Prisma.TokenizerGetPayload<{ include: typeof WITH_VERSION }>;

/** A job that learns a tokenizer, without its result, and the tokenizer that it came to. */
export type TrainingRow = Prisma.JobGetPayload<{ select: typeof TRAINING }>;

/** What a training came to. */
export interface NewTokenizer extends Pick<
  TokenizerRow,
  'projectId' | 'datasetVersionId' | 'kind' | 'size' | 'sha256' | 'sizeBytes' | 'deletedAt' | 'createdById'
> {
  readonly settings: object;
  readonly report: object;
}

/** Tokenizers and the trainings that made them. */
export interface TokenizerStore {
  find(id: string): Promise<TokenizerRow | null>;
  /** The tokenizers of a project whose content is kept, newest first. */
  pageOf(projectId: string, after: TimePlace | undefined, limit: number): Promise<TokenizerRow[]>;
  /** The runs that were started with one, newest first. */
  runsWith(id: string): Promise<{ id: string; number: number }[]>;
  training(jobId: string): Promise<TrainingRow>;
  /** The jobs of this kind on a version, newest first. */
  trainingsOn(
    version: { id: string; projectId: string },
    kind: string,
    after: TimePlace | undefined,
    limit: number,
  ): Promise<TrainingRow[]>;
  /** Keeps a tokenizer, or finds the one of the version with the same content, and ties the job to it. */
  keep(transaction: Transaction, jobId: string, tokenizer: NewTokenizer): Promise<{ id: string; isNew: boolean }>;
}

/** Tokenizers in the database. */
export function createTokenizerStore(database: Database): TokenizerStore {
  return {
    find: (id) => database.tokenizer.findUnique({ where: { id }, include: WITH_VERSION }),
    pageOf: (projectId, after, limit) =>
      database.tokenizer.findMany({
        where: { projectId, deletedAt: null, ...olderThan(after) },
        orderBy: [{ createdAt: 'desc' }, { id: 'desc' }],
        take: limit,
        include: WITH_VERSION,
      }),
    runsWith: (tokenizerId) =>
      database.run.findMany({
        where: { tokenizerId },
        orderBy: [{ createdAt: 'desc' }, { id: 'desc' }],
        take: MOST_RUNS,
        select: { id: true, number: true },
      }),
    training: (id) => database.job.findUniqueOrThrow({ where: { id }, select: TRAINING }),
    trainingsOn: ({ id, projectId }, kind, after, limit) =>
      database.job.findMany({
        where: { projectId, kind, payload: { path: ['datasetVersionId'], equals: id }, ...olderThan(after) },
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
  };
}
