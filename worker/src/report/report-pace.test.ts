import { expect, test } from 'vitest';
import { ReportPace } from './report-pace.ts';

test('points are gathered longer the longer a report takes, and news waits for nothing else', () => {
  const pace = new ReportPace();
  const after = (durationMs: number) => {
    pace.took(durationMs);
    return pace.windowMs('metrics');
  };
  expect(pace.windowMs('metrics')).toBe(100);
  // A first report that took long is no measure, and the time between reports at most doubles.
  expect([after(300), after(8), after(8), after(8)]).toEqual([200, 400, 400, 400]);
  expect([after(40), after(40), after(40), after(40), after(200), after(200)]).toEqual([
    400, 400, 800, 1600, 2000, 2000,
  ]);
  expect([after(200), after(200)]).toEqual([2000, 2000]);
  expect(pace.windowMs('evaluated')).toBe(100);
  expect(after(0.5)).toBe(100);
});
