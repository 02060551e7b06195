import type { EvaluationComparison } from '@greenlight/shared/stages/evaluation/comparison-contract.ts';
import type { CriterionVerdict } from '@greenlight/shared/stages/evaluation/contract.ts';
import type { Criterion } from '@greenlight/shared/stages/requirements/contract.ts';
import { useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { operatorSign, thresholdText } from '../../../ui/criterion-text.ts';
import { MetricTerm } from '../../../ui/metric-term.tsx';
import { Panel } from '../../../ui/panel.tsx';
import { Scrolling } from '../../../ui/scrolling.tsx';
import type { Compared } from '../compared.ts';
import { ComparisonCell } from './comparison-cell.tsx';
import { ComparisonHead } from './comparison-head.tsx';

type Row = EvaluationComparison['rows'][number];

interface Properties {
  readonly rows: EvaluationComparison['rows'];
  readonly compared: readonly Compared[];
  /** Shows other columns, the baseline first. */
  readonly onShow: (ids: readonly string[]) => void;
}

/** The verdicts of an evaluation on the criteria that use a number; a criterion on a slice uses another one. */
function verdictsOn({ evaluation }: Compared, { metric, task }: Row): readonly CriterionVerdict[] {
  return (evaluation?.verdicts ?? []).filter(
    ({ criterion }) => criterion.metric === metric && (criterion.task ?? null) === task && criterion.slice === null,
  );
}

function criteriaOn(compared: readonly Compared[], row: Row): readonly Criterion[] {
  const all = compared.flatMap((one) => verdictsOn(one, row).map(({ criterion }) => criterion));
  return [...new Map(all.map((criterion) => [criterion.id, criterion])).values()];
}

/** Every number of every evaluation, grouped by the heads that were measured: a row for each number, a column for each evaluation, the baseline first. */
export function ComparisonTable({ rows, compared, onShow }: Properties) {
  const { t } = useTranslation(['comparison', 'common']);
  const ids = compared.map(({ summary }) => summary.id);
  const table = useRef<HTMLTableElement>(null);
  const awaited = useRef<string>(undefined);
  // The button that was pressed goes with its column: keys go on from the baseline once the new columns are there.
  useEffect(() => {
    if (awaited.current !== ids.join(',')) return;
    awaited.current = undefined;
    table.current?.querySelector<HTMLElement>('thead a')?.focus();
  });
  const show = (next: readonly string[]) => {
    awaited.current = next.join(',');
    onShow(next);
  };
  const tasks = [...new Set(rows.map(({ task }) => task))];
  const hasNoInterval = rows.some(({ cells }) => cells.some((cell) => cell?.notCompared === 'no-interval'));
  return (
    <Panel title={t('table.title')}>
      <p className="secondary">{t('table.how')}</p>
      <Scrolling label={t('table.title')}>
        <table
          ref={table}
          className="plain-table comparison-table"
          style={{ '--columns': ids.length } as React.CSSProperties}
        >
          <caption className="visually-hidden">{t('table.caption')}</caption>
          <thead>
            <tr>
              <th scope="col">{t('table.metric')}</th>
              {compared.map((one, place) => (
                <th scope="col" key={one.summary.id} data-testid="compared">
                  <ComparisonHead
                    one={one}
                    isBaseline={place === 0}
                    onMakeBaseline={() => show([ids[place] ?? '', ...ids.toSpliced(place, 1)])}
                    onRemove={ids.length > 2 ? () => show(ids.toSpliced(place, 1)) : undefined}
                  />
                </th>
              ))}
            </tr>
          </thead>
          {tasks.map((task) => (
            <tbody key={task ?? ''}>
              {tasks.length > 1 && (
                <tr className="comparison-task">
                  <th scope="rowgroup" colSpan={ids.length + 1}>
                    {task === null ? t('common:head.first') : <span data-raw>{task}</span>}
                  </th>
                </tr>
              )}
              {rows
                .filter((row) => row.task === task)
                .map((row) => (
                  <tr key={row.metric} data-metric={row.metric}>
                    <th scope="row">
                      <MetricTerm metric={row.metric} />
                      {criteriaOn(compared, row).map((criterion) => (
                        <div className="secondary" key={criterion.id}>
                          {t('table.criterion', {
                            level: t(`common:criterion.${criterion.level}`),
                            operator: operatorSign(criterion),
                            threshold: thresholdText(criterion),
                          })}
                        </div>
                      ))}
                    </th>
                    {row.cells.map((cell, place) => {
                      const one = compared[place];
                      return (
                        one && (
                          <td key={one.summary.id}>
                            <ComparisonCell cell={cell} verdicts={verdictsOn(one, row)} />
                          </td>
                        )
                      );
                    })}
                  </tr>
                ))}
            </tbody>
          ))}
        </table>
      </Scrolling>
      <p className="secondary">{t('table.oneByOne')}</p>
      {hasNoInterval && <p className="secondary">{t('table.noInterval')}</p>}
    </Panel>
  );
}
