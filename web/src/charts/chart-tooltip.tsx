import { formatNumber } from '../ui/numbers.ts';
import { colorOf } from './palette.ts';
import { readingAt, type ChartSeries } from './series.ts';

interface Properties {
  readonly series: readonly ChartSeries[];
  readonly xLabel: string;
  readonly isDark: boolean;
  /** Given by the drawing while the pointer or the crosshair of another chart is over it. */
  readonly active?: boolean;
  readonly label?: string | number;
}

/** Every series at one place of the horizontal axis, largest first. */
export function ChartTooltip({ series, xLabel, isDark, active, label }: Properties) {
  if (!active || label === undefined) return null;
  const x = Number(label);
  return (
    <div className="chart-tooltip">
      <div className="secondary">
        {xLabel} {formatNumber(x).replace(/\.0+$/, '')}
      </div>
      <table>
        <tbody>
          {readingAt(series, x).map(({ series: line, value }) => (
            <tr key={line.id}>
              <th scope="row">
                <span style={{ color: colorOf(line.color, isDark) }} aria-hidden="true">
                  {line.isDashed ? '┅' : '━'}
                </span>{' '}
                {line.label}
              </th>
              <td className="figures">{formatNumber(value)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
