import type { DecisionKind } from '@greenlight/shared/across/decisions/contract.ts';
import type { Database, Transaction } from '../../database/client.ts';
import { olderThan, type TimePlace } from '../../plugins/cursor.ts';

/** A decision as it lies in the database. */
export type DecisionRow = Awaited<ReturnType<Database['decision']['findUniqueOrThrow']>>;

/** What of a project's decisions is wanted. */
export interface DecisionFilter {
  readonly kind?: DecisionKind | undefined;
  readonly actorId?: string | undefined;
}

/** Decisions of projects: added and read, never changed. */
export interface DecisionStore {
  add(
    transaction: Transaction,
    row: Omit<DecisionRow, 'title' | 'evidence'> & { title: object; evidence: object },
  ): Promise<void>;
  find(id: string): Promise<DecisionRow | null>;
  projectOf(id: string): Promise<string | undefined>;
  /** Newest first. */
  page(projectId: string, filter: DecisionFilter, after: TimePlace | undefined, limit: number): Promise<DecisionRow[]>;
  /** Everybody who decided in a project, by the name that they last decided under. */
  people(projectId: string, limit: number): Promise<{ id: string; name: string }[]>;
}

/** Decisions in the database. */
export function createDecisionStore(database: Database): DecisionStore {
  return {
    async add(transaction, row) {
      await transaction.decision.create({ data: row });
    },
    find: (id) => database.decision.findUnique({ where: { id } }),
    async projectOf(id) {
      const row = await database.decision.findUnique({ where: { id }, select: { projectId: true } });
      return row?.projectId;
    },
    page: (projectId, { kind, actorId }, after, limit) =>
      database.decision.findMany({
        where: {
          projectId,
          ...(kind === undefined ? {} : { kind }),
          ...(actorId === undefined ? {} : { actorId }),
          ...olderThan(after),
        },
        orderBy: [{ createdAt: 'desc' }, { id: 'desc' }],
        take: limit,
      }),
    async people(projectId, limit) {
      const rows = await database.decision.findMany({
        where: { projectId },
        distinct: ['actorId'],
        orderBy: [{ actorId: 'asc' }, { createdAt: 'desc' }],
        select: { actorId: true, actor: true },
        take: limit,
      });
      return rows.map(({ actorId, actor }) => ({ id: actorId, name: actor }));
    },
  };
}
