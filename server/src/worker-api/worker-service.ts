import type { WorkerSummary } from '@greenlight/shared/across/governance/contract.ts';
import { machineCalibration, type MachineCalibration } from '@greenlight/shared/stages/training/plan/calibration.ts';
import { matrixRate } from '@greenlight/shared/stages/training/plan/calibration.ts';
import { NO_RATES, workerRates, type WorkerRates } from '@greenlight/shared/stages/training/plan/worker-rates.ts';
import type { AuditService } from '../across/governance/audit-service.ts';
import type { Database } from '../database/client.ts';
import { actorOf, type UserPrincipal } from '../plugins/principal.ts';
import { AppError } from '../plugins/app-error.ts';
import { silentFor } from '../plugins/clock-watch.ts';
import { decodeTimeCursor, timePage } from '../plugins/cursor.ts';
import type { WorkerDescription, WorkerStore, WorkerWithRun } from './worker-store.ts';

/** The door to the machines that train. */
export interface WorkerService {
  register(worker: WorkerDescription): Promise<string>;
  /** Notes that a worker was heard of; throws `not-found` for one that never registered. */
  greet(workerId: string): Promise<void>;
  /** Keeps how quick a worker was measured to be; throws `not-found`. */
  calibrate(workerId: string, calibration: MachineCalibration): Promise<void>;
  /** Sets a worker's power and prices; throws `not-found`. */
  setRates(person: UserPrincipal, workerId: string, rates: WorkerRates): Promise<WorkerSummary>;
  /** With the run that each is at where the person may see its project, and how many of all workers are connected and at work. */
  list(
    person: UserPrincipal,
    connection: 'connected' | 'offline' | undefined,
    cursor: string | undefined,
    limit: number,
  ): Promise<{ items: WorkerSummary[]; nextCursor: string | null; connected: number; busy: number }>;
}

/** A worker asks for work at least every 25 seconds; after two silent rounds it counts as away. */
const OFFLINE_AFTER_MS = 60_000;

function summaryOf(row: WorkerWithRun, now: number): WorkerSummary {
  const currentRunId = row.runs[0]?.id ?? null;
  const isSilent = silentFor(row.lastSeenAt, now) > OFFLINE_AFTER_MS;
  const { id, name, device, adapter, cores, version } = row;
  const rates = workerRates.safeParse(row.rates);
  const calibration = machineCalibration.safeParse(row.calibration);
  return {
    id,
    name,
    device,
    adapter,
    cores,
    version,
    // A run is held by a lease that ends without heartbeats, so whoever holds one is there.
    state: currentRunId === null ? (isSilent ? 'offline' : 'idle') : 'busy',
    memoryBytes: Number(row.memoryBytes),
    lastSeenAt: row.lastSeenAt.toISOString(),
    currentRunId,
    rates: rates.success ? rates.data : NO_RATES,
    matrixFlopsPerSecond: calibration.success ? matrixRate(calibration.data) : null,
  };
}

/** Builds the worker service. */
export function createWorkerService(database: Database, store: WorkerStore, audit: AuditService): WorkerService {
  return {
    register: store.register,
    async greet(workerId) {
      if (!(await store.exists(workerId))) throw new AppError('not-found');
      await store.seen(workerId);
    },
    async calibrate(workerId, calibration) {
      if (!(await store.calibrate(workerId, calibration))) throw new AppError('not-found');
    },
    async setRates(person, workerId, rates) {
      const row = await database.$transaction(async (transaction) => {
        const changed = await store.setRates(transaction, workerId, rates);
        if (changed === undefined) throw new AppError('not-found');
        await audit.record(transaction, {
          actor: actorOf(person),
          action: 'worker.rates-set',
          target: `worker:${workerId}`,
          projectId: null,
          details: { ...rates },
        });
        return changed;
      });
      return summaryOf(row, Date.now());
    },
    async list(person, connection, cursor, limit) {
      const now = Date.now();
      // By both clocks: a moment that is still to come was before the clock was set back.
      const heard = { from: new Date(now - OFFLINE_AFTER_MS), until: new Date(now + OFFLINE_AFTER_MS) };
      const rows = await store.page(connection, heard, decodeTimeCursor(cursor), limit + 1);
      const page = timePage(rows, limit, (row) => ({ at: row.createdAt, id: row.id }));
      const projects = page.rows.flatMap(({ runs }) => runs.map(({ projectId }) => projectId));
      const own = await store.memberOf(person.userId, projects);
      const isShown = ({ runs: [run] }: WorkerWithRun) =>
        person.isAdmin || (run !== undefined && own.has(run.projectId));
      const items = page.rows.map((row) => {
        const summary = summaryOf(row, now);
        return isShown(row) ? summary : { ...summary, currentRunId: null };
      });
      return { items, nextCursor: page.nextCursor, ...(await store.count(heard)) };
    },
  };
}
