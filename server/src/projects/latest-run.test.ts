import { expect, test } from 'vitest';
import { latestRunOf } from './latest-run.ts';

const createdAt = '2026-01-01T00:00:00.000Z';
const at = '2026-01-02T00:00:00.000Z';
const cancelled = {
  id: 'b',
  state: 'cancelled',
  createdAt,
  startedAt: null,
  finishedAt: at,
  finalMetrics: {},
} as const;
const finished = { ...cancelled, id: 'a', state: 'finished', finalMetrics: { 'training/epoch-loss': 0.5 } } as const;

test('a run that ended before its first step leaves the loss that the one before reached', () => {
  expect(latestRunOf([])).toBeNull();
  expect(latestRunOf([cancelled])).toEqual({ id: 'b', state: 'cancelled', changedAt: at, loss: null });
  expect(latestRunOf([cancelled, finished])).toEqual({ id: 'b', state: 'cancelled', changedAt: at, loss: 0.5 });
  const running = { ...finished, id: 'c', finishedAt: null, finalMetrics: { 'training/loss': 0.7 } } as const;
  expect(latestRunOf([running, finished])?.loss).toBe(0.7);
});
