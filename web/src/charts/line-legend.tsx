import { useAppearance } from '../ui/appearance.tsx';
import { colorOf } from './palette.ts';
import { areNamedAtEnds } from './line-names.ts';
import type { ChartSeries } from './series.ts';

/** Which colour is which line, where lines are not named at their ends. */
export function LineLegend({ series }: { readonly series: readonly ChartSeries[] }) {
  const { isDark } = useAppearance();
  if (areNamedAtEnds(series)) return null;
  return (
    <ul className="chart-legend">
      {series.map(({ id, label, color, isDashed }) => (
        <li key={id}>
          <svg width="16" height="12" aria-hidden="true">
            <line
              x2="16"
              y1="6"
              y2="6"
              stroke={colorOf(color, isDark)}
              strokeWidth="2"
              strokeDasharray={isDashed ? '5 3' : undefined}
            />
          </svg>{' '}
          {label}
        </li>
      ))}
    </ul>
  );
}
