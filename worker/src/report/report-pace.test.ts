import { expect, test } from 'vitest';
import { ReportPace } from './report-pace.ts';

test('points wait fifty times as long as a report takes, between a tenth of a second and a second; news does not', () => {
  const pace = new ReportPace();
  expect(pace.windowMs('metrics')).toBe(100);
  const windows = [1, 8, 400].map((durationMs) => {
    pace.took(durationMs);
    return pace.windowMs('metrics');
  });
  expect(windows).toEqual([100, 400, 1000]);
  expect(pace.windowMs('sample')).toBe(100);
  expect(pace.windowMs('finished')).toBe(100);
});
