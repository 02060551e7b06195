import type { MatrixContent } from '@greenlight/shared/stages/selection/matrix.ts';
import type { Ranking } from '@greenlight/shared/stages/selection/ranking.ts';
import { useTranslation } from 'react-i18next';
import { BarChart } from '../../../charts/bar-chart.tsx';
import { EmptyState } from '../../../ui/empty-state.tsx';
import { Panel } from '../../../ui/panel.tsx';
import { Scrolling } from '../../../ui/scrolling.tsx';
import { totalText, type MatrixNames } from '../matrix-words.ts';

interface Properties {
  readonly content: MatrixContent;
  readonly ranking: Ranking;
  readonly names: MatrixNames;
  readonly chosenId?: string | undefined;
}

/** What may still be added by scores that are missing. */
const OPEN = 'open';

/** More criteria than these are counted and not named: the matrix shows them all. */
const MOST_NAMED = 4;

function Places({ places }: { readonly places: Ranking['rows'][number]['places'] }) {
  const { t } = useTranslation('selection');
  if (places === null)
    return (
      <span className="mark mark-fail">
        <span aria-hidden="true">▲</span> {t('ranking.ruledOut')}
      </span>
    );
  return places.best === places.worst ? places.best : t('ranking.places', places);
}

function RankingTable({ ranking, names, chosenId }: Omit<Properties, 'content'>) {
  const { t } = useTranslation('selection');
  const list = (ids: readonly string[]) => {
    const named = ids.slice(0, ids.length > MOST_NAMED ? MOST_NAMED - 1 : MOST_NAMED).map(names.criterion);
    const more = ids.length - named.length;
    return [...named, ...(more > 0 ? [t('ranking.more', { count: more })] : [])].join(t('listSeparator'));
  };
  return (
    <Scrolling label={t('ranking.title')}>
      <table className="plain-table stacked-on-phones">
        <thead>
          <tr>
            <th scope="col">{t('ranking.place')}</th>
            <th scope="col">{t('ranking.candidate')}</th>
            <th scope="col" className="number">
              {t('ranking.total')}
            </th>
            <th scope="col">{t('ranking.notes')}</th>
          </tr>
        </thead>
        <tbody>
          {ranking.rows.map(({ candidateId, places, total, contributions, missing, missedMusts }) => (
            <tr key={candidateId} data-testid="ranked" data-candidate={candidateId}>
              <td className="unbroken" data-label={t('ranking.place')}>
                <Places places={places} />
              </td>
              <th scope="row">
                <span data-raw>{names.candidate(candidateId)}</span>
                {candidateId === chosenId && <strong> · {t('decision.chosen')}</strong>}
              </th>
              <td className="number" data-label={t('ranking.total')}>
                {totalText(total)}
              </td>
              <td>
                {missedMusts.length > 0 && (
                  <div className="issue-error">{t('ranking.misses', { list: list(missedMusts) })}</div>
                )}
                {missing.length > 0 && missing.length === contributions.length && (
                  <div className="issue-warning">{t('ranking.unscored')}</div>
                )}
                {missing.length > 0 && missing.length < contributions.length && (
                  <div className="issue-warning">
                    {t('ranking.missing', {
                      count: missing.length,
                      list: list(missing),
                      range: (total.high - total.low).toFixed(2),
                    })}
                  </div>
                )}
                {missing.length === 0 && total.high > total.low && (
                  <div className="issue-warning">
                    {t('ranking.alone', { range: (total.high - total.low).toFixed(2) })}
                  </div>
                )}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </Scrolling>
  );
}

/** The candidates in order, and what each criterion gives to each. */
export function RankingPanel({ content, ranking, names, chosenId }: Properties) {
  const { t } = useTranslation('selection');
  if (ranking.rows.length === 0) return null;
  const weighing = content.criteria.filter(({ weight }) => weight > 0);
  const hasOpen = ranking.rows.some(({ total }) => total.high - total.low > 1e-9);
  const series = [
    ...weighing.map(({ id }, color) => ({ id, label: names.criterion(id), color, kind: 'solid' as const })),
    ...(hasOpen ? [{ id: OPEN, label: t('ranking.open'), color: 7, kind: 'open' as const }] : []),
  ];
  const rows = ranking.rows.map(({ candidateId, contributions, total }) => ({
    id: candidateId,
    label: names.candidate(candidateId),
    values: {
      ...Object.fromEntries(
        contributions.flatMap(({ criterionId, contribution }) =>
          contribution === null ? [] : [[criterionId, contribution] as const],
        ),
      ),
      ...(total.high - total.low > 1e-9 ? { [OPEN]: total.high - total.low } : {}),
    },
  }));
  return (
    <div className="columns">
      <Panel title={t('ranking.title')}>
        {ranking.leader === null && <EmptyState reason={t('verdict.nobody')} />}
        <RankingTable {...{ ranking, names, chosenId }} />
      </Panel>
      <BarChart
        title={t('chart.contributions')}
        label={t('chart.contributions')}
        rowLabel={t('ranking.candidate')}
        axisLabel={t('chart.total')}
        testId="contributions"
        series={series}
        rows={ranking.leader === null ? [] : rows}
        emptyText={t('verdict.nobody')}
      />
    </div>
  );
}
