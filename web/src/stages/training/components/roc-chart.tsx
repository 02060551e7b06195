import type { RocSnapshot } from '@greenlight/shared/stages/training/contract.ts';
import { Slider } from 'antd';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { LineChart } from '../../../charts/line-chart.tsx';
import type { ChartSeries } from '../../../charts/series.ts';
import { formatNumber } from '../../../ui/numbers.ts';
import { NOTHING } from '../../../ui/nothing.ts';

interface Properties {
  readonly snapshots: readonly RocSnapshot[];
  /** False once nothing more can come. */
  readonly isActive: boolean;
  /** True until the curves so far are there. */
  readonly isReading: boolean;
  /** The chosen evaluation point; the newest where none is chosen or the chosen one does not exist. */
  readonly chosenStep: number | undefined;
  readonly onChoose: (step: number | undefined) => void;
}

function aucText(snapshot: RocSnapshot | undefined): string {
  return snapshot?.auc == null ? NOTHING : formatNumber(snapshot.auc);
}

/** ROC of the validation items at one evaluation point, with a slider through the training. */
export function RocChart({ snapshots, isActive, isReading, chosenStep, onChoose }: Properties) {
  const { t } = useTranslation(['training', 'charts']);
  const steps = useMemo(() => [...new Set(snapshots.map((one) => one.step))].toSorted((a, b) => a - b), [snapshots]);
  const chosen = chosenStep === undefined ? -1 : steps.indexOf(chosenStep);
  const index = chosen === -1 ? steps.length - 1 : chosen;
  const step = steps[index];
  const micro = snapshots.find((one) => one.step === step && one.average === 'micro');
  const macro = snapshots.find((one) => one.step === step && one.average === 'macro');
  const lines = useMemo(() => {
    const line = (snapshot: RocSnapshot | undefined, label: string, color: number): ChartSeries[] =>
      snapshot
        ? [{ id: snapshot.average, label, x: snapshot.falsePositiveRate, y: snapshot.truePositiveRate, color }]
        : [];
    return [
      ...line(micro, t('charts.rocMicro', { auc: aucText(micro) }), 0),
      ...line(macro, t('charts.rocMacro', { auc: aucText(macro) }), 3),
    ];
  }, [micro, macro, t]);
  return (
    <LineChart
      testId="chart-roc"
      title={t('charts.roc')}
      label={t('charts.roc')}
      xLabel={t('charts:axis.falsePositiveRate')}
      yLabel={t('charts:axis.truePositiveRate')}
      series={lines}
      isUnitSquare
      diagonalLabel={t('charts:chance')}
      isReading={isReading}
      emptyText={t(isActive ? 'charts.waitingEvaluation' : 'charts.none')}
      data={{ 'data-step': step }}
    >
      <div className="roc-slider">
        {step !== undefined && (
          <span className="secondary figures">
            {t('charts.rocAt', { step, micro: aucText(micro), macro: aucText(macro) })}
          </span>
        )}
        {steps.length > 1 && (
          <Slider
            min={0}
            max={steps.length - 1}
            value={index}
            ariaLabelForHandle={t('charts.rocStep')}
            tooltip={{ formatter: (place) => steps[place ?? 0] ?? '' }}
            onChange={(place) => onChoose(place === steps.length - 1 ? undefined : steps[place])}
          />
        )}
      </div>
    </LineChart>
  );
}
