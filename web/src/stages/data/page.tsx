import { getProject } from '@greenlight/shared/projects/contract.ts';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { queryOf } from '../../api/query.ts';
import { useProjectRights } from '../../api/use-project-rights.ts';
import { Ago } from '../../ui/ago.tsx';
import { Count } from '../../ui/count.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { Localized } from '../../ui/localized.tsx';
import { formatBytes, formatCount } from '../../ui/numbers.ts';
import { Page } from '../../ui/page.tsx';
import { PageError } from '../../ui/page-error.tsx';
import { PageSkeleton } from '../../ui/page-skeleton.tsx';
import { Panel } from '../../ui/panel.tsx';
import { ReadOn } from '../../ui/read-on.tsx';
import { shownCount } from '../../ui/shown-count.ts';
import { Scrolling } from '../../ui/scrolling.tsx';
import { DataActions } from './components/data-actions.tsx';
import { NewVersionForm } from './components/new-version-form.tsx';
import { VersionDetails } from './components/version-details.tsx';
import { datasetVersionsQuery } from './queries.ts';

const route = getRouteApi('/shell/projects/$projectId/data');

/** Where the open version begins: below a long list nobody would see that another one was opened. */
const OPEN_VERSION = 'version';

/** The data versions of a project; the open one is in the address. */
export function DataPage() {
  const { t } = useTranslation(['data', 'common']);
  const { projectId } = route.useParams();
  const { version: openVersion } = route.useSearch();
  const navigate = route.useNavigate();
  const may = useProjectRights(projectId);
  const mayWrite = may('data:write');
  const { data: project } = useQuery(queryOf(getProject, { params: { projectId } }));
  const [isAdding, setAdding] = useState(false);
  const list = useInfiniteQuery(datasetVersionsQuery(projectId));
  const { data, error, refetch, hasNextPage } = list;
  if (!data) return error ? <PageError error={error} onRetry={() => void refetch()} /> : <PageSkeleton />;
  const versions = data.pages.flatMap((page) => page.items);
  const newest = versions[0];
  const shown = openVersion ?? newest?.id;
  const actions = (
    <DataActions
      projectId={projectId}
      may={may}
      shown={shown}
      isToPrepare={['prepare-data', 'close-leaks'].includes(project?.nextStep.action ?? '')}
      onAdd={() => setAdding(true)}
    />
  );
  return (
    <Page
      title={t('title')}
      documentTitle={t('title')}
      action={newest && actions}
      verdict={
        newest &&
        t(newest.images === null ? 'verdict' : 'verdictImages', {
          count: versions.length,
          shown: shownCount(versions.length, hasNextPage),
          items: formatCount(newest.items),
        })
      }
    >
      {newest ? (
        <Panel title={t('versions')}>
          <Scrolling label={t('versions')}>
            <table className="plain-table stacked-on-phones">
              <thead>
                <tr>
                  <th scope="col">{t('name')}</th>
                  <th scope="col">{t('version')}</th>
                  <th scope="col" className="number">
                    {t('items')}
                  </th>
                  <th scope="col" className="number">
                    {t('size')}
                  </th>
                  <th scope="col">{t('created')}</th>
                </tr>
              </thead>
              <tbody>
                {versions.map((version) => (
                  <tr key={version.id} aria-current={version.id === shown}>
                    <th scope="row" className="name">
                      <Link
                        to="/projects/$projectId/data"
                        params={{ projectId }}
                        search={{ version: version.id }}
                        hash={OPEN_VERSION}
                        hashScrollIntoView={{ block: 'nearest' }}
                      >
                        <Localized text={version.datasetName} />
                      </Link>
                    </th>
                    <td data-label={t('version')}>v{version.version}</td>
                    <td className="number" data-label={t('items')}>
                      <Count value={version.items} />
                    </td>
                    <td className="number" data-label={t('size')}>
                      {formatBytes(version.sizeBytes + (version.images?.sizeBytes ?? 0))}
                    </td>
                    <td data-label={t('created')}>
                      <Ago moment={version.createdAt} />
                    </td>
                  </tr>
                ))}
              </tbody>
            </table>
          </Scrolling>
          <ReadOn list={list} />
          {project && !mayWrite && <p className="secondary">{t('common:mayNot.data')}</p>}
        </Panel>
      ) : (
        <EmptyState reason={mayWrite ? t('empty') : t('common:mayNot.data')} action={actions} />
      )}
      {shown && (
        <div id={OPEN_VERSION} className="open-version">
          <VersionDetails projectId={projectId} versionId={shown} key={shown} />
        </div>
      )}
      {isAdding && (
        <NewVersionForm
          projectId={projectId}
          onClose={() => setAdding(false)}
          onAdded={(version) => {
            setAdding(false);
            void navigate({ search: { version } });
          }}
        />
      )}
    </Page>
  );
}
