import type { Interval, ResampledInterval } from './bootstrap.ts';
import { fewGroupsNote, joinedNotes, metricNote } from './metric-notes.ts';
import { findMetric, type MetricId } from './registry.ts';
import { intervalAround } from './interval-around.ts';

/** One number with its 95 % interval and the number of items it comes from; null is "undefined here", never 0. */
export interface MeasuredValue {
  metric: MetricId;
  value: number | null;
  low: number | null;
  high: number | null;
  items: number;
  note: string | null;
  /** The value in each resample that the interval was read off, where it was; never stored beside the number. */
  resampled?: Float64Array;
}

/**
 * Puts a number, its interval and its notes together; values that are not finite become null. `groups` is how many texts or items were
 * resampled, where that is not `items`.
 */
export function measuredValue(
  metric: MetricId,
  value: number | null,
  items: number,
  interval?: Interval | ResampledInterval,
  notes: readonly string[] = [],
  groups = items,
): MeasuredValue {
  const point = finite(value);
  const [low, high] = [finite(interval?.low), finite(interval?.high)];
  const resampled = interval !== undefined && 'resampled' in interval ? { resampled: interval.resampled } : {};
  const without = { metric, value: point, low: null, high: null, items, note: joinedNotes(notes), ...resampled };
  if (point === null || low === null || high === null) return without;
  const around = intervalAround(point, { low, high }, findMetric(metric)!.range, groups);
  if (around === null || around.hasNoSpread) {
    // That the groups are few is said by this note too.
    const others = notes.filter((note) => !fewGroupsNote(groups).includes(note));
    const note = joinedNotes([...others, metricNote(around === null ? 'no-spread-no-bound' : 'no-spread', groups)]);
    return around === null ? { ...without, note } : { ...without, low: around.low, high: around.high, note };
  }
  const gap = Math.max(low - point, point - high);
  const widening = gap > 0 ? [metricNote('widened-interval', gap)] : [];
  return { ...without, low: around.low, high: around.high, note: joinedNotes([...notes, ...widening]) };
}

function finite(value: number | null | undefined): number | null {
  return value !== undefined && value !== null && Number.isFinite(value) ? value : null;
}
