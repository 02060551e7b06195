import type { Interval } from './bootstrap.ts';
import type { MetricId } from './registry.ts';

/** One number with its 95 % interval and the number of items it comes from; null is "undefined here", never 0. */
export interface MeasuredValue {
  metric: MetricId;
  value: number | null;
  low: number | null;
  high: number | null;
  items: number;
  note: string | null;
}

/** Puts a number, its interval and its note together; values that are not finite become null. */
export function measuredValue(
  metric: MetricId,
  value: number | null,
  items: number,
  interval: Interval | null = null,
  note: string | null = null,
): MeasuredValue {
  return { metric, value: finite(value), low: finite(interval?.low), high: finite(interval?.high), items, note };
}

function finite(value: number | null | undefined): number | null {
  return value !== undefined && value !== null && Number.isFinite(value) ? value : null;
}
