import { usePlotArea, useYAxisScale } from 'recharts';
import type { ChartSeries } from './series.ts';

const LINE_HEIGHT = 14;

/** Places labels at their wanted heights, pushed apart so that none covers another. */
export function spreadLabels(wanted: readonly number[], top: number, bottom: number): number[] {
  const order = wanted.map((_, index) => index).toSorted((a, b) => (wanted[a] ?? 0) - (wanted[b] ?? 0));
  const placed = [...wanted];
  let above = top - LINE_HEIGHT;
  for (const index of order) {
    above = Math.max(wanted[index] ?? 0, above + LINE_HEIGHT);
    placed[index] = above;
  }
  let below = bottom + LINE_HEIGHT;
  for (const index of order.toReversed()) {
    below = Math.min(placed[index] ?? 0, below - LINE_HEIGHT);
    placed[index] = below;
  }
  return placed;
}

interface Properties {
  readonly ends: readonly { readonly series: ChartSeries; readonly value: number; readonly color: string }[];
  /** Space between the drawing and the labels, taken by a second axis. */
  readonly offset: number;
}

/** The names of the lines at their ends, instead of a legend. */
export function EndLabels({ ends, offset }: Properties) {
  const area = usePlotArea();
  const left = useYAxisScale('left');
  const right = useYAxisScale('right');
  if (!area) return null;
  const heights = ends.map(({ series, value }) => {
    const height = (series.axis === 'right' ? right : left)?.(value);
    return typeof height === 'number' && Number.isFinite(height) ? height : area.y;
  });
  const placed = spreadLabels(heights, area.y + 4, area.y + area.height);
  return (
    <g aria-hidden="true">
      {ends.map(({ series, color }, index) => (
        <text
          key={series.id}
          x={area.x + area.width + offset + 6}
          y={placed[index]}
          dominantBaseline="middle"
          fontSize={12}
          fill={color}
        >
          {series.label}
        </text>
      ))}
    </g>
  );
}
