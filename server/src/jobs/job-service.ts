import type { Job, JobError, JobFile, JobKind } from '@greenlight/shared/jobs/contract.ts';
import { hasJobEnded, isAskedForAnew } from '@greenlight/shared/jobs/rules.ts';
import type { z } from 'zod';
import type { AuditService } from '../across/governance/audit-service.ts';
import type { Database, Transaction } from '../database/client.ts';
import { AppError } from '../plugins/app-error.ts';
import type { Live } from '../plugins/live.ts';
import { actorOf, type UserPrincipal } from '../plugins/principal.ts';
import type { JobStore } from './job-store.ts';

/** A wish for a job of one kind. */
export interface JobRequest<Payload> {
  readonly projectId: string;
  /** The same wish of a project has the same key and is one job. */
  readonly key: string;
  readonly payload: Payload;
  /** Files in storage that the worker may fetch by name. */
  readonly inputs: readonly JobFile[];
  readonly createdById: string | null;
}

/** The door to jobs for people and for the stages that want work done. */
export interface JobService {
  /**
   * Queues a job inside a transaction and returns its id; call `announceQueued` after the commit. The same key answers
   * with the job that exists; one that failed or was cancelled is queued again.
   */
  enqueue<Payload extends z.ZodType, Result extends z.ZodType>(
    transaction: Transaction,
    kind: JobKind<Payload, Result>,
    request: JobRequest<z.output<Payload>>,
  ): Promise<string>;
  announceQueued(): void;
  get(jobId: string): Promise<Job>;
  /** Jobs of a kind whose payload has this value under a name, newest first. */
  listByPayload(kind: string, name: string, value: string): Promise<Job[]>;
  cancel(person: UserPrincipal, jobId: string): Promise<Job>;
  /**
   * Ends the jobs of a kind in a project that have not ended, with `versionIds` only those on one of these data versions; whoever works on one
   * loses its lease. Returns the files that these and earlier ones without a result had made, which no row names any more.
   */
  stop(projectId: string, kind: string, why: JobStop, versionIds?: readonly string[]): Promise<JobFile[]>;
  projectOf(jobId: string): Promise<string | undefined>;
}

/** Who stops jobs and why; `details` go into the audit log. */
export interface JobStop {
  readonly actor: string;
  readonly error: JobError;
  readonly details: object;
}

/** Builds the job service. */
export function createJobService(database: Database, store: JobStore, audit: AuditService, live: Live): JobService {
  async function get(jobId: string): Promise<Job> {
    const found = await store.find(jobId);
    if (found === undefined) throw new AppError('not-found');
    return found;
  }

  return {
    async enqueue(transaction, { kind }, { payload, inputs, ...request }) {
      const data = { kind, payload, inputs };
      // Two wishes with one key at the same moment: the second waits here until the first one's job is there.
      await transaction.$executeRaw`SELECT pg_advisory_xact_lock(hashtextextended(${request.projectId + request.key}, 0))`;
      const known = await store.lockByKey(transaction, request.projectId, request.key);
      if (known !== undefined && !isAskedForAnew(known.state)) return known.id;
      await live.announce(transaction, { kind: 'job-queued' });
      if (known === undefined) return store.create(transaction, { ...request, ...data });
      await store.change(transaction, known.id, {
        ...data,
        state: 'queued',
        attempts: 0,
        progress: null,
        error: null,
        cancelRequestedAt: null,
        startedAt: null,
        finishedAt: null,
        leaseSha256: null,
      });
      return known.id;
    },
    announceQueued: () => live.emit({ kind: 'job-queued' }),
    get,
    listByPayload: store.listByPayload,
    async cancel(person, jobId) {
      const now = new Date();
      await database.$transaction(async (transaction) => {
        const job = await store.lock(transaction, jobId);
        if (job === undefined) throw new AppError('not-found');
        if (hasJobEnded(job.state)) throw new AppError('job-not-active');
        if (job.cancelRequestedAt !== null) return;
        const ended = job.state === 'queued' ? ({ state: 'cancelled', finishedAt: now } as const) : {};
        await store.change(transaction, jobId, { cancelRequestedAt: now, ...ended });
        await audit.record(transaction, {
          actor: actorOf(person),
          action: 'job.cancelled',
          target: `job:${jobId}`,
          projectId: job.projectId,
          details: { kind: job.kind },
        });
      });
      return get(jobId);
    },
    stop: (projectId, kind, { actor, error, details }, versionIds) =>
      database.$transaction(async (transaction) => {
        const leaseGone = { leaseSha256: null, leaseExpiresAt: null, workerId: null } as const;
        for (const { id } of await store.lockOpen(transaction, projectId, kind, versionIds)) {
          await store.change(transaction, id, { ...leaseGone, state: 'failed', error, finishedAt: new Date() });
          await audit.record(transaction, {
            ...{ actor, action: 'job.stopped', target: `job:${id}`, projectId },
            details: { kind, ...details },
          });
        }
        return store.dropFilesOfUnfinished(transaction, projectId, kind);
      }),
    projectOf: store.projectOf,
  };
}
