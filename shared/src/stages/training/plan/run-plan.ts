import { z } from 'zod';
import { id, moment } from '../../../api/identifiers.ts';
import { localizedText } from '../../../api/localized-text.ts';
import { estimate } from './interval.ts';
import { workerRates } from './worker-rates.ts';

/** What a worker is at: nothing, a run, or nobody knows because it is silent. */
export const WORKER_STATES = ['idle', 'busy', 'offline'] as const;

const milliseconds = z.number().min(0);

/** What a run is expected to take on a worker, made before it trains; bytes, milliseconds, kilowatt-hours. */
export const runPlan = z
  .object({
    madeAt: moment,
    worker: z
      .object({
        ...{ id, name: z.string(), adapter: z.string(), cores: z.number().int(), memoryBytes: z.number() },
        /** What it was at when the plan was made. */
        state: z.enum(WORKER_STATES).optional(),
      })
      .nullable(),
    /** The device that the worker will train on; null in plans that were made before it was said. */
    device: z.string().nullable().default(null),
    steps: z.number().int(),
    epochs: z.number().int(),
    vocabularySize: z.number().int(),
    parameters: z.number().int(),
    /** False where the tokenizer may find fewer ids than its limit. */
    isExact: z.boolean(),
    /** Tokens of all epochs that count, and the share of padding beside them. */
    tokens: z.number(),
    paddingShare: z.number(),
    /** Floating-point operations in matrix products, with padding. */
    flopsPerStep: z.number(),
    flops: z.number(),
    /** Evaluation points while training, with the one after the last step. */
    evaluations: z.number().int(),
    memory: z.object({
      total: estimate,
      parts: z.object({
        parameters: z.number(),
        gradients: z.number(),
        moments: z.number(),
        activations: z.number(),
        evaluation: z.number(),
        process: z.number(),
      }),
    }),
    /** Null where nothing is known of the worker's speed. */
    time: z
      .object({
        total: estimate,
        stepMs: estimate,
        tokensPerSecond: estimate,
        parts: z.object({
          preparation: milliseconds,
          recording: milliseconds,
          steps: milliseconds,
          evaluations: milliseconds,
          reporting: milliseconds,
          finalEvaluation: milliseconds,
          /** Waiting, after that, for the last checkpoint's way to the server; plans of earlier versions did not have it. */
          delivery: milliseconds.default(0),
        }),
      })
      .nullable(),
    energy: z
      .object({
        kilowattHours: estimate,
        /** Mean power over the run. */
        watts: z.number(),
        /** Power with everything at work; null in plans of earlier versions, which took 90 % of it, and where power was measured. */
        fullWatts: z.number().nullable().default(null),
        source: z.enum(['measured', 'rated', 'assumed']),
      })
      .nullable(),
    cost: z.object({ amount: estimate, currency: z.string() }).nullable(),
    rates: workerRates,
    /** What later plans learn from this one: its size, and the values before any correction by finished runs. */
    basis: z.object({
      features: z.array(z.number()),
      stepMs: z.number().nullable(),
      otherMs: z.number().nullable(),
      memoryBytes: z.number(),
      /** Share of all cores that is at work on average. */
      powerShare: z.number().nullable().default(null),
      /** Finished runs of this worker that corrected the estimate. */
      runs: z.number().int(),
    }),
    assumptions: z.array(localizedText),
  })
  .meta({ id: 'RunPlan' });

/** What a run is expected to take on a worker. */
export type RunPlan = z.infer<typeof runPlan>;
