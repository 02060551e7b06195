import {
  evaluationSummary,
  type EvaluationSummary,
  type MetricValue,
} from '@greenlight/shared/stages/evaluation/contract.ts';
import type { EvaluationWithOrigin } from './store.ts';

/** An evaluation as lists show it. */
export function summaryOf(row: EvaluationWithOrigin): EvaluationSummary {
  const metrics = row.metrics as unknown as MetricValue[];
  const valueOf = (metric: string) => metrics.find((one) => one.metric === metric)?.value ?? null;
  return evaluationSummary.parse({
    ...row,
    runNumber: row.run?.number ?? null,
    runName: row.run?.name ?? null,
    modelFileName: row.modelFile?.name ?? null,
    headline: { loss: valueOf('loss'), f1Macro: valueOf('f1-macro'), aucMicro: valueOf('auc-micro') },
    createdAt: row.createdAt.toISOString(),
  });
}
