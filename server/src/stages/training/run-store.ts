import type { LocalizedText } from '@greenlight/shared/api/localized-text.ts';
import type { RunConfiguration } from '@greenlight/shared/stages/training/configuration.ts';
import {
  OPEN_RUN_STATES,
  type Run,
  type RunError,
  type RunState,
  type RunSummary,
} from '@greenlight/shared/stages/training/contract.ts';
import type { RunPlan } from '@greenlight/shared/stages/training/plan/run-plan.ts';
import { defaultRunName } from '@greenlight/shared/stages/training/run-name.ts';
import { hasEnded } from '@greenlight/shared/stages/training/rules.ts';
import type { Database, Transaction } from '../../database/client.ts';
import { olderThan, type TimePlace } from '../../plugins/cursor.ts';
import { newId } from '../../plugins/new-id.ts';
import { runInclude, summaryInclude, toRun, toRunSummary } from './run-rows.ts';

/** What a new run is made of; `name` undefined gives it its number as name. */
export interface NewRun {
  readonly projectId: string;
  readonly name: LocalizedText | undefined;
  readonly notes: LocalizedText;
  readonly datasetVersionId: string;
  readonly configuration: RunConfiguration;
  readonly idempotencyKey: string | null;
  readonly requestSha256: string | null;
  readonly seedKey: string | null;
  /** The sweep that it belongs to, and which of its combinations it tries, from 0. */
  readonly sweep: { readonly id: string; readonly place: number } | null;
  readonly createdById: string | null;
  readonly plan: RunPlan | null;
}

/** A run's row while it is locked by the transaction that read it. */
export interface LockedRun {
  readonly id: string;
  readonly projectId: string;
  readonly datasetVersionId: string;
  readonly state: RunState;
  readonly jobId: string | null;
  readonly leaseSha256: string | null;
  readonly lastSequence: number;
  readonly fruitlessAttempts: number;
  readonly cancelRequestedAt: Date | null;
}

/** Runs as people see and change them. */
export interface RunStore {
  create(transaction: Transaction, run: NewRun): Promise<string>;
  setJob(transaction: Transaction, runId: string, jobId: string): Promise<void>;
  findByKey(projectId: string, idempotencyKey: string): Promise<{ id: string; requestSha256: string | null } | null>;
  find(runId: string): Promise<Omit<Run, 'startedFrom'> | undefined>;
  /** Newest first; those in one state where it is given. */
  page(projectId: string, after: TimePlace | undefined, limit: number, state?: RunState): Promise<RunSummary[]>;
  projectOf(runId: string): Promise<string | undefined>;
  counts(projectIds: readonly string[]): Promise<Map<string, { count: number; active: number }>>;
  /** Reads a run and keeps others from changing it until the transaction ends. */
  lock(transaction: Transaction, runId: string): Promise<LockedRun | undefined>;
  /** The same for the runs on these versions that have not ended. */
  lockOpenOn(transaction: Transaction, versionIds: readonly string[]): Promise<LockedRun[]>;
  /** How many runs on these versions have not ended. */
  countOpenOn(versionIds: readonly string[]): Promise<number>;
  /** Moves a run on; `touchProject` also makes its project the last changed. */
  change(transaction: Transaction, run: LockedRun, change: RunChange): Promise<void>;
}

/** The parts of a run that its life changes. */
export interface RunChange {
  readonly state?: RunState;
  readonly finishedAt?: Date;
  readonly cancelRequestedAt?: Date;
  readonly error?: RunError;
  readonly jobId?: string | null;
  readonly workerId?: string | null;
  readonly leaseSha256?: string | null;
  readonly leaseExpiresAt?: Date | null;
}

/** Runs in the database. */
export function createRunStore(database: Database): RunStore {
  return {
    async create(transaction, { name, plan, sweep, ...run }) {
      // The number is taken in one statement, so two starts at once get two numbers.
      const project = await transaction.project.update({
        where: { id: run.projectId },
        data: { nextRunNumber: { increment: 1 }, changedAt: new Date() },
      });
      const number = project.nextRunNumber - 1;
      const id = newId();
      const given = name ?? defaultRunName(number);
      await transaction.run.create({
        data: {
          ...{ id, number, state: 'queued', ...run, name: given, notes: run.notes },
          ...{
            configuration: run.configuration,
            tokenizerId: run.configuration.tokenizerId,
            ...(sweep === null ? {} : { sweepId: sweep.id, sweepPlace: sweep.place }),
            ...(plan === null ? {} : { plan }),
          },
        },
      });
      return id;
    },
    async setJob(transaction, runId, jobId) {
      await transaction.run.update({ where: { id: runId }, data: { jobId } });
    },
    findByKey: (projectId, idempotencyKey) =>
      database.run.findUnique({
        where: { projectId_idempotencyKey: { projectId, idempotencyKey } },
        select: { id: true, requestSha256: true },
      }),
    async find(runId) {
      const row = await database.run.findUnique({ where: { id: runId }, include: runInclude });
      return row === null ? undefined : toRun(row);
    },
    async page(projectId, after, limit, state) {
      const rows = await database.run.findMany({
        where: { projectId, ...(state === undefined ? {} : { state }), ...olderThan(after) },
        orderBy: [{ createdAt: 'desc' }, { id: 'desc' }],
        take: limit,
        include: summaryInclude,
      });
      return rows.map(toRunSummary);
    },
    async projectOf(runId) {
      return (await database.run.findUnique({ where: { id: runId }, select: { projectId: true } }))?.projectId;
    },
    async counts(projectIds) {
      const groups = await database.run.groupBy({
        by: ['projectId', 'state'],
        where: { projectId: { in: [...projectIds] } },
        _count: true,
      });
      const counts = new Map<string, { count: number; active: number }>();
      for (const { projectId, state, _count } of groups) {
        const before = counts.get(projectId) ?? { count: 0, active: 0 };
        const active = hasEnded(state as RunState) ? 0 : _count;
        counts.set(projectId, { count: before.count + _count, active: before.active + active });
      }
      return counts;
    },
    async lock(transaction, runId) {
      const rows = await transaction.$queryRaw<LockedRun[]>`
        SELECT id, "projectId", "datasetVersionId", state, "jobId", "leaseSha256", "lastSequence", "fruitlessAttempts", "cancelRequestedAt"
        FROM runs WHERE id = ${runId}::uuid FOR UPDATE`;
      return rows[0];
    },
    lockOpenOn: (transaction, versionIds) => transaction.$queryRaw<LockedRun[]>`
      SELECT id, "projectId", "datasetVersionId", state, "jobId", "leaseSha256", "lastSequence", "fruitlessAttempts", "cancelRequestedAt"
      FROM runs WHERE "datasetVersionId" = ANY(${[...versionIds]}::uuid[]) AND state = ANY(${[...OPEN_RUN_STATES]})
      ORDER BY id FOR UPDATE`,
    countOpenOn: (versionIds) =>
      database.run.count({
        where: { datasetVersionId: { in: [...versionIds] }, state: { in: [...OPEN_RUN_STATES] } },
      }),
    async change(transaction, run, change) {
      await transaction.run.update({ where: { id: run.id }, data: change });
      if (change.state === undefined) return;
      await transaction.project.update({ where: { id: run.projectId }, data: { changedAt: new Date() } });
    },
  };
}
