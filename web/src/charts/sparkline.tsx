interface Properties {
  readonly steps: readonly number[];
  readonly values: readonly (number | null)[];
  readonly label: string;
}

const WIDTH = 600;
const HEIGHT = 80;

/** The course of one series without axes, for places where only its shape matters. */
export function Sparkline({ steps, values, label }: Properties) {
  const known = values.filter((value) => value !== null);
  if (known.length < 2) return <div style={{ height: HEIGHT }} />;
  const low = Math.min(...known);
  const high = Math.max(...known);
  const first = steps[0] ?? 0;
  const last = steps.at(-1) ?? 1;
  const points = values.flatMap((value, index) => {
    if (value === null) return [];
    const x = (((steps[index] ?? first) - first) / Math.max(1, last - first)) * WIDTH;
    const y = HEIGHT - 4 - ((value - low) / (high - low || 1)) * (HEIGHT - 8);
    return [`${x.toFixed(1)},${y.toFixed(1)}`];
  });
  return (
    <svg
      viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
      width="100%"
      height={HEIGHT}
      preserveAspectRatio="none"
      role="img"
      aria-label={label}
    >
      <polyline
        points={points.join(' ')}
        fill="none"
        stroke="var(--accent)"
        strokeWidth={1.5}
        vectorEffect="non-scaling-stroke"
      />
    </svg>
  );
}
