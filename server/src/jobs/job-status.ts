import { jobStatus, type JobStatus } from '@greenlight/shared/jobs/contract.ts';
import { maskedError, maskedMessage } from '@greenlight/shared/stages/data/masked-text.ts';
import type { Database } from '../database/client.ts';

/** The columns of a job that say how it stands and what it was told, without its result, which may be large. */
export const STATUS_COLUMNS = {
  id: true,
  state: true,
  progress: true,
  error: true,
  payload: true,
  cancelRequestedAt: true,
  createdAt: true,
  finishedAt: true,
} as const;

/** How a job stands, as the database has it. */
export type StatusRow = Pick<Awaited<ReturnType<Database['job']['findUniqueOrThrow']>>, keyof typeof STATUS_COLUMNS>;

/** How a job stands, as people see it. */
export function presentStatus({ id, cancelRequestedAt, createdAt, finishedAt, ...row }: StatusRow): JobStatus {
  const said = {
    error: maskedError(row.error as JobStatus['error']),
    progress: maskedProgress(row.progress as JobStatus['progress']),
  };
  return jobStatus.parse({
    ...row,
    ...said,
    jobId: id,
    ...presentMoments({ cancelRequestedAt, createdAt, finishedAt }),
  });
}

/** How far a job is, as people see it. */
export function maskedProgress(progress: JobStatus['progress']): JobStatus['progress'] {
  return progress && { ...progress, message: maskedMessage(progress.message) };
}

/** The moments of a job's life in ISO 8601. */
export function presentMoments(row: Pick<StatusRow, 'cancelRequestedAt' | 'createdAt' | 'finishedAt'>) {
  return {
    cancelRequestedAt: row.cancelRequestedAt?.toISOString() ?? null,
    createdAt: row.createdAt.toISOString(),
    finishedAt: row.finishedAt?.toISOString() ?? null,
  };
}
