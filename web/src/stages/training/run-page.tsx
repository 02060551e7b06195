import { inLanguage } from '@greenlight/shared/api/localized-text.ts';
import { getProject } from '@greenlight/shared/projects/contract.ts';
import { isDefaultRunName } from '@greenlight/shared/stages/training/run-name.ts';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { useCallback } from 'react';
import { useTranslation } from 'react-i18next';
import { queryOf } from '../../api/query.ts';
import { runLogQuery, runMetricsQuery, runQuery, runRocQuery } from '../../api/live.ts';
import { useLiveRun } from '../../api/use-live-run.ts';
import type { Zoom } from '../../charts/series.ts';
import { useLanguage } from '../../i18n/language.ts';
import { DataDeletedNotice } from '../../ui/data-deleted-notice.tsx';
import { LinkButton } from '../../ui/link-button.tsx';
import { Page } from '../../ui/page.tsx';
import { PageError } from '../../ui/page-error.tsx';
import { PageSkeleton } from '../../ui/page-skeleton.tsx';
import { ToOwnProject } from '../../ui/to-own-project.tsx';
import { HeadSwitch } from '../../ui/head-switch.tsx';
import { RunStateMark } from '../../ui/state-mark.tsx';
import { CancelRun } from './components/cancel-run.tsx';
import { ClassifierTry } from './components/classifier-try.tsx';
import { MetricStrip } from './components/metric-strip.tsx';
import { PlanComparison } from './components/plan-comparison.tsx';
import { Playground } from './components/playground.tsx';
import { RocChart } from './components/roc-chart.tsx';
import { LossChart, OptimiserChart, QualityChart, type RunChartProperties } from './components/run-charts.tsx';
import { RunBackground, RunConfigurationPanel, RunFiles } from './components/run-details.tsx';
import { RunExports } from './components/run-exports.tsx';
import { RunFailure } from './components/run-failure.tsx';
import { RunHeader } from './components/run-header.tsx';
import { RunLog } from './components/run-log.tsx';
import { SampleList } from './components/sample-list.tsx';
import { datasetVersionQuery } from './queries.ts';
import { headCriteria, headMetrics, headRoc, headSeries } from './head-series.ts';
import { runVerdict } from './run-verdict.ts';

const route = getRouteApi('/shell/projects/$projectId/training/runs/$runId');

const ACTIVE = new Set(['queued', 'running', 'evaluating']);

/** The page that is watched: progress, live curves, samples, log, and what the run is made of. */
export function RunPage() {
  const { t } = useTranslation(['training', 'sweeps']);
  const language = useLanguage();
  const { projectId, runId } = route.useParams();
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const { data: run, error, refetch } = useQuery(runQuery(runId));
  // The other readings wait for the run: its event number is where the live stream begins, so they miss nothing.
  const enabled = run !== undefined;
  const { data: metrics, isPending: isReading } = useQuery({ ...runMetricsQuery(runId), enabled });
  const { data: roc, isPending: isReadingRoc } = useQuery({ ...runRocQuery(runId), enabled });
  const { data: log, isPending: isReadingLog } = useQuery({ ...runLogQuery(runId), enabled });
  const version = useQuery({ ...datasetVersionQuery(run?.datasetVersionId ?? ''), enabled });
  const { data: project } = useQuery(queryOf(getProject, { params: { projectId } }));
  const isActive = run !== undefined && ACTIVE.has(run.state);
  const live = useLiveRun(runId, run?.lastSequence, isActive);
  // Charts are drawn anew with each other way to zoom.
  const onZoom = useCallback(
    (chosen: Zoom | undefined) =>
      void navigate({
        search: (shown) => ({ ...shown, from: chosen?.from, to: chosen?.to }),
        replace: true,
        resetScroll: false,
      }),
    [navigate],
  );

  if (!run) return error ? <PageError error={error} onRetry={() => void refetch()} /> : <PageSkeleton />;
  if (run.projectId !== projectId) return <ToOwnProject projectId={run.projectId} />;
  // What its data version adds would move what stands below it; when a first try fails, the page comes without.
  if (version.isLoading && !version.isFetched && version.failureCount === 0) return <PageSkeleton />;
  const series = metrics?.series ?? [];
  const zoom: Zoom | undefined =
    search.from === undefined || search.to === undefined ? undefined : { from: search.from, to: search.to };
  const heads = run.configuration.auxiliaryTasks.map((task) => task.name);
  const head = search.head !== undefined && heads.includes(search.head) ? search.head : undefined;
  const charts: RunChartProperties = {
    runId,
    series: headSeries(series, head),
    criteria: headCriteria(project, head),
    live,
    isActive,
    isReading,
    zoom,
    onZoom,
  };
  const name = inLanguage(run.name, language);
  const writesText = run.configuration.architecture !== 'encoder-classifier';
  return (
    <Page
      title={
        isDefaultRunName(run.name, run.number) ? (
          name
        ) : (
          <>
            {t('run.title', { number: run.number })} · <span data-raw>{name}</span>
          </>
        )
      }
      documentTitle={name}
      state={<RunStateMark state={run.state} testId="run-state" />}
      verdict={runVerdict(run, series, t)}
      action={
        isActive ? (
          <CancelRun run={run} />
        ) : (
          run.evaluationId !== null && (
            <LinkButton
              data-testid="open-evaluation"
              to="/projects/$projectId/evaluation/evaluations/$evaluationId"
              params={{ projectId, evaluationId: run.evaluationId }}
            >
              {t('run.openEvaluation')}
            </LinkButton>
          )
        )
      }
    >
      <DataDeletedNotice projectId={projectId} datasetVersionId={run.datasetVersionId} />
      {run.sweep && (
        <p>
          <Link to="/projects/$projectId/training/sweeps/$sweepId" params={{ projectId, sweepId: run.sweep.id }}>
            {t('sweeps:of', { number: run.sweep.number })}
          </Link>
        </p>
      )}
      {run.error && <RunFailure run={run} error={run.error} />}
      <RunHeader run={run} live={live} isActive={isActive} />
      <HeadSwitch
        heads={heads}
        shown={head}
        onShow={(shown) => void navigate({ search: { ...search, head: shown }, replace: true, resetScroll: false })}
      />
      <MetricStrip finalMetrics={headMetrics(run.finalMetrics, head)} />
      <div className="with-side">
        <div className="charts">
          <LossChart {...charts} />
          <QualityChart {...charts} />
          <RocChart
            snapshots={headRoc(roc?.snapshots ?? [], head)}
            isActive={isActive}
            isReading={isReadingRoc}
            chosenStep={search.roc}
            onChoose={(step) => void navigate({ search: { ...search, roc: step }, replace: true, resetScroll: false })}
          />
          <OptimiserChart {...charts} series={series} />
        </div>
        <div>
          {writesText && <SampleList run={run} isActive={isActive} />}
          <RunLog lines={log?.items ?? []} isActive={isActive} isReading={isReadingLog} />
        </div>
      </div>
      <div className="columns below-charts">
        <div>
          {writesText ? <Playground run={run} key={run.id} /> : <ClassifierTry run={run} key={run.id} />}
          <RunConfigurationPanel run={run} />
        </div>
        <div>
          <PlanComparison run={run} />
          <RunBackground run={run} />
          <RunExports run={run} />
          <RunFiles run={run} />
        </div>
      </div>
    </Page>
  );
}
