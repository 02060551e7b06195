import type { Criterion } from '@greenlight/shared/stages/requirements/contract.ts';
import type { MetricSeries } from '@greenlight/shared/stages/training/contract.ts';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import type { LiveStatus } from '../../../api/live.ts';
import { LineChart } from '../../../charts/line-chart.tsx';
import type { Threshold } from '../../../charts/threshold-labels.tsx';
import type { ChartSeries, Zoom } from '../../../charts/series.ts';
import { useLanguage } from '../../../i18n/language.ts';
import { operatorSign } from '../../../ui/criterion-text.ts';
import { metricName, MetricTerm } from '../../../ui/metric-term.tsx';

/** What the charts of a run share. */
export interface RunChartProperties {
  readonly runId: string;
  readonly series: readonly MetricSeries[];
  readonly criteria: readonly Criterion[];
  readonly live: LiveStatus;
  /** False once nothing more can come. */
  readonly isActive: boolean;
  /** True until the points so far are there. */
  readonly isReading: boolean;
  readonly zoom: Zoom | undefined;
  readonly onZoom: (zoom: Zoom | undefined) => void;
}

type Look = Pick<ChartSeries, 'label' | 'color' | 'isDashed' | 'axis' | 'hasDots'>;

function linesOf(series: readonly MetricSeries[], looks: Readonly<Record<string, Look>>): ChartSeries[] {
  return Object.entries(looks).flatMap(([name, look]) => {
    const found = series.find((known) => known.name === name);
    if (!found) return [];
    return [{ id: name, x: found.step, y: found.mean, low: found.minimum, high: found.maximum, ...look }];
  });
}

function useThresholds(criteria: readonly Criterion[], metrics: readonly string[]): readonly Threshold[] {
  const { t } = useTranslation('charts');
  const language = useLanguage();
  const named = metrics.length > 1;
  return criteria
    .filter((criterion) => metrics.includes(criterion.metric) && criterion.slice === null)
    .map((criterion) => ({
      value: criterion.threshold,
      label: `${named ? `${metricName(criterion.metric, language)} ` : ''}${t('threshold', { operator: operatorSign(criterion), value: criterion.threshold })}`,
    }));
}

/** Training and validation loss against the criterion. */
export function LossChart({ runId, series, criteria, live, isActive, isReading, zoom, onZoom }: RunChartProperties) {
  const { t } = useTranslation(['training', 'charts']);
  const lines = useMemo(
    () =>
      linesOf(series, {
        'training/loss': { label: t('charts.trainingLoss'), color: 0 },
        'training/epoch-loss': { label: t('charts.epochLoss'), color: 3, hasDots: true },
        'validation/loss': { label: t('charts.validationLoss'), color: 1, isDashed: true, hasDots: true },
      }),
    [series, t],
  );
  const latestStep = series.find((known) => known.name === 'training/loss')?.step.at(-1);
  const thresholds = useThresholds(criteria, ['loss']);
  return (
    <LineChart
      testId="chart-loss"
      title={<MetricTerm metric="loss" />}
      label={t('charts.loss')}
      xLabel={t('charts:axis.step')}
      yLabel={t('charts:axis.loss')}
      series={lines}
      thresholds={thresholds}
      syncId={runId}
      isReading={isReading}
      zoom={zoom}
      onZoom={onZoom}
      emptyText={isActive ? undefined : t('charts.none')}
      data={{ 'data-step': latestStep, 'data-at': live.latestPoint?.at }}
    />
  );
}

/** Accuracy, F1 and AUC, or R² of a regression, on the validation items. */
export function QualityChart({ runId, series, criteria, isActive, isReading, zoom, onZoom }: RunChartProperties) {
  const { t } = useTranslation(['training', 'charts']);
  const lines = useMemo(
    () =>
      linesOf(series, {
        'validation/accuracy': { label: t('charts.accuracy'), color: 2, isDashed: true, hasDots: true },
        'validation/f1-macro': { label: t('charts.f1'), color: 1, isDashed: true, hasDots: true },
        'validation/auc-micro': { label: t('charts.aucMicro'), color: 0, isDashed: true, hasDots: true },
        'validation/auc-macro': { label: t('charts.aucMacro'), color: 3, isDashed: true, hasDots: true },
        'validation/r-squared': { label: t('charts.rSquared'), color: 1, isDashed: true, hasDots: true },
      }),
    [series, t],
  );
  const thresholds = useThresholds(criteria, ['accuracy', 'f1-macro']);
  return (
    <LineChart
      testId="chart-accuracy"
      title={t('charts.quality')}
      label={t('charts.quality')}
      xLabel={t('charts:axis.step')}
      yLabel={t('charts:axis.share')}
      series={lines}
      thresholds={thresholds}
      syncId={runId}
      isReading={isReading}
      zoom={zoom}
      onZoom={onZoom}
      emptyText={t(isActive ? 'charts.waitingEvaluation' : 'charts.none')}
    />
  );
}

/** Learning rate and norm of the gradient, each on its own axis. */
export function OptimiserChart({ runId, series, isActive, isReading, zoom, onZoom }: RunChartProperties) {
  const { t } = useTranslation(['training', 'charts']);
  const lines = useMemo(
    () =>
      linesOf(series, {
        'training/learning-rate': { label: t('charts.learningRate'), color: 4 },
        'training/gradient-norm': { label: t('charts.gradientNorm'), color: 6, axis: 'right' },
      }),
    [series, t],
  );
  return (
    <LineChart
      testId="chart-optimiser"
      title={t('charts.optimiser')}
      label={t('charts.optimiser')}
      xLabel={t('charts:axis.step')}
      yLabel={t('charts:axis.learningRate')}
      rightLabel={t('charts:axis.gradientNorm')}
      isZeroBased
      series={lines}
      syncId={runId}
      isReading={isReading}
      zoom={zoom}
      onZoom={onZoom}
      emptyText={t(isActive ? 'charts.noGradient' : 'charts.none')}
    />
  );
}
