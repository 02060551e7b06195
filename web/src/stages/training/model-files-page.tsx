import { getRouteApi } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { useMovingPages } from '../../api/use-moving-pages.ts';
import { useProjectRights } from '../../api/use-project-rights.ts';
import { EmptyState } from '../../ui/empty-state.tsx';
import { Page } from '../../ui/page.tsx';
import { PageError } from '../../ui/page-error.tsx';
import { PageSkeleton } from '../../ui/page-skeleton.tsx';
import { ReadOn } from '../../ui/read-on.tsx';
import { ModelFilePanel } from './components/model-file-panel.tsx';
import { ModelFileUpload } from './components/model-file-upload.tsx';
import { MODEL_FILES_MOVE, modelFilesQuery } from './queries.ts';

const route = getRouteApi('/shell/projects/$projectId/training/model-files');

/** Models that came from elsewhere: bring one, say what goes in and out, ask it and measure it. */
export function ModelFilesPage() {
  const { t } = useTranslation(['modelFiles', 'common']);
  const { projectId } = route.useParams();
  const mayRun = useProjectRights(projectId)('training:run');
  const { list, end } = useMovingPages(modelFilesQuery(projectId), MODEL_FILES_MOVE);
  const { data, error, refetch } = list;
  if (!data) return error ? <PageError error={error} onRetry={() => void refetch()} /> : <PageSkeleton />;
  const files = data.pages.flatMap(({ items }) => items);
  return (
    <Page title={t('import.title')} documentTitle={t('import.title')} verdict={t('import.lead')}>
      {mayRun ? <ModelFileUpload projectId={projectId} /> : <p>{t('common:mayNot.training')}</p>}
      {files.length === 0 && <EmptyState reason={t('import.none')} />}
      {files.map((file) => (
        <ModelFilePanel key={file.id} file={file} />
      ))}
      <ReadOn list={end} />
    </Page>
  );
}
