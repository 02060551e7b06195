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

/** How long a part of a job may take, and how the job ends where it takes longer. */
export interface JobLimit {
  readonly limitMs: number;
  readonly outcome: JobOutcome;
}

/** What the process of a job tells. */
export type JobMessage =
  | { readonly type: 'progress'; readonly progress: JobProgress }
  /** How long what follows may take before the process is ended with this outcome; null once it is done. */
  | { readonly type: 'limit'; readonly limit: JobLimit | null }
  | { readonly type: 'ended'; readonly outcome: JobOutcome };
