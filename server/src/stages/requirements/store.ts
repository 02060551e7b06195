import type { Criterion, RequirementContent } from '@greenlight/shared/stages/requirements/contract.ts';
import type { Database, Transaction } from '../../database/client.ts';
import { newId } from '../../plugins/new-id.ts';

type RequirementRow = Awaited<ReturnType<Database['requirement']['findUniqueOrThrow']>>;
type CriterionRow = Awaited<ReturnType<Database['criterion']['findUniqueOrThrow']>>;
type EventRow = Awaited<ReturnType<Database['requirementEvent']['findUniqueOrThrow']>>;

/** A version with its criteria in order and its steps, oldest first. */
export type RequirementWithParts = RequirementRow & { criteria: CriterionRow[]; events: EventRow[] };

/** Somebody who writes or decides. */
export interface Actor {
  readonly userId: string;
  readonly name: string;
}

/** A step to keep: what, by whom, and why. */
export interface NewEvent {
  readonly kind: 'started' | 'submitted' | 'withdrawn' | 'sent-back' | 'approved';
  readonly actor: string;
  readonly reason?: string | null;
  readonly selfApproved?: boolean;
  readonly invitedBy?: string | null;
}

/** Where a change expects a version to be; it does nothing where the version has moved on. */
export interface Expected {
  readonly id: string;
  readonly state: string;
  readonly revision: number;
}

/** Requirement versions of projects. */
export interface RequirementStore {
  newest(projectId: string): Promise<RequirementWithParts | null>;
  find(id: string): Promise<RequirementWithParts | null>;
  projectOf(id: string): Promise<string | undefined>;
  /** Newest first, from below a version number on. */
  page(projectId: string, below: number | undefined, limit: number): Promise<RequirementWithParts[]>;
  /** Oldest first. */
  approved(projectId: string): Promise<RequirementWithParts[]>;
  /** Adds a draft; the unique indexes refuse a second open one. */
  createDraft(
    transaction: Transaction,
    draft: { projectId: string; version: number; basedOn: number | null; content: RequirementContent },
  ): Promise<string>;
  /** Replaces the content of a draft; false where it was not as expected. */
  replaceContent(
    transaction: Transaction,
    expected: Expected,
    content: RequirementContent,
    editor: Actor,
  ): Promise<boolean>;
  /** Moves a version to a state with the step that led there; false where it was not as expected. */
  move(
    transaction: Transaction,
    expected: Expected,
    change: { state: string; submittedById?: string; approvedAt?: Date },
    event: NewEvent,
  ): Promise<boolean>;
  /** Makes the kind of problem of a project the one that its newest approved requirement names. */
  adoptProblemType(transaction: Transaction, projectId: string, problemType: string): Promise<void>;
  /** Removes a draft; false where it was not as expected. */
  remove(transaction: Transaction, expected: Expected): Promise<boolean>;
  addEvent(transaction: Transaction, requirementId: string, event: NewEvent): Promise<void>;
  /** For how many days the newest approved version, or else the newest, lets data be kept; null where it sets no limit. */
  retentionDays(transaction: Transaction, projectId: string): Promise<number | null>;
}

const withParts = {
  criteria: { orderBy: { position: 'asc' } },
  events: { orderBy: { id: 'asc' } },
} as const;

function columnsOf({ goal, users, problemType, scenario, constraints, risks, questions }: RequirementContent) {
  return { goal, users, problemType, scenario, constraints, risks, questions };
}

function criterionRows(requirementId: string, criteria: readonly Criterion[]) {
  return criteria.map((criterion, position) => ({ requirementId, position, ...criterion }));
}

/** Requirement versions in the database. */
export function createRequirementStore(database: Database): RequirementStore {
  async function addEvent(transaction: Transaction, requirementId: string, event: NewEvent): Promise<void> {
    await transaction.requirementEvent.create({ data: { id: newId(), requirementId, ...event } });
  }

  async function addAuthor(transaction: Transaction, id: string, userId: string): Promise<void> {
    const where = { id, NOT: { authorIds: { has: userId } } };
    await transaction.requirement.updateMany({ where, data: { authorIds: { push: userId } } });
  }

  return {
    newest: (projectId) =>
      database.requirement.findFirst({ where: { projectId }, orderBy: { version: 'desc' }, include: withParts }),
    find: (id) => database.requirement.findUnique({ where: { id }, include: withParts }),
    async projectOf(id) {
      const row = await database.requirement.findUnique({ where: { id }, select: { projectId: true } });
      return row?.projectId;
    },
    page: (projectId, below, limit) =>
      database.requirement.findMany({
        where: { projectId, ...(below === undefined ? {} : { version: { lt: below } }) },
        orderBy: { version: 'desc' },
        take: limit,
        include: withParts,
      }),
    approved: (projectId) =>
      database.requirement.findMany({
        where: { projectId, state: 'approved' },
        orderBy: { version: 'asc' },
        include: withParts,
      }),
    async retentionDays(transaction, projectId) {
      const newest = { orderBy: { version: 'desc' }, select: { constraints: true } } as const;
      const row =
        (await transaction.requirement.findFirst({ where: { projectId, state: 'approved' }, ...newest })) ??
        (await transaction.requirement.findFirst({ where: { projectId }, ...newest }));
      const { retentionDays = null } = (row?.constraints ?? {}) as { retentionDays?: number | null };
      return retentionDays;
    },
    async createDraft(transaction, { content, ...draft }) {
      const id = newId();
      await transaction.requirement.create({ data: { id, state: 'draft', ...draft, ...columnsOf(content) } });
      await transaction.criterion.createMany({ data: criterionRows(id, content.criteria) });
      return id;
    },
    async replaceContent(transaction, { id, state, revision }, content, editor) {
      const { count } = await transaction.requirement.updateMany({
        where: { id, state, revision },
        data: {
          ...columnsOf(content),
          revision: { increment: 1 },
          editedAt: new Date(),
          editedBy: editor.name,
          editedById: editor.userId,
        },
      });
      if (count === 0) return false;
      await addAuthor(transaction, id, editor.userId);
      await transaction.criterion.deleteMany({ where: { requirementId: id } });
      await transaction.criterion.createMany({ data: criterionRows(id, content.criteria) });
      return true;
    },
    async move(transaction, { id, state, revision }, change, event) {
      const { count } = await transaction.requirement.updateMany({
        where: { id, state, revision },
        data: { ...change, revision: { increment: 1 } },
      });
      if (count === 0) return false;
      if (change.submittedById !== undefined) await addAuthor(transaction, id, change.submittedById);
      await addEvent(transaction, id, event);
      return true;
    },
    async adoptProblemType(transaction, projectId, problemType) {
      await transaction.project.updateMany({ where: { id: projectId }, data: { problemType } });
    },
    async remove(transaction, { id, state, revision }) {
      const { count } = await transaction.requirement.deleteMany({ where: { id, state, revision } });
      return count === 1;
    },
    addEvent,
  };
}
