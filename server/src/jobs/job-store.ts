import { Prisma } from '@greenlight/prisma/client';
import {
  job,
  type Job,
  type JobError,
  type JobFile,
  type JobProgress,
  type JobState,
} from '@greenlight/shared/jobs/contract.ts';
import { maskedError } from '@greenlight/shared/stages/data/masked-text.ts';
import type { Database, Transaction } from '../database/client.ts';
import { newId } from '../plugins/new-id.ts';
import { maskedProgress, presentMoments } from './job-status.ts';

type JobRow = Awaited<ReturnType<Database['job']['findUniqueOrThrow']>>;

/** What a new job is made of. */
export interface NewJob {
  readonly projectId: string;
  readonly kind: string;
  /** The same wish of a project has the same key. */
  readonly key: string;
  readonly payload: unknown;
  readonly inputs: readonly JobFile[];
  readonly createdById: string | null;
}

/** A job's row while it is locked by the transaction that read it. */
export interface LockedJob {
  readonly id: string;
  readonly projectId: string;
  readonly kind: string;
  readonly payload: unknown;
  readonly state: JobState;
  readonly attempts: number;
  readonly leaseSha256: string | null;
  readonly cancelRequestedAt: Date | null;
  readonly createdById: string | null;
}

/** The parts of a job that its life changes; null takes a value away. */
export interface JobChange {
  readonly state?: JobState;
  readonly attempts?: number;
  readonly payload?: unknown;
  readonly inputs?: readonly JobFile[];
  readonly progress?: null;
  readonly result?: unknown;
  readonly error?: JobError | null;
  readonly workerId?: null;
  readonly leaseSha256?: null;
  readonly leaseExpiresAt?: null;
  readonly cancelRequestedAt?: Date | null;
  readonly startedAt?: null;
  readonly finishedAt?: Date | null;
}

/** A value for a JSON column, where nothing is the database's own null. */
function jsonColumn(value: unknown): Prisma.InputJsonValue | typeof Prisma.DbNull | undefined {
  return value === null ? Prisma.DbNull : value;
}

/** Jobs in the database. */
export interface JobStore {
  create(transaction: Transaction, job: NewJob): Promise<string>;
  find(jobId: string): Promise<Job | undefined>;
  inputsOf(jobId: string): Promise<readonly JobFile[]>;
  lockByKey(transaction: Transaction, projectId: string, key: string): Promise<LockedJob | undefined>;
  /** Jobs of a kind whose payload has this value under a name, newest first. */
  listByPayload(kind: string, name: string, value: string): Promise<Job[]>;
  projectOf(jobId: string): Promise<string | undefined>;
  /** Reads a job and keeps others from changing it until the transaction ends. */
  lock(transaction: Transaction, jobId: string): Promise<LockedJob | undefined>;
  change(transaction: Transaction, jobId: string, change: JobChange): Promise<void>;
  /** Leases the oldest waiting job of these kinds in one statement. */
  lease(kinds: readonly string[], holder: JobHolder): Promise<JobRow | undefined>;
  /** Prolongs a lease in one statement; undefined where the secret no longer holds the job. */
  prolong(
    jobId: string,
    leaseSha256: string,
    expiresAt: Date,
    progress: JobProgress | null,
  ): Promise<{ cancelRequested: boolean } | undefined>;
  /** Lets leases that end after `latest`, or all, end at `end`. */
  limit(latest: Date, end: Date, areAll: boolean): Promise<void>;
  /** Locks jobs whose lease ended, or that a worker holds; rows that another transaction works on are left out. */
  lockExpired(transaction: Transaction, now: Date): Promise<LockedJob[]>;
  lockHeldBy(transaction: Transaction, workerId: string): Promise<LockedJob[]>;
  /** Locks the jobs of a kind in a project that have not ended; of these, with `versionIds`, only those on one of these data versions. */
  lockOpen(
    transaction: Transaction,
    projectId: string,
    kind: string,
    versionIds?: readonly string[],
  ): Promise<LockedJob[]>;
  /** Takes the files out of jobs of a kind that failed or were cancelled, and returns them. */
  dropFilesOfUnfinished(transaction: Transaction, projectId: string, kind: string): Promise<JobFile[]>;
  keepFile(transaction: Transaction, jobId: string, file: JobFile): Promise<void>;
  filesOf(transaction: Transaction, jobId: string): Promise<JobFile[]>;
}

/** A worker's hold on a job. */
export interface JobHolder {
  readonly workerId: string;
  readonly leaseSha256: string;
  readonly expiresAt: Date;
}

const LOCKED = Prisma.sql`id, "projectId", kind, payload, state, attempts, "leaseSha256", "cancelRequestedAt", "createdById"`;

/** A row as clients see it. */
function toJob(row: JobRow): Job {
  const { error, progress } = row;
  const said = { error: maskedError(error as Job['error']), progress: maskedProgress(progress as Job['progress']) };
  return job.parse({ ...row, ...said, ...presentMoments(row), startedAt: row.startedAt?.toISOString() ?? null });
}

function toJobFile({ name, sha256, sizeBytes }: { name: string; sha256: string; sizeBytes: bigint }): JobFile {
  return { name, sha256, sizeBytes: Number(sizeBytes) };
}

/** Builds the store of jobs. */
export function createJobStore(database: Database): JobStore {
  return {
    async create(transaction, { payload, inputs, ...rest }) {
      const id = newId();
      const data = { id, state: 'queued', payload: payload as Prisma.InputJsonValue, inputs: [...inputs], ...rest };
      await transaction.job.create({ data });
      return id;
    },
    async find(id) {
      const row = await database.job.findUnique({ where: { id } });
      return row === null ? undefined : toJob(row);
    },
    async inputsOf(id) {
      const row = await database.job.findUnique({ where: { id }, select: { inputs: true } });
      return (row?.inputs ?? []) as unknown as JobFile[];
    },
    async lockByKey(transaction, projectId, key) {
      const rows = await transaction.$queryRaw<LockedJob[]>`
        SELECT ${LOCKED} FROM jobs WHERE "projectId" = ${projectId}::uuid AND key = ${key} FOR UPDATE`;
      return rows[0];
    },
    async listByPayload(kind, name, value) {
      const rows = await database.job.findMany({
        where: { kind, payload: { path: [name], equals: value } },
        orderBy: [{ createdAt: 'desc' }, { id: 'desc' }],
        take: 100,
      });
      return rows.map(toJob);
    },
    async projectOf(id) {
      return (await database.job.findUnique({ where: { id }, select: { projectId: true } }))?.projectId;
    },
    async lock(transaction, jobId) {
      const rows = await transaction.$queryRaw<LockedJob[]>`
        SELECT ${LOCKED} FROM jobs WHERE id = ${jobId}::uuid FOR UPDATE`;
      return rows[0];
    },
    async change(transaction, id, { payload, inputs, progress, result, error, ...columns }) {
      const json = {
        payload: payload as Prisma.InputJsonValue | undefined,
        inputs: inputs === undefined ? undefined : [...inputs],
        progress: jsonColumn(progress),
        result: jsonColumn(result),
        error: jsonColumn(error),
      };
      await transaction.job.update({ where: { id }, data: { ...columns, ...json } });
    },
    async lease(kinds, { workerId, leaseSha256, expiresAt }) {
      const rows = await database.$queryRaw<{ id: string }[]>`
        UPDATE jobs SET state = 'running', "workerId" = ${workerId}::uuid, "leaseSha256" = ${leaseSha256},
          "leaseExpiresAt" = ${expiresAt}, attempts = attempts + 1, progress = NULL, "startedAt" = coalesce("startedAt", now())
        WHERE id = (
          SELECT id FROM jobs WHERE state = 'queued' AND kind = ANY(${[...kinds]})
          ORDER BY "createdAt", id LIMIT 1 FOR UPDATE SKIP LOCKED)
        RETURNING id`;
      const id = rows[0]?.id;
      return id === undefined ? undefined : database.job.findUniqueOrThrow({ where: { id } });
    },
    async prolong(jobId, leaseSha256, expiresAt, progress) {
      const reported = progress === null ? null : JSON.stringify(progress);
      const rows = await database.$queryRaw<{ cancelRequested: boolean }[]>`
        UPDATE jobs SET "leaseExpiresAt" = ${expiresAt}, progress = coalesce(${reported}::jsonb, progress)
        WHERE id = ${jobId}::uuid AND "leaseSha256" = ${leaseSha256} AND state = 'running'
        RETURNING "cancelRequestedAt" IS NOT NULL AS "cancelRequested"`;
      return rows[0];
    },
    async limit(latest, end, areAll) {
      await database.$executeRaw`
        UPDATE jobs SET "leaseExpiresAt" = ${end}
        WHERE state = 'running' AND (${areAll} OR "leaseExpiresAt" > ${latest})`;
    },
    lockExpired: (transaction, now) => transaction.$queryRaw<LockedJob[]>`
      SELECT ${LOCKED} FROM jobs WHERE state = 'running' AND "leaseExpiresAt" < ${now}
      ORDER BY id LIMIT 100 FOR UPDATE SKIP LOCKED`,
    lockHeldBy: (transaction, workerId) => transaction.$queryRaw<LockedJob[]>`
      SELECT ${LOCKED} FROM jobs WHERE state = 'running' AND "workerId" = ${workerId}::uuid ORDER BY id FOR UPDATE`,
    lockOpen(transaction, projectId, kind, versionIds) {
      const isOn =
        versionIds === undefined
          ? Prisma.sql`true`
          : Prisma.sql`payload ->> 'datasetVersionId' = ANY(${[...versionIds]}::text[])`;
      return transaction.$queryRaw<LockedJob[]>`
        SELECT ${LOCKED} FROM jobs
        WHERE "projectId" = ${projectId}::uuid AND kind = ${kind} AND "finishedAt" IS NULL AND ${isOn}
        ORDER BY id FOR UPDATE`;
    },
    async dropFilesOfUnfinished(transaction, projectId, kind) {
      const where = { job: { projectId, kind, state: { in: ['failed', 'cancelled'] } } };
      const rows = await transaction.jobFile.findMany({ where });
      await transaction.jobFile.deleteMany({ where });
      return rows.map(toJobFile);
    },
    async keepFile(transaction, jobId, { name, sha256, sizeBytes }) {
      const content = { sha256, sizeBytes: BigInt(sizeBytes) };
      const where = { jobId_name: { jobId, name } };
      await transaction.jobFile.upsert({ where, create: { jobId, name, ...content }, update: content });
    },
    async filesOf(transaction, jobId) {
      const rows = await transaction.jobFile.findMany({ where: { jobId }, orderBy: { name: 'asc' } });
      return rows.map(toJobFile);
    },
  };
}
