import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { useMovingPages } from '../../../api/use-moving-pages.ts';
import { useLanguage } from '../../../i18n/language.ts';
import { Ago } from '../../../ui/ago.tsx';
import { ErrorNotice } from '../../../ui/error-notice.tsx';
import { metricName } from '../../../ui/metric-term.tsx';
import { NOTHING } from '../../../ui/nothing.ts';
import { formatNumber } from '../../../ui/numbers.ts';
import { Panel } from '../../../ui/panel.tsx';
import { ReadOn } from '../../../ui/read-on.tsx';
import { Scrolling } from '../../../ui/scrolling.tsx';
import { SweepStateMark } from './components/sweep-state-mark.tsx';
import { goesOn, SWEEPS_MOVE, sweepsQuery } from './queries.ts';
import { combinationText } from './sweep-text.ts';

/** The sweeps of a project, newest first; nothing where there are none. */
export function SweepsPanel({ projectId }: { readonly projectId: string }) {
  const { t } = useTranslation('sweeps');
  const { t: training } = useTranslation('training');
  const language = useLanguage();
  const { list, end } = useMovingPages(sweepsQuery(projectId), SWEEPS_MOVE);
  const sweeps = list.data?.pages.flatMap(({ items }) => items) ?? [];
  const { error, refetch } = list;
  if (sweeps.length === 0 && error === null) return null;
  return (
    <Panel title={t('list.title')}>
      {list.data === undefined ? (
        <ErrorNotice error={error} onRetry={() => void refetch()} />
      ) : (
        <Scrolling label={t('list.title')}>
          <table className="plain-table stacked-on-phones" data-testid="sweeps">
            <thead>
              <tr>
                <th scope="col">{t('list.sweep')}</th>
                <th scope="col">{t('list.state')}</th>
                <th scope="col">{t('list.settings')}</th>
                <th scope="col">{t('list.runs')}</th>
                <th scope="col">{t('list.best')}</th>
                <th scope="col">{t('list.created')}</th>
              </tr>
            </thead>
            <tbody>
              {sweeps.map(({ id, number, search, counts, best, objective, createdAt }) => (
                <tr key={id}>
                  <th scope="row" className="name">
                    <Link to="/projects/$projectId/training/sweeps/$sweepId" params={{ projectId, sweepId: id }}>
                      {t('of', { number })}
                    </Link>
                  </th>
                  <td>
                    <SweepStateMark sweep={{ counts, best }} />
                  </td>
                  <td data-label={t('list.settings')}>
                    {search.axes
                      .map(({ setting }) => training(`setting.${setting}`))
                      .join(language === 'zh' ? '、' : ', ')}
                  </td>
                  <td data-label={t('list.runs')}>
                    {t('list.finished', { finished: counts.finished, total: counts.total })}
                  </td>
                  <td data-label={t('list.best')}>
                    {best === null
                      ? NOTHING
                      : `${metricName(objective, language)} ${formatNumber(best.value)} · #${best.runNumber} · ${combinationText(best.values, training, language)}`}
                    {best !== null && goesOn({ counts }) && <span className="secondary"> {t('table.soFar')}</span>}
                  </td>
                  <td data-label={t('list.created')}>
                    <Ago moment={createdAt} />
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </Scrolling>
      )}
      <ReadOn list={end} />
    </Panel>
  );
}
