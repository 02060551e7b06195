import type { Curve, Evaluation } from '@greenlight/shared/stages/evaluation/contract.ts';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { LineChart } from '../../../charts/line-chart.tsx';
import type { ChartSeries } from '../../../charts/series.ts';
import { formatNumber } from '../../../ui/numbers.ts';

function areaText(curve: Curve): string {
  return curve.area === null ? '' : formatNumber(curve.area);
}

function lineOf(
  curve: Curve | undefined,
  label: (area: string) => string,
  color: number,
  hasDots = false,
): ChartSeries[] {
  return curve ? [{ id: curve.kind, label: label(areaText(curve)), x: curve.x, y: curve.y, color, hasDots }] : [];
}

/** ROC with AUC, precision–recall and reliability of an evaluation. */
export function Curves({ curves, metrics }: Pick<Evaluation, 'curves' | 'metrics'>) {
  const { t } = useTranslation(['evaluation', 'charts']);
  const lines = useMemo(() => {
    const find = (kind: Curve['kind']) => curves.find((curve) => curve.kind === kind);
    return {
      roc: [
        ...lineOf(find('roc-micro'), (area) => t('curves.micro', { area }), 0),
        ...lineOf(find('roc-macro'), (area) => t('curves.macro', { area }), 3),
        ...lineOf(find('roc-confidence'), (area) => t('curves.confidence', { area }), 2),
      ],
      precisionRecall: lineOf(find('precision-recall-micro'), (area) => t('curves.average', { area }), 0),
      reliability: lineOf(find('reliability'), () => t('curves.observed'), 1, true),
    };
  }, [curves, t]);
  const calibrationError = metrics.find((metric) => metric.metric === 'calibration-error')?.value;
  return (
    <div className="charts below">
      <LineChart
        testId="chart-roc"
        title={t('curves.roc')}
        label={t('curves.roc')}
        xLabel={t('charts:axis.falsePositiveRate')}
        yLabel={t('charts:axis.truePositiveRate')}
        series={lines.roc}
        isUnitSquare
        diagonalLabel={t('charts:chance')}
        emptyText={t('curves.none')}
      >
        <p className="chart-note">{t('curves.reduced')}</p>
      </LineChart>
      <LineChart
        testId="chart-precision-recall"
        title={t('curves.precisionRecall')}
        label={t('curves.precisionRecall')}
        xLabel={t('charts:axis.recall')}
        yLabel={t('charts:axis.precision')}
        series={lines.precisionRecall}
        isUnitSquare
        emptyText={t('curves.none')}
      />
      <LineChart
        testId="chart-reliability"
        title={t('curves.reliability')}
        label={t('curves.reliability')}
        xLabel={t('charts:axis.confidence')}
        yLabel={t('charts:axis.observed')}
        series={lines.reliability}
        isUnitSquare
        diagonalLabel={t('charts:perfect')}
        emptyText={t('curves.none')}
      >
        {calibrationError != null && (
          <p className="chart-note">{t('curves.error', { value: formatNumber(calibrationError) })}</p>
        )}
      </LineChart>
    </div>
  );
}
