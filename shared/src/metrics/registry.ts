import { LABELLED_METRICS } from './registry-labelled.ts';
import { QUALITY_METRICS } from './registry-quality.ts';
import { TEXT_METRICS } from './registry-text.ts';
import { OPERATIONS_METRICS } from './registry-operations.ts';

/** Every number that criteria, evaluations and screens may name, in the order they are shown. */
export const METRICS = [...QUALITY_METRICS, ...LABELLED_METRICS, ...TEXT_METRICS, ...OPERATIONS_METRICS] as const;

/** The name of a number. */
export type MetricId = (typeof METRICS)[number]['id'];

const BY_ID: ReadonlyMap<string, (typeof METRICS)[number]> = new Map(METRICS.map((metric) => [metric.id, metric]));

/** What is known about a number, or undefined for a name that is not in the registry. */
export function findMetric(id: string): (typeof METRICS)[number] | undefined {
  return BY_ID.get(id);
}
