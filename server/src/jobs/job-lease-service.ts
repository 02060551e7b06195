import type { Readable } from 'node:stream';
import type { JobFile, JobKind, JobProgress } from '@greenlight/shared/jobs/contract.ts';
import { hasJobEnded, jobStateAfterLostWorker } from '@greenlight/shared/jobs/rules.ts';
import type { ClaimedJob, JobOutcome } from '@greenlight/shared/worker-protocol/jobs.ts';
import type { z } from 'zod';
import type { Database, Transaction } from '../database/client.ts';
import { AppError } from '../plugins/app-error.ts';
import type { Download } from '../plugins/download.ts';
import { latestEnd, leaseEnd, leaseHash, newLease } from '../plugins/lease.ts';
import type { Live } from '../plugins/live.ts';
import { waitForWork } from '../plugins/wait-for-work.ts';
import type { Storage } from '../storage/storage.ts';
import type { JobStore, LockedJob } from './job-store.ts';

/** A job that its worker has done, with what came out of it. */
export interface FinishedJob<Payload, Result> {
  readonly id: string;
  readonly projectId: string;
  readonly payload: Payload;
  readonly result: Result;
  readonly files: readonly JobFile[];
  readonly createdById: string | null;
}

/** What the product makes of a finished job, in the transaction that ends it. */
export interface JobCompletion {
  readonly kind: string;
  /** Looks up what `complete` needs and may take long, before the transaction, which holds the job. */
  look(job: Pick<FinishedJob<unknown, unknown>, 'payload' | 'result'>): Promise<unknown>;
  complete(transaction: Transaction, job: FinishedJob<unknown, unknown>, looked: unknown): Promise<void>;
}

/** Ties a kind of job to what becomes of its result, with what was looked up for it before; a result of another form is refused. */
export function onFinished<Payload extends z.ZodType, Result extends z.ZodType, Looked = undefined>(
  { kind, payload, result }: JobKind<Payload, Result>,
  complete: (
    transaction: Transaction,
    job: FinishedJob<z.output<Payload>, z.output<Result>>,
    looked: Looked,
  ) => Promise<void>,
  look?: (job: { payload: z.output<Payload>; result: z.output<Result> }) => Promise<Looked>,
): JobCompletion {
  function checked<Job extends { readonly payload: unknown; readonly result: unknown }>(job: Job) {
    const ofForm = result.safeParse(job.result);
    if (!ofForm.success) {
      throw new AppError('bad-request', { fields: [{ field: 'outcome.result', message: ofForm.error.message }] });
    }
    return { ...job, payload: payload.parse(job.payload), result: ofForm.data };
  }
  return {
    kind,
    look: async (job) => look?.(checked(job)),
    complete: (transaction, job, looked) => complete(transaction, checked(job), looked as Looked),
  };
}

/** The door to jobs for workers. */
export interface JobLeaseService {
  claim(
    workerId: string,
    kinds: readonly string[],
    waitMs: number,
    signal: AbortSignal,
  ): Promise<ClaimedJob | undefined>;
  /** Puts a job back whose claim nobody heard the answer to. */
  giveBack(job: ClaimedJob): Promise<void>;
  heartbeat(
    jobId: string,
    lease: string,
    progress: JobProgress | null,
  ): Promise<{ leaseExpiresAt: string; cancelRequested: boolean }>;
  openInput(jobId: string, lease: string, name: string): Promise<Download>;
  /** Stores a file whole or not at all; throws `storage-full`. */
  receive(jobId: string, lease: string, file: JobFile, content: Readable): Promise<JobFile>;
  end(jobId: string, lease: string, outcome: JobOutcome): Promise<{ state: string }>;
  /** Takes back every job that a worker holds: it has started anew and knows nothing of them. */
  releaseHeldBy(workerId: string): Promise<void>;
  /**
   * Takes back every job whose lease has ended; several servers may do so at once. A lease that ends later than any given now was given before the clock
   * was set back: it ends as one given now. `isUncertain` gives every lease its whole time anew.
   */
  releaseExpired(now: Date, isUncertain?: boolean): Promise<void>;
}

/** What the service stands on. */
export interface JobLeaseParts {
  readonly database: Database;
  readonly store: JobStore;
  readonly storage: Storage;
  readonly live: Live;
  readonly completions: readonly JobCompletion[];
}

const GIVEN_UP = {
  code: 'worker-lost',
  message: {
    zh: '接手该项工作的训练机都在完成之前退出了。',
    en: 'Every worker that took this work ended before it was done.',
  },
  advice: {
    zh: '请查看训练机的输出；内存不足是常见原因。',
    en: 'Look at the worker’s output; too little memory is the usual cause.',
  },
};

/** Builds the workers' side of jobs. */
export function createJobLeaseService(parts: JobLeaseParts): JobLeaseService {
  const { database, store, storage, live } = parts;
  const completions = new Map(parts.completions.map((completion) => [completion.kind, completion]));

  async function requireHeld(transaction: Transaction, jobId: string, lease: string): Promise<LockedJob> {
    const job = await store.lock(transaction, jobId);
    if (job === undefined) throw new AppError('not-found');
    if (job.leaseSha256 !== leaseHash(lease)) throw new AppError('lease-lost');
    return job;
  }

  async function requireRunning(transaction: Transaction, jobId: string, lease: string): Promise<LockedJob> {
    const job = await requireHeld(transaction, jobId, lease);
    if (job.state !== 'running') throw new AppError('lease-lost');
    return job;
  }

  async function release(choose: (transaction: Transaction) => Promise<LockedJob[]>): Promise<void> {
    const waiting = await database.$transaction(async (transaction) => {
      let queued = 0;
      for (const { id, attempts, cancelRequestedAt } of await choose(transaction)) {
        const state = jobStateAfterLostWorker({ cancelRequested: cancelRequestedAt !== null, attempts });
        await store.change(transaction, id, {
          state,
          leaseSha256: null,
          leaseExpiresAt: null,
          workerId: null,
          progress: null,
          ...(state === 'queued' ? {} : { finishedAt: new Date() }),
          ...(state === 'failed' ? { error: GIVEN_UP } : {}),
        });
        if (state === 'queued') queued += 1;
      }
      if (queued > 0) await live.announce(transaction, { kind: 'job-queued' });
      return queued;
    });
    if (waiting > 0) live.emit({ kind: 'job-queued' });
  }

  async function tryClaim(workerId: string, kinds: readonly string[]): Promise<ClaimedJob | undefined> {
    const lease = newLease();
    const expiresAt = leaseEnd(new Date());
    const row = await store.lease(kinds, { workerId, leaseSha256: leaseHash(lease), expiresAt });
    if (row === undefined) return undefined;
    const { id, projectId, kind, payload, attempts } = row;
    const inputs = row.inputs as unknown as JobFile[];
    const leaseExpiresAt = expiresAt.toISOString();
    return { jobId: id, projectId, lease, leaseExpiresAt, attempt: attempts, kind, payload, inputs };
  }

  /** For whoever holds the job alone, and once: what a job has ended with is not looked at again. */
  async function lookFor(jobId: string, lease: string, result: unknown): Promise<unknown> {
    const job = await database.$transaction((transaction) => requireHeld(transaction, jobId, lease));
    if (hasJobEnded(job.state)) return undefined;
    return completions.get(job.kind)?.look({ payload: job.payload, result });
  }

  return {
    claim: (workerId, kinds, waitMs, signal) => waitForWork(live, waitMs, signal, () => tryClaim(workerId, kinds)),
    giveBack: ({ jobId, lease }) =>
      release(async (transaction) => {
        const job = await store.lock(transaction, jobId);
        return job?.leaseSha256 === leaseHash(lease) && !hasJobEnded(job.state) ? [job] : [];
      }),
    async heartbeat(jobId, lease, progress) {
      const expiresAt = leaseEnd(new Date());
      const held = await store.prolong(jobId, leaseHash(lease), expiresAt, progress);
      if (held === undefined) throw new AppError('lease-lost');
      return { leaseExpiresAt: expiresAt.toISOString(), ...held };
    },
    async openInput(jobId, lease, name) {
      await database.$transaction((transaction) => requireRunning(transaction, jobId, lease));
      const input = (await store.inputsOf(jobId)).find((file) => file.name === name);
      if (input === undefined) throw new AppError('not-found');
      const { stream, sizeBytes } = await storage.open(input.sha256);
      return { stream, sizeBytes, name, sha256: input.sha256, contentType: 'application/octet-stream' };
    },
    async receive(jobId, lease, file, content) {
      await database.$transaction((transaction) => requireRunning(transaction, jobId, lease));
      // Said before anything is taken in: whoever waits for room asks again and again.
      const freeBytes = await storage.freeBytes();
      if (file.sizeBytes > freeBytes) throw new AppError('storage-full', { neededBytes: file.sizeBytes, freeBytes });
      await storage.put(content, file);
      await database.$transaction(async (transaction) => {
        await requireRunning(transaction, jobId, lease);
        await store.keepFile(transaction, jobId, file);
      });
      return file;
    },
    async end(jobId, lease, outcome) {
      const looked = outcome.state === 'finished' ? await lookFor(jobId, lease, outcome.result) : undefined;
      return database.$transaction(async (transaction) => {
        const job = await requireHeld(transaction, jobId, lease);
        if (hasJobEnded(job.state)) return { state: job.state };
        const { id, projectId, payload, createdById } = job;
        const ended = { state: outcome.state, finishedAt: new Date(), leaseExpiresAt: null };
        if (outcome.state !== 'finished') {
          await store.change(transaction, id, { ...ended, ...('error' in outcome ? { error: outcome.error } : {}) });
          return { state: outcome.state };
        }
        const { result } = outcome;
        const files = await store.filesOf(transaction, id);
        const finished = { id, projectId, payload, result, files, createdById };
        await completions.get(job.kind)?.complete(transaction, finished, looked);
        await store.change(transaction, id, { ...ended, result });
        return { state: outcome.state };
      });
    },
    releaseHeldBy: (workerId) => release((transaction) => store.lockHeldBy(transaction, workerId)),
    async releaseExpired(now, isUncertain = false) {
      await store.limit(latestEnd(now), leaseEnd(now), isUncertain);
      await release((transaction) => store.lockExpired(transaction, now));
    },
  };
}
