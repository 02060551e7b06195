import type { Sweep } from '@greenlight/shared/stages/training/sweep/contract.ts';
import { useCallback } from 'react';
import { useTranslation } from 'react-i18next';
import { ScatterChart } from '../../../../charts/scatter-chart.tsx';
import { useLanguage } from '../../../../i18n/language.ts';
import { metricName } from '../../../../ui/metric-term.tsx';
import { pointsOf, scaleOf } from '../points.ts';
import { isOpen } from '../queries.ts';
import { combinationText, settingValue } from '../sweep-text.ts';

/** For each setting that varies, its values against what the runs reached. */
export function SweepCharts({ sweep }: { readonly sweep: Sweep }) {
  const { t } = useTranslation('sweeps');
  const { t: training } = useTranslation('training');
  const language = useLanguage();
  const metric = metricName(sweep.objective, language);
  // The same one as long as the words are: a chart draws itself anew for another.
  const wordOf = useCallback((word: string) => settingValue(word, training), [training]);
  const emptyText = t(isOpen(sweep) ? 'chart.waiting' : 'chart.never');
  return (
    <div className="charts below">
      {sweep.search.axes.map((axis) => {
        const setting = training(`setting.${axis.setting}`);
        return (
          <ScatterChart
            key={axis.setting}
            testId={`chart-${axis.setting}`}
            title={setting}
            label={t('chart.label', { metric, setting })}
            rowLabel={t('chart.run')}
            xLabel={setting}
            yLabel={t('chart.value', { metric })}
            noneLabel={t('chart.none')}
            scale={scaleOf(axis)}
            wordOf={wordOf}
            points={pointsOf(
              sweep,
              axis.setting,
              ({ run, values }) => `#${run.number} · ${combinationText(values, training, language)}`,
            )}
            emptyText={emptyText}
          />
        );
      })}
    </div>
  );
}
