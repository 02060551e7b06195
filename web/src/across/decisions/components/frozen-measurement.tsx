import type { FrozenMeasurement } from '@greenlight/shared/stages/evaluation/frozen-measurement.ts';
import { seenInWords } from '@greenlight/shared/stages/evaluation/seen-words.ts';
import { inLanguage } from '@greenlight/shared/api/localized-text.ts';
import { useTranslation } from 'react-i18next';
import { useLanguage } from '../../../i18n/language.ts';
import { Facts } from '../../../ui/facts.tsx';
import { MetricValues } from '../../../ui/metric-values.tsx';
import { formatExactCount } from '../../../ui/numbers.ts';
import { formatMoment } from '../../../ui/time.ts';

/** An evaluation as it was frozen: on which content it was measured, and every number with its interval. */
export function FrozenMeasurementTable({ measurement }: { readonly measurement: FrozenMeasurement }) {
  const { t } = useTranslation(['decisions', 'common']);
  const language = useLanguage();
  const { dataset, split, sameAsTraining, seenInTraining, items, measuredAt, metrics } = measurement;
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
        ...(sameAsTraining
          ? [seenInTraining ? inLanguage(seenInWords(seenInTraining), language) : t('measured.trainedOn')]
          : []),
      ].join(' · '),
    },
  ];
  return (
    <>
      <Facts facts={facts} />
      <MetricValues label={t('common:metricValues.metric')} metrics={metrics} />
    </>
  );
}
