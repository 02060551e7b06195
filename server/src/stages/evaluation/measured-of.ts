import {
  measuredOfAllHeads,
  type HeadEvaluation,
  type MetricValue,
  type TaskMetricValue,
} from '@greenlight/shared/stages/evaluation/contract.ts';

/** Every number of a stored evaluation, of all heads. */
export function measuredOf(row: { readonly metrics: unknown; readonly heads: unknown }): TaskMetricValue[] {
  return measuredOfAllHeads({ metrics: row.metrics as MetricValue[], heads: row.heads as HeadEvaluation[] });
}
