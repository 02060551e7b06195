import { z } from 'zod';
import { finiteOrNull, id, moment } from '../api/identifiers.ts';
import { localizedText } from '../api/localized-text.ts';
import { rocSnapshot, runDevice, runError, runProgress, sample } from '../stages/training/contract.ts';
import { runUsage } from '../stages/training/plan/usage.ts';

/** One value of one metric; (run, name, step) is its identity, so a repeated point changes nothing. */
export const metricPoint = z.object({
  /** `training/loss`, `validation/loss`, `validation/f1-macro`, `training/learning-rate` …; `@` and a task name the further head that it is of. */
  name: z
    .string()
    .regex(/^[a-z0-9-]+(\/[a-z0-9-]+)*(@\p{L}[\p{L}\p{N}_-]*)?$/u)
    .max(80),
  step: z.int32().min(0),
  epoch: z.number().min(0),
  value: finiteOrNull,
  /** When the step ended in the worker. */
  at: moment,
});

/** One value of one metric. */
export type MetricPoint = z.infer<typeof metricPoint>;

/** What a worker reports about a run. */
export const runEventPayload = z.discriminatedUnion('type', [
  z.object({ type: z.literal('started'), device: runDevice, progress: runProgress }),
  z.object({
    type: z.literal('metrics'),
    /** Empty only in what the server stores and streams: points that it already had are taken out. */
    points: z.array(metricPoint).max(1000),
    progress: runProgress.nullable(),
  }),
  z.object({ type: z.literal('progress'), progress: runProgress }),
  /** What this attempt on the run has taken so far. */
  z.object({ type: z.literal('usage'), usage: runUsage }),
  z.object({ type: z.literal('sample'), samples: z.array(sample).min(1).max(16) }),
  z.object({ type: z.literal('roc'), snapshots: z.array(rocSnapshot).min(1).max(4) }),
  z.object({ type: z.literal('checkpoint'), step: z.int32(), artifactId: id }),
  z.object({
    type: z.literal('log'),
    level: z.enum(['info', 'warning', 'error']),
    message: localizedText,
  }),
  z.object({ type: z.literal('evaluating') }),
  z.object({ type: z.literal('evaluated'), evaluationId: id }),
  z.object({ type: z.literal('finished'), reason: z.enum(['completed', 'early-stopping']) }),
  z.object({ type: z.literal('failed'), error: runError }),
  z.object({ type: z.literal('cancelled') }),
]);

/** What a worker reports about a run. */
export type RunEventPayload = z.infer<typeof runEventPayload>;

/** An event with its place in the run's history; the server keeps each sequence number once. */
export const runEvent = z.object({
  sequence: z.int32().min(1),
  at: moment,
  payload: runEventPayload,
});

/** An event with its place in the run's history. */
export type RunEvent = z.infer<typeof runEvent>;

/**
 * What the server itself adds to a run's stream: state changes that no worker reports (queued again after a lost
 * lease, cancel requested), and that what the run told before was changed, as when a person was erased. They carry no
 * sequence number and are not replayed; the run's own state, or all of it, is read again.
 */
export const runNotice = z.object({ type: z.enum(['run-changed', 'run-rewritten']) });

/** How an event stream names its frames: `event: run-event` carries {@link runEvent}, `event: run-changed` and `event: run-rewritten` a notice. */
export const STREAM_EVENT_NAMES = {
  runEvent: 'run-event',
  runChanged: 'run-changed',
  runRewritten: 'run-rewritten',
} as const;
