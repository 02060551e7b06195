import { Prisma } from '@greenlight/prisma/client';
import { machineCalibration } from '@greenlight/shared/stages/training/plan/calibration.ts';
import type { Observation } from '@greenlight/shared/stages/training/plan/history.ts';
import type { PlannedWorker } from '@greenlight/shared/stages/training/plan/plan-run.ts';
import { runPlan, type RunPlan } from '@greenlight/shared/stages/training/plan/run-plan.ts';
import type { RunUsage } from '@greenlight/shared/stages/training/plan/usage.ts';
import { NO_RATES, workerRates } from '@greenlight/shared/stages/training/plan/worker-rates.ts';
import type { Database, Transaction } from '../../database/client.ts';
import { usageOf } from './run-rows.ts';

/** Workers that a plan is made for, and finished runs of each that correct it: the newest. */
const MOST_WORKERS = 8;
const MOST_RUNS = 60;

const WITHOUT_PLAN = { plan: { equals: Prisma.DbNull } };

type WorkerRow = Awaited<ReturnType<Database['worker']['findUniqueOrThrow']>>;

/** A worker with when it was last heard of, and whether it holds a run. */
export interface KnownWorker extends PlannedWorker {
  readonly lastSeenAt: Date;
  readonly isBusy: boolean;
}

/** What plans are made from, and where they are kept. */
export interface PlanStore {
  /** The workers that were heard of last. */
  workers(): Promise<KnownWorker[]>;
  worker(workerId: string): Promise<KnownWorker | undefined>;
  /** What a run without a plan is made of; undefined where it has one. */
  unplanned(runId: string): Promise<{ configuration: unknown; datasetVersionId: string } | undefined>;
  /** Freezes a plan into a run that has none. */
  freeze(transaction: Transaction, runId: string, plan: RunPlan): Promise<void>;
}

/** A finished run as what it says about later plans: nothing where more than one attempt was needed. */
function observationOf(plan: RunPlan, usage: RunUsage): Observation {
  const { features, stepMs, otherMs, memoryBytes } = plan.basis;
  const other = usage.wallMs - usage.stepsMs;
  return {
    features,
    ratios: {
      step: stepMs === null || usage.steps === 0 ? null : usage.stepsMs / usage.steps / stepMs,
      other: otherMs === null || other <= 0 ? null : other / otherMs,
      memory: usage.peakMemoryBytes === 0 ? null : usage.peakMemoryBytes / memoryBytes,
    },
  };
}

function meanWatts(usages: readonly RunUsage[]): number | null {
  let [kilowattHours, wallMs] = [0, 0];
  for (const usage of usages) {
    if (usage.measuredKilowattHours === null) continue;
    kilowattHours += usage.measuredKilowattHours;
    wallMs += usage.wallMs;
  }
  return wallMs === 0 || kilowattHours === 0 ? null : (kilowattHours * 3.6e9) / wallMs;
}

/** Plans in the database. */
export function createPlanStore(database: Database): PlanStore {
  async function known(row: WorkerRow): Promise<KnownWorker> {
    const runs = await database.run.findMany({
      where: { workerId: row.id, state: 'finished', attempt: 1 },
      orderBy: { finishedAt: 'desc' },
      take: MOST_RUNS,
      select: { plan: true, usage: true },
    });
    const finished = runs.flatMap(({ plan, usage }) => {
      const parsed = runPlan.safeParse(plan);
      const total = usageOf(usage);
      // A plan for another worker says nothing about this one's speed.
      return parsed.success && total !== null && parsed.data.worker?.id === row.id
        ? [{ plan: parsed.data, usage: total }]
        : [];
    });
    const calibration = machineCalibration.safeParse(row.calibration);
    const rates = workerRates.safeParse(row.rates);
    const { id, name, device, adapter, cores, lastSeenAt } = row;
    return {
      ...{ id, name, device, adapter, cores, lastSeenAt },
      memoryBytes: Number(row.memoryBytes),
      calibration: calibration.success && device === 'cpu' ? calibration.data : null,
      rates: rates.success ? rates.data : NO_RATES,
      observations: finished.map(({ plan, usage }) => observationOf(plan, usage)),
      measuredWatts: meanWatts(finished.map(({ usage }) => usage)),
      isBusy: (await database.run.count({ where: { workerId: id, state: { in: ['running', 'evaluating'] } } })) > 0,
    };
  }

  return {
    async workers() {
      const rows = await database.worker.findMany({ orderBy: { lastSeenAt: 'desc' }, take: MOST_WORKERS });
      return Promise.all(rows.map(known));
    },
    async worker(workerId) {
      const row = await database.worker.findUnique({ where: { id: workerId } });
      return row === null ? undefined : known(row);
    },
    async unplanned(runId) {
      const select = { configuration: true, datasetVersionId: true };
      return (await database.run.findFirst({ where: { id: runId, ...WITHOUT_PLAN }, select })) ?? undefined;
    },
    async freeze(transaction, runId, plan) {
      await transaction.run.updateMany({ where: { id: runId, ...WITHOUT_PLAN }, data: { plan } });
    },
  };
}
