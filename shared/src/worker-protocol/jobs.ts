import { z } from 'zod';
import { queryInteger } from '../api/query-integer.ts';
import { defineRoute } from '../api/define-route.ts';
import { id, moment, sha256 } from '../api/identifiers.ts';
import { jobError, jobFile, jobFileName, jobProgress, MAX_JOB_FILE_BYTES } from '../jobs/contract.ts';

/** When a worker starts, it removes copies of data and of unfinished work that it has not used for so many days. */
export const DAYS_OF_COPIES_ON_WORKERS = 7;

/** For so many hours what a cancelled job had done lies on its worker, so that it can go on from there; after that it begins anew. */
export const HOURS_OF_CANCELLED_WORK = 24;

/** Proof that the worker holds the job; sent with everything that it reports. */
const lease = z.string().min(20).max(100);

/** A job that a worker got. */
export const claimedJob = z.object({
  jobId: id,
  projectId: id,
  lease,
  leaseExpiresAt: moment,
  attempt: z.number().int(),
  kind: z.string(),
  /** What the kind of job declares as its payload. */
  payload: z.unknown(),
  /** Files to work on, fetched with `getJobInput` by name. */
  inputs: z.array(jobFile),
});

/** A job that a worker got. */
export type ClaimedJob = z.infer<typeof claimedJob>;

/** How a job ended in the worker. */
export const jobOutcome = z.discriminatedUnion('state', [
  /** `result` is what the kind of job declares; the files uploaded before belong to it. */
  z.object({ state: z.literal('finished'), result: z.unknown() }),
  z.object({ state: z.literal('failed'), error: jobError }),
  z.object({ state: z.literal('cancelled') }),
]);

/** How a job ended in the worker. */
export type JobOutcome = z.infer<typeof jobOutcome>;

export const claimJob = defineRoute({
  id: 'claimJob',
  method: 'POST',
  path: '/api/worker/jobs/claim',
  summary: 'Take the oldest waiting job of the named kinds, waiting up to waitSeconds for one.',
  permission: 'worker',
  body: z.object({
    workerId: id,
    kinds: z.array(z.string().max(60)).min(1).max(50),
    waitSeconds: z.number().min(0).max(25).default(20),
  }),
  reply: z.object({ job: claimedJob.nullable() }),
  errors: ['not-found'],
});

export const jobHeartbeat = defineRoute({
  id: 'jobHeartbeat',
  method: 'POST',
  path: '/api/worker/jobs/{jobId}/heartbeat',
  summary: 'Keep the lease on a job alive and say how far it is.',
  permission: 'worker',
  params: z.object({ jobId: id }),
  body: z.object({ lease, progress: jobProgress.nullable() }),
  reply: z.object({ leaseExpiresAt: moment, cancelRequested: z.boolean() }),
  errors: ['lease-lost'],
});

export const getJobInput = defineRoute({
  id: 'getJobInput',
  method: 'GET',
  path: '/api/worker/jobs/{jobId}/inputs/{name}',
  summary: 'A file that the job works on.',
  permission: 'worker',
  params: z.object({ jobId: id, name: jobFileName }),
  query: z.object({ lease }),
  stream: 'download',
  errors: ['lease-lost'],
});

export const putJobFile = defineRoute({
  id: 'putJobFile',
  method: 'PUT',
  path: '/api/worker/jobs/{jobId}/files/{name}',
  summary: 'Upload a file that the job made, as a stream; the same name again replaces it.',
  permission: 'worker',
  params: z.object({ jobId: id, name: jobFileName }),
  query: z.object({ lease, sha256, sizeBytes: queryInteger(0, MAX_JOB_FILE_BYTES) }),
  stream: 'upload',
  reply: jobFile,
  errors: ['lease-lost', 'checksum-mismatch', 'payload-too-large', 'storage-full'],
});

export const endJob = defineRoute({
  id: 'endJob',
  method: 'POST',
  path: '/api/worker/jobs/{jobId}/end',
  summary: 'Report how a job ended; the same report again changes nothing.',
  permission: 'worker',
  params: z.object({ jobId: id }),
  bodyLimitBytes: 16 * 1024 * 1024,
  body: z.object({ lease, outcome: jobOutcome }),
  reply: z.object({ state: z.string() }),
  errors: ['lease-lost'],
});
