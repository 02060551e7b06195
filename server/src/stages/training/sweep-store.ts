import { Prisma } from '@greenlight/prisma/client';
import type { RunConfiguration } from '@greenlight/shared/stages/training/configuration.ts';
import type { RunState } from '@greenlight/shared/stages/training/contract.ts';
import type { RunEvaluations } from '@greenlight/shared/stages/training/plan/evaluation-schedule.ts';
import type { RunPlan } from '@greenlight/shared/stages/training/plan/run-plan.ts';
import { hasEnded } from '@greenlight/shared/stages/training/rules.ts';
import { triedIn, type Combination } from '@greenlight/shared/stages/training/sweep/combinations.ts';
import type { SweepRun } from '@greenlight/shared/stages/training/sweep/contract.ts';
import type { SweepSearch } from '@greenlight/shared/stages/training/sweep/search.ts';
import { seriesOfObjective, type Objective } from '@greenlight/shared/stages/training/sweep/settings.ts';
import type { Database, Transaction } from '../../database/client.ts';
import { olderThan, type TimePlace } from '../../plugins/cursor.ts';
import { newId } from '../../plugins/new-id.ts';
import { summaryInclude, toRunSummary } from './run-rows.ts';

/** What a new sweep is made of. */
export interface NewSweep {
  readonly projectId: string;
  readonly datasetVersionId: string;
  readonly search: SweepSearch;
  readonly objective: Objective;
  readonly idempotencyKey: string | null;
  readonly requestSha256: string;
  readonly createdById: string;
}

/** A sweep as it is kept. */
export interface SweepRow {
  readonly id: string;
  readonly projectId: string;
  readonly number: number;
  readonly datasetVersionId: string;
  readonly search: SweepSearch;
  readonly objective: Objective;
  readonly createdAt: Date;
  /** Its runs in the order of its combinations. */
  readonly runs: readonly SweepRunRow[];
}

/** A run of a sweep as it stood when it was read. */
export interface SweepRunRow {
  readonly place: number;
  /** The settings that vary, as it was made with them. */
  readonly values: Combination;
  readonly run: Pick<SweepRun['run'], 'id' | 'number' | 'state'>;
  /** It goes on, and has been asked to stop. */
  readonly isStopping: boolean;
}

/** A run of a sweep with what is known of it. */
export interface SweptRun extends Omit<SweepRun, 'reached'> {
  readonly isStopping: boolean;
  /** Milliseconds that it was planned to take. */
  readonly plannedMs: number | null;
}

/** What a run reached, and the step at which that was measured. */
export type Reached = NonNullable<SweepRun['reached']>;

/** Sweeps in the database. */
export interface SweepStore {
  create(transaction: Transaction, sweep: NewSweep): Promise<{ id: string; number: number }>;
  findByKey(projectId: string, idempotencyKey: string): Promise<{ id: string; requestSha256: string | null } | null>;
  find(sweepId: string): Promise<SweepRow | undefined>;
  /** Newest first. */
  page(projectId: string, after: TimePlace | undefined, limit: number): Promise<SweepRow[]>;
  /** In the order of the combinations. */
  runs(sweep: Pick<SweepRow, 'id' | 'search'>): Promise<SweptRun[]>;
  /**
   * One value of the objective of its sweep for each run that has one: at the step of the model that was kept and evaluated, or last before it; of a run that was not
   * evaluated the last one. One that is no number there has none: that is what the kept model is.
   */
  reachedValues(sweeps: readonly Pick<SweepRow, 'runs' | 'objective'>[]): Promise<Map<string, Reached>>;
  projectOf(sweepId: string): Promise<string | undefined>;
}

/** The largest number of a step that is kept. */
const LAST_STEP = 2_147_483_647;

const withRuns = {
  runs: {
    select: { id: true, number: true, state: true, sweepPlace: true, configuration: true, cancelRequestedAt: true },
    orderBy: { sweepPlace: 'asc' as const },
  },
} satisfies Prisma.SweepInclude;

function isStopping(state: string, cancelRequestedAt: Date | null): boolean {
  return cancelRequestedAt !== null && !hasEnded(state as RunState);
}

function toRow({ runs, ...row }: Prisma.SweepGetPayload<{ include: typeof withRuns }>): SweepRow {
  const search = row.search as unknown as SweepSearch;
  return {
    ...row,
    search,
    objective: row.objective as Objective,
    runs: runs.map(({ sweepPlace, state, configuration, cancelRequestedAt, ...run }) => ({
      place: sweepPlace ?? 0,
      values: triedIn(search, configuration as Partial<RunConfiguration>),
      run: { ...run, state: state as RunState },
      isStopping: isStopping(state, cancelRequestedAt),
    })),
  };
}

/** Sweeps in the database. */
export function createSweepStore(database: Database): SweepStore {
  return {
    async create(transaction, sweep) {
      const { nextSweepNumber } = await transaction.project.update({
        where: { id: sweep.projectId },
        data: { nextSweepNumber: { increment: 1 } },
      });
      const made = { id: newId(), number: nextSweepNumber - 1 };
      await transaction.sweep.create({ data: { ...made, ...sweep } });
      return made;
    },
    findByKey: (projectId, idempotencyKey) =>
      database.sweep.findUnique({
        where: { projectId_idempotencyKey: { projectId, idempotencyKey } },
        select: { id: true, requestSha256: true },
      }),
    async find(sweepId) {
      const row = await database.sweep.findUnique({ where: { id: sweepId }, include: withRuns });
      return row === null ? undefined : toRow(row);
    },
    async page(projectId, after, limit) {
      const rows = await database.sweep.findMany({
        where: { projectId, ...olderThan(after) },
        orderBy: [{ createdAt: 'desc' }, { id: 'desc' }],
        take: limit,
        include: withRuns,
      });
      return rows.map(toRow);
    },
    async runs({ id, search }) {
      const rows = await database.run.findMany({
        where: { sweepId: id },
        orderBy: { sweepPlace: 'asc' },
        include: {
          ...summaryInclude,
          events: { where: { type: 'started' }, orderBy: { sequence: 'desc' }, take: 1 },
        },
      });
      return rows.map((row) => {
        const started = row.events[0]?.payload as { evaluations?: RunEvaluations } | undefined;
        const plan = row.plan as RunPlan | null;
        return {
          place: row.sweepPlace ?? 0,
          values: triedIn(search, row.configuration as Partial<RunConfiguration>),
          run: toRunSummary(row),
          isStopping: isStopping(row.state, row.cancelRequestedAt),
          validationItems: started?.evaluations?.items ?? null,
          allValidationItems: started?.evaluations?.validationItems ?? null,
          plannedMs: plan?.time?.total.value ?? null,
        };
      });
    },
    async reachedValues(sweeps) {
      const asked = sweeps.flatMap(({ runs, objective }) => runs.map(({ run }) => [run.id, objective] as const));
      const ids = asked.map(([id]) => id);
      const series = asked.map(([, objective]) => seriesOfObjective(objective));
      const rows = await database.$queryRaw<({ runId: string } & Reached)[]>`
        SELECT run.id AS "runId", point.value, point.step FROM unnest(${ids}::uuid[], ${series}::text[]) AS run(id, series)
        LEFT JOIN LATERAL (
          SELECT "checkpointStep" FROM evaluations
          WHERE "runId" = run.id ORDER BY "createdAt" DESC, id DESC LIMIT 1
        ) AS kept ON true
        CROSS JOIN LATERAL (
          SELECT value, step FROM metric_points
          WHERE "runId" = run.id AND name = run.series
            AND step <= coalesce(kept."checkpointStep", ${LAST_STEP}::int)
          ORDER BY step DESC LIMIT 1
        ) AS point
        WHERE point.value IS NOT NULL`;
      return new Map(rows.map(({ runId, value, step }) => [runId, { value, step }]));
    },
    async projectOf(sweepId) {
      const row = await database.sweep.findUnique({ where: { id: sweepId }, select: { projectId: true } });
      return row?.projectId;
    },
  };
}
