import { getProject, listProjects } from '@greenlight/shared/projects/contract.ts';
import { getEvaluation, listEvaluations } from '@greenlight/shared/stages/evaluation/contract.ts';
import { getTraceability } from '@greenlight/shared/stages/requirements/traceability-contract.ts';
import {
  getRun,
  getRunLog,
  getRunMetrics,
  getRunRoc,
  listRuns,
  streamRunEvents,
} from '@greenlight/shared/stages/training/contract.ts';
import { runEvent, STREAM_EVENT_NAMES, type RunEvent } from '@greenlight/shared/worker-protocol/events.ts';
import { notifyManager, queryOptions, type QueryClient } from '@tanstack/react-query';
import { addressOf, call } from './client.ts';
import {
  BUCKETS_PER_SERIES,
  isOverfull,
  mergeLog,
  mergeMetrics,
  mergeRoc,
  mergeRun,
  type LogLine,
  type RunMetrics,
} from './live-merge.ts';
import { familyOf, queryOf } from './query.ts';

/** A run with everything its page needs, as a query. */
export function runQuery(runId: string) {
  return queryOf(getRun, { params: { runId } });
}

/** All metric series of a run in buckets, as a query; live points are appended to it. */
export function runMetricsQuery(runId: string) {
  return queryOptions({
    ...queryOf(getRunMetrics, { params: { runId }, query: { maxPoints: BUCKETS_PER_SERIES } }),
    refetchOnWindowFocus: false,
  });
}

/** The ROC curves of a run at its evaluation points, as a query. */
export function runRocQuery(runId: string) {
  return queryOf(getRunRoc, { params: { runId } });
}

/** The newest log lines of a run, as a query. */
export function runLogQuery(runId: string) {
  return queryOf(getRunLog, { params: { runId }, query: { limit: 100 } });
}

/** What the page says about its connection. */
export type Connection = 'connecting' | 'live' | 'reconnecting' | 'polling' | 'closed';

/** The state of the stream beside the data: how it is connected, and the newest loss point that arrived. */
export interface LiveStatus {
  readonly connection: Connection;
  /** The newest point of the training loss that came by the stream; null before the first. */
  readonly latestPoint: { readonly step: number; readonly at: string } | null;
}

/** What the live connection needs from its surroundings; a browser's own unless a test says otherwise. */
export interface LiveSurroundings {
  readonly openStream: (address: string) => EventSource;
  readonly onNextFrame: (task: () => void) => void;
  readonly later: (task: () => void, delayMs: number) => () => void;
  /** Milliseconds of a clock that only goes forward. */
  readonly now: () => number;
  /** Tells how long the page was at work on what it was just given, until it was drawn. */
  readonly onDrawn: (tell: (ms: number) => void) => void;
}

const BROWSER: LiveSurroundings = {
  openStream: (address) => new EventSource(address),
  onNextFrame: (task) => {
    // A hidden page gets no animation frames; its data still has to stay bounded and current.
    if (document.hidden) setTimeout(task, 250);
    else requestAnimationFrame(task);
  },
  later: (task, delayMs) => {
    const timer = setTimeout(task, delayMs);
    return () => clearTimeout(timer);
  },
  now: () => performance.now(),
  onDrawn: (tell) => {
    const given = performance.now();
    // What queries tell their components was asked for before this, and is rendered by now.
    setTimeout(() => {
      const renderedMs = performance.now() - given;
      if (document.hidden) return tell(renderedMs);
      requestAnimationFrame(() => {
        const frame = performance.now();
        setTimeout(() => tell(renderedMs + performance.now() - frame));
      });
    });
  },
};

/** Most of its time that a page is at work on live data: whoever looks at a run on the machine that trains it takes the processor from it. */
const DRAWING_SHARE = 0.1;
/** However long drawing takes, nobody waits longer than this for the next one. */
const LONGEST_REST_MS = 2_000;

/**
 * Events that are merged again with each frame: a reading that was on its way while they arrived would otherwise put
 * older data back. Merging is idempotent, so the ones that are already there change nothing.
 */
const RECENT_EVENTS = 300;

const holdsNoWords = ({ payload }: RunEvent) => !['sample', 'log', 'failed'].includes(payload.type);

const POLL_EVERY_MS = 3_000;
const POLL_AFTER_MS = 6_000;
const LONGEST_RETRY_MS = 15_000;

/** A live connection of one run. */
export interface LiveRun {
  readonly status: () => LiveStatus;
  readonly subscribe: (listener: () => void) => () => void;
  readonly close: () => void;
}

/**
 * Follows the events of a run from `after` on and patches the queries of that run, at most once per animation frame and the more seldom the
 * longer the page takes to draw them.
 * A dropped stream is taken up again where it stopped; while it stays down, the run is read every few seconds.
 */
export function followRun(
  queryClient: QueryClient,
  runId: string,
  after: number,
  surroundings: LiveSurroundings = BROWSER,
): LiveRun {
  let status: LiveStatus = { connection: 'connecting', latestPoint: null };
  const listeners = new Set<() => void>();
  let sequence = after;
  let pending: RunEvent[] = [];
  let frameAsked = false;
  let restsUntil = -Infinity;
  let recent: RunEvent[] = [];
  let readingBuckets = false;
  let stream: EventSource | undefined;
  let retryMs = 1_000;
  let hasBeenOpen = false;
  let closed = false;
  const timers = new Set<() => void>();

  function tellListeners(): void {
    for (const listener of listeners) listener();
  }

  function say(change: Partial<LiveStatus>): void {
    status = { ...status, ...change };
    tellListeners();
  }

  function later(task: () => void, delayMs: number): () => void {
    const cancel = surroundings.later(() => {
      timers.delete(cancel);
      if (!closed) task();
    }, delayMs);
    timers.add(cancel);
    return () => {
      timers.delete(cancel);
      cancel();
    };
  }

  async function readBuckets(): Promise<void> {
    if (readingBuckets) return;
    readingBuckets = true;
    try {
      const query = { params: { runId }, query: { maxPoints: BUCKETS_PER_SERIES } };
      const fresh: RunMetrics = await call(getRunMetrics, query);
      if (closed) return;
      queryClient.setQueryData(runMetricsQuery(runId).queryKey, () => mutable(mergeMetrics(fresh, recent)));
    } catch {
      // The points that are drawn stay; the next event tries again.
    } finally {
      readingBuckets = false;
    }
  }

  function apply(): void {
    frameAsked = false;
    if (closed || pending.length === 0) return;
    const arrived = pending;
    pending = [];
    recent = [...recent, ...arrived].slice(-RECENT_EVENTS);
    const events = recent;
    // Whatever changed is rendered once, and not once for each query.
    notifyManager.batch(() => merge(events, arrived));
    surroundings.onDrawn((ms) => {
      restsUntil = surroundings.now() + Math.min(LONGEST_REST_MS, ms * (1 / DRAWING_SHARE - 1));
    });
    refreshAfter(arrived);
  }

  function merge(events: readonly RunEvent[], arrived: readonly RunEvent[]): void {
    queryClient.setQueryData(runMetricsQuery(runId).queryKey, (held) => held && mutable(mergeMetrics(held, events)));
    queryClient.setQueryData(
      runRocQuery(runId).queryKey,
      (held) => held && mutable({ snapshots: mergeRoc(held.snapshots, events) }),
    );
    queryClient.setQueryData(
      runLogQuery(runId).queryKey,
      (held) => held && mutable({ items: mergeLog(held.items as LogLine[], events), nextCursor: held.nextCursor }),
    );
    queryClient.setQueryData(runQuery(runId).queryKey, (held) => held && mergeRun(held, events));
    const metrics = queryClient.getQueryData(runMetricsQuery(runId).queryKey);
    if (metrics && isOverfull(metrics)) void readBuckets();
    announceLatest(arrived);
  }

  function announceLatest(events: readonly RunEvent[]): void {
    const points = events.flatMap(({ payload }) => (payload.type === 'metrics' ? payload.points : []));
    const latest = points.findLast((point) => point.name === 'training/loss');
    if (latest === undefined) return;
    status = { ...status, latestPoint: { step: latest.step, at: latest.at } };
    notifyManager.schedule(tellListeners);
  }

  function refreshAfter(events: readonly RunEvent[]): void {
    const types = new Set(events.map((event) => event.payload.type));
    const ended = types.has('finished') || types.has('failed') || types.has('cancelled');
    if (ended || types.has('checkpoint') || types.has('evaluated') || types.has('started'))
      void queryClient.invalidateQueries({ queryKey: runQuery(runId).queryKey });
    if (ended || types.has('evaluated'))
      for (const route of [getProject, listRuns, listEvaluations, listProjects, getTraceability])
        void queryClient.invalidateQueries({ queryKey: familyOf(route) });
  }

  /** Lets go of the words that arrived, and reads again all that there are: what the run had told before may have been changed. */
  function readAnew(): void {
    pending = pending.filter(holdsNoWords);
    recent = recent.filter(holdsNoWords);
    for (const query of [runQuery(runId), runLogQuery(runId)])
      void queryClient.invalidateQueries({ queryKey: query.queryKey });
    void queryClient.invalidateQueries({ queryKey: familyOf(getEvaluation) });
  }

  function receive(frame: MessageEvent<string>): void {
    const parsed = runEvent.safeParse(JSON.parse(frame.data));
    // An event of a newer version that this page does not know is left to the next reading of the run.
    if (!parsed.success || parsed.data.sequence <= sequence) return;
    sequence = parsed.data.sequence;
    pending.push(parsed.data);
    if (frameAsked) return;
    frameAsked = true;
    const restMs = restsUntil - surroundings.now();
    if (restMs > 0) later(() => surroundings.onNextFrame(apply), restMs);
    else surroundings.onNextFrame(apply);
  }

  function poll(): void {
    if (status.connection === 'live' || status.connection === 'connecting') return;
    say({ connection: 'polling' });
    for (const query of [runQuery(runId), runRocQuery(runId), runLogQuery(runId)])
      void queryClient.invalidateQueries({ queryKey: query.queryKey });
    void readBuckets();
    later(poll, POLL_EVERY_MS);
  }

  let pollPlanned = false;
  function onDown(): void {
    if (status.connection !== 'polling') say({ connection: 'reconnecting' });
    if (!pollPlanned) {
      pollPlanned = true;
      later(() => {
        pollPlanned = false;
        if (status.connection === 'reconnecting') poll();
      }, POLL_AFTER_MS);
    }
    if (stream?.readyState !== EventSource.CLOSED) return;
    // The browser gives up after an error reply: open a new stream from the last event that arrived.
    stream = undefined;
    later(open, retryMs);
    retryMs = Math.min(retryMs * 2, LONGEST_RETRY_MS);
  }

  function open(): void {
    const opened = surroundings.openStream(addressOf(streamRunEvents, { runId }, { after: sequence }));
    stream = opened;
    opened.addEventListener('open', () => {
      retryMs = 1_000;
      // What was changed meanwhile was told to nobody here.
      if (hasBeenOpen) readAnew();
      hasBeenOpen = true;
      say({ connection: 'live' });
    });
    opened.addEventListener('error', onDown);
    opened.addEventListener(STREAM_EVENT_NAMES.runEvent, receive);
    opened.addEventListener(STREAM_EVENT_NAMES.runChanged, () => {
      void queryClient.invalidateQueries({ queryKey: runQuery(runId).queryKey });
    });
    opened.addEventListener(STREAM_EVENT_NAMES.runRewritten, readAnew);
  }

  open();
  return {
    status: () => status,
    subscribe: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    close: () => {
      closed = true;
      stream?.close();
      for (const cancel of timers) cancel();
      say({ connection: 'closed' });
    },
  };
}

type Mutable<Value> = Value extends readonly (infer Item)[]
  ? Mutable<Item>[]
  : Value extends object
    ? { -readonly [Key in keyof Value]: Mutable<Value[Key]> }
    : Value;

/** The schemas infer mutable arrays; merged values are never changed in place, so only the type differs. */
function mutable<Value>(value: Value): Mutable<Value> {
  return value as Mutable<Value>;
}
