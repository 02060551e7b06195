import { formatNumber } from '../ui/numbers.ts';
import { colorOf } from './palette.ts';
import { readingAt, type ChartSeries } from './series.ts';

interface Properties {
  readonly series: readonly ChartSeries[];
  readonly x: number;
  readonly xLabel: string;
  readonly isDark: boolean;
}

/** Every series at one place of the horizontal axis, largest first. */
export function ChartTooltip({ series, x, xLabel, isDark }: Properties) {
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
