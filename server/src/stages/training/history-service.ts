import type { MetricSeries, RocSnapshot } from '@greenlight/shared/stages/training/contract.ts';
import { runNotice, STREAM_EVENT_NAMES } from '@greenlight/shared/worker-protocol/events.ts';
import { decodeNumberCursor, encodeCursor } from '../../plugins/cursor.ts';
import type { StreamSource } from '../../plugins/event-stream.ts';
import type { Live } from '../../plugins/live.ts';
import type { HistoryStore, LogLine } from './history-store.ts';
import type { RunService } from './run-service.ts';

/** The door to what runs reported. */
export interface HistoryService {
  metrics(
    runId: string,
    names: string | undefined,
    maxPoints: number,
  ): Promise<{ series: MetricSeries[]; lastSequence: number }>;
  roc(runId: string): Promise<{ snapshots: RocSnapshot[] }>;
  log(
    runId: string,
    cursor: string | undefined,
    limit: number,
  ): Promise<{ items: LogLine[]; nextCursor: string | null }>;
  /** The run's events as a stream; `mayContinue` says whether its reader may still read. */
  stream(runId: string, mayContinue: () => Promise<boolean>): StreamSource;
}

/** Told beside the events themselves. */
const NOTICES = {
  'run-changed': {
    event: STREAM_EVENT_NAMES.runChanged,
    data: JSON.stringify(runNotice.parse({ type: 'run-changed' })),
  },
  'run-rewritten': {
    event: STREAM_EVENT_NAMES.runRewritten,
    data: JSON.stringify(runNotice.parse({ type: 'run-rewritten' })),
  },
};

/** Builds the history service. */
export function createHistoryService(store: HistoryStore, runs: RunService, live: Live): HistoryService {
  return {
    async metrics(runId, names, maxPoints) {
      const wanted = names
        ?.split(',')
        .map((name) => name.trim())
        .filter((name) => name !== '');
      // The number is read first: a reader that streams from it on may see a point twice, but never misses one.
      const { lastSequence } = await runs.get(runId);
      return { series: await store.series(runId, wanted, maxPoints), lastSequence };
    },
    roc: async (runId) => ({ snapshots: await store.rocSnapshots(runId) }),
    async log(runId, cursor, limit) {
      const before = decodeNumberCursor(cursor, 'sequence');
      const found = await store.log(runId, before, limit + 1);
      const items = found.slice(0, limit);
      const last = items.at(-1);
      const hasMore = found.length > limit && last !== undefined;
      return { items, nextCursor: hasMore ? encodeCursor({ sequence: String(last.sequence) }) : null };
    },
    stream: (runId, mayContinue) => ({
      async read(after, limit) {
        const events = await store.eventsAfter(runId, after, limit);
        return events.map((event) => ({
          id: event.sequence,
          event: STREAM_EVENT_NAMES.runEvent,
          data: JSON.stringify(event),
        }));
      },
      subscribe: (wake) =>
        live.onRun(runId, ({ kind }) => wake(kind in NOTICES ? NOTICES[kind as keyof typeof NOTICES] : undefined)),
      mayContinue,
    }),
  };
}
