import type { Interval } from './bootstrap.ts';
import { joinedNotes, metricNote } from './metric-notes.ts';
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

/**
 * Puts a number, its interval and its notes together; values that are not finite become null.
 *
 * Drawing with replacement repeats rare classes and texts, which can push a whole percentile interval past the number itself (average
 * precision of classes with one item). Such an interval is widened to the number and says so, lest it decide a criterion alone.
 */
export function measuredValue(
  metric: MetricId,
  value: number | null,
  items: number,
  interval?: Interval,
  notes: readonly string[] = [],
): MeasuredValue {
  const point = finite(value);
  let [low, high] = [finite(interval?.low), finite(interval?.high)];
  const widening: string[] = [];
  if (point !== null && low !== null && high !== null && (point < low || point > high)) {
    widening.push(metricNote('widened-interval', point < low ? low - point : point - high));
    low = Math.min(low, point);
    high = Math.max(high, point);
  }
  return { metric, value: point, low, high, items, note: joinedNotes([...notes, ...widening]) };
}

function finite(value: number | null | undefined): number | null {
  return value !== undefined && value !== null && Number.isFinite(value) ? value : null;
}
