import type { DecisionSummary } from '@greenlight/shared/across/decisions/contract.ts';
import { formatExactCount, formatMeasured } from '../../../ui/numbers.ts';
import { VerdictMark } from '../../../ui/verdict-mark.tsx';

const CHECKSUM = /([0-9a-f]{64})/;
const SHORT_CHECKSUM = 12;

function Text({ text, isShort }: { readonly text: string; readonly isShort: boolean }) {
  if (!isShort) return text;
  // Every second part is what was split at.
  return text.split(CHECKSUM).map((part, index) =>
    index % 2 === 0 ? (
      part
    ) : (
      <code key={index} title={part}>
        {part.slice(0, SHORT_CHECKSUM)}
      </code>
    ),
  );
}

interface Properties {
  readonly item: DecisionSummary['evidence'][number];
  /** Whether checksums are shown by their beginning, and whole on hover. */
  readonly isShort?: boolean;
}

/** What one piece of evidence said: its verdict, and its number with as many digits as its interval supports. */
export function EvidenceValue({ item, isShort = false }: Properties) {
  const { value, unit, interval, verdict } = item;
  const [low, high] = interval ?? [null, null];
  const isWhole = typeof value === 'number' && Number.isInteger(value) && low === null;
  return (
    <>
      {verdict !== null && (
        <>
          <VerdictMark verdict={verdict} withText />{' '}
        </>
      )}
      {value !== null && (
        <span className="figures" data-raw title={typeof value === 'number' ? String(value) : undefined}>
          {typeof value === 'string' ? (
            <Text text={value} isShort={isShort} />
          ) : isWhole ? (
            formatExactCount(value)
          ) : (
            formatMeasured(value, low, high)
          )}
          {unit !== '' && ` ${unit}`}
        </span>
      )}
    </>
  );
}
