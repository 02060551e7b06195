import { useInfiniteQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { Ago } from '../../../ui/ago.tsx';
import { EmptyState } from '../../../ui/empty-state.tsx';
import { ErrorNotice } from '../../../ui/error-notice.tsx';
import { Localized } from '../../../ui/localized.tsx';
import { Panel } from '../../../ui/panel.tsx';
import { ReadOn } from '../../../ui/read-on.tsx';
import { versionsQuery } from '../queries.ts';
import { PersonName } from '../../../ui/person-name.tsx';

/** Every matrix of the project, newest first, each with what was decided by it. */
export function HistoryView({ projectId }: { readonly projectId: string }) {
  const { t } = useTranslation(['selection', 'common']);
  const list = useInfiniteQuery(versionsQuery(projectId));
  const { data, error, refetch } = list;
  if (!data) return error ? <ErrorNotice error={error} onRetry={() => void refetch()} /> : null;
  const versions = data.pages.flatMap((page) => page.items);
  return (
    <Panel title={t('view.history')}>
      {versions.length === 0 && <EmptyState reason={t('history.none')} />}
      <ul className="versions">
        {versions.map(({ id, version, decision, candidateCount, criteriaCount, edited, createdAt }) => (
          <li key={id}>
            <Link to="/projects/$projectId/selection" params={{ projectId }} search={{ version }}>
              {t('version', { version })}
            </Link>{' '}
            · {t('history.size', { candidates: candidateCount, criteria: criteriaCount })}
            {decision === null ? (
              <p>
                {t('state.draft')} · <Ago moment={edited?.at ?? createdAt} />
              </p>
            ) : (
              <>
                <p>
                  {t('history.chose')}{' '}
                  <strong data-raw>
                    <Localized text={decision.candidateName} />
                  </strong>{' '}
                  · <PersonName actor={decision.actor} /> · <Ago moment={decision.at} />
                </p>
                {decision.explanation !== null && <p className="issue-warning">{t('decision.againstRanking')}</p>}
                <p data-raw>{decision.rationale}</p>
              </>
            )}
          </li>
        ))}
      </ul>
      <ReadOn list={list} />
    </Panel>
  );
}
