import type { Run } from '@greenlight/shared/stages/training/contract.ts';
import type { RunEvent, RunEventPayload } from '@greenlight/shared/worker-protocol/events.ts';
import { describe, expect, test } from 'vitest';
import { isOverfull, mergeLog, mergeMetrics, mergeRoc, mergeRun, type RunMetrics } from './live-merge.ts';

const AT = '2026-01-01T00:00:00.000Z';
const EMPTY: RunMetrics = { series: [], lastSequence: 0 };

function event(sequence: number, payload: RunEventPayload): RunEvent {
  return { sequence, at: AT, payload };
}

function losses(sequence: number, ...points: readonly (readonly [step: number, value: number])[]): RunEvent {
  return event(sequence, {
    type: 'metrics',
    progress: null,
    points: points.map(([step, value]) => ({ name: 'training/loss', step, epoch: 1, value, at: AT })),
  });
}

describe('points of a stream', () => {
  test('are appended in order of their steps', () => {
    const merged = mergeMetrics(EMPTY, [losses(1, [1, 4], [2, 3]), losses(2, [3, 2])]);
    expect(merged.lastSequence).toBe(2);
    expect(merged.series).toEqual([
      {
        name: 'training/loss',
        points: 3,
        step: [1, 2, 3],
        epoch: [1, 1, 1],
        minimum: [4, 3, 2],
        maximum: [4, 3, 2],
        mean: [4, 3, 2],
      },
    ]);
  });

  test('that come again change nothing, in the same event and in a later one', () => {
    const once = mergeMetrics(EMPTY, [losses(1, [1, 4])]);
    expect(mergeMetrics(once, [losses(1, [1, 4])])).toBe(once);
    expect(mergeMetrics(once, [losses(2, [1, 9], [2, 3])]).series[0]?.mean).toEqual([4, 3]);
  });

  test('after a gap of steps stay where they belong', () => {
    const merged = mergeMetrics(mergeMetrics(EMPTY, [losses(1, [1, 4])]), [losses(5, [9, 1])]);
    expect(merged.series[0]?.step).toEqual([1, 9]);
    expect(merged.lastSequence).toBe(5);
  });

  test('beyond five hundred ask for buckets', () => {
    const points = Array.from({ length: 501 }, (_, index) => [index + 1, 1] as const);
    expect(isOverfull(mergeMetrics(EMPTY, [losses(1, ...points.slice(0, 500))]))).toBe(false);
    expect(isOverfull(mergeMetrics(EMPTY, [losses(1, ...points)]))).toBe(true);
  });
});

describe('a run in its stream', () => {
  const run = { state: 'queued', finalMetrics: {}, samples: [], lastSequence: 0, progress: null } as unknown as Run;

  test('follows the events once each, and an old event does not turn it back', () => {
    const progress = {
      step: 3,
      totalSteps: 30,
      epoch: 1,
      totalEpochs: 10,
      elapsedMs: 10,
      remainingMs: null,
      remainingRange: null,
      tokensPerSecond: null,
      share: null,
    };
    const events = [
      event(1, {
        type: 'started',
        progress,
        device: { device: 'cpu', adapter: 'x', reason: { en: 'y' }, parameterCount: 1 },
        evaluations: { everyEpochs: 2, items: 3, samplesEvery: 1, validationItems: 5 },
      }),
      losses(2, [1, 4], [2, 3]),
      event(3, { type: 'sample', samples: [{ step: 3, prompt: 'a', text: 'ab', at: AT }] }),
      event(4, { type: 'evaluating' }),
      event(5, { type: 'finished', reason: 'completed' }),
    ];
    const merged = mergeRun(run, events);
    expect(merged).toMatchObject({
      state: 'finished',
      lastSequence: 5,
      progress,
      evaluations: { everyEpochs: 2 },
      finalMetrics: { 'training/loss': 3 },
    });
    expect(merged.samples).toHaveLength(1);
    expect(mergeRun(merged, events)).toBe(merged);
  });
});

describe('curves and log lines of a stream', () => {
  const snapshot = {
    step: 3,
    average: 'micro',
    auc: 0.9,
    falsePositiveRate: [0, 1],
    truePositiveRate: [0, 1],
  } as const;

  test('a curve of the same point is kept once', () => {
    const roc = event(1, {
      type: 'roc',
      snapshots: [{ ...snapshot, falsePositiveRate: [0, 1], truePositiveRate: [0, 1] }],
    });
    const once = mergeRoc([], [roc]);
    expect(once).toHaveLength(1);
    expect(mergeRoc(once, [roc])).toBe(once);
  });

  test('log lines are newest first and bounded', () => {
    const lines = Array.from({ length: 600 }, (_, index) =>
      event(index + 1, { type: 'log', level: 'info', message: { en: `line ${index + 1}` } }),
    );
    const merged = mergeLog(mergeLog([], lines.slice(0, 300)), lines);
    expect(merged).toHaveLength(500);
    expect(merged[0]?.sequence).toBe(600);
    expect(new Set(merged.map((line) => line.sequence)).size).toBe(500);
  });
});
