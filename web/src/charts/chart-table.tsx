import { useTranslation } from 'react-i18next';
import { formatNumber } from '../ui/numbers.ts';
import { rowsOf, type ChartSeries, type Zoom } from './series.ts';

interface Properties {
  readonly label: string;
  readonly xLabel: string;
  readonly series: readonly ChartSeries[];
  readonly zoom: Zoom | undefined;
}

/** The values of a chart as a table, for reading aloud and for copying. */
export function ChartTable({ label, xLabel, series, zoom }: Properties) {
  const { t } = useTranslation();
  return (
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- a region that scrolls must take the focus
    <div className="chart-table" role="region" aria-label={t('tableRows', { label })} tabIndex={0}>
      <table className="plain-table">
        <thead>
          <tr>
            <th scope="col">{xLabel}</th>
            {series.map((line) => (
              <th scope="col" className="number" key={line.id}>
                {line.label}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rowsOf(series, zoom).map((row) => (
            <tr key={row.x}>
              <th scope="row">{row.x}</th>
              {series.map((line) => {
                const value = row[line.id];
                return (
                  <td className="number" key={line.id}>
                    {typeof value === 'number' ? formatNumber(value) : ''}
                  </td>
                );
              })}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
