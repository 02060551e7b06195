import type { MetricValue } from '@greenlight/shared/stages/evaluation/contract.ts';
import { useTranslation } from 'react-i18next';
import { MetricTerm } from './metric-term.tsx';
import { formatNumber } from './numbers.ts';
import { Scrolling } from './scrolling.tsx';
import { NOTHING } from './nothing.ts';

interface Properties {
  /** What a screen reader calls the table where it scrolls. */
  readonly label: string;
  /** `task` names the further head that a number is of. */
  readonly metrics: readonly (Pick<MetricValue, 'metric' | 'value' | 'low' | 'high'> & {
    readonly task?: string | undefined;
  })[];
}

/** Measured numbers, each with its interval. */
export function MetricValues({ label, metrics }: Properties) {
  const { t } = useTranslation();
  return (
    <Scrolling label={label}>
      <table className="plain-table">
        <thead>
          <tr>
            <th scope="col">{t('metricValues.metric')}</th>
            <th scope="col" className="number">
              {t('metricValues.value')}
            </th>
            <th scope="col" className="number">
              {t('metricValues.interval')}
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
              <td className="number">{value === null ? NOTHING : formatNumber(value)}</td>
              <td className="number">
                {low === null || high === null ? NOTHING : `${formatNumber(low)} – ${formatNumber(high)}`}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </Scrolling>
  );
}
