import { formatCount, formatExactCount } from './numbers.ts';

/** A count for reading, with the full number on hover. */
export function Count({ value }: { readonly value: number }) {
  return (
    <span className="figures" title={formatExactCount(value)}>
      {formatCount(value)}
    </span>
  );
}
