import { memo, useMemo, useState } from 'react';
import {
  Area,
  CartesianGrid,
  ComposedChart,
  Line,
  ReferenceArea,
  ReferenceLine,
  ResponsiveContainer,
  Tooltip,
  YAxis,
  type MouseHandlerDataParam,
  type TickItem,
} from 'recharts';
import { useAppearance } from '../ui/appearance.tsx';
import { ChartTooltip } from './chart-tooltip.tsx';
import { EndLabels } from './end-labels.tsx';
import { colorOf, groundOf } from './palette.ts';
import { drawsTheSame } from './draws-the-same.ts';
import { areNamedAtEnds, nameWidth } from './line-names.ts';
import { PlaceAxis } from './place-axis.tsx';
import { tickText } from './ticks.ts';
import { ThresholdLabels, type Threshold } from './threshold-labels.tsx';
import { bandKey, hasBand, rowsOf, type ChartSeries, type Zoom } from './series.ts';
import { sideTitle } from './side-title.ts';

/** What is drawn. */
export interface LineDrawingProperties {
  readonly label: string;
  readonly series: readonly ChartSeries[];
  readonly xLabel: string;
  readonly yLabel: string;
  readonly rightLabel?: string;
  readonly thresholds?: readonly Threshold[];
  /** Charts with the same name share their crosshair. */
  readonly syncId?: string;
  readonly zoom?: Zoom | undefined;
  readonly onZoom?: (zoom: Zoom | undefined) => void;
  /** The place whose values are kept under the drawing. */
  readonly pinned: number | undefined;
  readonly onPin: (place: number | undefined) => void;
  /** Fixed ends of both axes, for curves between shares. */
  readonly isUnitSquare?: boolean;
  /** True where zero has to be seen. */
  readonly isZeroBased?: boolean;
  /** The line that a curve is compared with, from (0, 0) to (1, 1). */
  readonly diagonalLabel?: string;
}

const RIGHT_AXIS_WIDTH = 52;

function nearestIndex(ticks: readonly TickItem[], { activeLabel }: MouseHandlerDataParam): number {
  const wanted = Number(activeLabel);
  let best = 0;
  ticks.forEach((tick, index) => {
    if (Math.abs(Number(tick.value) - wanted) < Math.abs(Number(ticks[best]?.value) - wanted)) best = index;
  });
  return best;
}

/** Lines over a common horizontal axis: the only place that knows Recharts. Drawn anew only where something of it changed, which takes a while. */
export default memo(LineDrawing, drawsTheSame);

function LineDrawing(properties: LineDrawingProperties) {
  const {
    series,
    xLabel,
    yLabel,
    rightLabel,
    thresholds = [],
    syncId,
    zoom,
    onZoom,
    pinned,
    onPin,
    isUnitSquare,
    isZeroBased,
    diagonalLabel,
  } = properties;
  const { isDark } = useAppearance();
  const [dragFrom, setDragFrom] = useState<number>();
  const [dragTo, setDragTo] = useState<number>();
  const rows = useMemo(() => rowsOf(series, zoom), [series, zoom]);
  const ends = series.flatMap((line) => {
    const lastRow = rows.findLast((row) => typeof row[line.id] === 'number');
    const value = lastRow?.[line.id];
    return typeof value === 'number' ? [{ series: line, value, color: colorOf(line.color, isDark) }] : [];
  });
  const rightWidth = rightLabel === undefined ? 0 : RIGHT_AXIS_WIDTH;
  const isNamed = areNamedAtEnds(series);
  const labelWidth = 12 + (isNamed ? Math.max(0, ...series.map((line) => nameWidth(line.label))) : 0);
  const ink = isDark ? '#a9b0bb' : '#535b64';
  const ground = groundOf(isDark);
  const grid = isDark ? '#2a3038' : '#e3e6eb';

  function placeOf(data: MouseHandlerDataParam): number | undefined {
    const place = Number(data.activeLabel);
    return data.activeLabel === undefined || !Number.isFinite(place) ? undefined : place;
  }
  function finishDrag(data: MouseHandlerDataParam): void {
    const end = placeOf(data) ?? dragTo;
    if (dragFrom !== undefined && end !== undefined) {
      if (end !== dragFrom) onZoom?.({ from: Math.min(dragFrom, end), to: Math.max(dragFrom, end) });
      else onPin(pinned === end ? undefined : end);
    }
    setDragFrom(undefined);
    setDragTo(undefined);
  }

  const axis = { stroke: ink, fontSize: 12, tickLine: false } as const;
  return (
    <ResponsiveContainer width="100%" height="100%" minWidth={0} initialDimension={{ width: 480, height: 260 }}>
      <ComposedChart
        data={rows}
        margin={{ top: 8, right: labelWidth, bottom: 20, left: 8 }}
        {...(syncId === undefined ? {} : { syncId, syncMethod: nearestIndex })}
        onMouseDown={(data) => {
          setDragFrom(placeOf(data));
          setDragTo(placeOf(data));
        }}
        onMouseMove={(data) => dragFrom !== undefined && setDragTo(placeOf(data))}
        onMouseUp={finishDrag}
        onDoubleClick={() => {
          onPin(undefined);
          onZoom?.(undefined);
        }}
      >
        <CartesianGrid stroke={grid} vertical={false} />
        <PlaceAxis
          from={isUnitSquare ? 0 : (rows[0]?.x ?? 0)}
          to={isUnitSquare ? 1 : (rows.at(-1)?.x ?? 0)}
          isWhole={isUnitSquare !== true}
          label={xLabel}
          ink={ink}
        />
        <YAxis
          yAxisId="left"
          width={56}
          domain={isUnitSquare ? [0, 1] : [isZeroBased ? 0 : 'auto', 'auto']}
          tickFormatter={tickText}
          {...axis}
          label={sideTitle(yLabel, ink)}
        />
        {rightLabel !== undefined && (
          <YAxis
            yAxisId="right"
            orientation="right"
            width={RIGHT_AXIS_WIDTH}
            domain={[isZeroBased ? 0 : 'auto', 'auto']}
            tickFormatter={tickText}
            {...axis}
            label={sideTitle(rightLabel, ink, 'right')}
          />
        )}
        <Tooltip
          isAnimationActive={false}
          cursor={{ stroke: ink, strokeDasharray: '3 3' }}
          content={<ChartTooltip series={series} xLabel={xLabel} isDark={isDark} />}
        />
        {diagonalLabel !== undefined && (
          <ReferenceLine
            yAxisId="left"
            segment={[
              { x: 0, y: 0 },
              { x: 1, y: 1 },
            ]}
            stroke={ink}
            strokeDasharray="2 4"
            label={{ value: diagonalLabel, position: 'insideBottomRight', fontSize: 12, fill: ink }}
          />
        )}
        {thresholds.map((threshold) => (
          <ReferenceLine
            key={threshold.label}
            yAxisId="left"
            y={threshold.value}
            stroke={ink}
            strokeDasharray="6 3"
            ifOverflow="extendDomain"
          />
        ))}
        {series.filter(hasBand).map((line) => (
          <Area
            key={`${line.id} band`}
            yAxisId={line.axis ?? 'left'}
            dataKey={bandKey(line.id)}
            stroke="none"
            fill={colorOf(line.color, isDark)}
            fillOpacity={0.18}
            connectNulls
            activeDot={false}
            isAnimationActive={false}
          />
        ))}
        {series.map((line) => (
          <Line
            key={line.id}
            yAxisId={line.axis ?? 'left'}
            dataKey={line.id}
            name={line.label}
            stroke={colorOf(line.color, isDark)}
            strokeWidth={1.75}
            {...(line.isDashed ? { strokeDasharray: '5 3' } : {})}
            dot={line.hasDots ? { r: 2.5, strokeDasharray: 'none', fill: ground } : line.x.length < 2}
            connectNulls
            type="linear"
            isAnimationActive={false}
          />
        ))}
        {pinned !== undefined && <ReferenceLine yAxisId="left" x={pinned} stroke={ink} />}
        {dragFrom !== undefined && dragTo !== undefined && dragFrom !== dragTo && (
          <ReferenceArea yAxisId="left" x1={dragFrom} x2={dragTo} fill={colorOf(0, isDark)} fillOpacity={0.15} />
        )}
        <ThresholdLabels thresholds={thresholds} ink={ink} ground={ground} />
        {isNamed && <EndLabels ends={ends} offset={rightWidth} />}
      </ComposedChart>
    </ResponsiveContainer>
  );
}
