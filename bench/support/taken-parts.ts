import type { RunPlan } from '@greenlight/shared/stages/training/plan/run-plan.ts';
import type { RunUsage } from '@greenlight/shared/stages/training/plan/usage.ts';

type Parts = NonNullable<RunPlan['time']>['parts'];

/** What a run took, in the parts of its plan; what it told of no other part is its wait for the upload. */
export function takenParts(usage: RunUsage): Parts {
  const told = {
    ...{ preparation: usage.preparationMs, recording: usage.recordingMs, steps: usage.stepsMs },
    ...{ evaluations: usage.evaluationMs, reporting: usage.reportingMs, finalEvaluation: usage.finalEvaluationMs },
  };
  return { ...told, delivery: usage.wallMs - Object.values(told).reduce((sum, ms) => sum + ms, 0) };
}
