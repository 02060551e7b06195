import { DefaultZIndexes, usePlotArea, useYAxisScale, ZIndexLayer } from 'recharts';

/** A horizontal line that a value is held against, and what it says. */
export interface Threshold {
  readonly value: number;
  readonly label: string;
}

/** From a line to the middle of its label, and how close another line may come to that. */
const TO_MIDDLE = 9;
const FREE = 8;
const LINE_HEIGHT = 13;

/**
 * Heights of the middles of labels: below their lines, and further down where another line would strike them through or another label stands; above their
 * lines where they would leave the drawing.
 */
export function thresholdLabelHeights(lines: readonly number[], bottom: number): number[] {
  const order = lines.map((_, index) => index).toSorted((a, b) => (lines[a] ?? 0) - (lines[b] ?? 0));
  const heights = [...lines];
  const sorted = order.map((index) => lines[index] ?? 0);
  let last = -Infinity;
  for (const index of order) {
    const line = lines[index] ?? 0;
    let middle = Math.max(line + TO_MIDDLE, last + LINE_HEIGHT);
    for (const other of sorted) if (Math.abs(other - middle) <= FREE) middle = other + TO_MIDDLE;
    heights[index] = middle > bottom ? line - TO_MIDDLE : middle;
    last = middle;
  }
  return heights;
}

interface Properties {
  readonly thresholds: readonly Threshold[];
  readonly ink: string;
  /** The colour behind the drawing, which keeps lines from the letters. */
  readonly ground: string;
}

/** What the thresholds say, at the right ends of their lines: curves begin on the left, far from where they are to go. */
export function ThresholdLabels({ thresholds, ink, ground }: Properties) {
  const area = usePlotArea();
  const scale = useYAxisScale('left');
  if (!area || !scale) return null;
  const lines = thresholds.map(({ value }) => Number(scale(value)));
  const heights = thresholdLabelHeights(lines, area.y + area.height - LINE_HEIGHT / 2);
  return (
    <ZIndexLayer zIndex={DefaultZIndexes.label}>
      <g aria-hidden="true" style={{ pointerEvents: 'none' }}>
        {thresholds.map(
          ({ label }, index) =>
            Number.isFinite(heights[index]) && (
              <text
                key={label}
                x={area.x + area.width - 5}
                y={heights[index]}
                textAnchor="end"
                dominantBaseline="middle"
                fontSize={11}
                fill={ink}
                stroke={ground}
                strokeWidth={3}
                paintOrder="stroke"
              >
                {label}
              </text>
            ),
        )}
      </g>
    </ZIndexLayer>
  );
}
