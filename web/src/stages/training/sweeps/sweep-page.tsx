import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { useProjectRights } from '../../../api/use-project-rights.ts';
import { useLanguage } from '../../../i18n/language.ts';
import { DataDeletedNotice } from '../../../ui/data-deleted-notice.tsx';
import { LinkButton } from '../../../ui/link-button.tsx';
import { Page } from '../../../ui/page.tsx';
import { PageError } from '../../../ui/page-error.tsx';
import { PageSkeleton } from '../../../ui/page-skeleton.tsx';
import { ToOwnProject } from '../../../ui/to-own-project.tsx';
import { CancelSweep } from './components/cancel-sweep.tsx';
import { SweepCharts } from './components/sweep-charts.tsx';
import { SweepProgress } from './components/sweep-progress.tsx';
import { SweepStateMark } from './components/sweep-state-mark.tsx';
import { SweepTable } from './components/sweep-table.tsx';
import { isOpen, sweepQuery } from './queries.ts';
import { sweepVerdict } from './sweep-text.ts';

const route = getRouteApi('/shell/projects/$projectId/training/sweeps/$sweepId');

/** A sweep: which settings did best so far, how far it is, each setting against what the runs reached, and all runs by rank. */
export function SweepPage() {
  const { t } = useTranslation('sweeps');
  const { t: training } = useTranslation('training');
  const language = useLanguage();
  const { projectId, sweepId } = route.useParams();
  const mayOperate = useProjectRights(projectId)('training:operate');
  const { data: sweep, error, refetch } = useQuery(sweepQuery(sweepId));
  if (!sweep) return error ? <PageError error={error} onRetry={() => void refetch()} /> : <PageSkeleton />;
  if (sweep.projectId !== projectId) return <ToOwnProject projectId={sweep.projectId} />;
  const title = t('title', { number: sweep.number });
  const isActive = isOpen(sweep);
  return (
    <Page
      title={title}
      documentTitle={title}
      state={<SweepStateMark sweep={sweep} />}
      verdict={<span data-testid="sweep-verdict">{sweepVerdict(sweep, { t, training, language })}</span>}
      action={
        isActive
          ? mayOperate && <CancelSweep sweep={sweep} />
          : sweep.best && (
              <LinkButton
                data-testid="open-best"
                to="/projects/$projectId/training/runs/$runId"
                params={{ projectId, runId: sweep.best.runId }}
              >
                {t('cancel.open')}
              </LinkButton>
            )
      }
    >
      <DataDeletedNotice projectId={projectId} datasetVersionId={sweep.datasetVersionId} />
      <SweepProgress sweep={sweep} />
      <SweepCharts sweep={sweep} />
      <SweepTable sweep={sweep} />
    </Page>
  );
}
