import { lazy } from 'react';
import { useTranslation } from 'react-i18next';
import { useAppearance } from '../ui/appearance.tsx';
import { NOTHING } from '../ui/nothing.ts';
import { formatNumber } from '../ui/numbers.ts';
import { Scrolling } from '../ui/scrolling.tsx';
import { ChartFrame, type ChartFrameProperties } from './chart-frame.tsx';
import { colorOf, groundOf } from './palette.ts';
import type { ScatterDrawingProperties } from './scatter-drawing.tsx';
import { ScatterMark } from './scatter-mark.tsx';
import { markOf, scatterAsCsv, type PointKind } from './scatter.ts';

const ScatterDrawing = lazy(() => import('./scatter-drawing.tsx'));

interface Properties extends ScatterDrawingProperties, ChartFrameProperties {
  /** What a point is, as the head of the table. */
  readonly rowLabel: string;
}

type TableProperties = Pick<Properties, 'label' | 'points' | 'rowLabel' | 'xLabel' | 'yLabel' | 'wordOf'>;

function ScatterTable({ label, points, rowLabel, xLabel, yLabel, wordOf }: TableProperties) {
  const { t } = useTranslation('charts');
  return (
    <Scrolling label={label}>
      <table className="plain-table">
        <thead>
          <tr>
            <th scope="col">{rowLabel}</th>
            <th scope="col" className="number">
              {xLabel}
            </th>
            <th scope="col" className="number">
              {yLabel}
            </th>
            <th scope="col">{t('point.head')}</th>
          </tr>
        </thead>
        <tbody>
          {points.map(({ id, label: name, x, y, kind, isBest }) => (
            <tr key={id}>
              <th scope="row">{name}</th>
              <td className="number">{typeof x === 'string' ? wordOf(x) : x}</td>
              <td className="number">{y === null ? NOTHING : formatNumber(y)}</td>
              <td>{t(`point.${markOf({ kind, isBest })}`)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </Scrolling>
  );
}

/** Which mark is what, of the kinds that the drawing has. */
function Legend({ points }: Pick<Properties, 'points'>) {
  const { t } = useTranslation('charts');
  const { isDark } = useAppearance();
  const kinds: readonly (PointKind | 'best')[] = ['best', 'done', 'open', 'failed', 'none'];
  const isShown = (kind: PointKind | 'best') => points.some((point) => markOf(point) === kind);
  return (
    <ul className="chart-legend">
      {kinds.filter(isShown).map((kind) => (
        <li key={kind}>
          <svg width="16" height="16" aria-hidden="true">
            <ScatterMark
              {...{ x: 8, y: 8, kind: kind === 'best' ? 'done' : kind, isBest: kind === 'best' }}
              color={colorOf(kind === 'best' ? 1 : 0, isDark)}
              ink={isDark ? '#a9b0bb' : '#535b64'}
              ground={groundOf(isDark)}
            />
          </svg>{' '}
          {t(`point.${kind}`)}
        </li>
      ))}
    </ul>
  );
}

/** Points over two axes with title, table view and export. */
export function ScatterChart({
  title,
  extra,
  children,
  testId,
  emptyText,
  isReading,
  data,
  rowLabel,
  ...drawing
}: Properties) {
  const { t } = useTranslation('charts');
  const { label, points, xLabel, yLabel, wordOf } = drawing;
  return (
    <ChartFrame
      {...{ title, extra, testId, emptyText, isReading, data }}
      kind="scatter"
      isEmpty={points.every(({ y }) => y === null)}
      drawing={<ScatterDrawing {...drawing} />}
      note={<Legend points={points} />}
      table={<ScatterTable {...{ label, points, rowLabel, xLabel, yLabel, wordOf }} />}
      csv={() => scatterAsCsv([rowLabel, xLabel, yLabel, t('point.head')], points, (mark) => t(`point.${mark}`))}
    >
      {children}
    </ChartFrame>
  );
}
