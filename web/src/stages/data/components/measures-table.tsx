import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Scrolling } from '../../../ui/scrolling.tsx';

interface Properties<Column extends { readonly key: string; readonly name: ReactNode }> {
  readonly label: string;
  readonly testId: string;
  readonly columns: readonly Column[];
  readonly rows: readonly (readonly [name: string, value: (column: Column) => string])[];
}

/** Measurements as rows, with a column for each thing that was measured. */
export function MeasuresTable<Column extends { readonly key: string; readonly name: ReactNode }>({
  label,
  testId,
  columns,
  rows,
}: Properties<Column>) {
  const { t } = useTranslation('tokenizers');
  return (
    <Scrolling label={label}>
      <table className="plain-table" data-testid={testId}>
        <thead>
          <tr>
            <th scope="col">{t('measure.title')}</th>
            {columns.map(({ key, name }) => (
              <th scope="col" className="number" key={key}>
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map(([name, value]) => (
            <tr key={name}>
              <th scope="row">{name}</th>
              {columns.map((column) => (
                <td className="number" key={column.key}>
                  {value(column)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </Scrolling>
  );
}
