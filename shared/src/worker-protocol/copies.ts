import { z } from 'zod';
import { defineRoute } from '../api/define-route.ts';
import { id, sha256 } from '../api/identifiers.ts';

/** How often a worker tells which copies it holds, in seconds: how soon they go once nothing needs them. */
export const COPIES_INTERVAL_SECONDS = 15;

const MOST_COPIES = 10_000;

/** What lies on a worker's disk: contents of data versions by checksum, folders of runs and of jobs by id. */
export const workerCopies = z.object({
  datasets: z.array(sha256).max(MOST_COPIES),
  runs: z.array(id).max(MOST_COPIES),
  jobs: z.array(id).max(MOST_COPIES),
});

/** What lies on a worker's disk. */
export type WorkerCopies = z.infer<typeof workerCopies>;

export const reportCopies = defineRoute({
  id: 'reportCopies',
  method: 'POST',
  path: '/api/worker/copies',
  summary:
    'Tell all copies that lie on a worker’s disk; the answer names those that nothing needs any more. One that is missing from the next report is gone.',
  permission: 'worker',
  body: z.object({ workerId: id, held: workerCopies }),
  reply: z.object({ obsolete: workerCopies }),
  errors: ['not-found'],
});
