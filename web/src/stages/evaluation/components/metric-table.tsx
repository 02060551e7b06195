import type { MetricValue as Measured } from '@greenlight/shared/stages/evaluation/contract.ts';
import { describeMetricNote } from '@greenlight/shared/metrics/metric-notes.ts';
import { findMetric } from '@greenlight/shared/metrics/registry.ts';
import { useTranslation } from 'react-i18next';
import { useLanguage } from '../../../i18n/language.ts';
import { Count } from '../../../ui/count.tsx';
import { MetricTerm } from '../../../ui/metric-term.tsx';
import { MetricValue } from '../../../ui/metric-value.tsx';
import { formatWithin } from '../../../ui/numbers.ts';
import { Scrolling } from '../../../ui/scrolling.tsx';
import { NOTHING } from '../../../ui/nothing.ts';

/** Every measured number with its interval, the items it comes from and what has to be said about it. */
export function MetricTable({ metrics }: { readonly metrics: readonly Measured[] }) {
  const { t } = useTranslation('evaluation');
  const language = useLanguage();
  return (
    <Scrolling label={t('metrics.title')}>
      <table className="plain-table metric-table">
        <thead>
          <tr>
            <th scope="col">{t('metrics.metric')}</th>
            <th scope="col" className="number">
              {t('metrics.value')}
            </th>
            <th scope="col" className="number">
              {t('metrics.interval')}
            </th>
            <th scope="col" className="number">
              {t('metrics.items')}
            </th>
            <th scope="col" className="note">
              {t('metrics.note')}
            </th>
          </tr>
        </thead>
        <tbody>
          {metrics.map(({ metric, value, low, high, items, note }) => (
            <tr key={metric}>
              <th scope="row">
                <MetricTerm metric={metric} /> <span className="secondary">{findMetric(metric)?.unit}</span>
              </th>
              <td className="number">
                <MetricValue metric={metric} value={value} low={low} high={high} />
              </td>
              <td className="number">
                {low === null || high === null
                  ? NOTHING
                  : t('metrics.between', { low: formatWithin(low, low, high), high: formatWithin(high, low, high) })}
              </td>
              <td className="number">
                <Count value={items} />
              </td>
              <td className="secondary note">
                {note !== null ? describeMetricNote(note, language) : value === null && t('metrics.undefined')}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </Scrolling>
  );
}
