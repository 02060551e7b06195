import type { Language } from '@greenlight/shared/api/localized-text.ts';
import type { TFunction } from 'i18next';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** A length of time as people say it: 850 ms, 12 s, 3 min, 2 h 5 min, 3 d 4 h. */
export function formatDuration(durationMs: number, t: TFunction): string {
  if (durationMs < SECOND) return t('time.milliseconds', { value: Math.max(0, Math.round(durationMs)) });
  if (durationMs < 90 * SECOND) return t('time.seconds', { value: Math.round(durationMs / SECOND) });
  if (durationMs < 90 * MINUTE) return t('time.minutes', { value: Math.round(durationMs / MINUTE) });
  if (durationMs < DAY) {
    const minutes = Math.round(durationMs / MINUTE);
    return t('time.hours', { hours: Math.floor(minutes / 60), minutes: minutes % 60 });
  }
  const hours = Math.round(durationMs / HOUR);
  return t('time.days', { days: Math.floor(hours / 24), hours: hours % 24 });
}

/** How much time is left, with the range that it lies in where that is known and says more. */
export function formatTimeLeft(
  leftMs: number,
  range: { readonly lowMs: number; readonly highMs: number } | null,
  t: TFunction,
): string {
  const duration = formatDuration(leftMs, t);
  const [low, high] = range === null ? [] : [formatDuration(range.lowMs, t), formatDuration(range.highMs, t)];
  if (low === undefined || high === undefined || low === high) return t('time.left', { duration });
  return t('time.leftBetween', { duration, low, high });
}

/** How long ago a moment was, or how far ahead it is; clocks that differ by seconds read as "just now". */
export function formatAgo(moment: string, nowMs: number, t: TFunction): string {
  const elapsedMs = nowMs - Date.parse(moment);
  if (Math.abs(elapsedMs) < SECOND) return t('time.now');
  if (elapsedMs < 0)
    return -elapsedMs < 5 * SECOND ? t('time.now') : t('time.in', { duration: formatDuration(-elapsedMs, t) });
  return t('time.ago', { duration: formatDuration(elapsedMs, t) });
}

/** A moment in full, in the reader's time zone. */
export function formatMoment(moment: string, language: Language): string {
  return new Date(moment).toLocaleString(language === 'zh' ? 'zh-CN' : 'en-GB', {
    dateStyle: 'medium',
    timeStyle: 'medium',
  });
}
