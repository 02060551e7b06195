import { Prisma } from '@greenlight/prisma/client';
import { runDevice } from '@greenlight/shared/stages/training/contract.ts';
import { machineCalibration } from '@greenlight/shared/stages/training/plan/calibration.ts';
import type { Observation } from '@greenlight/shared/stages/training/plan/history.ts';
import type { PlannedWorker } from '@greenlight/shared/stages/training/plan/plan-run.ts';
import { runPlan, type RunPlan } from '@greenlight/shared/stages/training/plan/run-plan.ts';
import type { RunUsage } from '@greenlight/shared/stages/training/plan/usage.ts';
import { NO_RATES, workerRates } from '@greenlight/shared/stages/training/plan/worker-rates.ts';
import type { Database, Transaction } from '../../database/client.ts';
import { silentFor } from '../../plugins/clock-watch.ts';
import { usageOf } from './run-rows.ts';

/** Workers that a plan is made for, and finished runs of each that correct it: the newest. */
const MOST_WORKERS = 8;
const MOST_RUNS = 60;

const WITHOUT_PLAN = { plan: { equals: Prisma.DbNull } };

type WorkerRow = Awaited<ReturnType<Database['worker']['findUniqueOrThrow']>>;

/** A worker that was silent for so long is not there; see the list of workers. */
const OFFLINE_AFTER_MS = 60_000;

/** A worker with when it was last heard of, and what it is at. */
export interface KnownWorker extends PlannedWorker {
  readonly lastSeenAt: Date;
  readonly state: NonNullable<PlannedWorker['state']>;
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

/** Share of all cores that a run kept at work. */
function busyShare({ cpuMs, wallMs }: RunUsage, cores: number): number {
  return cpuMs / Math.max(1, wallMs) / cores;
}

/** A finished run as what it says about later plans on the device that it ran on. */
function observationOf({ plan, usage, device }: FinishedRun): Observation {
  const { features, stepMs, otherMs, memoryBytes, powerShare } = plan.basis;
  const other = usage.wallMs - usage.stepsMs;
  return {
    device,
    features,
    ratios: {
      step: stepMs === null || usage.steps === 0 ? null : usage.stepsMs / usage.steps / stepMs,
      // A run that stopped early evaluated less than its plan counted.
      other: otherMs === null || other <= 0 || usage.steps < plan.steps ? null : other / otherMs,
      memory: usage.peakMemoryBytes === 0 ? null : usage.peakMemoryBytes / memoryBytes,
      power:
        powerShare === null || device !== 'cpu' || plan.worker === null
          ? null
          : busyShare(usage, plan.worker.cores) / powerShare,
    },
  };
}

interface FinishedRun {
  readonly plan: RunPlan;
  readonly usage: RunUsage;
  readonly device: string;
}

/** A run's row as what later plans learn from; null where it was planned for another worker or another device than took it. */
function finishedRun(row: { plan: unknown; usage: unknown; device: unknown }, workerId: string): FinishedRun | null {
  const plan = runPlan.safeParse(row.plan);
  const usage = usageOf(row.usage);
  const device = runDevice.safeParse(row.device);
  if (!plan.success || usage === null || !device.success || plan.data.worker?.id !== workerId) return null;
  // Plans that do not say their device were made for the processor.
  const isAsPlanned = (plan.data.device ?? 'cpu') === device.data.device;
  return isAsPlanned ? { plan: plan.data, usage, device: device.data.device } : null;
}

/** Mean measured power by device. */
function meanWatts(finished: readonly FinishedRun[]): Record<string, number> {
  const watts: Record<string, number> = {};
  for (const [device, runs] of Map.groupBy(finished, (run) => run.device)) {
    let [kilowattHours, wallMs] = [0, 0];
    for (const { usage } of runs) {
      if (usage.measuredKilowattHours === null) continue;
      kilowattHours += usage.measuredKilowattHours;
      wallMs += usage.wallMs;
    }
    if (wallMs > 0 && kilowattHours > 0) watts[device] = (kilowattHours * 3.6e9) / wallMs;
  }
  return watts;
}

/** Plans in the database. */
export function createPlanStore(database: Database): PlanStore {
  async function known(row: WorkerRow): Promise<KnownWorker> {
    const runs = await database.run.findMany({
      where: { workerId: row.id, state: 'finished', attempt: 1 },
      orderBy: { finishedAt: 'desc' },
      take: MOST_RUNS,
      select: { plan: true, usage: true, device: true },
    });
    const finished = runs.map((run) => finishedRun(run, row.id)).filter((run) => run !== null);
    const isBusy =
      (await database.run.count({ where: { workerId: row.id, state: { in: ['running', 'evaluating'] } } })) > 0;
    const isSilent = silentFor(row.lastSeenAt, Date.now()) > OFFLINE_AFTER_MS;
    const calibration = machineCalibration.safeParse(row.calibration);
    const rates = workerRates.safeParse(row.rates);
    const { id, name, device, adapter, cores, lastSeenAt } = row;
    return {
      ...{ id, name, device, adapter, cores, lastSeenAt },
      memoryBytes: Number(row.memoryBytes),
      calibration: calibration.success ? calibration.data : null,
      rates: rates.success ? rates.data : NO_RATES,
      observations: finished.map(observationOf),
      measuredWatts: meanWatts(finished),
      state: isBusy ? 'busy' : isSilent ? 'offline' : 'idle',
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
