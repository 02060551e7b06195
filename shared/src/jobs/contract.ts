import { z } from 'zod';
import { defineRoute } from '../api/define-route.ts';
import { id, moment, sha256 } from '../api/identifiers.ts';
import { localizedText } from '../api/localized-text.ts';
import { jobResult } from '../stages/data/label-text.ts';

/** Life of a job: queued → running → finished; or failed, or cancelled. A worker that is lost puts it back to queued. */
export const JOB_STATES = ['queued', 'running', 'finished', 'failed', 'cancelled'] as const;

/** State of a job. */
export type JobState = (typeof JOB_STATES)[number];

/** Largest file that a job may take in or leave behind: exported models keep weights above 2 GB in files of their own. */
export const MAX_JOB_FILE_BYTES = 16 * 1024 * 1024 * 1024;

/** How far a job is, from 0 to 1, and what it does at the moment. */
export const jobProgress = z.object({ share: z.number().min(0).max(1), message: localizedText.nullable() });

/** How far a job is. */
export type JobProgress = z.infer<typeof jobProgress>;

/** Why a job failed: code, what happened, what to try. */
export const jobError = z.object({ code: z.string().max(60), message: localizedText, advice: localizedText });

/** Why a job failed. */
export type JobError = z.infer<typeof jobError>;

/** Name of a file that goes into or comes out of a job. */
export const jobFileName = z.string().regex(/^[a-z0-9][a-z0-9._-]{0,99}$/);

/** A file that goes into or comes out of a job; its content lies in storage under its checksum. */
export const jobFile = z.object({
  name: jobFileName,
  sha256,
  sizeBytes: z.number().int().min(0).max(MAX_JOB_FILE_BYTES),
});

/** A file that goes into or comes out of a job. */
export type JobFile = z.infer<typeof jobFile>;

/** How far a job is, when what happened to it, and why it failed. */
const jobStanding = z.object({
  state: z.enum(JOB_STATES),
  progress: jobProgress.nullable(),
  error: jobError.nullable(),
  cancelRequestedAt: moment.nullable(),
  createdAt: moment,
  finishedAt: moment.nullable(),
});

/** The job behind something that a stage shows by its own name. */
export const jobStatus = jobStanding.extend({ jobId: id });

/** The job behind something that a stage shows by its own name. */
export type JobStatus = z.infer<typeof jobStatus>;

/** Work that a worker does beside training: exports, imports, preparation of data. */
export const job = jobStanding
  .extend({
    id,
    projectId: id,
    kind: z.string(),
    attempts: z.number().int(),
    /** What the kind of job says it leaves behind; null until it has finished. */
    result: jobResult,
    startedAt: moment.nullable(),
  })
  .meta({ id: 'Job' });

/** Work that a worker does beside training. */
export type Job = z.infer<typeof job>;

/** One kind of job: its name, what it is told, and what it answers with. */
export interface JobKind<Payload extends z.ZodType, Result extends z.ZodType> {
  readonly kind: string;
  readonly payload: Payload;
  readonly result: Result;
}

/** Declares a kind of job with its types kept; the server queues it and the worker performs it from the same value. */
export function defineJob<Payload extends z.ZodType, Result extends z.ZodType>(
  kind: JobKind<Payload, Result>,
): JobKind<Payload, Result> {
  return kind;
}

export const getJob = defineRoute({
  id: 'getJob',
  method: 'GET',
  path: '/api/jobs/{jobId}',
  summary: 'State, progress, result or error of a job.',
  permission: 'project:read',
  params: z.object({ jobId: id }),
  reply: job,
});

export const cancelJob = defineRoute({
  id: 'cancelJob',
  method: 'POST',
  path: '/api/jobs/{jobId}/cancel',
  summary: 'Stop a job; one that waits ends at once, a running one as soon as its worker hears of it.',
  permission: 'project:operate',
  params: z.object({ jobId: id }),
  reply: job,
  errors: ['job-not-active'],
});
