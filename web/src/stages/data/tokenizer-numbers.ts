import { formatNumber } from '../../ui/numbers.ts';
import { NOTHING } from '../../ui/nothing.ts';

/** A share of one in percent, never rounded to a whole that it does not reach. */
export function exactShare(share: number): string {
  if (share === 0 || share === 1) return `${share * 100} %`;
  const percent = share * 100;
  return `${Math.min(99.99, Math.max(0.01, percent)).toFixed(percent < 1 || percent > 99 ? 2 : 1)} %`;
}

/** A share of one in percent, or a dash where there is none. */
export function shareOf(share: number | null): string {
  return share === null ? NOTHING : exactShare(share);
}

/** A ratio, or a dash where there is none. */
export function ratioOf(ratio: number | null): string {
  return ratio === null ? NOTHING : formatNumber(ratio);
}
