import { RUN_STATES, type RunSummary } from '@greenlight/shared/stages/training/contract.ts';
import { useInfiniteQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { Select } from 'antd';
import { useTranslation } from 'react-i18next';
import { useMovingPages } from '../../api/use-moving-pages.ts';
import { useProjectRights } from '../../api/use-project-rights.ts';
import { Ago } from '../../ui/ago.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { LinkButton } from '../../ui/link-button.tsx';
import { NumberedRunName } from '../../ui/numbered-run-name.tsx';
import { formatNumber, formatShare } from '../../ui/numbers.ts';
import { Page } from '../../ui/page.tsx';
import { PageError } from '../../ui/page-error.tsx';
import { PageSkeleton } from '../../ui/page-skeleton.tsx';
import { Panel } from '../../ui/panel.tsx';
import { ReadOn } from '../../ui/read-on.tsx';
import { Scrolling } from '../../ui/scrolling.tsx';
import { RunStateMark } from '../../ui/state-mark.tsx';
import { shownCount } from '../../ui/shown-count.ts';
import { formatDuration } from '../../ui/time.ts';
import { runsQuery } from './queries.ts';
import { NOTHING } from '../../ui/nothing.ts';
import { sweepsQuery } from './sweeps/queries.ts';
import { SweepsPanel } from './sweeps/sweeps-panel.tsx';

const route = getRouteApi('/shell/projects/$projectId/training');

/** The list changes by itself while something trains. */
const RUNS_MOVE = {
  idOf: ({ id }: RunSummary) => id,
  moves: (runs: readonly RunSummary[]) => runs.some(({ finishedAt }) => finishedAt === null),
  everyMs: 3_000,
};

function finalLoss(run: RunSummary): number | null {
  return run.finalMetrics['training/epoch-loss'] ?? run.finalMetrics['training/loss'] ?? null;
}

function MetricCell({ label, value }: { readonly label: string; readonly value: number | null | undefined }) {
  return (
    <td className="number" data-label={label}>
      {value == null ? NOTHING : formatNumber(value)}
    </td>
  );
}

function RunRow({ run }: { readonly run: RunSummary }) {
  const { t } = useTranslation(['training', 'sweeps']);
  const { t: common } = useTranslation();
  const { progress } = run;
  return (
    <tr>
      <th scope="row" className="name">
        <Link to="/projects/$projectId/training/runs/$runId" params={{ projectId: run.projectId, runId: run.id }}>
          <NumberedRunName number={run.number} name={run.name} />
        </Link>
        {run.sweep && (
          <div>
            <Link
              className="secondary"
              to="/projects/$projectId/training/sweeps/$sweepId"
              params={{ projectId: run.projectId, sweepId: run.sweep.id }}
            >
              {t('sweeps:of', { number: run.sweep.number })}
            </Link>
          </div>
        )}
      </th>
      <td>
        <RunStateMark state={run.state} />
      </td>
      <td className="number" data-label={t('runs.progress')}>
        {progress ? formatShare(progress.step / Math.max(1, progress.totalSteps)) : NOTHING}
      </td>
      <MetricCell label={t('runs.trainingLoss')} value={finalLoss(run)} />
      <MetricCell label={t('runs.validationLoss')} value={run.finalMetrics['validation/loss']} />
      <MetricCell label={t('charts.f1')} value={run.finalMetrics['validation/f1-macro']} />
      <MetricCell label={t('charts.aucMicro')} value={run.finalMetrics['validation/auc-micro']} />
      <td data-label={t('runs.created')}>
        <Ago moment={run.startedAt ?? run.createdAt} />
      </td>
      <td data-label={t('runs.duration')}>{progress ? formatDuration(progress.elapsedMs, common) : NOTHING}</td>
    </tr>
  );
}

/** The runs of a project, newest first. */
export function RunsPage() {
  const { t } = useTranslation(['training', 'common', 'modelFiles']);
  const { projectId } = route.useParams();
  const { state } = route.useSearch();
  const navigate = route.useNavigate();
  const mayRun = useProjectRights(projectId)('training:run');
  const { list, end } = useMovingPages(
    {
      ...runsQuery(projectId, state),
      // What was shown stays while another state is read, but never another project's.
      placeholderData: (shown) => (shown?.pages[0]?.items[0]?.projectId === projectId ? shown : undefined),
    },
    RUNS_MOVE,
  );
  const { data, error, refetch, hasNextPage } = list;
  // Above the runs, it would push them down: the page waits for it, and comes without where a first try fails.
  const sweeps = useInfiniteQuery(sweepsQuery(projectId));
  if (sweeps.isLoading && sweeps.failureCount === 0) return <PageSkeleton />;
  if (!data) return error ? <PageError error={error} onRetry={() => void refetch()} /> : <PageSkeleton />;
  const runs = data.pages.flatMap((page) => page.items);
  const isEmpty = runs.length === 0 && state === undefined;
  const best = runs
    .filter((run) => run.state === 'finished' && finalLoss(run) !== null)
    .toSorted((a, b) => (finalLoss(a) ?? 0) - (finalLoss(b) ?? 0))[0];
  const imported = (
    <Link to="/projects/$projectId/training/model-files" params={{ projectId }}>
      {t('modelFiles:import.link')}
    </Link>
  );
  const create = mayRun && (
    <LinkButton to="/projects/$projectId/training/new" params={{ projectId }}>
      {t('runs.new')}
    </LinkButton>
  );
  return (
    <Page
      title={t('runs.title')}
      documentTitle={t('runs.title')}
      action={!isEmpty && create}
      verdict={
        best &&
        t('runs.verdict', {
          count: runs.length,
          shown: shownCount(runs.length, hasNextPage),
          loss: formatNumber(finalLoss(best) ?? 0),
          number: best.number,
        })
      }
    >
      <p>{imported}</p>
      <SweepsPanel projectId={projectId} />
      {isEmpty ? (
        <EmptyState reason={mayRun ? t('runs.empty') : t('common:mayNot.training')} action={create} />
      ) : (
        <Panel
          title={t('runs.title')}
          extra={
            <Select
              aria-label={t('runs.filter')}
              className="state-filter"
              value={state ?? 'all'}
              options={[
                { value: 'all', label: t('runs.all') },
                ...RUN_STATES.map((value) => ({ value, label: t(`common:runState.${value}`) })),
              ]}
              onChange={(chosen) =>
                void navigate({ search: { state: RUN_STATES.find((known) => known === chosen) }, replace: true })
              }
            />
          }
        >
          <Scrolling label={t('runs.title')}>
            <table className="plain-table stacked-on-phones">
              <thead>
                <tr>
                  <th scope="col">{t('runs.run')}</th>
                  <th scope="col">{t('runs.state')}</th>
                  <th scope="col" className="number">
                    {t('runs.progress')}
                  </th>
                  <th scope="col" className="number">
                    {t('runs.trainingLoss')}
                  </th>
                  <th scope="col" className="number">
                    {t('runs.validationLoss')}
                  </th>
                  <th scope="col" className="number">
                    {t('charts.f1')}
                  </th>
                  <th scope="col" className="number">
                    {t('charts.aucMicro')}
                  </th>
                  <th scope="col">{t('runs.created')}</th>
                  <th scope="col">{t('runs.duration')}</th>
                </tr>
              </thead>
              <tbody>
                {runs.map((run) => (
                  <RunRow key={run.id} run={run} />
                ))}
              </tbody>
            </table>
          </Scrolling>
          {runs.length === 0 && <EmptyState reason={t('runs.emptyFiltered')} />}
          <ReadOn list={end} />
        </Panel>
      )}
    </Page>
  );
}
