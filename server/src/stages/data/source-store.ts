import { dataSource, SOURCE_PART_BYTES, type DataSource } from '@greenlight/shared/stages/data/source-contract.ts';
import type { Database, Transaction } from '../../database/client.ts';
import { olderThan, type TimePlace } from '../../plugins/cursor.ts';
import { newId } from '../../plugins/new-id.ts';
import { lockContent } from './store.ts';

/** An upload that is new. */
export interface NewSource {
  readonly projectId: string;
  readonly name: string;
  readonly format: string;
  readonly sizeBytes: number;
  readonly createdById: string;
  readonly idempotencyKey: string;
  readonly expiresAt: Date;
}

/** A part that was written. */
export interface WrittenPart {
  readonly offset: number;
  readonly sizeBytes: number;
  readonly sha256: string;
}

/** Uploaded files, on their way and here. */
export interface SourceStore {
  find(id: string): Promise<DataSource | undefined>;
  projectOf(id: string): Promise<string | undefined>;
  page(projectId: string, after: TimePlace | undefined, limit: number): Promise<DataSource[]>;
  /** The upload of a person's key, if there is one; wishes of one person wait for each other until the transaction ends. */
  lockByKey(
    transaction: Transaction,
    by: { projectId: string; createdById: string; idempotencyKey: string },
  ): Promise<DataSource | undefined>;
  openUploadsOf(transaction: Transaction, userId: string): Promise<number>;
  /** Bytes that open uploads of the installation have yet to bring. */
  awaitedBytes(): Promise<number>;
  create(transaction: Transaction, source: NewSource): Promise<DataSource>;
  /** Checksums of the parts that are here, in order. */
  partsOf(id: string): Promise<string[]>;
  /** Moves the upload on past a part; false where it is no longer at the part's beginning. */
  acknowledge(id: string, part: WrittenPart, expiresAt: Date): Promise<boolean>;
  complete(transaction: Transaction, id: string, sha256: string, expiresAt: Date): Promise<void>;
  /** Takes the row out; undefined where it is gone already. */
  remove(transaction: Transaction, id: string): Promise<DataSource | undefined>;
  /** Whether anything else has this content; who adds or removes content by this checksum waits until the transaction ends. */
  lockIfUnused(transaction: Transaction, sha256: string): Promise<boolean>;
  /** Whether an import of the file is queued or goes on. */
  isImporting(transaction: Transaction, id: string): Promise<boolean>;
  /** Files whose time is over, the oldest first. */
  expired(now: Date, limit: number): Promise<string[]>;
  /** Which of these ids have a row. */
  known(ids: readonly string[]): Promise<Set<string>>;
}

type Row = Awaited<ReturnType<Database['dataSource']['findUniqueOrThrow']>> & { createdBy: { email: string } };

const withPerson = { createdBy: { select: { email: true } } } as const;

function present(row: Row): DataSource {
  return dataSource.parse({
    ...row,
    sizeBytes: Number(row.sizeBytes),
    receivedBytes: Number(row.receivedBytes),
    partBytes: SOURCE_PART_BYTES,
    createdBy: row.createdBy.email,
    createdAt: row.createdAt.toISOString(),
    expiresAt: row.expiresAt.toISOString(),
  });
}

/** Uploaded files in the database. */
export function createSourceStore(database: Database): SourceStore {
  return {
    async find(id) {
      const row = await database.dataSource.findUnique({ where: { id }, include: withPerson });
      return row === null ? undefined : present(row);
    },
    async projectOf(id) {
      return (await database.dataSource.findUnique({ where: { id }, select: { projectId: true } }))?.projectId;
    },
    async page(projectId, after, limit) {
      const rows = await database.dataSource.findMany({
        where: { projectId, ...olderThan(after) },
        orderBy: [{ createdAt: 'desc' }, { id: 'desc' }],
        take: limit,
        include: withPerson,
      });
      return rows.map(present);
    },
    async lockByKey(transaction, by) {
      await transaction.$executeRaw`SELECT pg_advisory_xact_lock(hashtextextended(${`uploads of ${by.createdById}`}, 0))`;
      const row = await transaction.dataSource.findUnique({
        where: { projectId_createdById_idempotencyKey: by },
        include: withPerson,
      });
      return row === null ? undefined : present(row);
    },
    openUploadsOf: (transaction, createdById) =>
      transaction.dataSource.count({ where: { createdById, state: 'receiving' } }),
    async awaitedBytes() {
      const { _sum } = await database.dataSource.aggregate({
        where: { state: 'receiving' },
        _sum: { sizeBytes: true, receivedBytes: true },
      });
      return Number(_sum.sizeBytes ?? 0n) - Number(_sum.receivedBytes ?? 0n);
    },
    async create(transaction, { sizeBytes, ...source }) {
      const data = { id: newId(), ...source, sizeBytes: BigInt(sizeBytes) };
      return present(await transaction.dataSource.create({ data, include: withPerson }));
    },
    async partsOf(sourceId) {
      const rows = await database.dataSourcePart.findMany({
        where: { sourceId },
        orderBy: { number: 'asc' },
        select: { sha256: true },
      });
      return rows.map(({ sha256 }) => sha256);
    },
    acknowledge: (id, { offset, sizeBytes, sha256 }, expiresAt) =>
      database.$transaction(async (transaction) => {
        const { count } = await transaction.dataSource.updateMany({
          where: { id, state: 'receiving', receivedBytes: BigInt(offset) },
          data: { receivedBytes: BigInt(offset + sizeBytes), expiresAt },
        });
        if (count === 0) return false;
        const number = offset / SOURCE_PART_BYTES;
        await transaction.dataSourcePart.create({ data: { sourceId: id, number, sha256 } });
        return true;
      }),
    async complete(transaction, id, sha256, expiresAt) {
      await transaction.dataSource.update({ where: { id }, data: { state: 'complete', sha256, expiresAt } });
    },
    async remove(transaction, id) {
      const row = await transaction.dataSource.findUnique({ where: { id }, include: withPerson });
      if (row === null) return undefined;
      const { count } = await transaction.dataSource.deleteMany({ where: { id } });
      return count === 0 ? undefined : present(row);
    },
    async lockIfUnused(transaction, sha256) {
      await lockContent(transaction, sha256);
      const jobInput = [{ sha256 }];
      const counts = await Promise.all([
        transaction.dataSource.count({ where: { sha256 } }),
        transaction.datasetVersion.count({
          where: { deletedAt: null, OR: [{ contentSha256: sha256 }, { imagesSha256: sha256 }] },
        }),
        transaction.artifact.count({ where: { sha256 } }),
        transaction.modelFile.count({ where: { OR: [{ sha256 }, { tokenizerSha256: sha256 }] } }),
        transaction.jobFile.count({ where: { sha256 } }),
        transaction.job.count({ where: { finishedAt: null, inputs: { array_contains: jobInput } } }),
      ]);
      return counts.every((count) => count === 0);
    },
    async isImporting(transaction, id) {
      const path = ['origin', 'sourceId'];
      return (await transaction.job.count({ where: { finishedAt: null, payload: { path, equals: id } } })) > 0;
    },
    async expired(now, limit) {
      const rows = await database.dataSource.findMany({
        where: { expiresAt: { lt: now } },
        orderBy: { expiresAt: 'asc' },
        take: limit,
        select: { id: true },
      });
      return rows.map(({ id }) => id);
    },
    async known(ids) {
      const rows = await database.dataSource.findMany({ where: { id: { in: [...ids] } }, select: { id: true } });
      return new Set(rows.map(({ id }) => id));
    },
  };
}
