import { memo } from 'react';
import { useTranslation } from 'react-i18next';
import {
  CartesianGrid,
  ResponsiveContainer,
  Scatter,
  ScatterChart,
  Tooltip,
  usePlotArea,
  XAxis,
  YAxis,
} from 'recharts';
import { useAppearance } from '../ui/appearance.tsx';
import { formatNumber } from '../ui/numbers.ts';
import { drawsTheSame } from './draws-the-same.ts';
import { colorOf, groundOf } from './palette.ts';
import { ScatterMark } from './scatter-mark.tsx';
import { heightAxisOf, markOf, placeAxisOf, type PlaceScale, type ScatterPoint } from './scatter.ts';
import { tickText } from './ticks.ts';
import { sideTitle } from './side-title.ts';

/** What is drawn. */
export interface ScatterDrawingProperties {
  readonly label: string;
  readonly points: readonly ScatterPoint[];
  readonly xLabel: string;
  readonly yLabel: string;
  readonly scale: PlaceScale;
  /** A word of the horizontal axis in the reader's language. */
  readonly wordOf: (x: string) => string;
  /** What stands for no value. */
  readonly noneLabel: string;
}

/** Width of a drawing that was not measured yet. */
const LIKELY_WIDTH = 300;

interface Drawn {
  readonly place: number;
  readonly height: number;
  readonly point: ScatterPoint;
}

interface TooltipProperties extends Pick<ScatterDrawingProperties, 'xLabel' | 'yLabel' | 'noneLabel'> {
  readonly textOf: (x: ScatterPoint['x']) => string;
  readonly active?: boolean;
  readonly payload?: readonly { readonly payload?: Drawn }[];
}

function PointTooltip({ xLabel, yLabel, noneLabel, textOf, active, payload }: TooltipProperties) {
  const { t } = useTranslation('charts');
  const point = payload?.[0]?.payload?.point;
  if (active !== true || point === undefined) return null;
  return (
    <div className="chart-tooltip">
      <div className="secondary">
        {point.label} · {t(`point.${markOf(point)}`)}
      </div>
      <table>
        <tbody>
          <tr>
            <th scope="row">{xLabel}</th>
            <td className="figures">{textOf(point.x)}</td>
          </tr>
          <tr>
            <th scope="row">{yLabel}</th>
            <td className="figures">{point.y === null ? noneLabel : formatNumber(point.y)}</td>
          </tr>
        </tbody>
      </table>
    </div>
  );
}

interface MarkProperties {
  readonly isDark: boolean;
  readonly ink: string;
  /** Given by the drawing. */
  readonly cx?: number;
  readonly cy?: number;
  readonly point?: ScatterPoint;
}

function DrawnMark({ isDark, ink, cx, cy, point }: MarkProperties) {
  if (cx === undefined || cy === undefined || point === undefined) return null;
  const { kind, isBest } = point;
  const colors = { color: colorOf(isBest ? 1 : 0, isDark), ink, ground: groundOf(isDark) };
  return <ScatterMark x={cx} y={cy} {...{ kind, isBest }} {...colors} />;
}

function PlaceAxis({ points, scale, wordOf, xLabel, ink }: ScatterDrawingProperties & { readonly ink: string }) {
  const width = usePlotArea()?.width ?? LIKELY_WIDTH;
  const axis = placeAxisOf(points, scale, width, wordOf);
  if (axis === undefined) return null;
  return (
    <XAxis
      dataKey="place"
      type="number"
      scale={axis.scale === 'logarithmic' ? 'log' : 'linear'}
      domain={[axis.from, axis.to]}
      ticks={[...axis.ticks]}
      tickFormatter={axis.textOf}
      stroke={ink}
      fontSize={12}
      tickLine={false}
      label={{ value: xLabel, position: 'insideBottom', offset: -12, fontSize: 12, fill: ink }}
    />
  );
}

/** Points over two axes. Drawn anew only where something of it changed. */
export default memo(ScatterDrawing, drawsTheSame);

function ScatterDrawing(properties: ScatterDrawingProperties) {
  const { label, points, xLabel, yLabel, scale, wordOf, noneLabel } = properties;
  const { isDark } = useAppearance();
  const ink = isDark ? '#a9b0bb' : '#535b64';
  const grid = isDark ? '#2a3038' : '#e3e6eb';
  const axis = placeAxisOf(points, scale, LIKELY_WIDTH, wordOf);
  const heights = heightAxisOf(points);
  // Without a value a point stands on the axis; the best is drawn last, over its neighbours.
  const drawn = points
    .toSorted((a, b) => Number(a.isBest) - Number(b.isBest))
    .map((point): Drawn => ({ place: axis?.placeOf(point.x) ?? 0, height: point.y ?? heights.from, point }));
  return (
    <div className="chart-drawing" role="img" aria-label={label}>
      <ResponsiveContainer width="100%" height="100%" minWidth={0} initialDimension={{ width: 480, height: 240 }}>
        <ScatterChart margin={{ top: 8, right: 16, bottom: 20, left: 8 }}>
          <CartesianGrid stroke={grid} vertical={false} />
          <PlaceAxis {...properties} ink={ink} />
          <YAxis
            dataKey="height"
            type="number"
            width={56}
            domain={[heights.from, heights.to]}
            ticks={heights.ticks}
            tickFormatter={tickText}
            stroke={ink}
            fontSize={12}
            tickLine={false}
            label={sideTitle(yLabel, ink)}
          />
          <Tooltip
            isAnimationActive={false}
            cursor={{ stroke: ink, strokeDasharray: '3 3' }}
            content={
              <PointTooltip
                {...{ xLabel, yLabel, noneLabel }}
                textOf={(x) => (typeof x === 'string' ? wordOf(x) : String(x))}
              />
            }
          />
          <Scatter data={drawn} isAnimationActive={false} shape={<DrawnMark isDark={isDark} ink={ink} />} />
        </ScatterChart>
      </ResponsiveContainer>
    </div>
  );
}
