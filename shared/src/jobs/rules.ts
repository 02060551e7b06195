import type { JobState } from './contract.ts';

/** Workers that may be lost over a job before it is given up: it takes each of them down. */
const MAX_ATTEMPTS = 3;

/** Whether a job has reached a state that it leaves only when it is asked for again. */
export function hasJobEnded(state: JobState): boolean {
  return state === 'finished' || state === 'failed' || state === 'cancelled';
}

/** What becomes of a job whose worker is gone: cancelled where that was asked, failed after too many workers, else queued. */
export function jobStateAfterLostWorker(job: { cancelRequested: boolean; attempts: number }): JobState {
  if (job.cancelRequested) return 'cancelled';
  return job.attempts >= MAX_ATTEMPTS ? 'failed' : 'queued';
}

/** What asking for the same job again does: one that brought nothing is queued anew, every other answers as it is. */
export function isAskedForAnew(state: JobState): boolean {
  return state === 'failed' || state === 'cancelled';
}
