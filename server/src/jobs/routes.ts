import type { Readable } from 'node:stream';
import { cancelJob, getJob } from '@greenlight/shared/jobs/contract.ts';
import { claimJob, endJob, getJobInput, jobHeartbeat, putJobFile } from '@greenlight/shared/worker-protocol/jobs.ts';
import { AppError } from '../plugins/app-error.ts';
import { sendDownload } from '../plugins/download.ts';
import { userOf, type RegisterRoute } from '../plugins/route.ts';
import type { WorkerService } from '../worker-api/worker-service.ts';
import type { JobLeaseService } from './job-lease-service.ts';
import type { JobService } from './job-service.ts';

/** What the routes of jobs stand on. */
export interface JobServices {
  readonly jobs: JobService;
  readonly jobLeases: JobLeaseService;
  readonly workers: WorkerService;
}

/** Registers what people and workers ask about jobs; uploads are registered apart. */
export function registerJobs(register: RegisterRoute, { jobs, jobLeases, workers }: JobServices): void {
  register(getJob, ({ params }) => jobs.get(params.jobId));
  register(cancelJob, (call) => jobs.cancel(userOf(call), call.params.jobId));

  register(claimJob, async ({ body, reply }) => {
    const { workerId, kinds, waitSeconds } = body;
    await workers.greet(workerId);
    const gone = new AbortController();
    reply.raw.once('close', () => gone.abort());
    const job = await jobLeases.claim(workerId, kinds, waitSeconds * 1000, gone.signal);
    if (job !== undefined && gone.signal.aborted) await jobLeases.giveBack(job);
    return { job: job ?? null };
  });
  register(jobHeartbeat, ({ params, body }) => jobLeases.heartbeat(params.jobId, body.lease, body.progress));
  register(getJobInput, async ({ params, query, reply }) =>
    sendDownload(reply, await jobLeases.openInput(params.jobId, query.lease, params.name)),
  );
  register(endJob, ({ params, body }) => jobLeases.end(params.jobId, body.lease, body.outcome));
}

/** Registers the uploads of jobs, on an app whose bodies arrive as streams. */
export function registerJobUploads(register: RegisterRoute, jobLeases: JobLeaseService): void {
  register(putJobFile, ({ params, query, request }) => {
    const content = request.body as Readable | undefined;
    if (content === undefined) throw new AppError('unsupported-media-type');
    const { lease, sha256, sizeBytes } = query;
    return jobLeases.receive(params.jobId, lease, { name: params.name, sha256, sizeBytes }, content);
  });
}
