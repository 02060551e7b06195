import { expect, test } from 'vitest';
import { PaceWindows } from './pace-windows.ts';

function windowsOf(durations: readonly number[]): PaceWindows {
  const windows = new PaceWindows();
  for (const ms of durations) windows.add(ms);
  return windows;
}

const steady = (count: number, ms: number): number[] => Array.from({ length: count }, () => ms);

test('an even pace is known within two percent, before four windows not at all', () => {
  expect(windowsOf([]).remaining(10)).toBeNull();
  expect(windowsOf(steady(3, 300)).remaining(10)).toEqual({ ms: 3000, range: null });
  const { ms, range } = windowsOf(steady(6, 300)).remaining(10)!;
  expect(ms).toBeCloseTo(3000);
  expect(range!.lowMs).toBeCloseTo(2940);
  expect(range!.highMs).toBeCloseTo(3060);
});

test('the more the windows differ the wider the range, and the more steps are left the narrower in proportion', () => {
  const uneven = windowsOf([300, 500, 300, 500, 300, 500, 300, 500]);
  const share = (steps: number): number => {
    const { ms, range } = uneven.remaining(steps)!;
    return (range!.highMs - range!.lowMs) / ms;
  };
  expect(uneven.remaining(100)!.ms).toBeCloseTo(40_000);
  // A deviation of 107 ms around 400 ms, over eight windows seen and a hundred to come.
  expect(share(100)).toBeCloseTo((2 * 2 * 106.9 * Math.sqrt(1 / 8 + 1 / 100)) / 400, 3);
  expect(share(1)).toBeGreaterThan(2 * share(100));
  expect(uneven.remaining(1)!.range!.lowMs).toBeGreaterThanOrEqual(0);
});

test('a run that became half as quick is judged by its newest half', () => {
  const { ms, range } = windowsOf([...steady(3000, 10), ...steady(3000, 20)]).remaining(1000)!;
  expect(ms).toBeGreaterThan(17_000);
  expect(range!.lowMs).toBeLessThanOrEqual(20_000);
  expect(range!.highMs).toBeGreaterThanOrEqual(20_000);
});

test('most ranges hold what was left in the end, where paces vary by chance', () => {
  let state = 7;
  const uniform = (): number => (state = (state * 48_271) % 2_147_483_647) / 2_147_483_647;
  let held = 0;
  for (let run = 0; run < 200; run++) {
    const durations = Array.from({ length: 400 }, () => 50 + 400 * uniform());
    const { range } = windowsOf(durations.slice(0, 200)).remaining(200)!;
    const rest = durations.slice(200).reduce((sum, ms) => sum + ms, 0);
    if (rest >= range!.lowMs && rest <= range!.highMs) held++;
  }
  expect(held / 200).toBeGreaterThan(0.9);
});
