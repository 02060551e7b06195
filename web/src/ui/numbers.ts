const MOST_DECIMALS = 6;
const SIGNIFICANT_DIGITS = 4;

function decimalsFor(uncertainty: number): number {
  if (!(uncertainty > 0)) return SIGNIFICANT_DIGITS;
  return Math.min(MOST_DECIMALS, Math.max(0, 1 - Math.floor(Math.log10(uncertainty))));
}

/** A number with four significant digits, without an exponent between 0.0001 and a million; whole and in groups of three from 10,000. */
export function formatNumber(value: number): string {
  if (value === 0) return '0';
  const size = Math.abs(value);
  if (size >= 1e6 || size < 1e-4) return value.toExponential(2).replace('e+', 'e');
  if (size >= 1e4) return formatExactCount(value);
  const decimals = Math.max(0, SIGNIFICANT_DIGITS - 1 - Math.floor(Math.log10(size)));
  return value.toFixed(Math.min(MOST_DECIMALS, decimals));
}

/** A number that belongs to an interval (the value or one of its ends), with as many digits as the interval supports. */
export function formatWithin(value: number, low: number | null, high: number | null): string {
  if (low === null || high === null || high <= low) return formatNumber(value);
  return value.toFixed(decimalsFor((high - low) / 2));
}

/** A difference, or an end of its interval, with its sign and as many digits as the interval supports: `+0.012`, `−0.004`. */
export function formatSigned(value: number, low: number, high: number): string {
  const digits = formatWithin(Math.abs(value), low, high);
  if (Number(digits.replaceAll(',', '')) === 0) return digits;
  return `${value < 0 ? '−' : '+'}${digits}`;
}

/**
 * A measured value with as many digits as its interval supports: `0.842 ± 0.011`; where the interval is lopsided
 * (one side more than a quarter longer), both ends: `0.99 (0.93 – 1.00)`.
 */
export function formatMeasured(value: number, low: number | null, high: number | null): string {
  if (low === null || high === null || high <= low) return formatNumber(value);
  const half = (high - low) / 2;
  const decimals = decimalsFor(half);
  const isEven = Math.abs(high - value - (value - low)) <= 0.25 * half;
  if (isEven) return `${value.toFixed(decimals)} ± ${half.toFixed(decimals)}`;
  return `${value.toFixed(decimals)} (${low.toFixed(decimals)} – ${high.toFixed(decimals)})`;
}

/** A number that somebody gave, as they wrote it, or with its range with as many digits as that supports. */
export function formatGiven(value: number, low: number | null, high: number | null): string {
  return low === null && high === null ? String(Number(value.toPrecision(6))) : formatMeasured(value, low, high);
}

const SCALES = [
  { from: 1e9, suffix: 'B' },
  { from: 1e6, suffix: 'M' },
  { from: 1e4, suffix: 'k' },
] as const;

/** A count for reading: 12.3k instead of 12,345, exact below 10,000. */
export function formatCount(count: number): string {
  const scale = SCALES.find(({ from }) => Math.abs(count) >= from);
  if (!scale) return count.toLocaleString('en-US', { maximumFractionDigits: 0 });
  const unit = scale.suffix === 'k' ? 1e3 : scale.from;
  return `${(count / unit).toFixed(1).replace(/\.0$/, '')}${scale.suffix}`;
}

/** A count in full, for the title of a shortened one. */
export function formatExactCount(count: number): string {
  return count.toLocaleString('en-US', { maximumFractionDigits: 0 });
}

/** A size of files or memory in binary units. */
export function formatBytes(sizeBytes: number): string {
  const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];
  const index = sizeBytes < 1 ? 0 : Math.min(units.length - 1, Math.floor(Math.log2(sizeBytes) / 10));
  const value = sizeBytes / 1024 ** index;
  return `${value.toFixed(index === 0 || value >= 100 ? 0 : 1)} ${units[index]}`;
}

/** A share between 0 and 1 as percent. */
export function formatShare(share: number): string {
  return `${(share * 100).toFixed(share > 0 && share < 0.1 ? 1 : 0)} %`;
}
