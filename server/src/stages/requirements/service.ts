import type {
  Requirement,
  RequirementContent,
  RequirementSummary,
} from '@greenlight/shared/stages/requirements/contract.ts';
import { MOST_DECIDERS, type approveRequirement } from '@greenlight/shared/stages/requirements/contract.ts';
import type { z } from 'zod';
import type { LocalizedText } from '@greenlight/shared/api/localized-text.ts';
import type { ProjectTasks } from '@greenlight/shared/stages/data/task-contract.ts';
import { contentDifferences } from '@greenlight/shared/stages/requirements/differences.ts';
import type { RequirementIssue } from '@greenlight/shared/stages/requirements/issue.ts';
import {
  approvalBy,
  stateAfterAction,
  type RequirementAction,
} from '@greenlight/shared/stages/requirements/lifecycle.ts';
import { completenessIssues, criteriaIssues } from '@greenlight/shared/stages/requirements/rules.ts';
import type { DecisionRecorder } from '../../across/decisions/recorder.ts';
import type { AuditService } from '../../across/governance/audit-service.ts';
import type { SecondPersonService } from '../../across/governance/second-person-service.ts';
import type { Database, Transaction } from '../../database/client.ts';
import { AppError } from '../../plugins/app-error.ts';
import { decodeNumberCursor, encodeCursor } from '../../plugins/cursor.ts';
import { isUniqueViolation } from '../../plugins/database-errors.ts';
import { newId } from '../../plugins/new-id.ts';
import { actorOf, type UserPrincipal } from '../../plugins/principal.ts';
import {
  approvalDecision,
  contentOf,
  frozenRequirement,
  sendBackDecision,
  type FrozenRequirement,
} from './decisions.ts';
import { measuredEvidence, type Measurement } from './approval-evidence.ts';
import { presentRequirement, presentSummary } from './present.ts';
import type { Actor, NewEvent, RequirementStore } from './store.ts';

/** What a version that ships with the product says; its criteria get their ids here. */
export interface ShippedRequirement extends Pick<RequirementContent, 'goal' | 'users' | 'problemType' | 'scenario'> {
  readonly constraints: {
    readonly dataSources: LocalizedText;
    readonly personalData: boolean;
    readonly languages: readonly string[];
    readonly deadline: string | null;
  };
  readonly criteria: readonly Omit<RequirementContent['criteria'][number], 'id'>[];
}

/** An approval of what somebody saw: `evaluationId` is the newest evaluation that was shown, where somebody says so. */
type Approval = Pick<z.output<NonNullable<typeof approveRequirement.body>>, 'revision' | 'reason' | 'evaluationId'>;

/** What a first draft begins with: what the project already says of itself. */
export type ProjectIntent = Pick<RequirementContent, 'goal' | 'problemType'>;

/** The door to what a model must achieve. */
export interface RequirementService {
  /** The newest version whatever its state, or null where none was written. */
  current(projectId: string): Promise<Requirement | null>;
  /** The approved versions, oldest first; the last one decides. */
  approvedVersions(projectId: string): Promise<(Requirement & { approvedAt: string })[]>;
  /** For how many days data may be kept; null where the requirement sets no limit. */
  retentionDays(transaction: Transaction, projectId: string): Promise<number | null>;
  /** Throws `not-found`. */
  get(id: string): Promise<Requirement>;
  projectOf(id: string): Promise<string | undefined>;
  /** What decides today in the place of a version: for an approved one the newest approved; undefined where it is gone. */
  standing(id: string): Promise<FrozenRequirement | undefined>;
  list(
    projectId: string,
    cursor: string | undefined,
    limit: number,
  ): Promise<{ items: RequirementSummary[]; nextCursor: string | null }>;
  /** Copies the newest version, or begins with the intent of the project. Throws `draft-open` or `conflict`. */
  start(person: UserPrincipal, projectId: string, basedOn: number | null, intent: ProjectIntent): Promise<Requirement>;
  /** Throws `edited-meanwhile`, `wrong-requirement-state` or `invalid-requirement`, like the steps below. */
  save(person: UserPrincipal, id: string, revision: number, content: RequirementContent): Promise<Requirement>;
  discard(person: UserPrincipal, id: string, revision: number): Promise<void>;
  submit(person: UserPrincipal, id: string, revision: number): Promise<Requirement>;
  withdraw(person: UserPrincipal, id: string, revision: number): Promise<Requirement>;
  sendBack(person: UserPrincipal, id: string, revision: number, reason: string): Promise<Requirement>;
  /** Throws `own-work`, `override-reason-needed` or `evidence-moved` as well. */
  approve(person: UserPrincipal, id: string, approval: Approval): Promise<Requirement>;
  /** Who besides a person may decide about a version. Throws `not-found`. */
  deciders(
    person: UserPrincipal,
    id: string,
  ): Promise<{ people: { email: string; isAuthor: boolean }[]; wasThereLately: boolean; isOwn: boolean }>;
  /** Adds a version that is approved from the start, as shipped with the product. */
  addApproved(transaction: Transaction, projectId: string, shipped: ShippedRequirement): Promise<void>;
}

function emptyContent({ goal, problemType }: ProjectIntent): RequirementContent {
  return {
    goal,
    users: { zh: '' },
    problemType,
    scenario: 'other',
    constraints: {
      dataSources: { zh: '' },
      personalData: false,
      retentionDays: null,
      regulations: [],
      languages: [],
      budget: null,
      deadline: null,
    },
    risks: [],
    questions: [],
    criteria: [],
  };
}

function refuseErrors(issues: readonly RequirementIssue[]): void {
  const errors = issues.filter(({ severity }) => severity === 'error');
  if (errors.length > 0) throw new AppError('invalid-requirement', { fields: errors });
}

/** Builds the requirement service on its store. */
export function createRequirementService(
  database: Database,
  store: RequirementStore,
  audit: AuditService,
  decisions: DecisionRecorder,
  secondPerson: SecondPersonService,
  projectTasks: (projectId: string) => Promise<ProjectTasks>,
  newestMeasurement: (projectId: string) => Promise<Measurement | null>,
): RequirementService {
  async function get(id: string): Promise<Requirement> {
    const row = await store.find(id);
    if (row === null) throw new AppError('not-found');
    return presentRequirement(row);
  }

  /** Throws `invalid-requirement` for a version that cannot decide as it is. */
  async function refuseIncomplete(version: Requirement): Promise<void> {
    const issues = criteriaIssues(version, await projectTasks(version.projectId));
    refuseErrors([...issues, ...completenessIssues(version)]);
  }

  /** Why a version was not as a change expected it: its state, or a save by somebody else, whose version is kept. */
  async function refuseOvertaken(id: string, action: RequirementAction): Promise<never> {
    const { state, revision, edited } = await get(id);
    if (stateAfterAction(state, action) === undefined) throw new AppError('wrong-requirement-state', { state });
    throw new AppError('edited-meanwhile', { revision, edited });
  }

  async function expected(id: string, revision: number, action: RequirementAction) {
    const version = await get(id);
    if (stateAfterAction(version.state, action) === undefined || version.revision !== revision)
      await refuseOvertaken(id, action);
    return { version, place: { id, state: version.state, revision } };
  }

  function record(transaction: Transaction, person: UserPrincipal, version: Requirement, act: string, details: object) {
    return audit.record(transaction, {
      actor: actorOf(person),
      action: `requirement.${act}`,
      target: `requirement:${version.id}`,
      projectId: version.projectId,
      details: { version: version.version, ...details },
    });
  }

  function recordOverride(
    transaction: Transaction,
    person: UserPrincipal,
    version: Requirement,
    reason: string | null,
  ) {
    return audit.record(transaction, {
      actor: actorOf(person),
      action: 'override.own-approval',
      target: `requirement:${version.id}`,
      projectId: version.projectId,
      details: { version: version.version, reason },
    });
  }

  const actor = (person: UserPrincipal): Actor => ({ userId: person.userId, name: actorOf(person) });

  /** One step in a transaction with its audit event; nothing of it happens where the version has moved on. */
  async function step(
    person: UserPrincipal,
    given: { id: string; revision: number; action: 'submit' | 'withdraw' | 'send-back' | 'approve' },
    prepare: (version: Requirement) => Promise<{
      change?: { submittedById?: string; approvedAt?: Date };
      event: Omit<NewEvent, 'actor'>;
      details?: object;
      decision?: ReturnType<typeof approvalDecision>;
    }>,
  ): Promise<Requirement> {
    const { id, revision, action } = given;
    const { version, place } = await expected(id, revision, action);
    const state = stateAfterAction(version.state, action) ?? version.state;
    // Read before the transaction: one that waits for a second connection could keep all of them waiting for each other.
    const { change = {}, event, details = {}, decision } = await prepare(version);
    const isDone = await database.$transaction(async (transaction) => {
      const { name } = actor(person);
      if (!(await store.move(transaction, place, { state, ...change }, { ...event, actor: name }))) return false;
      // Before the audit log, whose head everybody waits for: whoever holds the project may be waiting for it.
      if (action === 'approve') await store.adoptProblemType(transaction, version.projectId, version.problemType);
      await record(transaction, person, version, event.kind, { reason: event.reason ?? null, ...details });
      if (event.selfApproved === true) await recordOverride(transaction, person, version, event.reason ?? null);
      const { projectId, version: requirementVersion } = version;
      if (decision !== undefined)
        await decisions.record(transaction, { projectId, requirementVersion, actor: person, ...decision });
      return true;
    });
    return isDone ? get(id) : refuseOvertaken(id, action);
  }

  /**
   * Whether an approval overrides the rule of the second person, for want of one, and what ties the approver's account to an author's; throws
   * `own-work` where there is or lately was one, and `override-reason-needed`. It is judged by the authors of exactly the revision
   * that is approved: a version that is submitted or saved meanwhile has another one.
   */
  async function judgeApproval(person: UserPrincipal, id: string, revision: number, reason: string) {
    const row = await store.find(id);
    if (row === null) throw new AppError('not-found');
    if (row.state !== 'in-review' || row.revision !== revision) return refuseOvertaken(id, 'approve');
    const tie = await secondPerson.tieTo(person.userId, row.authorIds);
    if (!row.authorIds.includes(person.userId)) return { selfApproved: false, tie };
    const { projectId, createdAt: since } = row;
    const of = { projectId, userId: person.userId, right: 'requirements:approve', since } as const;
    const by = approvalBy(person.userId, row.authorIds, await secondPerson.exists(of));
    if (by === 'override' && reason === '') throw new AppError('override-reason-needed');
    if (by !== 'refused') return { selfApproved: by === 'override', tie };
    await audit.recordAlone({
      actor: actorOf(person),
      action: 'requirement.own-approval-refused',
      target: `requirement:${id}`,
      projectId: row.projectId,
      details: { version: row.version },
    });
    throw new AppError('own-work');
  }

  return {
    get,
    projectOf: store.projectOf,
    async standing(id) {
      const row = await store.find(id);
      if (row === null) return undefined;
      const newest = row.state === 'approved' ? (await store.approved(row.projectId)).at(-1) : undefined;
      return frozenRequirement(presentRequirement(newest ?? row));
    },
    async current(projectId) {
      const row = await store.newest(projectId);
      return row === null ? null : presentRequirement(row);
    },
    retentionDays: store.retentionDays,
    async approvedVersions(projectId) {
      const rows = await store.approved(projectId);
      return rows.map(presentRequirement).flatMap((version) => {
        const { approvedAt } = version;
        return approvedAt === null ? [] : [{ ...version, approvedAt }];
      });
    },
    async list(projectId, cursor, limit) {
      const below = decodeNumberCursor(cursor, 'version');
      const rows = await store.page(projectId, below, limit + 1);
      const page = rows.slice(0, limit);
      const last = page.at(-1);
      return {
        items: page.map(presentSummary),
        nextCursor: rows.length > limit && last ? encodeCursor({ version: String(last.version) }) : null,
      };
    },
    async start(person, projectId, basedOn, intent) {
      const row = await store.newest(projectId);
      const newest = row === null ? null : presentRequirement(row);
      if (newest !== null && newest.state !== 'approved')
        throw new AppError('draft-open', { requirementId: newest.id });
      if ((newest?.version ?? null) !== basedOn) throw new AppError('conflict', { version: newest?.version ?? null });
      const draft = {
        projectId,
        basedOn,
        version: (basedOn ?? 0) + 1,
        content: newest === null ? emptyContent(intent) : contentOf(newest),
      };
      try {
        const id = await database.$transaction(async (transaction) => {
          const made = await store.createDraft(transaction, draft);
          await store.addEvent(transaction, made, { kind: 'started', actor: actorOf(person) });
          await audit.record(transaction, {
            actor: actorOf(person),
            action: 'requirement.started',
            target: `requirement:${made}`,
            projectId,
            details: { version: draft.version, basedOn },
          });
          return made;
        });
        return await get(id);
      } catch (error) {
        if (isUniqueViolation(error)) throw new AppError('draft-open');
        throw error;
      }
    },
    async save(person, id, revision, content) {
      const { version, place } = await expected(id, revision, 'save');
      refuseErrors(criteriaIssues(content, await projectTasks(version.projectId)));
      const isSaved = await database.$transaction((transaction) =>
        store.replaceContent(transaction, place, content, actor(person)),
      );
      return isSaved ? get(id) : refuseOvertaken(id, 'save');
    },
    async discard(person, id, revision) {
      const { version, place } = await expected(id, revision, 'discard');
      const isGone = await database.$transaction(async (transaction) => {
        if (!(await store.remove(transaction, place))) return false;
        await record(transaction, person, version, 'discarded', { content: contentOf(version) });
        return true;
      });
      if (!isGone) await refuseOvertaken(id, 'discard');
    },
    submit: (person, id, revision) =>
      step(person, { id, revision, action: 'submit' }, async (version) => {
        await refuseIncomplete(version);
        const { userId } = actor(person);
        return { change: { submittedById: userId }, event: { kind: 'submitted' }, details: { edited: version.edited } };
      }),
    withdraw: (person, id, revision) =>
      step(person, { id, revision, action: 'withdraw' }, async () => ({ event: { kind: 'withdrawn' } })),
    sendBack: (person, id, revision, reason) =>
      step(person, { id, revision, action: 'send-back' }, async (version) => ({
        event: { kind: 'sent-back', reason },
        decision: sendBackDecision(version, reason),
      })),
    async approve(person, id, { revision, reason, evaluationId }) {
      const { selfApproved, tie } = await judgeApproval(person, id, revision, reason);
      const invitedBy = tie?.kind === 'by-author' ? tie.inviter : null;
      return step(person, { id, revision, action: 'approve' }, async (version) => {
        await refuseIncomplete(version);
        const newest = (await store.approved(version.projectId)).at(-1);
        const before = newest === undefined ? undefined : presentRequirement(newest);
        const differences = before === undefined ? [] : contentDifferences(before, version);
        const measurement = await newestMeasurement(version.projectId);
        if (evaluationId !== undefined && evaluationId !== (measurement?.id ?? null)) {
          throw new AppError('evidence-moved');
        }
        return {
          change: { approvedAt: new Date() },
          event: { kind: 'approved', reason: reason === '' ? null : reason, selfApproved, invitedBy },
          details: {
            selfApproved,
            invitedBy,
            tie,
            content: contentOf(version),
            changed: differences.map(({ field }) => field),
          },
          decision: approvalDecision(version, {
            reason,
            selfApproved,
            tie,
            before: before?.version,
            differences,
            measured: measuredEvidence(measurement, version.criteria, before?.criteria ?? null),
          }),
        };
      });
    },
    async deciders({ userId }, id) {
      const row = await store.find(id);
      if (row === null) throw new AppError('not-found');
      const { projectId, createdAt: since, authorIds } = row;
      const of = { projectId, userId, right: 'requirements:approve', since } as const;
      const { now, wasThereLately } = await secondPerson.others(of, MOST_DECIDERS);
      return {
        people: now.map((one) => ({ email: one.email, isAuthor: authorIds.includes(one.id) })),
        wasThereLately,
        isOwn: authorIds.includes(userId),
      };
    },
    async addApproved(transaction, projectId, shipped) {
      const content: RequirementContent = {
        ...emptyContent(shipped),
        ...shipped,
        constraints: {
          ...emptyContent(shipped).constraints,
          ...shipped.constraints,
          languages: [...shipped.constraints.languages],
        },
        criteria: shipped.criteria.map((criterion) => ({ id: newId(), ...criterion })),
      };
      const id = await store.createDraft(transaction, { projectId, version: 1, basedOn: null, content });
      const place = { id, state: 'draft', revision: 1 };
      const event: NewEvent = { kind: 'approved', actor: 'greenlight', selfApproved: false };
      await store.move(transaction, place, { state: 'approved', approvedAt: new Date() }, event);
    },
  };
}
