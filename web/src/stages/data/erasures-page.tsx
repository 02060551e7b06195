import type { Erasure } from '@greenlight/shared/stages/data/erasure/erasure-contract.ts';
import { useInfiniteQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import type { ComponentProps } from 'react';
import { useTranslation } from 'react-i18next';
import { Ago } from '../../ui/ago.tsx';
import { Page } from '../../ui/page.tsx';
import { PageError } from '../../ui/page-error.tsx';
import { PageSkeleton } from '../../ui/page-skeleton.tsx';
import { Panel } from '../../ui/panel.tsx';
import { ReadOn } from '../../ui/read-on.tsx';
import { ErasureDetails } from './components/erasure-details.tsx';
import { ErasureForm } from './components/erasure-form.tsx';
import { erasuresQuery } from './queries.ts';
import { useProjectRights } from '../../api/use-project-rights.ts';
import { PersonName } from '../../ui/person-name.tsx';

const route = getRouteApi('/shell/projects/$projectId/data/erasures');

/** Where a person is erased from all data of a project; the open erasure is in the address. */
export function ErasuresPage() {
  const { t } = useTranslation('privacy');
  const { projectId } = route.useParams();
  const { erasure: open } = route.useSearch();
  const navigate = route.useNavigate();
  const may = useProjectRights(projectId);
  const list = useInfiniteQuery(erasuresQuery(projectId));
  const { data, error, refetch } = list;
  if (!data) return error ? <PageError error={error} onRetry={() => void refetch()} /> : <PageSkeleton />;
  return (
    <Page title={t('erase.title')} documentTitle={t('erase.title')} verdict={t('erase.verdict')}>
      {open && <ErasureDetails projectId={projectId} erasureId={open} key={open} />}
      {may('data:erase') ? (
        <ErasureForm
          projectId={projectId}
          onStarted={(erasure) => void navigate({ search: { erasure } })}
          key={open ?? 'new'}
        />
      ) : (
        <p>{t('erase.notAllowed')}</p>
      )}
      <ErasureList projectId={projectId} erasures={data.pages.flatMap(({ items }) => items)} list={list} />
    </Page>
  );
}

interface ListProperties extends ComponentProps<typeof ReadOn> {
  readonly projectId: string;
  readonly erasures: readonly Omit<Erasure, 'versions'>[];
}

function ErasureList({ projectId, erasures, list }: ListProperties) {
  const { t } = useTranslation('privacy');
  return (
    <Panel title={t('erase.list')}>
      {erasures.length === 0 ? (
        <p className="secondary">{t('erase.none')}</p>
      ) : (
        <ul className="plain-list">
          {erasures.map(({ id, createdAt, state, reason, requestedBy }) => (
            <li key={id}>
              <Link to="/projects/$projectId/data/erasures" params={{ projectId }} search={{ erasure: id }}>
                <span data-raw>{reason}</span>
              </Link>
              {' · '}
              {t(`erase.state.${state}`)}
              {' · '}
              <PersonName actor={requestedBy} />
              {' · '}
              <Ago moment={createdAt} />
            </li>
          ))}
        </ul>
      )}
      <ReadOn list={list} />
    </Panel>
  );
}
