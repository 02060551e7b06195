import { z } from 'zod';
import { queryInteger } from '../../api/query-integer.ts';
import { defineRoute } from '../../api/define-route.ts';
import { finiteOrNull, id, moment, sha256 } from '../../api/identifiers.ts';
import { localizedText } from '../../api/localized-text.ts';
import { pageOf, pageQuery } from '../../api/paging.ts';
import { shownLocalizedName } from '../../api/shown-name.ts';
import { taskName } from '../data/content.ts';
import { statedPurpose } from '../data/items-contract.ts';
import { tokenizerSettings } from '../data/tokenizer-job.ts';
import { runConfiguration } from './configuration.ts';
import { runEvaluations } from './plan/evaluation-schedule.ts';
import { runPlan } from './plan/run-plan.ts';
import { runUsage } from './plan/usage.ts';
import { UNTRAINABLE } from './untrainable.ts';

/** Life of a run: queued → running → evaluating → finished; or failed, or cancelled. */
export const RUN_STATES = ['queued', 'running', 'evaluating', 'finished', 'failed', 'cancelled'] as const;

/** State of a run. */
export type RunState = (typeof RUN_STATES)[number];

/** States that a run never leaves. */
export const ENDED_RUN_STATES: readonly RunState[] = ['finished', 'failed', 'cancelled'];

/** States of a run that waits or goes on. */
export const OPEN_RUN_STATES: readonly RunState[] = RUN_STATES.filter((state) => !ENDED_RUN_STATES.includes(state));

/** How far a run is; times in milliseconds, `remainingMs` null until the first steps are measured. */
export const runProgress = z
  .object({
    step: z.number().int(),
    totalSteps: z.number().int(),
    epoch: z.number().int(),
    totalEpochs: z.number().int(),
    elapsedMs: z.number(),
    remainingMs: z.number().nullable(),
    /** Where the time left lies in about 95 of 100 cases, by how much the pace varied lately; null until that can be told. */
    remainingRange: z.object({ lowMs: z.number(), highMs: z.number() }).nullable().default(null),
    tokensPerSecond: z.number().nullable(),
    /** Shares of the time since the first step began, until the last one was done, 0 to 1. */
    share: z
      .object({ compute: z.number(), data: z.number(), evaluation: z.number(), reporting: z.number() })
      .nullable(),
  })
  .meta({ id: 'RunProgress' });

/** How far a run is. */
export type RunProgress = z.infer<typeof runProgress>;

/** The device that trains and why it was chosen. */
export const runDevice = z.object({
  device: z.enum(['cpu', 'webgpu', 'cuda', 'tfjs-node']),
  adapter: z.string(),
  reason: localizedText,
  parameterCount: z.number().int(),
});

/** A text generated during or after training. */
export const sample = z
  .object({ step: z.int32(), prompt: z.string(), text: z.string(), at: moment })
  .meta({ id: 'Sample' });

/** A text generated during or after training; `text` is the prompt with its continuation. */
export type Sample = z.infer<typeof sample>;

/** ROC of one averaging at one evaluation point on the validation split; reduced to at most 200 points. */
export const rocSnapshot = z
  .object({
    step: z.int32(),
    average: z.enum(['micro', 'macro']),
    /** The task of a classifier's further head; absent for its first. */
    head: taskName.optional(),
    auc: finiteOrNull,
    falsePositiveRate: z.array(z.number()),
    truePositiveRate: z.array(z.number()),
  })
  .meta({ id: 'RocSnapshot' });

/** ROC at one evaluation point. */
export type RocSnapshot = z.infer<typeof rocSnapshot>;

/** A file that a run left behind. */
export const artifact = z
  .object({
    id,
    kind: z.enum(['checkpoint', 'tokenizer', 'predictions', 'onnx', 'other']),
    name: z.string(),
    sizeBytes: z.number().int(),
    sha256,
    step: z.number().int().nullable(),
    createdAt: moment,
  })
  .meta({ id: 'Artifact' });

/** A file that a run left behind. */
export type Artifact = z.infer<typeof artifact>;

/** Where training first went wrong; each part only where it is known. */
export const failurePlace = z
  .object({
    step: z.int32().min(0),
    /** Which of the step's micro-batches, counted from 1. */
    microBatch: z.int32().min(1),
    /** First layer, in the order of the forward pass, whose output is not finite. */
    layer: z.string().max(200),
    /** The parameter or input, by its name in checkpoints and graphs. */
    tensor: z.string().max(200),
    /** Sizes of the batch, padding included. */
    batch: z.object({ rows: z.int32().min(0), sourceTokens: z.int32().min(0), targetTokens: z.int32().min(0) }),
  })
  .partial()
  .meta({ id: 'FailurePlace' });

/** Where training first went wrong. */
export type FailurePlace = z.infer<typeof failurePlace>;

/** Why a run failed: code, plain sentences, what was kept, what to try, and where in the training it was. */
export const runError = z.object({
  code: z.string(),
  message: localizedText,
  advice: localizedText,
  place: failurePlace.optional(),
});

/** Why a run failed. */
export type RunError = z.infer<typeof runError>;

/** A run as lists show it. */
export const runSummary = z
  .object({
    id,
    projectId: id,
    number: z.number().int(),
    name: localizedText,
    state: z.enum(RUN_STATES),
    progress: runProgress.nullable(),
    createdAt: moment,
    startedAt: moment.nullable(),
    finishedAt: moment.nullable(),
    /** Last value of each metric, by name. */
    finalMetrics: z.record(z.string(), finiteOrNull),
    evaluationId: id.nullable(),
    /** The sweep that it belongs to; null where it was started by itself. */
    sweep: z.object({ id, number: z.int() }).nullable(),
  })
  .meta({ id: 'RunSummary' });

/** A run as lists show it. */
export type RunSummary = z.infer<typeof runSummary>;

/** A run with everything its page needs. */
export const run = runSummary
  .extend({
    configuration: runConfiguration,
    datasetVersionId: id,
    /** The tokenizer that was chosen; null where the run learns its own or takes over a checkpoint's. */
    tokenizer: z
      .object({ id, kind: tokenizerSettings.shape.kind, size: z.int(), sha256, datasetVersionId: id.nullable() })
      .nullable(),
    /** The checkpoint whose weights it begins with; null where the weights are random. */
    startedFrom: z
      .object({
        runId: id,
        runNumber: z.int(),
        step: z.int(),
        /** The heads of a classifier that begin anew all the same; null stands for the head of the labels. */
        newHeads: z.array(z.string().nullable()),
      })
      .nullable(),
    device: runDevice.nullable(),
    /** When it is evaluated while it trains, as its worker decided before the first step; null until then. */
    evaluations: runEvaluations.nullable(),
    workerName: z.string().nullable(),
    attempt: z.number().int(),
    notes: localizedText,
    error: runError.nullable(),
    cancelRequestedAt: moment.nullable(),
    /** What it was expected to take, as it was planned when it was started; null where no worker was known then. */
    plan: runPlan.nullable(),
    /** What it has taken so far, all attempts together; null until a worker tells. */
    usage: runUsage.nullable(),
    samples: z.array(sample),
    artifacts: z.array(artifact),
    lastSequence: z.number().int(),
  })
  .meta({ id: 'Run' });

/** A run with everything its page needs. */
export type Run = z.infer<typeof run>;

const runParams = z.object({ runId: id });

export const listRuns = defineRoute({
  id: 'listRuns',
  method: 'GET',
  path: '/api/projects/{projectId}/runs',
  summary: 'The runs of a project, newest first; those in one state where it is given.',
  permission: 'project:read',
  params: z.object({ projectId: id }),
  query: pageQuery.extend({ state: z.enum(RUN_STATES).optional() }),
  reply: pageOf(runSummary),
});

export const startRun = defineRoute({
  id: 'startRun',
  method: 'POST',
  path: '/api/projects/{projectId}/runs',
  summary: 'Queue a training run; with the same idempotency key it answers with the run that exists.',
  permission: 'training:run',
  params: z.object({ projectId: id }),
  body: z.object({
    name: shownLocalizedName.optional(),
    notes: localizedText.optional(),
    datasetVersionId: id,
    configuration: z.unknown().pipe(runConfiguration),
    idempotencyKey: z.string().min(8).max(100).optional(),
  }),
  reply: run,
  status: 201,
  errors: UNTRAINABLE,
});

export const getRun = defineRoute({
  id: 'getRun',
  method: 'GET',
  path: '/api/runs/{runId}',
  summary: 'State, progress, configuration, final metrics, evaluation id and samples of a run.',
  permission: 'project:read',
  params: runParams,
  reply: run,
});

export const cancelRun = defineRoute({
  id: 'cancelRun',
  method: 'POST',
  path: '/api/runs/{runId}/cancel',
  summary: 'Stop a run; its checkpoints and points are kept.',
  permission: 'training:operate',
  params: runParams,
  reply: run,
  errors: ['run-not-active'],
});

/** One metric over the run, in buckets of steps; a bucket of one point has minimum = maximum = mean. */
export const metricSeries = z
  .object({
    name: z.string(),
    /** How many points the database holds for this name. */
    points: z.number().int(),
    step: z.array(z.number().int()),
    epoch: z.array(z.number()),
    minimum: z.array(finiteOrNull),
    maximum: z.array(finiteOrNull),
    mean: z.array(finiteOrNull),
  })
  .meta({ id: 'MetricSeries' });

/** One metric over the run, in buckets of steps. */
export type MetricSeries = z.infer<typeof metricSeries>;

export const getRunMetrics = defineRoute({
  id: 'getRunMetrics',
  method: 'GET',
  path: '/api/runs/{runId}/metrics',
  summary: 'Metric series in at most maxPoints buckets each, with minimum, maximum and mean of every bucket.',
  permission: 'project:read',
  params: runParams,
  query: z.object({
    /** Comma-separated metric names; all when absent. */
    names: z.string().max(2000).optional(),
    maxPoints: queryInteger(1, 2000).default(1000),
  }),
  reply: z.object({ series: z.array(metricSeries), lastSequence: z.number().int() }),
});

export const getRunRoc = defineRoute({
  id: 'getRunRoc',
  method: 'GET',
  path: '/api/runs/{runId}/roc',
  summary: 'ROC curves at the evaluation points of a run.',
  permission: 'project:read',
  params: runParams,
  reply: z.object({ snapshots: z.array(rocSnapshot) }),
});

export const getRunLog = defineRoute({
  id: 'getRunLog',
  method: 'GET',
  path: '/api/runs/{runId}/log',
  summary: 'Log lines of a run, newest first.',
  permission: 'project:read',
  params: runParams,
  query: pageQuery,
  reply: pageOf(
    z.object({
      sequence: z.number().int(),
      at: moment,
      level: z.enum(['info', 'warning', 'error']),
      message: localizedText,
    }),
  ),
});

export const streamRunEvents = defineRoute({
  id: 'streamRunEvents',
  method: 'GET',
  path: '/api/runs/{runId}/events',
  summary: 'Server-sent events of a run; replays after the id in Last-Event-ID (or ?after=).',
  permission: 'project:read',
  params: runParams,
  query: z.object({ after: queryInteger(0, 2_147_483_647).optional() }),
  stream: 'events',
  errors: ['too-many-requests'],
});

export const downloadArtifact = defineRoute({
  id: 'downloadArtifact',
  method: 'GET',
  path: '/api/artifacts/{artifactId}/content',
  summary: 'The file itself.',
  permission: 'project:read',
  params: z.object({ artifactId: id }),
  query: z.object({ purpose: statedPurpose.optional() }),
  stream: 'download',
  errors: ['personal-data-inside', 'purpose-needed', 'content-deleted'],
});

/** A checkpoint that another run may begin with. */
export const checkpointChoice = z
  .object({
    artifactId: id,
    runId: id,
    runNumber: z.number().int(),
    runName: localizedText,
    step: z.number().int(),
    createdAt: moment,
  })
  .meta({ id: 'CheckpointChoice' });

export const listCheckpoints = defineRoute({
  id: 'listCheckpoints',
  method: 'GET',
  path: '/api/projects/{projectId}/checkpoints',
  summary: 'The checkpoints of a project that a run may start from, newest first.',
  permission: 'project:read',
  params: z.object({ projectId: id }),
  query: pageQuery,
  reply: pageOf(checkpointChoice),
});
