import { listSources } from '@greenlight/shared/stages/data/source-contract.ts';
import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { Skeleton } from 'antd';
import { useTranslation } from 'react-i18next';
import { familyOf } from '../../api/query.ts';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import { FileDrop } from '../../ui/file-drop.tsx';
import { Page } from '../../ui/page.tsx';
import { PageError } from '../../ui/page-error.tsx';
import { PageSkeleton } from '../../ui/page-skeleton.tsx';
import { Panel } from '../../ui/panel.tsx';
import { ReadOn } from '../../ui/read-on.tsx';
import { ImportForm } from './components/import-form.tsx';
import { PreparationList } from './components/preparation-list.tsx';
import { UploadEntry } from './components/upload-entry.tsx';
import { sourceQuery, sourcesQuery } from './queries.ts';
import { findUpload, uploadOf } from './upload/begin-upload.ts';
import { uploads, useUploads } from './upload/uploads.ts';
import { useProjectRights } from '../../api/use-project-rights.ts';
import { usePreparations } from './use-preparations.ts';

const route = getRouteApi('/shell/projects/$projectId/data/uploads');

/** Where large files come in part by part and become data versions; the file that is read is in the address. */
export function UploadsPage() {
  const { t } = useTranslation(['data', 'common']);
  const { projectId } = route.useParams();
  const { source: open } = route.useSearch();
  const navigate = route.useNavigate();
  const queryClient = useQueryClient();
  const mayWrite = useProjectRights(projectId)('data:write');
  const states = useUploads();
  const sources = useInfiniteQuery(sourcesQuery(projectId));
  const { preparations, error, refetch, end } = usePreparations(projectId);
  const begin = useMutation({
    mutationFn: async (file: File) => ({ file, source: await findUpload(projectId, file) }),
    onSuccess: ({ file, source }) => {
      const refresh = () => queryClient.invalidateQueries({ queryKey: familyOf(listSources) });
      void refresh();
      // A file that is here already is read at once.
      if (source.state === 'complete') void navigate({ search: { source: source.id } });
      else uploads.add(source, file, uploadOf, () => void refresh());
    },
  });
  const items = sources.data?.pages.flatMap((page) => page.items);
  const listed = items?.find(({ id }) => id === open);
  const isFurtherBack = open !== undefined && items !== undefined && listed === undefined;
  const named = useQuery({ ...sourceQuery(open ?? ''), enabled: isFurtherBack });
  if (!items) {
    if (sources.error === null) return <PageSkeleton />;
    return <PageError error={sources.error} onRetry={() => void sources.refetch()} />;
  }
  const chosen = listed ?? (named.data?.projectId === projectId ? named.data : undefined);
  const read = chosen?.state === 'complete' ? chosen : undefined;
  return (
    <Page title={t('upload.title')} documentTitle={t('upload.title')} verdict={t('upload.verdict')}>
      <Panel title={t('upload.files')}>
        {mayWrite ? (
          <FileDrop
            accept=".csv,.tsv,.json,.jsonl,.ndjson,.txt,.zip"
            kinds={t('upload.kinds')}
            multiple
            onFile={(file) => begin.mutate(file)}
          />
        ) : (
          <p>{t('upload.notAllowed')}</p>
        )}
        {begin.error && <ErrorNotice error={begin.error} />}
        {items.length === 0 ? (
          <p className="secondary">{t('upload.none')}</p>
        ) : (
          <ul className="plain-list">
            {items.map((source) => (
              <UploadEntry key={source.id} source={source} upload={states.get(source.id)} mayWrite={mayWrite} />
            ))}
          </ul>
        )}
        <ReadOn list={sources} />
      </Panel>
      {mayWrite && read && (
        <ImportForm key={read.id} source={read} onStarted={() => void navigate({ search: {}, replace: true })} />
      )}
      {preparations ? (
        <PreparationList projectId={projectId} preparations={preparations} open={undefined} end={end} />
      ) : error ? (
        <ErrorNotice error={error} onRetry={() => void refetch()} />
      ) : (
        <Skeleton active />
      )}
    </Page>
  );
}
