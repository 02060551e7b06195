import { Prisma } from '@greenlight/prisma/client';
import type { Cell, MatrixCriterion } from '@greenlight/shared/stages/selection/matrix.ts';
import type { Database, Transaction } from '../../database/client.ts';
import { newId } from '../../plugins/new-id.ts';

type Row = Awaited<ReturnType<Database['selection']['findUniqueOrThrow']>>;
type CandidateRow = Awaited<ReturnType<Database['candidate']['findUniqueOrThrow']>>;

/** A candidate as a matrix shows and freezes it. */
export type ColumnRow = Pick<
  CandidateRow,
  'id' | 'kind' | 'name' | 'architecture' | 'archivedAt' | 'endpointUrl' | 'endpointModel'
> & { modelFile: { name: string; sha256: string } | null };

/** A matrix with its columns in order. */
export type SelectionRow = Row & {
  candidates: { candidate: ColumnRow }[];
};

/** What a matrix holds. */
export interface StoredContent {
  readonly candidateIds: readonly string[];
  readonly criteria: readonly MatrixCriterion[];
  readonly cells: readonly Cell[];
}

/** Decision matrices of projects. */
export interface SelectionStore {
  newest(projectId: string): Promise<SelectionRow | null>;
  newestDecided(projectId: string): Promise<SelectionRow | null>;
  find(id: string): Promise<SelectionRow | null>;
  projectOf(id: string): Promise<string | undefined>;
  /** Newest first, from below a version on. */
  page(projectId: string, below: number | undefined, limit: number): Promise<SelectionRow[]>;
  /** Adds a draft; the unique indexes refuse a second open one. */
  createDraft(
    transaction: Transaction,
    draft: { projectId: string; version: number; basedOn: number | null; content: StoredContent },
  ): Promise<string>;
  /** Replaces the content of a draft; false where it was not at that revision. */
  replaceContent(
    transaction: Transaction,
    expected: { id: string; revision: number },
    content: StoredContent,
    editor: { userId: string; name: string },
  ): Promise<boolean>;
  /** The columns of a matrix as they stand; nobody changes these or the matrix before the transaction ends. */
  lockedColumns(transaction: Transaction, id: string): Promise<ColumnRow[]>;
  /** Freezes a draft; false where it was not at that revision. */
  decide(transaction: Transaction, expected: { id: string; revision: number }, decision: object): Promise<boolean>;
  /** Removes a draft; false where it was not at that revision. */
  remove(transaction: Transaction, expected: { id: string; revision: number }): Promise<boolean>;
}

const withColumns = {
  candidates: {
    orderBy: { position: 'asc' },
    select: {
      candidate: {
        select: {
          ...{ id: true, kind: true, name: true, architecture: true, archivedAt: true },
          ...{ endpointUrl: true, endpointModel: true, modelFile: { select: { name: true, sha256: true } } },
        },
      },
    },
  },
} as const;

const columnRows = (selectionId: string, candidateIds: readonly string[]) =>
  candidateIds.map((candidateId, position) => ({ selectionId, candidateId, position }));

const json = (value: unknown): Prisma.InputJsonValue => JSON.parse(JSON.stringify(value)) as Prisma.InputJsonValue;

/** Decision matrices in the database. */
export function createSelectionStore(database: Database): SelectionStore {
  return {
    newest: (projectId) =>
      database.selection.findFirst({ where: { projectId }, orderBy: { version: 'desc' }, include: withColumns }),
    newestDecided: (projectId) =>
      database.selection.findFirst({
        where: { projectId, state: 'decided' },
        orderBy: { version: 'desc' },
        include: withColumns,
      }),
    find: (id) => database.selection.findUnique({ where: { id }, include: withColumns }),
    async projectOf(id) {
      return (await database.selection.findUnique({ where: { id }, select: { projectId: true } }))?.projectId;
    },
    page: (projectId, below, limit) =>
      database.selection.findMany({
        where: { projectId, ...(below === undefined ? {} : { version: { lt: below } }) },
        orderBy: { version: 'desc' },
        take: limit,
        include: withColumns,
      }),
    async createDraft(transaction, { content, ...draft }) {
      const id = newId();
      const { candidateIds, criteria, cells } = content;
      await transaction.selection.create({
        data: { id, state: 'draft', ...draft, criteria: json(criteria), cells: json(cells) },
      });
      await transaction.selectionCandidate.createMany({ data: columnRows(id, candidateIds) });
      return id;
    },
    async replaceContent(transaction, { id, revision }, { candidateIds, criteria, cells }, editor) {
      const { count } = await transaction.selection.updateMany({
        where: { id, revision, state: 'draft' },
        data: {
          criteria: json(criteria),
          cells: json(cells),
          revision: { increment: 1 },
          editedAt: new Date(),
          editedBy: editor.name,
          editedById: editor.userId,
        },
      });
      if (count === 0) return false;
      await transaction.selectionCandidate.deleteMany({ where: { selectionId: id } });
      await transaction.selectionCandidate.createMany({ data: columnRows(id, candidateIds) });
      return true;
    },
    async lockedColumns(transaction, id) {
      // Before the audit log, whose head everybody waits for: whoever holds the matrix may be waiting for it.
      await transaction.$queryRaw`SELECT 1 FROM "selections" WHERE "id" = ${id}::uuid FOR UPDATE`;
      await transaction.$queryRaw`
        SELECT 1 FROM "candidates" WHERE "id" IN
          (SELECT "candidateId" FROM "selection_candidates" WHERE "selectionId" = ${id}::uuid)
        ORDER BY "id" FOR SHARE`;
      const row = await transaction.selection.findUnique({ where: { id }, select: withColumns });
      return row?.candidates.map(({ candidate }) => candidate) ?? [];
    },
    async decide(transaction, { id, revision }, decision) {
      const { count } = await transaction.selection.updateMany({
        where: { id, revision, state: 'draft' },
        data: { state: 'decided', revision: { increment: 1 }, decision: json(decision) },
      });
      return count === 1;
    },
    async remove(transaction, { id, revision }) {
      const { count } = await transaction.selection.deleteMany({ where: { id, revision, state: 'draft' } });
      return count === 1;
    },
  };
}
