import type { LocalizedText } from '@greenlight/shared/api/localized-text.ts';
import type { RunEvent } from '@greenlight/shared/worker-protocol/events.ts';
import type { MetricSeries, RocSnapshot, Run, RunState } from '@greenlight/shared/stages/training/contract.ts';

/** The metric reply of a run as the cache holds it. */
export interface RunMetrics {
  readonly series: readonly MetricSeries[];
  readonly lastSequence: number;
}

/** A line of a run's log as the cache holds it. */
export interface LogLine {
  readonly sequence: number;
  readonly at: string;
  readonly level: 'info' | 'warning' | 'error';
  readonly message: LocalizedText;
}

/** Most points that one series draws; beyond, the buckets are read again from the server. */
const MOST_POINTS_PER_SERIES = 500;

/** Buckets asked of the server, so that live points have room before the next reading. */
export const BUCKETS_PER_SERIES = 375;

/** Log lines that the page keeps. */
const MOST_LOG_LINES = 500;

interface Point {
  readonly name: string;
  readonly step: number;
  readonly epoch: number;
  readonly value: number | null;
}

function appended(series: MetricSeries, points: readonly Point[]): MetricSeries {
  let last = series.step.at(-1) ?? -1;
  const fresh: Point[] = [];
  for (const point of points.toSorted((a, b) => a.step - b.step)) {
    if (point.step <= last) continue;
    fresh.push(point);
    last = point.step;
  }
  if (fresh.length === 0) return series;
  const values = fresh.map((point) => point.value);
  return {
    name: series.name,
    points: series.points + fresh.length,
    step: [...series.step, ...fresh.map((point) => point.step)],
    epoch: [...series.epoch, ...fresh.map((point) => point.epoch)],
    minimum: [...series.minimum, ...values],
    maximum: [...series.maximum, ...values],
    mean: [...series.mean, ...values],
  };
}

/** Adds the points of events to the series; a point whose (name, step) is already there changes nothing. */
export function mergeMetrics(metrics: RunMetrics, events: readonly RunEvent[]): RunMetrics {
  const fresh = events.filter((event) => event.sequence > metrics.lastSequence);
  if (fresh.length === 0) return metrics;
  const pointsByName = new Map<string, Point[]>();
  for (const { payload } of fresh) {
    if (payload.type !== 'metrics') continue;
    for (const point of payload.points) {
      const points = pointsByName.get(point.name);
      if (points) points.push(point);
      else pointsByName.set(point.name, [point]);
    }
  }
  const series = metrics.series.map((known) => {
    const points = pointsByName.get(known.name);
    pointsByName.delete(known.name);
    return points ? appended(known, points) : known;
  });
  for (const [name, points] of pointsByName)
    series.push(appended({ name, points: 0, step: [], epoch: [], minimum: [], maximum: [], mean: [] }, points));
  return { series, lastSequence: Math.max(...fresh.map((event) => event.sequence)) };
}

/** True when a series holds more points than are drawn, so that buckets have to be read again. */
export function isOverfull(metrics: RunMetrics): boolean {
  return metrics.series.some((series) => series.step.length > MOST_POINTS_PER_SERIES);
}

const STATE_AFTER: Partial<Record<RunEvent['payload']['type'], RunState>> = {
  started: 'running',
  evaluating: 'evaluating',
  finished: 'finished',
  failed: 'failed',
  cancelled: 'cancelled',
};

function withEvent(run: Run, { payload }: RunEvent): Run {
  const state = STATE_AFTER[payload.type] ?? run.state;
  switch (payload.type) {
    case 'started':
      return {
        ...run,
        state,
        device: payload.device,
        progress: payload.progress,
        evaluations: payload.evaluations ?? run.evaluations,
      };
    case 'progress':
      return { ...run, progress: payload.progress };
    case 'metrics': {
      const finalMetrics = { ...run.finalMetrics };
      for (const point of payload.points) finalMetrics[point.name] = point.value;
      return { ...run, finalMetrics, progress: payload.progress ?? run.progress };
    }
    // Earlier attempts are in the run's own reading only.
    case 'usage':
      return run.attempt === 1 ? { ...run, usage: payload.usage } : run;
    case 'sample': {
      const known = new Set(run.samples.map((sample) => `${sample.step} ${sample.prompt}`));
      const fresh = payload.samples.filter((sample) => !known.has(`${sample.step} ${sample.prompt}`));
      return fresh.length === 0 ? run : { ...run, samples: [...run.samples, ...fresh] };
    }
    case 'evaluated':
      return { ...run, evaluationId: payload.evaluationId };
    case 'failed':
      return { ...run, state, error: payload.error };
    default:
      return state === run.state ? run : { ...run, state };
  }
}

/** Brings a run up to date with events that it has not seen. */
export function mergeRun(run: Run, events: readonly RunEvent[]): Run {
  let next = run;
  for (const event of events)
    if (event.sequence > next.lastSequence) next = { ...withEvent(next, event), lastSequence: event.sequence };
  return next;
}

/** Adds the ROC snapshots of events; the same (step, average, head) again replaces nothing. */
export function mergeRoc(snapshots: readonly RocSnapshot[], events: readonly RunEvent[]): readonly RocSnapshot[] {
  const identityOf = ({ step, average, head = '' }: RocSnapshot) => `${step} ${average} ${head}`;
  const known = new Set(snapshots.map(identityOf));
  const fresh: RocSnapshot[] = [];
  for (const { payload } of events) {
    if (payload.type !== 'roc') continue;
    for (const snapshot of payload.snapshots) {
      const identity = identityOf(snapshot);
      if (known.has(identity)) continue;
      known.add(identity);
      fresh.push(snapshot);
    }
  }
  return fresh.length === 0 ? snapshots : [...snapshots, ...fresh];
}

/** Adds the log lines of events, newest first, each sequence number once, the oldest dropped. */
export function mergeLog(lines: readonly LogLine[], events: readonly RunEvent[]): readonly LogLine[] {
  const known = new Set(lines.map((line) => line.sequence));
  const fresh: LogLine[] = [];
  for (const { sequence, at, payload } of events) {
    if (payload.type !== 'log' || known.has(sequence)) continue;
    known.add(sequence);
    fresh.push({ sequence, at, level: payload.level, message: payload.message });
  }
  if (fresh.length === 0) return lines;
  return [...fresh, ...lines].toSorted((a, b) => b.sequence - a.sequence).slice(0, MOST_LOG_LINES);
}
