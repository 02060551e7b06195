import { describe, expect, test } from 'vitest';
import { translationsIn } from '../testing/translations.ts';
import { formatAgo, formatDuration, formatTimeLeft } from './time.ts';

describe('times as people say them', () => {
  test.each([
    [12, '12 ms', '12 毫秒'],
    [12_400, '12 s', '12 秒'],
    [180_000, '3 min', '3 分钟'],
    [7_500_000, '2 h 5 min', '2 小时 5 分'],
    [7_199_999, '2 h 0 min', '2 小时 0 分'],
    [266_400_000, '3 d 2 h', '3 天 2 小时'],
  ])('%s ms', (durationMs, english, chinese) => {
    expect(formatDuration(durationMs, translationsIn('en').t)).toBe(english);
    expect(formatDuration(durationMs, translationsIn('zh').t)).toBe(chinese);
  });

  test('a moment is told from now, and small differences of clocks are not told at all', () => {
    const { t } = translationsIn('en');
    const now = Date.parse('2026-01-01T12:00:00Z');
    expect(formatAgo('2026-01-01T11:58:00Z', now, t)).toBe('2 min ago');
    expect(formatAgo('2026-01-01T12:00:03Z', now, t)).toBe('just now');
    expect(formatAgo('2026-01-02T12:00:00Z', now, t)).toBe('in 1 d 0 h');
  });
});

test('time left has its range where that says more than the duration', () => {
  const { t } = translationsIn('en');
  expect(formatTimeLeft(60_000, null, t)).toBe('60 s left');
  expect(formatTimeLeft(60_000, { lowMs: 52_000, highMs: 68_000 }, t)).toBe('60 s left (52 s to 68 s)');
  expect(formatTimeLeft(600_000, { lowMs: 595_000, highMs: 605_000 }, t)).toBe('10 min left');
  expect(formatTimeLeft(60_000, { lowMs: 52_000, highMs: 68_000 }, translationsIn('zh').t)).toBe(
    '剩余 60 秒（52 秒～68 秒）',
  );
});
