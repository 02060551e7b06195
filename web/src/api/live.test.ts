import type { Run } from '@greenlight/shared/stages/training/contract.ts';
import { STREAM_EVENT_NAMES, type RunEvent } from '@greenlight/shared/worker-protocol/events.ts';
import { defaultScheduler, notifyManager, QueryClient, QueryObserver } from '@tanstack/react-query';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { followRun, runMetricsQuery, runQuery, type LiveRun } from './live.ts';

const RUN_ID = '01900000-0000-7000-8000-000000000001';
const AT = '2026-01-01T00:00:00.000Z';

/** The browser's side of a stream, driven by the test. */
class DrivenStream extends EventTarget {
  readyState = 0;
  readonly address: string;

  constructor(address: string) {
    super();
    this.address = address;
  }
  open(): void {
    this.readyState = 1;
    this.dispatchEvent(new Event('open'));
  }
  send(event: RunEvent): void {
    this.dispatchEvent(new MessageEvent(STREAM_EVENT_NAMES.runEvent, { data: JSON.stringify(event) }));
  }
  fail(isClosed: boolean): void {
    this.readyState = isClosed ? 2 : 0;
    this.dispatchEvent(new Event('error'));
  }
  close(): void {
    this.readyState = 2;
  }
}

function loss(sequence: number, step: number): RunEvent {
  const point = { name: 'training/loss', step, epoch: 1, value: 10 - step, at: AT };
  return { sequence, at: AT, payload: { type: 'metrics', points: [point], progress: null } };
}

let queryClient: QueryClient;
let streams: DrivenStream[];
let frames: (() => void)[];
let timers: { task: () => void; delayMs: number }[];
let live: LiveRun;
let nowMs: number;
let drawn: ((ms: number) => void)[];

beforeEach(() => {
  vi.stubGlobal('EventSource', { CLOSED: 2 });
  queryClient = new QueryClient();
  queryClient.setQueryData(runQuery(RUN_ID).queryKey, {
    id: RUN_ID,
    state: 'running',
    lastSequence: 7,
    samples: [],
    finalMetrics: {},
  } as unknown as Run);
  queryClient.setQueryData(runMetricsQuery(RUN_ID).queryKey, { series: [], lastSequence: 7 });
  [streams, frames, timers, drawn, nowMs] = [[], [], [], [], 0];
  live = followRun(queryClient, RUN_ID, 7, {
    openStream: (address) => {
      const stream = new DrivenStream(address);
      streams.push(stream);
      return stream as unknown as EventSource;
    },
    onNextFrame: (task) => frames.push(task),
    later: (task, delayMs) => {
      const timer = { task, delayMs };
      timers.push(timer);
      return () => timers.splice(timers.indexOf(timer), 1);
    },
    now: () => nowMs,
    onDrawn: (tell) => drawn.push(tell),
  });
});

afterEach(() => {
  live.close();
  vi.unstubAllGlobals();
});

function drawnSteps(): number[] {
  for (const frame of frames.splice(0)) frame();
  return queryClient.getQueryData(runMetricsQuery(RUN_ID).queryKey)?.series[0]?.step ?? [];
}

function runTimer(delayMs: number): void {
  const timer = timers.find((known) => known.delayMs === delayMs);
  if (!timer) throw new Error(`nothing waits for ${delayMs} ms`);
  timers.splice(timers.indexOf(timer), 1);
  timer.task();
}

describe('the live connection of a run', () => {
  test('begins after the event that the page has, and draws many events in one frame', () => {
    streams[0]?.open();
    expect(streams[0]?.address).toMatch(/\/events\?after=7$/);
    for (const sequence of [8, 9, 10]) streams[0]?.send(loss(sequence, sequence - 7));
    expect(frames).toHaveLength(1);
    expect(drawnSteps()).toEqual([1, 2, 3]);
    expect(live.status()).toEqual({ connection: 'live', latestPoint: { step: 3, at: AT } });
  });

  test('renders what changed once for each drawing, not once for each query', async () => {
    let rendered = 0;
    const tell = (): void => void rendered++;
    const observed = [runQuery(RUN_ID), runMetricsQuery(RUN_ID)].map(({ queryKey }) =>
      // As components subscribe.
      new QueryObserver(queryClient, { queryKey, enabled: false }).subscribe(notifyManager.batchCalls(tell)),
    );
    const stop = live.subscribe(tell);
    streams[0]?.open();
    rendered = 0;
    // React renders once after each task, whatever was told in it.
    const tasks: number[] = [];
    notifyManager.setScheduler((task) =>
      setTimeout(() => {
        const before = rendered;
        task();
        tasks.push(rendered - before);
      }),
    );
    streams[0]?.send(loss(8, 1));
    drawnSteps();
    await vi.waitFor(() => expect(tasks).toEqual([3]));
    notifyManager.setScheduler(defaultScheduler);
    for (const end of [...observed, stop]) end();
  });

  test('draws the more seldom the longer drawing takes, and never waits long', () => {
    streams[0]?.open();
    streams[0]?.send(loss(8, 1));
    expect(drawnSteps()).toEqual([1]);
    nowMs = 60;
    drawn.pop()?.(50);
    // A tenth of its time: nine times as long as it took.
    streams[0]?.send(loss(9, 2));
    expect(drawnSteps()).toEqual([1]);
    streams[0]?.send(loss(10, 3));
    nowMs = 510;
    runTimer(450);
    expect(drawnSteps()).toEqual([1, 2, 3]);
    drawn.pop()?.(10_000);
    streams[0]?.send(loss(11, 4));
    runTimer(2_000);
    expect(drawnSteps()).toEqual([1, 2, 3, 4]);
    // A page that draws quickly misses nothing.
    drawn.pop()?.(1);
    nowMs += 10;
    streams[0]?.send(loss(12, 5));
    expect(drawnSteps()).toEqual([1, 2, 3, 4, 5]);
  });

  test('ignores what the browser delivers twice after a reconnection of its own', () => {
    streams[0]?.open();
    streams[0]?.send(loss(8, 1));
    streams[0]?.fail(false);
    expect(live.status().connection).toBe('reconnecting');
    streams[0]?.open();
    streams[0]?.send(loss(8, 1));
    streams[0]?.send(loss(9, 2));
    expect(drawnSteps()).toEqual([1, 2]);
    expect(streams).toHaveLength(1);
  });

  test('opens a new stream after the last event when the browser has given up', () => {
    streams[0]?.open();
    streams[0]?.send(loss(8, 1));
    streams[0]?.fail(true);
    runTimer(1_000);
    expect(streams[1]?.address).toMatch(/after=8$/);
    streams[1]?.open();
    streams[1]?.send(loss(9, 2));
    expect(drawnSteps()).toEqual([1, 2]);
    expect(live.status().connection).toBe('live');
  });

  test('lets go of words that were changed since, and of no numbers', async () => {
    const sample = { step: 1, prompt: 'a', text: 'of a person', at: AT };
    const words: RunEvent = { sequence: 8, at: AT, payload: { type: 'sample', samples: [sample] } };
    const told = () => queryClient.getQueryData(runQuery(RUN_ID).queryKey)?.samples.length;
    streams[0]?.open();
    streams[0]?.send(words);
    drawnSteps();
    expect(told()).toBe(1);
    const isStale = () => queryClient.getQueryState(runQuery(RUN_ID).queryKey)?.isInvalidated;
    streams[0]?.dispatchEvent(new MessageEvent(STREAM_EVENT_NAMES.runRewritten, { data: '{}' }));
    expect(isStale()).toBe(true);
    // The run as it is read anew; what came before is not merged into it again.
    queryClient.setQueryData(runQuery(RUN_ID).queryKey, (run) => run && { ...run, samples: [] });
    streams[0]?.send(loss(9, 1));
    expect(drawnSteps()).toEqual([1]);
    expect(told()).toBe(0);

    // What was changed while the stream was down was told to nobody.
    streams[0]?.fail(false);
    expect(isStale()).toBe(false);
    streams[0]?.open();
    expect(isStale()).toBe(true);
  });

  test('reads the run itself while the stream stays down', () => {
    const asked: string[] = [];
    vi.stubGlobal('fetch', (address: string) => {
      asked.push(address);
      return Promise.reject(new TypeError('down'));
    });
    streams[0]?.fail(true);
    runTimer(6_000);
    expect(live.status().connection).toBe('polling');
    expect(asked.some((address) => address.includes(`/runs/${RUN_ID}/metrics`))).toBe(true);
  });

  test('puts points back that an older reading of the run would have taken away', () => {
    streams[0]?.open();
    streams[0]?.send(loss(8, 1));
    expect(drawnSteps()).toEqual([1]);
    queryClient.setQueryData(runMetricsQuery(RUN_ID).queryKey, { series: [], lastSequence: 7 });
    streams[0]?.send(loss(9, 2));
    expect(drawnSteps()).toEqual([1, 2]);
  });

  test('leaves an event alone that this version does not know', () => {
    streams[0]?.open();
    streams[0]?.dispatchEvent(
      new MessageEvent(STREAM_EVENT_NAMES.runEvent, {
        data: JSON.stringify({ sequence: 8, at: AT, payload: { type: 'from-the-future' } }),
      }),
    );
    streams[0]?.send(loss(9, 1));
    expect(drawnSteps()).toEqual([1]);
  });
});
