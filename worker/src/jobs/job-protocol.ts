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

/** What the process of a job tells. */
export type JobMessage =
  | { readonly type: 'progress'; readonly progress: JobProgress }
  | { readonly type: 'ended'; readonly outcome: JobOutcome };
