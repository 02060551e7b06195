import { formatWithin } from './numbers.ts';
import { NOTHING } from './nothing.ts';

interface Properties {
  readonly metric: string;
  readonly value: number | null;
  readonly low?: number | null;
  readonly high?: number | null;
}

/** A metric's number as the interval allows it; the exact number is in `data-value` and on hover. */
export function MetricValue({ metric, value, low = null, high = null }: Properties) {
  return (
    <span
      className="figures"
      data-testid={`metric-value-${metric}`}
      data-value={String(value)}
      title={value === null ? undefined : String(value)}
    >
      {value === null ? NOTHING : formatWithin(value, low, high)}
    </span>
  );
}
