import type { DecisionSummary } from '@greenlight/shared/across/decisions/contract.ts';
import { formatExactCount, formatMeasured } from '../../../ui/numbers.ts';
import { VerdictMark } from '../../../ui/verdict-mark.tsx';

function valueText(value: number | string, low: number | null, high: number | null): string {
  if (typeof value === 'string') return value;
  return Number.isInteger(value) && low === null ? formatExactCount(value) : formatMeasured(value, low, high);
}

/** What one piece of evidence said: its verdict, and its number with as many digits as its interval supports. */
export function EvidenceValue({ item }: { readonly item: DecisionSummary['evidence'][number] }) {
  const { value, unit, interval, verdict } = item;
  const [low, high] = interval ?? [null, null];
  return (
    <>
      {verdict !== null && <VerdictMark verdict={verdict} withText />}{' '}
      {value !== null && (
        <span className="figures" data-raw title={typeof value === 'number' ? String(value) : undefined}>
          {valueText(value, low, high)}
          {unit !== '' && ` ${unit}`}
        </span>
      )}
    </>
  );
}
