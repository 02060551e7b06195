import type { ComparedValue } from '@greenlight/shared/stages/evaluation/comparison-contract.ts';
import type { CriterionVerdict } from '@greenlight/shared/stages/evaluation/contract.ts';
import { useTranslation } from 'react-i18next';
import { MetricValue } from '../../../ui/metric-value.tsx';
import { formatSigned, formatWithin } from '../../../ui/numbers.ts';
import { VerdictMark } from '../../../ui/verdict-mark.tsx';

/** Shape and colour of what is said. */
const MARKS = {
  better: { shape: '▲', color: 'mark-pass' },
  worse: { shape: '▼', color: 'mark-fail' },
  'no-difference-shown': { shape: '=', color: 'mark-none' },
} as const;

interface Properties {
  /** Null where the evaluation has no such number. */
  readonly cell: ComparedValue | null;
  /** What the criteria that use this number say of the evaluation. */
  readonly verdicts: readonly CriterionVerdict[];
}

function Difference({ value, low, high }: NonNullable<ComparedValue['difference']>) {
  const { t } = useTranslation('comparison');
  const signed = (one: number) => formatSigned(one, low, high);
  const ends = { value: signed(value), low: signed(low), high: signed(high) };
  return <span className="secondary figures">{low === high ? ends.value : t('table.difference', ends)}</span>;
}

/** What is said of a number against the baseline's: a mark with its words and the difference within its interval, or why nothing is said. */
function Against({ difference, said, notCompared }: Omit<ComparedValue, 'measured'>) {
  const { t } = useTranslation('comparison');
  if (said === null) {
    return (
      notCompared && (
        <div className="secondary">
          {t(`table.${notCompared}`)} {difference && <Difference {...difference} />}
        </div>
      )
    );
  }
  const { shape, color } = MARKS[said];
  return (
    <div>
      <span className={`mark ${color}`} data-testid="said" data-said={said}>
        <span aria-hidden="true">{shape}</span> {t(`table.${said}`)}
      </span>{' '}
      {difference && <Difference {...difference} />}
    </div>
  );
}

/** One number of one evaluation: the value, its interval, the verdict of criteria, and what is said of it against the baseline's. */
export function ComparisonCell({ cell, verdicts }: Properties) {
  const { t } = useTranslation(['comparison', 'common']);
  if (cell === null) return <span className="secondary">{t('common:not.measured')}</span>;
  const { metric, value, low, high } = cell.measured;
  const ends =
    low === null || high === null ? null : { low: formatWithin(low, low, high), high: formatWithin(high, low, high) };
  return (
    <>
      <div>
        <MetricValue metric={metric} value={value} low={low} high={high} />{' '}
        {ends && (
          <span className="secondary figures" title={t('table.intervalOf', ends)}>
            {t('table.interval', ends)}
          </span>
        )}
      </div>
      {verdicts.map(({ criterion, verdict }) => (
        <div key={criterion.id}>
          <VerdictMark verdict={verdict} withText />
        </div>
      ))}
      <Against {...cell} />
    </>
  );
}
