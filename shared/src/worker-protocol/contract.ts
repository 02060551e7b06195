import { z } from 'zod';
import { queryInteger } from '../api/query-integer.ts';
import { defineRoute } from '../api/define-route.ts';
import { id, moment, sha256 } from '../api/identifiers.ts';
import { MAX_JOB_FILE_BYTES } from '../jobs/contract.ts';
import { datasetTask, taskName } from '../stages/data/content.ts';
import { evaluationResult } from '../stages/evaluation/contract.ts';
import { runConfiguration } from '../stages/training/configuration.ts';
import { machineCalibration } from '../stages/training/plan/calibration.ts';
import { runEvent } from './events.ts';

/** How long a lease lives without a heartbeat, in seconds. */
export const LEASE_SECONDS = 20;

/** Largest number of events in one batch; a worker splits its spool. */
export const MAX_EVENTS_PER_BATCH = 500;

/** Largest file that a run may leave behind: a checkpoint of Adam is three times its parameters, and a job may have to read it. */
const MAX_ARTIFACT_BYTES = MAX_JOB_FILE_BYTES;

/** Proof that the worker holds the run; sent with everything it reports. */
const lease = z.string().min(20).max(100);

/** Kind of the checkpoint that early stopping may end with: a run has one at most, which the next best replaces, until it ends. */
export const BEST_CHECKPOINT = 'best-checkpoint';

/** A file on the server and its digest. */
const serverFile = z.object({ artifactId: id, sha256 });

const serverCheckpoint = serverFile.extend({ step: z.number().int() });

/** Work that a worker got. */
export const claimedRun = z.object({
  runId: id,
  lease,
  leaseExpiresAt: moment,
  attempt: z.number().int(),
  configuration: runConfiguration,
  name: z.string(),
  datasetVersion: z.object({
    id,
    contentSha256: sha256,
    sizeBytes: z.number().int(),
    sameAsTraining: z.boolean(),
    /** Classes of a classifier, in the order of their numbers. */
    labels: z.array(z.string()),
    /** What the items are labelled with besides. */
    tasks: z.array(datasetTask).default([]),
  }),
  /** Highest event number that the server has; the next event is this plus one. */
  lastSequence: z.number().int(),
  /** The tokenizer that was chosen for the run; null where it learns its own or takes over a checkpoint's. */
  tokenizer: z.object({ tokenizerId: id, sha256 }).nullable(),
  /** What the weights begin with, and the tokenizer that they were trained for; null for random weights. */
  startFrom: z
    .object({
      checkpoint: serverFile,
      tokenizer: serverFile,
      /** Heads of a classifier that the checkpoint does not have and that begin with random weights; null is the first. */
      newHeads: z.array(taskName.nullable()).default([]),
    })
    .nullable(),
  /** The newest checkpoint that the server holds, if any: where a new attempt goes on. */
  resumeFrom: serverCheckpoint.nullable(),
  /** The best checkpoint so far, where the server holds one for early stopping. */
  best: serverCheckpoint.nullable().default(null),
});

/** Work that a worker got. */
export type ClaimedRun = z.infer<typeof claimedRun>;

export const registerWorker = defineRoute({
  id: 'registerWorker',
  method: 'POST',
  path: '/api/worker/register',
  summary: 'Announce a worker; the same name registers again without a second entry.',
  permission: 'worker',
  body: z.object({
    name: z.string().min(1).max(100),
    version: z.string().max(50),
    device: z.string().max(50),
    adapter: z.string().max(200),
    cores: z.int32().min(1),
    memoryBytes: z.number().int().min(0),
  }),
  reply: z.object({ workerId: id }),
});

export const postCalibration = defineRoute({
  id: 'postCalibration',
  method: 'POST',
  path: '/api/worker/calibration',
  summary: 'Report how quick the worker was measured to be; plans rest on it.',
  permission: 'worker',
  body: z.object({ workerId: id, calibration: machineCalibration }),
  reply: z.object({ ok: z.literal(true) }),
  errors: ['not-found'],
});

export const claimRun = defineRoute({
  id: 'claimRun',
  method: 'POST',
  path: '/api/worker/claim',
  summary: 'Take the next queued run, waiting up to waitSeconds for one.',
  permission: 'worker',
  body: z.object({ workerId: id, waitSeconds: z.number().min(0).max(25).default(20) }),
  reply: z.object({ run: claimedRun.nullable() }),
  errors: ['not-found'],
});

export const heartbeat = defineRoute({
  id: 'heartbeat',
  method: 'POST',
  path: '/api/worker/runs/{runId}/heartbeat',
  summary: 'Keep the lease alive.',
  permission: 'worker',
  params: z.object({ runId: id }),
  body: z.object({ lease }),
  reply: z.object({ leaseExpiresAt: moment, cancelRequested: z.boolean() }),
  errors: ['lease-lost'],
});

export const postEvents = defineRoute({
  id: 'postEvents',
  method: 'POST',
  path: '/api/worker/runs/{runId}/events',
  summary: 'Report a batch of events in order; events that the server has are ignored.',
  permission: 'worker',
  params: z.object({ runId: id }),
  bodyLimitBytes: 64 * 1024 * 1024,
  body: z.object({ lease, events: z.array(runEvent).min(1).max(MAX_EVENTS_PER_BATCH) }),
  reply: z.object({ acknowledgedSequence: z.number().int(), cancelRequested: z.boolean() }),
  errors: ['lease-lost', 'sequence-gap'],
});

export const putArtifact = defineRoute({
  id: 'putArtifact',
  method: 'PUT',
  path: '/api/worker/runs/{runId}/artifacts/{name}',
  summary: 'Upload a file as a stream; the same name and checksum again answers with the artifact that exists.',
  permission: 'worker',
  params: z.object({ runId: id, name: z.string().regex(/^[a-z0-9][a-z0-9.-]{0,99}$/) }),
  query: z.object({
    lease,
    kind: z.enum(['checkpoint', BEST_CHECKPOINT, 'tokenizer', 'predictions', 'other']),
    sha256,
    sizeBytes: queryInteger(0, MAX_ARTIFACT_BYTES),
    step: queryInteger(0, 2_147_483_647).optional(),
  }),
  stream: 'upload',
  reply: z.object({ artifactId: id }),
  errors: ['lease-lost', 'checksum-mismatch', 'payload-too-large'],
});

export const getDatasetContent = defineRoute({
  id: 'getDatasetContent',
  method: 'GET',
  path: '/api/worker/dataset-versions/{datasetVersionId}/content',
  summary: 'The items of a dataset version as JSON Lines, while a worker holds a run on it.',
  permission: 'worker',
  params: z.object({ datasetVersionId: id }),
  stream: 'download',
});

export const getWorkerArtifact = defineRoute({
  id: 'getWorkerArtifact',
  method: 'GET',
  path: '/api/worker/artifacts/{artifactId}/content',
  summary:
    'A file that a run resumes from or begins with, or its own, while a worker holds that run; never predictions.',
  permission: 'worker',
  params: z.object({ artifactId: id }),
  stream: 'download',
});

export const getWorkerTokenizer = defineRoute({
  id: 'getWorkerTokenizer',
  method: 'GET',
  path: '/api/worker/tokenizers/{tokenizerId}/content',
  summary: 'The tokenizer that was chosen for a run, while a worker holds one with it.',
  permission: 'worker',
  params: z.object({ tokenizerId: id }),
  stream: 'download',
  errors: ['tokenizer-deleted'],
});

export const postEvaluation = defineRoute({
  id: 'postEvaluation',
  method: 'POST',
  path: '/api/worker/runs/{runId}/evaluations',
  summary: 'Store the evaluation of a checkpoint; the same checkpoint step and split again replaces nothing.',
  permission: 'worker',
  params: z.object({ runId: id }),
  bodyLimitBytes: 16 * 1024 * 1024,
  body: z.object({ lease, result: evaluationResult, predictionsArtifactId: id }),
  reply: z.object({ evaluationId: id }),
  errors: ['lease-lost'],
});
