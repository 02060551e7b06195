import type { FrozenMeasurement } from '@greenlight/shared/stages/evaluation/frozen-measurement.ts';
import { useTranslation } from 'react-i18next';
import { useLanguage } from '../../../i18n/language.ts';
import { Facts } from '../../../ui/facts.tsx';
import { MetricTerm } from '../../../ui/metric-term.tsx';
import { formatExactCount, formatNumber } from '../../../ui/numbers.ts';
import { Scrolling } from '../../../ui/scrolling.tsx';
import { formatMoment } from '../../../ui/time.ts';

/** An evaluation as it was frozen: on which content it was measured, and every number with its interval. */
export function FrozenMeasurementTable({ measurement }: { readonly measurement: FrozenMeasurement }) {
  const { t } = useTranslation('decisions');
  const language = useLanguage();
  const { dataset, split, sameAsTraining, items, measuredAt, metrics } = measurement;
  const facts = [
    { key: 'at', name: t('measured.at'), value: formatMoment(measuredAt, language) },
    { key: 'data', name: t('measured.data'), value: t('measured.version', { version: dataset.version }) },
    { key: 'sha256', name: t('measured.content'), value: <code data-whole>{dataset.sha256}</code> },
    {
      key: 'items',
      name: t('measured.items'),
      value: [
        formatExactCount(items),
        t(`measured.split.${split}`),
        ...(sameAsTraining ? [t('measured.trainedOn')] : []),
      ].join(' · '),
    },
  ];
  return (
    <>
      <Facts facts={facts} />
      <Scrolling label={t('measured.metric')}>
        <table className="plain-table">
          <thead>
            <tr>
              <th scope="col">{t('measured.metric')}</th>
              <th scope="col" className="number">
                {t('measured.value')}
              </th>
              <th scope="col" className="number">
                {t('measured.interval')}
              </th>
            </tr>
          </thead>
          <tbody>
            {metrics.map(({ metric, task, value, low, high }) => (
              <tr key={`${task ?? ''} ${metric}`}>
                <th scope="row">
                  <MetricTerm metric={metric} />
                  {task !== undefined && <span data-raw> · {task}</span>}
                </th>
                <td className="number">{value === null ? '–' : formatNumber(value)}</td>
                <td className="number">
                  {low === null || high === null ? '–' : `${formatNumber(low)} – ${formatNumber(high)}`}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </Scrolling>
    </>
  );
}
