import type { ProjectOverview } from '@greenlight/shared/projects/contract.ts';
import type { RunSummary } from '@greenlight/shared/stages/training/contract.ts';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { Progress } from 'antd';
import { useTranslation } from 'react-i18next';
import { runMetricsQuery, runQuery } from '../api/live.ts';
import { useLiveRun } from '../api/use-live-run.ts';
import { Sparkline } from '../charts/sparkline.tsx';
import { Ago } from '../ui/ago.tsx';
import { EmptyState } from '../ui/empty-state.tsx';
import { NumberedRunName } from '../ui/numbered-run-name.tsx';
import { formatNumber } from '../ui/numbers.ts';
import { Panel } from '../ui/panel.tsx';
import { RunStateMark } from '../ui/state-mark.tsx';
import { formatTimeLeft } from '../ui/time.ts';

const ACTIVE = new Set(['queued', 'running', 'evaluating']);

function RunLink({ run }: { readonly run: RunSummary }) {
  return (
    <Link to="/projects/$projectId/training/runs/$runId" params={{ projectId: run.projectId, runId: run.id }}>
      <NumberedRunName number={run.number} name={run.name} />
    </Link>
  );
}

function Live({ summary }: { readonly summary: RunSummary }) {
  const { t } = useTranslation('overview');
  const { t: common } = useTranslation();
  const { data: run } = useQuery(runQuery(summary.id));
  const { data: metrics } = useQuery({ ...runMetricsQuery(summary.id), enabled: run !== undefined });
  useLiveRun(summary.id, run?.lastSequence, run !== undefined && ACTIVE.has(run.state));
  const shown = run ?? summary;
  const { progress } = shown;
  const losses = metrics?.series.find((series) => series.name === 'training/loss');
  const loss = losses?.mean.at(-1) ?? null;
  return (
    <>
      <p>
        <RunLink run={summary} /> <RunStateMark state={shown.state} />
      </p>
      {progress && (
        <>
          <Progress
            percent={Math.floor((progress.step / Math.max(1, progress.totalSteps)) * 100)}
            status="active"
            aria-label={t('live.title')}
          />
          <p className="run-numbers secondary">
            <span>{t('live.epoch', { epoch: progress.epoch, total: progress.totalEpochs })}</span>
            {shown.state === 'running' && progress.remainingMs !== null && (
              <span>{formatTimeLeft(progress.remainingMs, progress.remainingRange ?? null, common)}</span>
            )}
            {loss !== null && <span>{t('live.loss', { value: formatNumber(loss) })}</span>}
          </p>
        </>
      )}
      {losses && <Sparkline steps={losses.step} values={losses.mean} label={t('live.loss', { value: loss ?? '' })} />}
    </>
  );
}

/** The run that trains now with its curve and time left, and the newest runs. */
export function LiveRunPanel({ overview }: { readonly overview: ProjectOverview }) {
  const { t } = useTranslation('overview');
  const { liveRun, recentRuns } = overview;
  return (
    <Panel title={t('live.title')}>
      {liveRun ? <Live summary={liveRun} key={liveRun.id} /> : <p className="secondary">{t('live.none')}</p>}
      <h3>{t('live.recent')}</h3>
      {recentRuns.length === 0 ? (
        <EmptyState reason={t('live.empty')} />
      ) : (
        <table className="plain-table">
          <tbody>
            {recentRuns.slice(0, 5).map((run) => (
              <tr key={run.id}>
                <th scope="row" className="name">
                  <RunLink run={run} />
                </th>
                <td>
                  <RunStateMark state={run.state} />
                </td>
                <td className="secondary">
                  <Ago moment={run.finishedAt ?? run.createdAt} />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </Panel>
  );
}
