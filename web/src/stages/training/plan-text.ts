import type { Language } from '@greenlight/shared/api/localized-text.ts';
import type { Compared } from '@greenlight/shared/stages/training/plan/comparison.ts';
import type { Estimate } from '@greenlight/shared/stages/training/plan/interval.ts';
import type { TFunction } from 'i18next';
import { formatBytes, formatNumber } from '../../ui/numbers.ts';
import { formatDuration } from '../../ui/time.ts';

/** Energy in the unit that people read: watt-hours below a kilowatt-hour. */
export function formatEnergy(kilowattHours: number): string {
  return kilowattHours < 1 ? `${formatNumber(kilowattHours * 1000)} Wh` : `${formatNumber(kilowattHours)} kWh`;
}

/** A price with as many digits as it takes to see anything. */
export function formatMoney(amount: number, currency: string): string {
  return `${amount !== 0 && Math.abs(amount) < 0.1 ? formatNumber(amount) : amount.toFixed(2)} ${currency}`;
}

/** A compared quantity for reading, in its own unit. */
export function formatCompared(quantity: Compared, value: number, currency: string, t: TFunction): string {
  switch (quantity) {
    case 'time':
    case 'stepMs':
      return value < 1000 ? `${formatNumber(value)} ms` : formatDuration(value, t);
    case 'tokensPerSecond':
      return `${formatNumber(value)} /s`;
    case 'memory':
      return formatBytes(value);
    case 'energy':
      return formatEnergy(value);
    case 'cost':
      return formatMoney(value, currency);
  }
}

/** An estimate with the ends of its interval; the estimate alone where they read the same. */
export function formatEstimate({ value, low, high }: Estimate, format: (value: number) => string): string {
  const [middle, from, to] = [format(value), format(low), format(high)];
  return from === to ? middle : `${middle} (${from} – ${to})`;
}

/** Sentences one after the other, with a space between them where the language has one. */
export function sentences(of: readonly string[], language: Language): string {
  return of.join(language === 'zh' ? '' : ' ');
}
