import { Prisma } from '@greenlight/prisma/client';
import {
  candidate,
  type Candidate,
  type EndpointCheck,
} from '@greenlight/shared/stages/selection/candidates-contract.ts';
import type { LocalizedText } from '@greenlight/shared/api/localized-text.ts';
import type { Database, Transaction } from '../../database/client.ts';
import { olderThan, type TimePlace } from '../../plugins/cursor.ts';
import { newId } from '../../plugins/new-id.ts';

/** A candidate that is new. */
export interface NewCandidateRow {
  readonly projectId: string;
  readonly kind: Candidate['kind'];
  readonly key: string;
  readonly name: LocalizedText;
  readonly notes: LocalizedText | null;
  readonly architecture?: string;
  readonly modelFileId?: string;
  readonly endpointUrl?: string;
  readonly endpointModel?: string;
  readonly secretSha256?: string;
  readonly createdBy: string;
  readonly createdById: string;
}

/** Candidates of projects. */
export interface CandidateStore {
  find(id: string): Promise<Candidate | undefined>;
  projectOf(id: string): Promise<string | undefined>;
  page(
    projectId: string,
    archived: 'without' | 'only',
    after: TimePlace | undefined,
    limit: number,
  ): Promise<Candidate[]>;
  /** Those outside the archive, oldest first. */
  active(projectId: string, limit: number): Promise<Candidate[]>;
  ofProject(projectId: string, ids: readonly string[]): Promise<Candidate[]>;
  /** How many are outside the archive. */
  count(client: Database | Transaction, projectId: string): Promise<number>;
  /** Puts what counts a project's candidates one after another. */
  lockProject(transaction: Transaction, projectId: string): Promise<void>;
  /** Locks a candidate and answers it as it stands then, with the file of its secret; undefined where it is gone. */
  lock(
    transaction: Transaction,
    id: string,
  ): Promise<{ candidate: Candidate; secretSha256: string | null } | undefined>;
  findByKey(transaction: Transaction, projectId: string, key: string): Promise<Candidate | undefined>;
  add(transaction: Transaction, row: NewCandidateRow): Promise<string>;
  change(
    transaction: Transaction,
    id: string,
    change: {
      name?: LocalizedText;
      notes?: LocalizedText | null;
      archivedAt?: Date | null;
      endpointCheck?: EndpointCheck;
      secretSha256?: string | null;
    },
  ): Promise<void>;
  /** The file in storage that holds an endpoint's secret; null where it has none. */
  secretOf(id: string): Promise<string | null>;
  /** Removes a candidate that no matrix weighs; false where one does. */
  remove(transaction: Transaction, id: string): Promise<boolean>;
  /** When a candidate of a project was last added or put away; null where there is none. */
  changedAt(projectId: string): Promise<Date | null>;
}

const withUse = {
  selections: { where: { selection: { state: 'decided' } }, select: { selectionId: true }, take: 1 },
} as const;

type Row = Awaited<ReturnType<Database['candidate']['findUniqueOrThrow']>> & { selections: { selectionId: string }[] };

function present({
  selections,
  endpointUrl: url,
  endpointModel: model,
  endpointCheck: check,
  secretSha256,
  ...row
}: Row): Candidate {
  return candidate.parse({
    ...row,
    endpoint: url === null || model === null ? null : { url, model, check, hasSecret: secretSha256 !== null },
    createdAt: row.createdAt.toISOString(),
    archivedAt: row.archivedAt?.toISOString() ?? null,
    isInDecision: selections.length > 0,
  });
}

/** Candidates in the database. */
export function createCandidateStore(database: Database): CandidateStore {
  return {
    async find(id) {
      const row = await database.candidate.findUnique({ where: { id }, include: withUse });
      return row === null ? undefined : present(row);
    },
    async projectOf(id) {
      return (await database.candidate.findUnique({ where: { id }, select: { projectId: true } }))?.projectId;
    },
    async page(projectId, archived, after, limit) {
      const rows = await database.candidate.findMany({
        where: { projectId, archivedAt: archived === 'only' ? { not: null } : null, ...olderThan(after) },
        orderBy: [{ createdAt: 'desc' }, { id: 'desc' }],
        take: limit,
        include: withUse,
      });
      return rows.map(present);
    },
    async active(projectId, limit) {
      const rows = await database.candidate.findMany({
        where: { projectId, archivedAt: null },
        orderBy: [{ createdAt: 'asc' }, { id: 'asc' }],
        take: limit,
        include: withUse,
      });
      return rows.map(present);
    },
    async ofProject(projectId, ids) {
      const rows = await database.candidate.findMany({ where: { projectId, id: { in: [...ids] } }, include: withUse });
      return rows.map(present);
    },
    count: (client, projectId) => client.candidate.count({ where: { projectId, archivedAt: null } }),
    async lockProject(transaction, projectId) {
      await transaction.$queryRaw`SELECT id FROM projects WHERE id = ${projectId}::uuid FOR UPDATE`;
    },
    async lock(transaction, id) {
      await transaction.$queryRaw`SELECT id FROM candidates WHERE id = ${id}::uuid FOR UPDATE`;
      const row = await transaction.candidate.findUnique({ where: { id }, include: withUse });
      return row === null ? undefined : { candidate: present(row), secretSha256: row.secretSha256 };
    },
    async findByKey(transaction, projectId, key) {
      const where = { projectId_key: { projectId, key } };
      const row = await transaction.candidate.findUnique({ where, include: withUse });
      return row === null ? undefined : present(row);
    },
    async add(transaction, { notes, ...row }) {
      const id = newId();
      await transaction.candidate.create({ data: { id, ...row, notes: notes ?? Prisma.DbNull } });
      return id;
    },
    async change(transaction, id, { notes, ...change }) {
      const data = { ...change, ...(notes === undefined ? {} : { notes: notes ?? Prisma.DbNull }) };
      await transaction.candidate.update({ where: { id }, data });
    },
    async secretOf(id) {
      const row = await database.candidate.findUnique({ where: { id }, select: { secretSha256: true } });
      return row?.secretSha256 ?? null;
    },
    async remove(transaction, id) {
      const { count } = await transaction.candidate.deleteMany({ where: { id, selections: { none: {} } } });
      return count === 1;
    },
    async changedAt(projectId) {
      const { _max } = await database.candidate.aggregate({
        where: { projectId },
        _max: { createdAt: true, archivedAt: true },
      });
      const moments = [_max.createdAt, _max.archivedAt].filter((moment) => moment !== null);
      return moments.toSorted((one, two) => two.getTime() - one.getTime())[0] ?? null;
    },
  };
}
