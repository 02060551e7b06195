import { z } from 'zod';

const duration = z.number().min(0);

/** What the work on a run took in one attempt: times in milliseconds, memory of the worker's whole process. */
export const runUsage = z
  .object({
    /** From taking the run until now, or until its end. */
    wallMs: duration,
    /** Reading data, learning the tokenizer, making the model: until the first step could begin. */
    preparationMs: duration,
    /** Recording graphs and opening their sessions. */
    recordingMs: duration,
    /** Optimiser steps with making their batches, without recording. */
    stepsMs: duration,
    steps: z.number().int().min(0),
    /** Tokens that counted in those steps. */
    tokens: z.number().int().min(0),
    /** Evaluation points before the last step. */
    evaluationMs: duration,
    evaluations: z.number().int().min(0),
    /** Writing checkpoints before the last step's, and handing on events. */
    reportingMs: duration,
    /** Everything after the last step: its evaluation point, its checkpoint, and the evaluation of held-out items. */
    finalEvaluationMs: duration,
    peakMemoryBytes: z.number().min(0),
    /** Processor time of all threads of the worker. */
    cpuMs: duration,
    /** What the driver measured, processor and cards; null where it tells nothing. */
    measuredKilowattHours: z.number().min(0).nullable(),
  })
  .meta({ id: 'RunUsage' });

/** What the work on a run took. */
export type RunUsage = z.infer<typeof runUsage>;

/** What all attempts on a run took together; null where none has told. */
export function totalUsage(attempts: readonly RunUsage[]): RunUsage | null {
  const [first, ...others] = attempts;
  if (first === undefined) return null;
  return others.reduce((sum, usage) => {
    const total = { ...sum };
    for (const key of Object.keys(usage) as (keyof RunUsage)[]) {
      if (key === 'peakMemoryBytes') total[key] = Math.max(sum[key], usage[key]);
      else if (key === 'measuredKilowattHours') {
        const [before, more] = [sum[key], usage[key]];
        total[key] = before === null || more === null ? null : before + more;
      } else total[key] = sum[key] + usage[key];
    }
    return total;
  }, first);
}
