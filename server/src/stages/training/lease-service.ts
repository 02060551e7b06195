import type { ClaimedRun } from '@greenlight/shared/worker-protocol/contract.ts';
import { hasEnded, stateAfterLostWorker } from '@greenlight/shared/stages/training/rules.ts';
import type { Database, Transaction } from '../../database/client.ts';
import { AppError } from '../../plugins/app-error.ts';
import type { JobQueue } from '../../plugins/job-queue.ts';
import { latestEnd, leaseEnd, leaseHash, newLease } from '../../plugins/lease.ts';
import type { Live } from '../../plugins/live.ts';
import { waitForWork } from '../../plugins/wait-for-work.ts';
import type { LeaseStore, WorkMaterial } from './lease-store.ts';
import type { LockedRun, RunStore } from './run-store.ts';

/** The door to runs for workers that want to hold one. */
export interface LeaseService {
  /** Leases the next waiting run to a worker, waiting up to `waitMs` for one; undefined where none came. */
  claim(workerId: string, waitMs: number, signal: AbortSignal): Promise<ClaimedRun | undefined>;
  /** Puts a run back whose claim nobody heard the answer to. */
  giveBack(run: ClaimedRun): Promise<void>;
  heartbeat(
    runId: string,
    lease: string,
  ): Promise<{ leaseExpiresAt: string; cancelRequested: boolean; workerId: string | null }>;
  /** Throws `not-found` unless a worker holds a run that is made of this: nothing else is a worker's business. */
  requireHeldWith(made: WorkMaterial): Promise<void>;
  /** Takes back every run that a worker holds: it has started anew and knows nothing of them. */
  releaseHeldBy(workerId: string): Promise<void>;
  /**
   * Takes back every run whose lease has ended; several servers may do so at once. A lease that ends later than any given now was given before the clock
   * was set back: it ends as one given now. `isUncertain` gives every lease its whole time anew.
   */
  releaseExpired(now: Date, isUncertain?: boolean): Promise<number>;
  /** Gives every waiting run a ticket that has lost its own. */
  repairQueue(): Promise<number>;
}

/** What the lease service stands on. */
export interface LeaseServiceParts {
  readonly database: Database;
  readonly store: LeaseStore;
  readonly runs: RunStore;
  readonly jobs: JobQueue;
  readonly live: Live;
}

const GIVEN_UP = {
  code: 'worker-lost',
  message: {
    zh: '接手该运行的训练机都在产生新数据点之前退出了。',
    en: 'Every worker that took this run ended before it brought one new point.',
  },
  advice: {
    zh: '请查看日志中最后发生的事；更小的模型或批次或许能适应这台机器。',
    en: 'Look at the log for what happens last; a smaller model or batch may fit the machine.',
  },
};

/** Builds the lease service. */
export function createLeaseService({ database, store, runs, jobs, live }: LeaseServiceParts): LeaseService {
  /** Takes a ticket and leases its run; 'stale' where the ticket's run no longer waits, undefined without a ticket. */
  async function tryClaim(workerId: string): Promise<ClaimedRun | 'stale' | undefined> {
    const ticket = await jobs.fetch();
    if (ticket === undefined) return undefined;
    const lease = newLease();
    const expiresAt = leaseEnd(new Date());
    const { runId } = ticket;
    const isLeased = await database.$transaction(async (transaction) => {
      // The run is locked before its ticket here and wherever both are, or two transactions could wait for each other.
      const gotIt = await store.lease(transaction, runId, { workerId, leaseSha256: leaseHash(lease), expiresAt });
      await jobs.settle(transaction, ticket.jobId);
      if (gotIt) await live.announce(transaction, { kind: 'run-changed', runId });
      return gotIt;
    });
    if (!isLeased) return 'stale';
    live.emit({ kind: 'run-changed', runId });
    return { ...(await store.claimed(runId)), lease, leaseExpiresAt: expiresAt.toISOString() };
  }

  async function takeBack(transaction: Transaction, run: LockedRun): Promise<void> {
    const { fruitlessAttempts } = run;
    const state = stateAfterLostWorker({ cancelRequested: run.cancelRequestedAt !== null, fruitlessAttempts });
    const isOver = state !== 'queued';
    await runs.change(transaction, run, {
      state,
      leaseSha256: null,
      leaseExpiresAt: null,
      workerId: null,
      jobId: isOver ? null : await jobs.enqueue(transaction, run.id),
      ...(isOver ? { finishedAt: new Date() } : {}),
      ...(state === 'failed' ? { error: GIVEN_UP } : {}),
    });
    await live.announce(transaction, { kind: 'run-changed', runId: run.id });
    await live.announce(transaction, { kind: 'run-queued' });
  }

  async function release(choose: (transaction: Transaction) => Promise<LockedRun[]>): Promise<number> {
    const taken = await database.$transaction(async (transaction) => {
      const held = await choose(transaction);
      for (const run of held) await takeBack(transaction, run);
      return held;
    });
    for (const { id } of taken) live.emit({ kind: 'run-changed', runId: id });
    if (taken.length > 0) live.emit({ kind: 'run-queued' });
    return taken.length;
  }

  return {
    claim: (workerId, waitMs, signal) => waitForWork(live, waitMs, signal, () => tryClaim(workerId)),
    async giveBack({ runId, lease }) {
      await release(async (transaction) => {
        const run = await runs.lock(transaction, runId);
        return run?.leaseSha256 === leaseHash(lease) && !hasEnded(run.state) ? [run] : [];
      });
    },
    async heartbeat(runId, lease) {
      const expiresAt = leaseEnd(new Date());
      const held = await store.prolong(runId, leaseHash(lease), expiresAt);
      if (held === undefined) throw new AppError('lease-lost');
      return { leaseExpiresAt: expiresAt.toISOString(), ...held };
    },
    async requireHeldWith(made) {
      if (!(await store.isHeldWith(made))) throw new AppError('not-found');
    },
    async releaseHeldBy(workerId) {
      await release((transaction) => store.lockHeldBy(transaction, workerId));
    },
    async releaseExpired(now, isUncertain = false) {
      await store.limit(latestEnd(now), leaseEnd(now), isUncertain);
      return release((transaction) => store.lockExpired(transaction, now));
    },
    async repairQueue() {
      let repaired = 0;
      for (const { id, jobId } of await store.waiting()) {
        if (jobId !== null && (await jobs.isPending(jobId))) continue;
        await database.$transaction(async (transaction) => {
          const run = await runs.lock(transaction, id);
          if (run === undefined || run.state !== 'queued' || run.jobId !== jobId) return;
          await runs.change(transaction, run, { jobId: await jobs.enqueue(transaction, id) });
          repaired += 1;
        });
      }
      return repaired;
    },
  };
}
