import type { z } from 'zod';
import { FOUNDER_ROLES, type ProjectRole } from '@greenlight/shared/across/governance/rights.ts';
import {
  projectOverview,
  projectSummary,
  type createProject,
  type ProjectOverview,
  type ProjectSummary,
} from '@greenlight/shared/projects/contract.ts';
import {
  criterionVerdicts,
  nextStepOf,
  projectVerdict,
  stageCards,
  type ProjectFacts,
} from '@greenlight/shared/projects/rules.ts';
import type { ProblemType } from '@greenlight/shared/stages/requirements/contract.ts';
import type { RunSummary } from '@greenlight/shared/stages/training/contract.ts';
import type { AuditService } from '../across/governance/audit-service.ts';
import type { Database } from '../database/client.ts';
import { AppError } from '../plugins/app-error.ts';
import { decodeTimeCursor, timePage } from '../plugins/cursor.ts';
import { isUniqueViolation } from '../plugins/database-errors.ts';
import { actorOf, type UserPrincipal } from '../plugins/principal.ts';
import { creationKeyOf, requestFingerprint, requireSameRequest } from '../plugins/request-fingerprint.ts';
import type { RetentionService } from '../stages/data/retention-service.ts';
import type { DataService } from '../stages/data/service.ts';
import type { EvaluationService } from '../stages/evaluation/service.ts';
import type { ProjectIntent, RequirementService } from '../stages/requirements/service.ts';
import type { SelectionService } from '../stages/selection/service.ts';
import { latestRunOf } from './latest-run.ts';
import type { ProjectStore, ProjectWithRoles } from './store.ts';

const RECENT_RUNS = 5;

/** The kinds of problems whose models learn classes from labels. */
const CLASSIFYING: ReadonlySet<string> = new Set<ProblemType>(['text-classification', 'image-classification']);

/** What a project asks of its runs. */
export interface ProjectRuns {
  /** Runs and active runs of each project that has any. */
  counts(projectIds: readonly string[]): Promise<Map<string, { count: number; active: number }>>;
  list(projectId: string, cursor: string | undefined, limit: number): Promise<{ items: RunSummary[] }>;
}

/** The stages that an overview is put together from. */
export interface ProjectSources {
  readonly requirements: Pick<RequirementService, 'current'>;
  readonly selections: Pick<SelectionService, 'standing'>;
  readonly data: Pick<DataService, 'summary'>;
  readonly retention: Pick<RetentionService, 'expiring'>;
  readonly runs: ProjectRuns;
  readonly evaluations: Pick<EvaluationService, 'newest' | 'basis'>;
}

/** The door to projects. */
export interface ProjectService {
  list(
    person: UserPrincipal,
    cursor: string | undefined,
    limit: number,
  ): Promise<{ items: ProjectSummary[]; nextCursor: string | null }>;
  /** Throws `idempotency-key-reused`. */
  create(person: UserPrincipal, body: z.output<NonNullable<typeof createProject.body>>): Promise<ProjectSummary>;
  /** Throws `not-found`. */
  overview(person: UserPrincipal, projectId: string): Promise<ProjectOverview>;
  exists(projectId: string): Promise<boolean>;
  /** What a project says of itself, for the first draft of its requirement. Throws `not-found`. */
  intentOf(projectId: string): Promise<ProjectIntent>;
  rolesIn(projectId: string, userId: string): Promise<ProjectRole[]>;
}

function present(row: ProjectWithRoles, runs: { count: number; active: number } | undefined): ProjectSummary {
  return projectSummary.parse({
    ...row,
    roles: row.members.map(({ role }) => role),
    runs: runs?.count ?? 0,
    activeRuns: runs?.active ?? 0,
    createdAt: row.createdAt.toISOString(),
    changedAt: row.changedAt.toISOString(),
  });
}

/** Builds the project service. */
export function createProjectService(
  database: Database,
  store: ProjectStore,
  audit: AuditService,
  { requirements, selections, data, retention, runs, evaluations }: ProjectSources,
): ProjectService {
  return {
    async list(person, cursor, limit) {
      const rows = await store.pageFor(person, decodeTimeCursor(cursor), limit + 1);
      const page = timePage(rows, limit, (row) => ({ at: row.changedAt, id: row.id }));
      const counts = await runs.counts(page.rows.map(({ id }) => id));
      return { items: page.rows.map((row) => present(row, counts.get(row.id))), nextCursor: page.nextCursor };
    },
    async create(person, { idempotencyKey, ...body }) {
      const creationKey = creationKeyOf(person, idempotencyKey);
      const requestSha256 = requestFingerprint(person.userId, body);
      const making = database.$transaction(async (transaction) => {
        const id = await store.create(
          transaction,
          { ...body, localizedName: null, seedKey: null, creationKey, requestSha256 },
          { userId: person.userId, roles: FOUNDER_ROLES },
        );
        await audit.record(transaction, {
          actor: actorOf(person),
          action: 'project.created',
          target: `project:${id}`,
          projectId: id,
          details: { name: body.name, roles: FOUNDER_ROLES },
        });
        return id;
      });
      const projectId = await making.catch(async (error: unknown) => {
        const made =
          creationKey !== null && isUniqueViolation(error) ? await store.findByCreationKey(creationKey) : null;
        if (made === null) throw error;
        requireSameRequest(made.requestSha256, requestSha256);
        return made.id;
      });
      const [row, counts] = await Promise.all([store.find(projectId, person.userId), runs.counts([projectId])]);
      if (row === null) throw new AppError('not-found');
      return present(row, counts.get(projectId));
    },
    async overview(person, projectId) {
      const [row, requirement, selection, datasetVersions, recent, counts, evaluation, basis, expiringData] =
        await Promise.all([
          store.find(projectId, person.userId),
          requirements.current(projectId),
          selections.standing(projectId),
          data.summary(projectId),
          runs.list(projectId, undefined, RECENT_RUNS),
          runs.counts([projectId]),
          evaluations.newest(projectId),
          evaluations.basis(projectId),
          retention.expiring(projectId, new Date()),
        ]);
      if (row === null) throw new AppError('not-found');
      const count = counts.get(projectId);
      const facts: ProjectFacts = {
        requirement:
          requirement === null
            ? null
            : {
                state: requirement.state,
                changedAt: requirement.approvedAt ?? requirement.edited?.at ?? requirement.createdAt,
              },
        approvedVersion: basis.versions.at(-1)?.version ?? null,
        criteria: basis.versions.at(-1)?.criteria ?? [],
        changedAfterEvidence: basis.changedAfterEvidence,
        selection,
        datasetVersions: {
          count: datasetVersions.count,
          changedAt: datasetVersions.changedAt?.toISOString() ?? null,
          newest: datasetVersions.newest,
          unprepared: datasetVersions.unprepared,
          leaking: datasetVersions.leaking,
          lacksLabels: datasetVersions.count > 0 && CLASSIFYING.has(row.problemType) && !datasetVersions.hasClasses,
        },
        runs: count ?? { count: 0, active: 0 },
        latestRun: latestRunOf(recent.items),
        evaluation,
      };
      return projectOverview.parse({
        ...present(row, count),
        verdict: projectVerdict(facts),
        stages: stageCards(facts),
        criteria: criterionVerdicts(facts.criteria, evaluation?.metrics ?? null),
        nextStep: nextStepOf(facts),
        liveRun: recent.items.find(({ finishedAt }) => finishedAt === null) ?? null,
        recentRuns: recent.items,
        expiringData,
      });
    },
    exists: store.exists,
    async intentOf(projectId) {
      const row = await store.intentOf(projectId);
      if (row === null) throw new AppError('not-found');
      return projectSummary.pick({ goal: true, problemType: true }).parse(row);
    },
    rolesIn: store.rolesIn,
  };
}
