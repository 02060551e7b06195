import { hasEnded, stateAfter } from '@greenlight/shared/stages/training/rules.ts';
import type { RunEvent } from '@greenlight/shared/worker-protocol/events.ts';
import type { Database, Transaction } from '../../database/client.ts';
import { AppError } from '../../plugins/app-error.ts';
import { leaseEnd, leaseHash } from '../../plugins/lease.ts';
import type { Live } from '../../plugins/live.ts';
import type { NumberedPoint, ReportedChange, ReportStore } from './report-store.ts';
import type { LatestMetric } from './run-rows.ts';
import type { LockedRun, RunStore } from './run-store.ts';

/** The answer to a batch of events. */
export interface Acknowledgement {
  readonly acknowledgedSequence: number;
  readonly cancelRequested: boolean;
}

/** The door to runs for workers that report on one. */
export interface ReportService {
  /**
   * Stores a batch in one transaction. Events that are known are ignored, so a batch may be sent twice; a gap before the
   * batch is refused with the number that is expected. Throws `lease-lost`, `sequence-gap`.
   */
  record(runId: string, lease: string, events: readonly RunEvent[]): Promise<Acknowledgement>;
  /** Locks a run that the lease still holds; throws `lease-lost`, or `not-found` where there is no such run. */
  requireHeld(transaction: Transaction, runId: string, lease: string): Promise<LockedRun>;
}

const keyOf = (name: string, step: number): string => `${name} ${step}`;

/** The points of a batch, in order, each with its event's number. */
function pointsOf(events: readonly RunEvent[]): NumberedPoint[] {
  return events.flatMap(({ sequence, payload }) =>
    payload.type === 'metrics' ? payload.points.map((point) => ({ ...point, sequence })) : [],
  );
}

/** The events as they are kept and streamed: points that the database already had are taken out of them. */
function withNewPointsOnly(
  events: readonly RunEvent[],
  inserted: readonly { name: string; step: number }[],
): RunEvent[] {
  const remaining = new Set(inserted.map(({ name, step }) => keyOf(name, step)));
  return events.map((event) => {
    if (event.payload.type !== 'metrics') return event;
    // Taking each key out of the set also drops a point that occurs twice in one batch.
    const points = event.payload.points.filter(({ name, step }) => remaining.delete(keyOf(name, step)));
    return { ...event, payload: { ...event.payload, points } };
  });
}

/** Events without the results that come after the run has ended: what it was decided on stays as it was. */
function withoutLateResults(state: LockedRun['state'], events: readonly RunEvent[]): RunEvent[] {
  let now = state;
  return events.map((event) => {
    const { payload } = event;
    const isLate = hasEnded(now);
    now = stateAfter(now, payload.type);
    if (!isLate) return event;
    if (payload.type === 'metrics') return { ...event, payload: { ...payload, points: [] } };
    return event;
  });
}

/** The last values by name after new points, where the highest step counts. */
function mergeLatest(
  latest: Readonly<Record<string, LatestMetric>>,
  events: readonly RunEvent[],
): Record<string, LatestMetric> {
  const merged = { ...latest };
  for (const { name, step, value } of pointsOf(events)) {
    const known = Object.hasOwn(merged, name) ? merged[name] : undefined;
    if (known === undefined || step >= known.step) merged[name] = { step, value };
  }
  return merged;
}

/** What the events do to the run apart from its points. */
function changeOf(run: LockedRun, events: readonly RunEvent[], now: Date) {
  const change: { -readonly [Key in keyof ReportedChange]?: ReportedChange[Key] } = {};
  let { state } = run;
  for (const { payload } of events) {
    if ('progress' in payload && payload.progress !== null) change.progress = payload.progress;
    if (payload.type === 'started') change.device = payload.device;
    if (payload.type === 'usage') change.usage = payload.usage;
    if (payload.type === 'failed' && !hasEnded(state)) change.error = payload.error;
    state = stateAfter(state, payload.type);
  }
  if (hasEnded(state) && !hasEnded(run.state)) change.finishedAt = now;
  return { ...change, state, leaseExpiresAt: hasEnded(state) ? null : leaseEnd(now) };
}

/** Builds the report service. */
export function createReportService(database: Database, store: ReportStore, runs: RunStore, live: Live): ReportService {
  async function requireHeld(transaction: Transaction, runId: string, lease: string): Promise<LockedRun> {
    const run = await runs.lock(transaction, runId);
    if (run === undefined) throw new AppError('not-found');
    if (run.leaseSha256 !== leaseHash(lease)) throw new AppError('lease-lost');
    return run;
  }

  async function storeEvents(transaction: Transaction, run: LockedRun, reported: readonly RunEvent[]): Promise<void> {
    const events = withoutLateResults(run.state, reported);
    const points = pointsOf(events);
    const inserted = points.length === 0 ? [] : await store.insertPoints(transaction, run.id, points);
    const kept = withNewPointsOnly(events, inserted);
    await store.insertEvents(transaction, run.id, kept);
    for (const { payload } of kept) {
      if (payload.type === 'sample') await store.insertSamples(transaction, run.id, payload.samples);
      if (payload.type === 'roc') await store.insertRocSnapshots(transaction, run.id, payload.snapshots);
    }
    const change = changeOf(run, kept, new Date());
    await store.apply(transaction, run.id, {
      ...change,
      lastSequence: kept.at(-1)?.sequence ?? run.lastSequence,
      latestMetrics: mergeLatest(await store.latestMetrics(transaction, run.id), kept),
      hasNewPoints: inserted.length > 0,
    });
    if (change.state !== run.state) await store.touchProject(transaction, run.projectId);
  }

  return {
    requireHeld,
    async record(runId, lease, events) {
      const acknowledgement = await database.$transaction(async (transaction) => {
        const run = await requireHeld(transaction, runId, lease);
        const fresh = events.filter(({ sequence }) => sequence > run.lastSequence);
        const misplaced = fresh.findIndex(({ sequence }, index) => sequence !== run.lastSequence + 1 + index);
        if (misplaced >= 0) throw new AppError('sequence-gap', { expected: run.lastSequence + 1 });
        if (fresh.length > 0) {
          await storeEvents(transaction, run, fresh);
          await live.announce(transaction, { kind: 'run-events', runId });
        }
        return {
          acknowledgedSequence: run.lastSequence + fresh.length,
          cancelRequested: run.cancelRequestedAt !== null,
        };
      });
      live.emit({ kind: 'run-events', runId });
      return acknowledgement;
    },
  };
}
