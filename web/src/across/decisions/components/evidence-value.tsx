import type { DecisionSummary } from '@greenlight/shared/across/decisions/contract.ts';
import { formatMeasured } from '../../../ui/numbers.ts';
import { VerdictMark } from '../../../ui/verdict-mark.tsx';

/** What one piece of evidence said: its verdict, and its number with as many digits as its interval supports. */
export function EvidenceValue({ item }: { readonly item: DecisionSummary['evidence'][number] }) {
  const { value, unit, interval, verdict } = item;
  const [low, high] = interval ?? [null, null];
  return (
    <>
      {verdict !== null && <VerdictMark verdict={verdict} withText />}{' '}
      {value !== null && (
        <span className="figures" data-raw title={typeof value === 'number' ? String(value) : undefined}>
          {typeof value === 'number' ? formatMeasured(value, low, high) : value}
          {unit !== '' && ` ${unit}`}
        </span>
      )}
    </>
  );
}
