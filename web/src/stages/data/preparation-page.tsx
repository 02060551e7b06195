import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { useChoices } from '../../api/use-choices.ts';
import { withNamed } from '../../api/with-named.ts';
import { Page } from '../../ui/page.tsx';
import { PageError } from '../../ui/page-error.tsx';
import { PageSkeleton } from '../../ui/page-skeleton.tsx';
import { NoVersion } from './components/no-version.tsx';
import { PreparationForm } from './components/preparation-form.tsx';
import { PreparationList } from './components/preparation-list.tsx';
import { PreparationOutcome } from './components/preparation-outcome.tsx';
import { datasetVersionQuery, datasetVersionsQuery } from './queries.ts';
import { usePreparations } from './use-preparations.ts';

const route = getRouteApi('/shell/projects/$projectId/data/prepare');

/** Where data is profiled, cleaned, divided and checked; the open preparation is in the address. */
export function PreparationPage() {
  const { t } = useTranslation('preparation');
  const { projectId } = route.useParams();
  const { from, job } = route.useSearch();
  const navigate = route.useNavigate();
  const versions = useChoices(datasetVersionsQuery(projectId));
  const named = useQuery({ ...datasetVersionQuery(from ?? ''), enabled: from !== undefined });
  const { preparations, open, isReading, error: unread, refetch, end } = usePreparations(projectId, job);
  if (!versions.items || !preparations || named.isLoading || isReading) {
    const error = versions.error ?? unread;
    if (error === null) return <PageSkeleton />;
    return <PageError error={error} onRetry={() => void Promise.all([versions.retry(), refetch()])} />;
  }
  const known = withNamed(versions.items, named.data);
  // One that is at work stands at the top.
  const listed = preparations.filter((one) => one !== open || one.state === 'finished');
  return (
    <Page title={t('title')} documentTitle={t('title')} verdict={t('verdict')}>
      {open && open.state !== 'finished' && <PreparationList projectId={projectId} preparations={[open]} open={job} />}
      {open?.state === 'finished' && <PreparationOutcome projectId={projectId} preparation={open} key={open.jobId} />}
      {known.length === 0 ? (
        <NoVersion projectId={projectId} />
      ) : (
        <PreparationForm
          projectId={projectId}
          versions={known}
          choices={versions}
          from={from ?? known[0]!.id}
          onFrom={(version) => void navigate({ search: (search) => ({ ...search, from: version }), replace: true })}
          onStarted={(jobId) => void navigate({ search: (search) => ({ ...search, job: jobId }) })}
        />
      )}
      {(listed.length > 0 || open === undefined) && (
        <PreparationList projectId={projectId} preparations={listed} open={job} end={end} />
      )}
    </Page>
  );
}
