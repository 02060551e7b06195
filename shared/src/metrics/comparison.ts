import type { Interval } from './bootstrap.ts';

/** What may be said about a second evaluation against a first. */
type Comparison = 'better' | 'worse' | 'no-difference-shown';

/** Better or worse only where the interval of the difference (second − first) excludes zero. */
export function compare(difference: Interval | null, betterDirection: 'higher' | 'lower'): Comparison {
  if (difference === null || (difference.low <= 0 && difference.high >= 0)) return 'no-difference-shown';
  return difference.low > 0 === (betterDirection === 'higher') ? 'better' : 'worse';
}
