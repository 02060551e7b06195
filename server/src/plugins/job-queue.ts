import { fromPrisma, PgBoss } from 'pg-boss';
import type { Transaction } from '../database/client.ts';
import { newId } from './new-id.ts';

/** A ticket out of the queue: it says that a run may be claimed; the lease on the run itself decides who has it. */
export interface RunTicket {
  readonly jobId: string;
  readonly runId: string;
}

/** The queue of runs that wait for a worker. */
export interface JobQueue {
  /** Queues a run in the transaction that makes it wait; returns the ticket's id. */
  enqueue(transaction: Transaction, runId: string): Promise<string>;
  /** Takes the next ticket, or undefined where none waits. One that is not settled in time comes back by itself. */
  fetch(): Promise<RunTicket | undefined>;
  /** Settles a fetched ticket in the transaction that leases its run. */
  settle(transaction: Transaction, jobId: string): Promise<void>;
  /** Takes a waiting ticket out of the queue. */
  withdraw(transaction: Transaction, jobId: string): Promise<void>;
  /** Whether a ticket still waits or is being handed out. */
  isPending(jobId: string): Promise<boolean>;
  close(): Promise<void>;
}

const QUEUE = 'train';
const SETTLE_WITHIN_SECONDS = 15;
const YEAR_SECONDS = 365 * 24 * 60 * 60;

/** Opens the queue on the database at `connectionString`, creating its tables beside ours on the first start. */
export async function openJobQueue(connectionString: string, onError: (error: Error) => void): Promise<JobQueue> {
  const boss = new PgBoss({ connectionString, max: 4, application_name: 'greenlight-jobs', schedule: false });
  boss.on('error', onError);
  await boss.start();
  await boss.createQueue(QUEUE, {
    expireInSeconds: SETTLE_WITHIN_SECONDS,
    // A ticket is lost only together with its server: it must come back however often that happens.
    retryLimit: 1_000_000,
    retentionSeconds: YEAR_SECONDS,
    deleteAfterSeconds: 24 * 60 * 60,
  });

  return {
    async enqueue(transaction, runId) {
      const jobId = newId();
      await boss.send(QUEUE, { runId }, { id: jobId, db: fromPrisma(transaction) });
      return jobId;
    },
    async fetch() {
      const [job] = await boss.fetch<{ runId: string }>(QUEUE, { batchSize: 1 });
      return job === undefined ? undefined : { jobId: job.id, runId: job.data.runId };
    },
    async settle(transaction, jobId) {
      await boss.complete(QUEUE, jobId, null, { db: fromPrisma(transaction) });
    },
    async withdraw(transaction, jobId) {
      await boss.cancel(QUEUE, jobId, { db: fromPrisma(transaction) });
    },
    async isPending(jobId) {
      const [job] = await boss.findJobs(QUEUE, { id: jobId });
      return job !== undefined && ['created', 'retry', 'active'].includes(job.state);
    },
    close: () => boss.stop({ graceful: false, close: true }),
  };
}
