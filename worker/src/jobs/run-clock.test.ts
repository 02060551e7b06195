import { expect, test } from 'vitest';
import { CheckpointBudget } from './checkpoint-budget.ts';
import { RunClock } from './run-clock.ts';

function clockAt(earlierMs = 0) {
  let nowMs = 5000;
  const clock = new RunClock({ totalSteps: 100, totalEpochs: 10, earlierMs }, () => nowMs);
  return { clock, wait: (ms: number) => void (nowMs += ms) };
}

test('time left is unknown until a second step, and not spoiled by a slow first one', () => {
  const { clock, wait } = clockAt();
  wait(10_000);
  clock.endStep(50, 10_000, 9000);
  expect(clock.progress(1, 1).remainingMs).toBeNull();
  for (let step = 2; step <= 11; step++) {
    wait(100);
    clock.endStep(50, 100, 0);
  }
  const progress = clock.progress(11, 2);
  expect(progress.remainingMs).toBeCloseTo(89 * 100);
  expect(progress.remainingRange).toBeNull();
  expect(progress.tokensPerSecond).toBeCloseTo(500);
  expect(progress.elapsedMs).toBe(11_000);
  for (let step = 12; step <= 21; step++) {
    wait(step % 2 === 0 ? 400 : 200);
    clock.endStep(50, 100, 0);
  }
  const { remainingMs, remainingRange } = clock.progress(21, 3);
  expect(remainingRange!.lowMs).toBeLessThan(0.95 * remainingMs!);
  expect(remainingRange!.highMs).toBeGreaterThan(1.05 * remainingMs!);
});

test('shares say where the time went, and earlier processes count towards the elapsed time only', async () => {
  const { clock, wait } = clockAt(60_000);
  await clock.measure('compute', () => wait(600));
  await clock.measure('data', () => wait(50));
  await clock.measure('evaluation', () => wait(50));
  await expect(
    clock.measure('reporting', () => {
      wait(200);
      throw new Error('broken');
    }),
  ).rejects.toThrow('broken');
  wait(100);
  const { share, elapsedMs } = clock.progress(1, 1);
  expect(share).toEqual({ compute: 0.6, data: 0.05, evaluation: 0.05, reporting: 0.2 });
  expect(elapsedMs).toBe(61_000);
});

test('checkpoints that nobody asked for take at most 0.5 % of the time, the first of the time to come', () => {
  const budget = new CheckpointBudget(300);
  expect(budget.allows(0, 59_000)).toBe(false);
  expect(budget.allows(0, 61_000)).toBe(true);
  budget.spend(300);
  expect(budget.allows(119_000, 1e9)).toBe(false);
  expect(budget.allows(121_000, 1e9)).toBe(true);
  budget.spend(100);
  expect(budget.allows(121_000, 1e9)).toBe(false);
});

test('what precedes the first step or follows the last one is no part of the shares of the training', async () => {
  const { clock, wait } = clockAt();
  wait(5000);
  clock.beginTraining();
  await clock.measure('compute', () => wait(900));
  await clock.measure('evaluation', () => wait(100));
  clock.endTraining();
  wait(9000);
  const { share, elapsedMs } = clock.progress(100, 10);
  expect(share).toEqual({ compute: 0.9, data: 0, evaluation: 0.1, reporting: 0 });
  expect(elapsedMs).toBe(10_000);
});
