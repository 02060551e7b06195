import type { Curve } from '@greenlight/shared/stages/evaluation/contract.ts';
import { useTranslation } from 'react-i18next';
import { LineChart } from '../../../charts/line-chart.tsx';
import type { ChartSeries } from '../../../charts/series.ts';
import { formatNumber } from '../../../ui/numbers.ts';
import type { Compared } from '../compared.ts';

interface Properties {
  readonly compared: readonly Compared[];
  /** The further head whose curves are drawn; undefined for the first. */
  readonly head: string | undefined;
}

function curvesOf({ evaluation }: Compared, head: string | undefined): readonly Curve[] {
  const measured = head === undefined ? evaluation : evaluation?.heads.find(({ name }) => name === head);
  return measured?.curves ?? [];
}

/** ROC, precision–recall and reliability of all evaluations, one over another. */
export function ComparedCurves({ compared, head }: Properties) {
  const { t } = useTranslation(['evaluation', 'charts', 'comparison']);
  if (compared.every((one) => curvesOf(one, head).length === 0)) return null;
  // What a reliability curve has for an area is the error that stands among the numbers.
  const linesOf = (kind: Curve['kind'], isReliability = false) =>
    compared.flatMap((one): ChartSeries[] => {
      const curve = curvesOf(one, head).find((found) => found.kind === kind);
      if (curve === undefined) return [];
      const { x, y, area } = curve;
      const label =
        area === null || isReliability
          ? one.name
          : t('comparison:curves.label', { name: one.name, area: formatNumber(area) });
      return [{ id: one.summary.id, label, x, y, color: one.color, hasDots: isReliability }];
    });
  return (
    <div className="charts below">
      <LineChart
        testId="chart-compared-roc"
        title={t('curves.roc')}
        label={t('curves.roc')}
        xLabel={t('charts:axis.falsePositiveRate')}
        yLabel={t('charts:axis.truePositiveRate')}
        series={linesOf('roc-micro')}
        isUnitSquare
        diagonalLabel={t('charts:chance')}
        emptyText={t('curves.none')}
      >
        <p className="chart-note">{t('comparison:curves.note')}</p>
      </LineChart>
      <LineChart
        testId="chart-compared-precision-recall"
        title={t('curves.precisionRecall')}
        label={t('curves.precisionRecall')}
        xLabel={t('charts:axis.recall')}
        yLabel={t('charts:axis.precision')}
        series={linesOf('precision-recall-micro')}
        isUnitSquare
        emptyText={t('curves.none')}
      />
      <LineChart
        testId="chart-compared-reliability"
        title={t('curves.reliability')}
        label={t('curves.reliability')}
        xLabel={t('charts:axis.confidence')}
        yLabel={t('charts:axis.observed')}
        series={linesOf('reliability', true)}
        isUnitSquare
        diagonalLabel={t('charts:perfect')}
        emptyText={t('curves.none')}
      />
    </div>
  );
}
