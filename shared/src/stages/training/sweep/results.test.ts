import { describe, expect, test } from 'vitest';
import type { RunState } from '../contract.ts';
import { countsOf, rankedRuns, remainingMs, sweepRunName } from './results.ts';

const swept = (place: number, state: RunState, value: number | null) => ({
  place,
  run: { state },
  reached: value === null ? null : { value },
});
const ranksOf = (better: 'lower' | 'higher', ...runs: ReturnType<typeof swept>[]) =>
  rankedRuns(runs, better).map(({ place, rank }) => [place, rank]);

describe('runs in their order', () => {
  const runs = [
    swept(0, 'finished', 0.5),
    swept(1, 'failed', 0.1),
    swept(2, 'finished', 0.4),
    swept(3, 'queued', null),
    swept(4, 'running', 0.2),
    swept(5, 'finished', null),
  ];

  test('finished ones have ranks, others follow by what they have reached, then those without a value', () => {
    expect(ranksOf('lower', ...runs)).toEqual([
      [2, 1],
      [0, 2],
      [1, null],
      [4, null],
      [3, null],
      [5, null],
    ]);
  });

  test('where more is better, the largest comes first', () => {
    expect(ranksOf('higher', ...runs)).toEqual([
      [0, 1],
      [2, 2],
      [4, null],
      [1, null],
      [3, null],
      [5, null],
    ]);
  });

  test('equal values share a rank and keep their order; the next is as many further down', () => {
    const equal = [swept(0, 'finished', 1), swept(1, 'finished', 0), swept(2, 'finished', 0), swept(3, 'running', 0)];
    expect(ranksOf('lower', ...equal)).toEqual([
      [1, 1],
      [2, 1],
      [0, 3],
      [3, null],
    ]);
  });
});

test('runs are counted by where they are', () => {
  expect(countsOf(['queued', 'running', 'evaluating', 'finished', 'failed', 'cancelled', 'queued'], 1)).toEqual({
    ...{ total: 7, queued: 2, running: 2, stopping: 1, finished: 1, failed: 1, cancelled: 1 },
  });
});

describe('the time left', () => {
  const queued = { state: 'queued', progress: null, plannedMs: 1000 } as const;
  const running = { state: 'running', progress: { remainingMs: 500 }, plannedMs: 1000 } as const;
  const ended = { state: 'failed', progress: null, plannedMs: null } as const;

  test('is what is left of those that run and the plans of those that wait, by how many go on at once', () => {
    expect(remainingMs([queued, queued, running, ended])).toBe(2500);
    expect(remainingMs([queued, running, running])).toBe(1000);
  });

  test('of a run that has not measured its first steps is its plan', () => {
    expect(remainingMs([{ ...running, progress: { remainingMs: null } }])).toBe(1000);
  });

  test('is not known where one was never planned, and nothing where all have ended', () => {
    expect(remainingMs([{ ...queued, plannedMs: null }, running])).toBeNull();
    expect(remainingMs([ended])).toBe(0);
  });
});

test('a run is named by what varies in it', () => {
  expect(sweepRunName(3, { learningRate: 0.001, optimiser: 'momentum', normalisation: 'pre' })).toEqual({
    en: 'Sweep 3: learning rate 0.001, optimiser Momentum, normalisation Before each part',
    zh: '超参搜索 3：学习率 0.001，优化器 动量法，归一化位置 各子层之前',
  });
});
