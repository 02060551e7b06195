import type { TaskKind } from '../stages/data/content.ts';
import { findMetric, type MetricId } from './registry.ts';
import { Z_95 } from './wilson.ts';

/** Numbers that are measured once or as a percentile, so that no interval stands beside them. */
const WITHOUT_INTERVAL: readonly MetricId[] = [
  'slice-gap',
  'first-token-latency-p50-ms',
  'first-token-latency-p95-ms',
  'first-token-latency-p99-ms',
  'latency-p50-ms',
  'latency-p95-ms',
  'latency-p99-ms',
  'throughput-tokens-per-second',
  'training-energy-kwh',
  'training-emissions-grams',
  'cost-per-1000-requests',
  'drift-psi',
  'drift-jensen-shannon',
];

/** Numbers of a whole training or service: they belong to no part of the items. */
const WITHOUT_SLICES: readonly MetricId[] = [
  'throughput-tokens-per-second',
  'training-energy-kwh',
  'training-emissions-grams',
  'cost-per-1000-requests',
];

/** Numbers that count how many of N items have a property, so that the score interval of a share applies. */
const SHARES_OF_ITEMS: readonly MetricId[] = [
  'accuracy',
  'accuracy-top5',
  'subset-accuracy',
  'precision-micro',
  'recall-micro',
  'f1-micro',
  'error-rate',
  'memorisation',
];

/** With one class per item these four count the same thing: the share of items that are right. */
const SAME_AS_ACCURACY: readonly MetricId[] = ['precision-micro', 'recall-micro', 'f1-micro'];

const includes = (list: readonly MetricId[], metric: string) => (list as readonly string[]).includes(metric);

/** Numbers above their smallest possible value whatever is measured: time passes, energy is used, a guess is never certain. */
const NEVER_AT_LEAST: readonly MetricId[] = [
  'loss',
  'perplexity',
  'first-token-latency-p50-ms',
  'first-token-latency-p95-ms',
  'first-token-latency-p99-ms',
  'latency-p50-ms',
  'latency-p95-ms',
  'latency-p99-ms',
  'training-energy-kwh',
  'training-emissions-grams',
];

/** Beyond this no number of the registry is ever measured, whatever its unit. */
export const LARGEST_MEASURED = 1e12;

/** Whether a number never reaches the lower end of its range. */
export function staysAboveRange(metric: string): boolean {
  return includes(NEVER_AT_LEAST, metric);
}

/** Whether evaluations give a number a 95 % interval; false for names that are not in the registry. */
export function hasInterval(metric: string): boolean {
  return findMetric(metric) !== undefined && !includes(WITHOUT_INTERVAL, metric);
}

/** Whether a number can be measured on a part of the items. */
export function canBeSliced(metric: string): boolean {
  return !includes(WITHOUT_SLICES, metric);
}

/**
 * A threshold on the number that a metric equals by definition: perplexity as loss, micro averages as accuracy, where an item of the
 * task has exactly one label.
 */
export function underlyingThreshold(
  metric: string,
  threshold: number,
  kind: TaskKind = 'single',
): { metric: string; threshold: number } {
  if (metric === 'perplexity') return { metric: 'loss', threshold: Math.log(threshold) };
  return { metric: kind === 'single' && includes(SAME_AS_ACCURACY, metric) ? 'accuracy' : metric, threshold };
}

/**
 * Items of which even a flawless result shows a share's threshold by its 95 % Wilson score interval: N/(N + z²) ≥ t, or
 * z²/(N + z²) ≤ t. Infinity where no number of items can; undefined where the metric is no share of items of a task of the kind.
 */
export function itemsToShow(
  metric: string,
  operator: '>=' | '<=',
  threshold: number,
  kind: TaskKind = 'single',
): number | undefined {
  if (!includes(SHARES_OF_ITEMS, metric)) return undefined;
  if (kind !== 'single' && includes(SAME_AS_ACCURACY, metric)) return undefined;
  const distance = operator === '>=' ? 1 - threshold : threshold;
  if (distance <= 0) return Infinity;
  // Rounded first: 0.9 has no exact distance from 1, and a whole number must not become the next one.
  return Math.ceil(Number(((Z_95 ** 2 * (1 - distance)) / distance).toFixed(9)));
}
