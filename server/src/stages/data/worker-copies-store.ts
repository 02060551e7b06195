import { ENDED_RUN_STATES, OPEN_RUN_STATES } from '@greenlight/shared/stages/training/contract.ts';
import type { WorkerCopies } from '@greenlight/shared/worker-protocol/copies.ts';
import type { Database, Transaction } from '../../database/client.ts';
import { newId } from '../../plugins/new-id.ts';

/** What a copy is of. */
export type CopyKind = 'dataset' | 'run' | 'job';

/** A copy on a worker's disk, by checksum or id. */
export interface CopyName {
  readonly kind: CopyKind;
  readonly key: string;
}

/** The worker that told of copies, locked until the transaction ends. */
export interface CopiesReporter {
  readonly name: string;
  readonly copiesToldAt: Date | null;
}

/** Data that was given up: versions, at a moment, and with `includesJobs` whatever the jobs of the project had made until then. */
export interface GivenUpData {
  readonly projectId: string;
  readonly versionIds: readonly string[];
  readonly includesJobs: boolean;
  readonly at: Date;
}

/** What could hold copies of data that was given up. */
export interface GivenUp {
  readonly versions: readonly { readonly contentSha256: string; readonly createdAt: Date; readonly deletedAt: Date }[];
  readonly names: readonly CopyName[];
  /** Workers that were silent since before this moment have no copy. */
  readonly since: Date;
}

/** A worker that may have had copies, with those that it told of. */
export interface WorkerWithCopies {
  readonly id: string;
  readonly name: string;
  readonly lastSeenAt: Date;
  readonly copiesCertainAt: Date | null;
  readonly copies: readonly (CopyName & { readonly goneAt: Date | null })[];
}

/** A job that has ended; its inputs by checksum. */
export interface EndedJob {
  readonly id: string;
  readonly kind: string;
  readonly state: string;
  readonly finishedAt: Date;
  readonly inputs: readonly string[];
}

/** What a person says became of a worker's disk. */
export interface CopyStatement {
  readonly certificateId: string;
  readonly workerId: string;
  readonly outcome: string;
  readonly reason: string;
  readonly statedBy: string;
}

/** What workers told of the copies on their disks. */
export interface WorkerCopiesStore {
  lockReporter(transaction: Transaction, workerId: string): Promise<CopiesReporter | undefined>;
  /** The copies that a worker last told of. */
  heldBy(transaction: Transaction, workerId: string): Promise<CopyName[]>;
  /** Notes a report with what came and went since the one before. */
  keep(
    transaction: Transaction,
    workerId: string,
    report: { at: Date; before: Date | null; came: readonly CopyName[]; went: readonly CopyName[] },
  ): Promise<void>;
  /** Versions with one of these contents that were given up. */
  givenUpWith(
    transaction: Transaction,
    sha256s: readonly string[],
  ): Promise<{ id: string; projectId: string; contentSha256: string }[]>;
  /** Of these contents, those that a run which waits or goes on trains on. */
  trainedOn(sha256s: readonly string[]): Promise<ReadonlySet<string>>;
  /** Of these runs, those that have ended. */
  endedRuns(ids: readonly string[]): Promise<string[]>;
  /** Of these jobs, those that have ended, with the contents of their inputs. */
  endedJobs(ids: readonly string[]): Promise<EndedJob[]>;
  /** The versions that a certificate is about. */
  versionsOf(certificateId: string): Promise<string[]>;
  /** What could hold copies of such data; undefined where nothing of it can lie on a worker. */
  givenUp(data: GivenUpData): Promise<GivenUp | undefined>;
  /** Workers that were there between two moments, with the copies among these that they told of; at most `limit`. */
  workersBetween(from: Date, to: Date, names: readonly CopyName[], limit: number): Promise<WorkerWithCopies[]>;
  /** What was last said of each of these workers about a certificate, by worker. */
  statements(
    certificateId: string,
    workerIds: readonly string[],
  ): Promise<Map<string, CopyStatement & { readonly statedAt: Date }>>;
  keepStatement(transaction: Transaction, statement: CopyStatement): Promise<void>;
}

/** The copies in the form of a report, by name. */
export function namesOf({ datasets, runs, jobs }: WorkerCopies): CopyName[] {
  const named = (kind: CopyKind, keys: readonly string[]) => [...new Set(keys)].map((key) => ({ kind, key }));
  return [...named('dataset', datasets), ...named('run', runs), ...named('job', jobs)];
}

/** These rows in the database. */
export function createWorkerCopiesStore(database: Database): WorkerCopiesStore {
  return {
    async lockReporter(transaction, workerId) {
      const rows = await transaction.$queryRaw<CopiesReporter[]>`
        SELECT name, "copiesToldAt" FROM workers WHERE id = ${workerId}::uuid FOR UPDATE`;
      return rows[0];
    },
    async heldBy(transaction, workerId) {
      const rows = await transaction.workerCopy.findMany({
        where: { workerId, goneAt: null },
        select: { kind: true, key: true },
      });
      return rows as CopyName[];
    },
    async keep(transaction, workerId, { at, before, came, went }) {
      for (const { kind, key } of came) {
        const id = { workerId, kind, key };
        await transaction.workerCopy.upsert({
          where: { workerId_kind_key: id },
          create: { ...id, toldAt: at },
          update: { toldAt: at, goneAt: null },
        });
      }
      for (const { kind, key } of went) {
        await transaction.workerCopy.updateMany({ where: { workerId, kind, key }, data: { goneAt: at } });
      }
      await transaction.worker.update({
        where: { id: workerId },
        data: { copiesToldAt: at, copiesCertainAt: before, lastSeenAt: at },
      });
    },
    givenUpWith: (transaction, sha256s) =>
      transaction.datasetVersion.findMany({
        where: { contentSha256: { in: [...sha256s] }, deletedAt: { not: null } },
        select: { id: true, projectId: true, contentSha256: true },
      }),
    async trainedOn(sha256s) {
      const runs = { some: { state: { in: [...OPEN_RUN_STATES] } } };
      const rows = await database.datasetVersion.findMany({
        where: { contentSha256: { in: [...sha256s] }, deletedAt: null, runs },
        select: { contentSha256: true },
      });
      return new Set(rows.map(({ contentSha256 }) => contentSha256));
    },
    async endedRuns(ids) {
      const where = { id: { in: [...ids] }, state: { in: [...ENDED_RUN_STATES] } };
      return (await database.run.findMany({ where, select: { id: true } })).map(({ id }) => id);
    },
    async endedJobs(ids) {
      const rows = await database.job.findMany({
        where: { id: { in: [...ids] }, finishedAt: { not: null } },
        select: { id: true, kind: true, state: true, finishedAt: true, inputs: true },
      });
      return rows.map(({ finishedAt, inputs, ...job }) => ({
        ...job,
        finishedAt: finishedAt!,
        inputs: (inputs as { sha256: string }[]).map(({ sha256 }) => sha256),
      }));
    },
    async versionsOf(certificateId) {
      const rows = await database.datasetVersion.findMany({ where: { certificateId }, select: { id: true } });
      return rows.map(({ id }) => id);
    },
    async givenUp({ projectId, versionIds, includesJobs, at }) {
      const rows = await database.datasetVersion.findMany({
        where: { id: { in: [...versionIds] }, deletedAt: { not: null } },
        select: { contentSha256: true, createdAt: true, deletedAt: true },
      });
      const versions = rows.map((row) => ({ ...row, deletedAt: row.deletedAt! }));
      const runs = await database.run.findMany({
        where: { datasetVersionId: { in: [...versionIds] } },
        select: { id: true },
      });
      const jobs = includesJobs
        ? await database.$queryRaw<{ id: string; createdAt: Date }[]>`
            SELECT id, "createdAt" FROM jobs WHERE "projectId" = ${projectId}::uuid AND "createdAt" <= ${at}
            AND EXISTS (SELECT 1 FROM worker_copies WHERE kind = 'job' AND key = jobs.id::text)`
        : [];
      const moments = [...versions, ...jobs].map((one) => one.createdAt.getTime());
      if (moments.length === 0) return undefined;
      return {
        versions,
        names: namesOf({
          datasets: versions.map(({ contentSha256 }) => contentSha256),
          runs: runs.map(({ id }) => id),
          jobs: jobs.map(({ id }) => id),
        }),
        since: new Date(Math.min(...moments)),
      };
    },
    async workersBetween(from, to, names, limit) {
      const rows = await database.worker.findMany({
        where: { lastSeenAt: { gte: from }, createdAt: { lte: to } },
        orderBy: { name: 'asc' },
        take: limit,
        select: {
          ...{ id: true, name: true, lastSeenAt: true, copiesCertainAt: true },
          copies: {
            where: { key: { in: names.map(({ key }) => key) } },
            select: { kind: true, key: true, goneAt: true },
          },
        },
      });
      return rows as WorkerWithCopies[];
    },
    async statements(certificateId, workerIds) {
      const rows = await database.workerStatement.findMany({
        where: { certificateId, workerId: { in: [...workerIds] } },
        distinct: ['workerId'],
        orderBy: [{ workerId: 'asc' }, { statedAt: 'desc' }, { id: 'desc' }],
      });
      return new Map(rows.map((row) => [row.workerId, row]));
    },
    async keepStatement(transaction, statement) {
      await transaction.workerStatement.create({ data: { id: newId(), ...statement } });
    },
  };
}
