import type { Interval } from './bootstrap.ts';

/**
 * Texts or items from which on something may be said of a difference: of two equally good models, one is ahead on every one of n with a chance
 * of 2 · 2⁻ⁿ, which falls below one in twenty with six. Resamples of fewer agree too easily.
 */
export const FEWEST_COMPARED = 6;

/** What may be said about a second evaluation against a first. */
type Comparison = 'better' | 'worse' | 'no-difference-shown';

/** Better or worse only where the interval of the difference (second − first) excludes zero. */
export function compare(difference: Interval | null, betterDirection: 'higher' | 'lower'): Comparison {
  if (difference === null || (difference.low <= 0 && difference.high >= 0)) return 'no-difference-shown';
  return difference.low > 0 === (betterDirection === 'higher') ? 'better' : 'worse';
}
