import type { z } from 'zod';
import type { workerSummary } from '@greenlight/shared/across/governance/contract.ts';
import { AppError } from '../plugins/app-error.ts';
import { decodeTimeCursor, timePage } from '../plugins/cursor.ts';
import type { WorkerDescription, WorkerStore, WorkerWithRun } from './worker-store.ts';

type WorkerSummary = z.infer<typeof workerSummary>;

/** The door to the machines that train. */
export interface WorkerService {
  register(worker: WorkerDescription): Promise<string>;
  /** Notes that a worker was heard of; throws `not-found` for one that never registered. */
  greet(workerId: string): Promise<void>;
  list(cursor: string | undefined, limit: number): Promise<{ items: WorkerSummary[]; nextCursor: string | null }>;
}

/** A worker asks for work at least every 25 seconds; after two silent rounds it counts as away. */
const OFFLINE_AFTER_MS = 60_000;

function summaryOf(row: WorkerWithRun, now: number): WorkerSummary {
  const currentRunId = row.runs[0]?.id ?? null;
  const isSilent = now - row.lastSeenAt.getTime() > OFFLINE_AFTER_MS;
  const { id, name, device, adapter, cores, version } = row;
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
  };
}

/** Builds the worker service. */
export function createWorkerService(store: WorkerStore): WorkerService {
  return {
    register: store.register,
    async greet(workerId) {
      if (!(await store.exists(workerId))) throw new AppError('not-found');
      await store.seen(workerId);
    },
    async list(cursor, limit) {
      const rows = await store.page(decodeTimeCursor(cursor), limit + 1);
      const page = timePage(rows, limit, (row) => ({ at: row.createdAt, id: row.id }));
      const now = Date.now();
      return { items: page.rows.map((row) => summaryOf(row, now)), nextCursor: page.nextCursor };
    },
  };
}
