import type { ErasureState } from '@greenlight/shared/stages/data/erasure/erasure-contract.ts';
import { Prisma } from '@greenlight/prisma/client';
import type { Database, Transaction } from '../../database/client.ts';
import { olderThan, type TimePlace } from '../../plugins/cursor.ts';

/** The versions of an erasure in which something was found. */
const withFound = {
  versions: {
    where: { OR: [{ found: { gt: 0 } }, { renamed: { gt: 0 } }] },
    include: { datasetVersion: { include: { dataset: true } } },
    orderBy: { datasetVersionId: 'asc' },
  },
  _count: { select: { versions: true } },
} as const satisfies Prisma.ErasureInclude;

/** An erasure with the versions in which something was found, and how many were searched. */
export type ErasureRow = Prisma.ErasureGetPayload<{ include: typeof withFound }>;

type NewErasure = Pick<
  Prisma.ErasureUncheckedCreateInput,
  | 'id'
  | 'projectId'
  | 'state'
  | 'reason'
  | 'salt'
  | 'sealed'
  | 'identifiers'
  | 'idempotencyKey'
  | 'requestSha256'
  | 'requestedBy'
>;

/** Erasures and the versions that they searched. */
export interface ErasureStore {
  create(transaction: Transaction, erasure: NewErasure): Promise<void>;
  find(id: string): Promise<ErasureRow | null>;
  findByKey(projectId: string, key: string): Promise<ErasureRow | null>;
  pageOf(projectId: string, after: TimePlace | undefined, limit: number): Promise<ErasureRow[]>;
  projectOf(id: string): Promise<string | undefined>;
  /** Changes an erasure that is in one of these states; false where it is not. */
  move(
    transaction: Transaction,
    id: string,
    from: readonly ErasureState[],
    change: Prisma.ErasureUncheckedUpdateManyInput,
  ): Promise<boolean>;
  /** Puts one that failed back to work in this state; false where it has not failed. */
  takeUp(transaction: Transaction, id: string, state: 'scanning' | 'erasing'): Promise<boolean>;
  /**
   * Takes the work on one that nobody works on; false where somebody does, there is none left, or another person is being erased from the
   * project: a version rewritten by both at once would keep one of the two.
   */
  lease(id: string, now: Date, until: Date): Promise<boolean>;
  /** Lets leases that end after `latest`, which were given before the clock was set back, end at `end`. */
  limit(latest: Date, end: Date): Promise<void>;
  /** Erasures whose work nobody does. */
  abandoned(now: Date, limit: number): Promise<string[]>;
  /** Versions of the project with content that the erasure has not searched yet, oldest first. */
  unsearched(erasureId: string, projectId: string): Promise<{ id: string; sizeBytes: bigint }[]>;
  keepSearched(found: {
    erasureId: string;
    datasetVersionId: string;
    found: number;
    renamed: number;
    samples: string[];
  }): Promise<void>;
  markErased(
    transaction: Transaction,
    key: { erasureId: string; datasetVersionId: string },
    change: { erasedAt: Date; successorId: string | null },
  ): Promise<void>;
  /** Takes the examples of what was found out of an erasure. */
  forgetSamples(transaction: Transaction, erasureId: string): Promise<void>;
  /** All versions that were searched, for the certificate. */
  searched(
    erasureId: string,
  ): Promise<
    Prisma.ErasureVersionGetPayload<{ include: { datasetVersion: { include: { dataset: true } }; successor: true } }>[]
  >;
}

/** Erasures in the database. */
export function createErasureStore(database: Database): ErasureStore {
  return {
    async create(transaction, erasure) {
      await transaction.erasure.create({ data: erasure });
    },
    find: (id) => database.erasure.findUnique({ where: { id }, include: withFound }),
    findByKey: (projectId, idempotencyKey) =>
      database.erasure.findUnique({
        where: { projectId_idempotencyKey: { projectId, idempotencyKey } },
        include: withFound,
      }),
    pageOf: (projectId, after, limit) =>
      database.erasure.findMany({
        where: { projectId, ...olderThan(after) },
        orderBy: [{ createdAt: 'desc' }, { id: 'desc' }],
        take: limit,
        include: withFound,
      }),
    async projectOf(id) {
      return (await database.erasure.findUnique({ where: { id }, select: { projectId: true } }))?.projectId;
    },
    async move(transaction, id, from, change) {
      const { count } = await transaction.erasure.updateMany({ where: { id, state: { in: [...from] } }, data: change });
      return count === 1;
    },
    async takeUp(transaction, id, state) {
      const data = { state, problem: Prisma.DbNull, leaseExpiresAt: null };
      return (await transaction.erasure.updateMany({ where: { id, state: 'failed' }, data })).count === 1;
    },
    lease: (id, now, until) =>
      database.$transaction(async (transaction) => {
        const row = await transaction.erasure.findUnique({ where: { id }, select: { projectId: true } });
        if (row === null) return false;
        const { projectId } = row;
        await transaction.$executeRaw`SELECT pg_advisory_xact_lock(hashtextextended(${`erasures of ${projectId}`}, 0))`;
        const others = { projectId, id: { not: id }, state: 'erasing', leaseExpiresAt: { gte: now } };
        if ((await transaction.erasure.count({ where: others })) > 0) return false;
        const { count } = await transaction.erasure.updateMany({
          where: {
            ...{ id, state: { in: ['scanning', 'erasing'] } },
            OR: [{ leaseExpiresAt: null }, { leaseExpiresAt: { lt: now } }],
          },
          data: { leaseExpiresAt: until },
        });
        return count === 1;
      }),
    async limit(latest, end) {
      await database.erasure.updateMany({ where: { leaseExpiresAt: { gt: latest } }, data: { leaseExpiresAt: end } });
    },
    async abandoned(now, limit) {
      const rows = await database.erasure.findMany({
        where: {
          state: { in: ['scanning', 'erasing'] },
          OR: [{ leaseExpiresAt: null }, { leaseExpiresAt: { lt: now } }],
        },
        take: limit,
        select: { id: true },
      });
      return rows.map(({ id }) => id);
    },
    unsearched: (erasureId, projectId) =>
      database.datasetVersion.findMany({
        where: { projectId, deletedAt: null, erasures: { none: { erasureId } } },
        orderBy: [{ createdAt: 'asc' }, { id: 'asc' }],
        select: { id: true, sizeBytes: true },
      }),
    async keepSearched(found) {
      await database.erasureVersion.createMany({ data: [found], skipDuplicates: true });
    },
    async markErased(transaction, key, change) {
      await transaction.erasureVersion.update({ where: { erasureId_datasetVersionId: key }, data: change });
    },
    async forgetSamples(transaction, erasureId) {
      await transaction.erasureVersion.updateMany({ where: { erasureId }, data: { samples: [] } });
    },
    searched: (erasureId) =>
      database.erasureVersion.findMany({
        where: { erasureId },
        orderBy: { datasetVersionId: 'asc' },
        include: { datasetVersion: { include: { dataset: true } }, successor: true },
      }),
  };
}
