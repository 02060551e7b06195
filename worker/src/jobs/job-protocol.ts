import type { JobProgress } from '@greenlight/shared/jobs/contract.ts';
import type { ClaimedJob, JobOutcome } from '@greenlight/shared/worker-protocol/jobs.ts';
import type { ServerAddress } from '../report/client.ts';

/** What the process of a job is started with, as its first message. */
export interface JobTask {
  readonly job: ClaimedJob;
  readonly address: ServerAddress;
  readonly folder: string;
  readonly keptFolder: string;
}

/** What a part of a job may take, and how the job ends where it takes more. */
export interface JobLimit {
  readonly limitMs: number;
  readonly late: JobOutcome;
  /** Memory that the process may come to; null where nothing says. */
  readonly memory: { readonly bytes: number; readonly large: JobOutcome } | null;
}

/** What the process of a job tells. */
export type JobMessage =
  | { readonly type: 'progress'; readonly progress: JobProgress }
  /** What the following may take before the process is ended; null once it is done. */
  | { readonly type: 'limit'; readonly limit: JobLimit | null }
  | { readonly type: 'ended'; readonly outcome: JobOutcome };
