import type { Language } from '@greenlight/shared/api/localized-text.ts';
import { findMetric } from '@greenlight/shared/metrics/registry.ts';
import { Popover } from 'antd';
import { useTranslation } from 'react-i18next';
import { useLanguage } from '../i18n/language.ts';
import { formatNumber } from './numbers.ts';

/** The name of a metric in a language; a metric that is not in the registry keeps its own id. */
export function metricName(metric: string, language: Language): string {
  return findMetric(metric)?.name[language] ?? metric;
}

function MetricCard({ metric }: { readonly metric: string }) {
  const { t } = useTranslation();
  const language = useLanguage();
  const definition = findMetric(metric);
  if (!definition) return null;
  const [low, high] = definition.range;
  const limit = (end: number | null) => (end === null ? t('metricCard.unlimited') : formatNumber(end));
  return (
    <div className="term-card">
      <p>{definition.explanation[language]}</p>
      <p className="secondary">
        {t(`metricCard.better.${definition.better}`)}
        {' · '}
        {t('metricCard.range', { low: limit(low), high: limit(high) })}
        {definition.unit !== '' && ` · ${definition.unit}`}
      </p>
    </div>
  );
}

/** The name of a metric with a dotted underline that opens its card: what it is, what is better, its range. */
export function MetricTerm({ metric, label }: { readonly metric: string; readonly label?: string }) {
  const { t } = useTranslation();
  const language = useLanguage();
  const name = label ?? metricName(metric, language);
  if (!findMetric(metric)) return <span>{name}</span>;
  return (
    <Popover content={<MetricCard metric={metric} />} title={metricName(metric, language)} trigger={['hover', 'click']}>
      <button type="button" className="term" title={t('metricCard.open', { metric: name })}>
        {name}
      </button>
    </Popover>
  );
}
