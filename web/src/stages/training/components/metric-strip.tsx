import { useTranslation } from 'react-i18next';
import type { Run } from '@greenlight/shared/stages/training/contract.ts';
import { MetricTerm } from '../../../ui/metric-term.tsx';
import { MetricValue } from '../../../ui/metric-value.tsx';

const SHOWN = ['loss', 'perplexity', 'accuracy', 'f1-macro', 'auc-micro', 'auc-macro'] as const;
const SHOWN_OF_REGRESSION = ['mean-squared-error', 'mean-absolute-error', 'r-squared'] as const;

/** The newest validation value of each headline metric, those of a regression where there are such. */
export function MetricStrip({ finalMetrics }: Pick<Run, 'finalMetrics'>) {
  const { t } = useTranslation(['training', 'common']);
  const shown = 'validation/mean-squared-error' in finalMetrics ? SHOWN_OF_REGRESSION : SHOWN;
  return (
    <div className="metric-strip" role="group" aria-label={t('run.metrics')}>
      <div>
        <MetricTerm metric="loss" />
        <MetricValue metric="training-loss" value={finalMetrics['training/loss'] ?? null} />
        <span className="secondary">{t('charts.trainingLoss')}</span>
      </div>
      {shown.map((metric) => (
        <div key={metric}>
          <MetricTerm metric={metric} />
          <MetricValue metric={metric} value={finalMetrics[`validation/${metric}`] ?? null} />
          <span className="secondary">{t('charts.validationLoss')}</span>
        </div>
      ))}
    </div>
  );
}
