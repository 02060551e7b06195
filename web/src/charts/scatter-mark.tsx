import type { PointKind } from './scatter.ts';

interface Properties {
  readonly x: number;
  readonly y: number;
  readonly kind: PointKind;
  readonly isBest: boolean;
  readonly color: string;
  /** Colour of what failed or has no value. */
  readonly ink: string;
  readonly ground: string;
}

const RADIUS = 4;
const BEST_RADIUS = 7;

/** A point of a scatter: a disc, a ring where it may still change, a cross where it failed, a dash where there is no value, a rhombus for the best. */
export function ScatterMark({ x, y, kind, isBest, color, ink, ground }: Properties) {
  const reach = RADIUS - 0.5;
  if (kind === 'none')
    return <path d={`M${x - reach} ${y}H${x + reach}`} stroke={ink} strokeWidth={1.75} fill="none" data-kind={kind} />;
  if (kind === 'failed') {
    const path = `M${x - reach} ${y - reach}L${x + reach} ${y + reach}M${x - reach} ${y + reach}L${x + reach} ${y - reach}`;
    return <path d={path} stroke={ink} strokeWidth={1.75} fill="none" data-kind={kind} />;
  }
  if (isBest) {
    const corners = [
      `${x},${y - BEST_RADIUS}`,
      `${x + BEST_RADIUS},${y}`,
      `${x},${y + BEST_RADIUS}`,
      `${x - BEST_RADIUS},${y}`,
    ];
    return <polygon points={corners.join(' ')} fill={color} stroke={ground} data-kind="best" />;
  }
  return (
    <circle
      cx={x}
      cy={y}
      r={RADIUS}
      fill={kind === 'done' ? color : ground}
      stroke={color}
      strokeWidth={1.5}
      data-kind={kind}
    />
  );
}
