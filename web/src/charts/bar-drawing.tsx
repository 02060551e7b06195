import {
  Bar,
  BarChart as RechartsBarChart,
  CartesianGrid,
  ReferenceDot,
  ResponsiveContainer,
  Tooltip,
  XAxis,
  YAxis,
} from 'recharts';
import { useAppearance } from '../ui/appearance.tsx';
import { formatNumber } from '../ui/numbers.ts';
import { shownSeries, type BarRow, type BarSeries } from './bars.ts';
import { colorOf, groundOf } from './palette.ts';

/** What is drawn. */
export interface BarDrawingProperties {
  readonly label: string;
  readonly series: readonly BarSeries[];
  readonly rows: readonly BarRow[];
  readonly axisLabel: string;
  /** What the mark on each bar is. */
  readonly markLabel?: string;
}

/** From here on characters are as wide as they are high. */
const FIRST_WIDE_CHARACTER = 0x2e80;
const LABEL_WIDTH = 148;

interface TooltipProperties extends Pick<BarDrawingProperties, 'series' | 'rows' | 'markLabel'> {
  readonly isDark: boolean;
  readonly active?: boolean;
  readonly label?: string | number;
}

function BarTooltip({ series, rows, markLabel, isDark, active, label }: TooltipProperties) {
  const row = rows.find(({ id }) => id === label);
  if (active !== true || row === undefined) return null;
  return (
    <div className="chart-tooltip">
      <div className="secondary">{row.label}</div>
      <table>
        <tbody>
          {shownSeries(series).map(({ id, label: name, color }) => {
            const value = row.values[id];
            return (
              value !== undefined && (
                <tr key={id}>
                  <th scope="row">
                    <span style={{ color: colorOf(color, isDark) }} aria-hidden="true">
                      ■
                    </span>{' '}
                    {name}
                  </th>
                  <td className="figures">{formatNumber(value)}</td>
                </tr>
              )
            );
          })}
          {row.mark !== undefined && markLabel !== undefined && (
            <tr>
              <th scope="row">{markLabel}</th>
              <td className="figures">{formatNumber(row.mark)}</td>
            </tr>
          )}
        </tbody>
      </table>
    </div>
  );
}

/** A name cut so that it fits beside its bar; the table and the tooltip have it whole. */
function fitted(name: string, width: number): string {
  let used = 0;
  for (const [index, character] of [...name].entries()) {
    used += (character.codePointAt(0) ?? 0) > FIRST_WIDE_CHARACTER ? 12 : 7;
    if (used > width) return `${[...name].slice(0, Math.max(1, index - 1)).join('')}…`;
  }
  return name;
}

/** Horizontal bars between 0 and 1, each of several parts one after the other. */
export default function BarDrawing({ label, series, rows, axisLabel, markLabel }: BarDrawingProperties) {
  const { isDark } = useAppearance();
  const ink = isDark ? '#a9b0bb' : '#535b64';
  const grid = isDark ? '#2a3038' : '#e3e6eb';
  const nameOf = (id: string) => fitted(rows.find((row) => row.id === id)?.label ?? id, LABEL_WIDTH - 16);
  const data = rows.map(({ id, values }) => ({ id, ...values }));
  return (
    <div className="chart-drawing" role="img" aria-label={label}>
      <ResponsiveContainer width="100%" height="100%" minWidth={0} initialDimension={{ width: 480, height: 240 }}>
        <RechartsBarChart layout="vertical" data={data} margin={{ top: 4, right: 16, bottom: 16, left: 0 }}>
          <CartesianGrid stroke={grid} horizontal={false} />
          <XAxis
            type="number"
            domain={[0, 1]}
            ticks={[0, 0.25, 0.5, 0.75, 1]}
            stroke={ink}
            fontSize={12}
            tickLine={false}
            label={{ value: axisLabel, position: 'insideBottom', offset: -10, fontSize: 12, fill: ink }}
          />
          <YAxis
            type="category"
            dataKey="id"
            width={LABEL_WIDTH}
            stroke={ink}
            fontSize={12}
            tickLine={false}
            tickFormatter={nameOf}
            interval={0}
          />
          <Tooltip
            isAnimationActive={false}
            cursor={{ fill: grid, fillOpacity: 0.5 }}
            content={<BarTooltip {...{ series, rows, isDark }} {...(markLabel === undefined ? {} : { markLabel })} />}
          />
          {series.map(({ id, label: name, color, kind }) => (
            <Bar
              key={id}
              dataKey={id}
              name={name}
              stackId="bar"
              barSize={18}
              fill={kind === 'solid' ? colorOf(color, isDark) : 'none'}
              {...(kind === 'open' ? { stroke: colorOf(color, isDark), strokeDasharray: '4 3' } : {})}
              isAnimationActive={false}
            />
          ))}
          {rows.flatMap(({ id, mark }) =>
            mark === undefined
              ? []
              : [<ReferenceDot key={id} x={mark} y={id} r={5} fill={ink} stroke={groundOf(isDark)} />],
          )}
        </RechartsBarChart>
      </ResponsiveContainer>
    </div>
  );
}
