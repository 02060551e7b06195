import { lazy } from 'react';
import type { BarDrawingProperties } from './bar-drawing.tsx';
import { barsAsCsv, barsHeight, shownSeries } from './bars.ts';
import { ChartFrame, type ChartFrameProperties } from './chart-frame.tsx';
import { PALETTE } from './palette.ts';
import { useAppearance } from '../ui/appearance.tsx';
import { formatNumber } from '../ui/numbers.ts';
import { Scrolling } from '../ui/scrolling.tsx';

const BarDrawing = lazy(() => import('./bar-drawing.tsx'));

interface Properties extends BarDrawingProperties, ChartFrameProperties {
  /** What a bar is, as the head of the table. */
  readonly rowLabel: string;
}

function BarTable({ label, rowLabel, series, rows, markLabel }: BarDrawingProperties & { readonly rowLabel: string }) {
  return (
    <Scrolling label={label}>
      <table className="plain-table">
        <thead>
          <tr>
            <th scope="col">{rowLabel}</th>
            {series.map(({ id, label: name }) => (
              <th scope="col" className="number" key={id}>
                {name}
              </th>
            ))}
            {markLabel !== undefined && (
              <th scope="col" className="number">
                {markLabel}
              </th>
            )}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={row.id}>
              <th scope="row">{row.label}</th>
              {series.map(({ id }) => {
                const value = row.values[id];
                return (
                  <td className="number" key={id}>
                    {value === undefined ? '' : formatNumber(value)}
                  </td>
                );
              })}
              {markLabel !== undefined && (
                <td className="number">{row.mark === undefined ? '' : formatNumber(row.mark)}</td>
              )}
            </tr>
          ))}
        </tbody>
      </table>
    </Scrolling>
  );
}

/** Which colour is which part of a bar. */
function Legend({ series }: Pick<BarDrawingProperties, 'series'>) {
  const { isDark } = useAppearance();
  const colors = PALETTE[isDark ? 'dark' : 'light'];
  return (
    <ul className="chart-legend">
      {shownSeries(series).map(({ id, label, color, kind }) => (
        <li key={id}>
          <svg width="12" height="12" aria-hidden="true">
            <rect
              x="1"
              y="1"
              width="10"
              height="10"
              fill={kind === 'solid' ? colors[color % colors.length] : 'none'}
              stroke={colors[color % colors.length]}
              strokeDasharray={kind === 'open' ? '3 2' : undefined}
            />
          </svg>{' '}
          {label}
        </li>
      ))}
    </ul>
  );
}

/** Horizontal bars of several parts with title, table view and export. */
export function BarChart({
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
  const { label, series, rows, markLabel } = drawing;
  return (
    <ChartFrame
      {...{ title, extra, testId, emptyText, isReading, data }}
      kind="bar"
      isEmpty={rows.length === 0}
      drawing={<BarDrawing {...drawing} />}
      {...(rows.length === 0 ? {} : { height: barsHeight(rows) })}
      note={<Legend series={series} />}
      table={
        <BarTable
          {...{ label, rowLabel, series, rows }}
          {...(markLabel === undefined ? {} : { markLabel })}
          axisLabel=""
        />
      }
      csv={() => barsAsCsv(rowLabel, series, rows, markLabel)}
    >
      {children}
    </ChartFrame>
  );
}
