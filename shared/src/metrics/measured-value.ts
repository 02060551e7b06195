import type { Interval } from './bootstrap.ts';
import { fewGroupsNote, joinedNotes, metricNote } from './metric-notes.ts';
import { findMetric, type MetricId } from './registry.ts';
import { flawlessShare } from './wilson.ts';

/** One number with its 95 % interval and the number of items it comes from; null is "undefined here", never 0. */
export interface MeasuredValue {
  metric: MetricId;
  value: number | null;
  low: number | null;
  high: number | null;
  items: number;
  note: string | null;
}

/** Rounding apart, resamples that are this close to one another agree. */
const AGREEMENT = 1e-9;

/**
 * Puts a number, its interval and its notes together; values that are not finite become null. `groups` is how many texts or items were
 * resampled, where that is not `items`.
 *
 * Drawing with replacement repeats rare classes and texts, which can push a whole percentile interval past the number itself (average
 * precision of classes with one item). Such an interval is widened to the number and says so, lest it decide a criterion alone.
 *
 * Where all resamples agree, the sample has no spread to learn an error from, and an interval of no width would claim certainty from three
 * texts. Then the interval is what so many groups can rule out: at least Wilson's lower bound of a share that all of them have is like
 * them, and the rest may lie anywhere in the metric's range; without such a range there is no interval.
 */
export function measuredValue(
  metric: MetricId,
  value: number | null,
  items: number,
  interval?: Interval,
  notes: readonly string[] = [],
  groups = items,
): MeasuredValue {
  const point = finite(value);
  const [low, high] = [finite(interval?.low), finite(interval?.high)];
  const without = { metric, value: point, low: null, high: null, items, note: joinedNotes(notes) };
  if (point === null || low === null || high === null) return without;
  if (high - low <= AGREEMENT * Math.max(1, Math.abs(point)) && Math.abs(point - low) <= AGREEMENT) {
    const [least, most] = findMetric(metric)!.range;
    const isBounded = least !== null && most !== null;
    // That the groups are few is said by this note too.
    const others = notes.filter((note) => !fewGroupsNote(groups).includes(note));
    const note = joinedNotes([...others, metricNote(isBounded ? 'no-spread' : 'no-spread-no-bound', groups)]);
    if (!isBounded) return { ...without, note };
    const alike = flawlessShare(groups);
    const ends = { low: point * alike + least * (1 - alike), high: point * alike + most * (1 - alike) };
    return { ...without, ...ends, note };
  }
  const ends = { low: Math.min(low, point), high: Math.max(high, point) };
  const gap = Math.max(low - point, point - high);
  const widening = gap > 0 ? [metricNote('widened-interval', gap)] : [];
  return { ...without, ...ends, note: joinedNotes([...notes, ...widening]) };
}

function finite(value: number | null | undefined): number | null {
  return value !== undefined && value !== null && Number.isFinite(value) ? value : null;
}
