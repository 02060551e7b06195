import { cancelJob, type JobStatus } from '@greenlight/shared/jobs/contract.ts';
import { hasJobEnded } from '@greenlight/shared/jobs/rules.ts';
import { HOURS_OF_CANCELLED_WORK } from '@greenlight/shared/worker-protocol/jobs.ts';
import { useMutation } from '@tanstack/react-query';
import { Button, Progress } from 'antd';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { call } from '../../../api/client.ts';
import { useProjectRights } from '../../../api/use-project-rights.ts';
import { Ago } from '../../../ui/ago.tsx';
import { ErrorNotice } from '../../../ui/error-notice.tsx';
import { Gap } from '../../../ui/gap.tsx';
import { Localized } from '../../../ui/localized.tsx';
import { useNow } from '../../../ui/use-now.ts';

const HOUR_MS = 3_600_000;

interface Properties {
  readonly projectId: string;
  readonly job: JobStatus;
  /** What was asked for. */
  readonly children: ReactNode;
  readonly testId: string;
  readonly isOpen: boolean;
  /** Asks for the same again: what was cancelled goes on, what failed is tried anew. */
  readonly onResume: () => Promise<unknown>;
  readonly onSettled: () => Promise<unknown>;
  /** What can be done once it has finished. */
  readonly action?: ReactNode;
  /** What can be done instead of trying anew where that would fail again. */
  readonly instead?: ReactNode;
}

/** One job of the data stage in a list: what was asked for, how far it is, why it failed, and what can be done about it. */
export function JobEntry({
  projectId,
  job,
  children,
  testId,
  isOpen,
  onResume,
  onSettled,
  action,
  instead,
}: Properties) {
  const { t } = useTranslation('preparation');
  const may = useProjectRights(projectId);
  const { jobId, state, progress, error } = job;
  const cancel = useMutation({ mutationFn: () => call(cancelJob, { params: { jobId } }), onSettled });
  const resume = useMutation({ mutationFn: onResume, onSettled });
  const cancelledMs = state === 'cancelled' && job.finishedAt !== null ? Date.parse(job.finishedAt) : null;
  const isKept = useNow(60_000) - (cancelledMs ?? 0) < HOURS_OF_CANCELLED_WORK * HOUR_MS;
  const isStopping = cancel.isPending || job.cancelRequestedAt !== null;
  const refusal = cancel.error ?? resume.error;
  return (
    <li data-testid={testId} data-state={state} aria-current={isOpen}>
      <p>
        {children}
        {' · '}
        <Ago moment={job.createdAt} />
        {' · '}
        <span aria-live="polite">{t(`state.${state}`)}</span>
      </p>
      {state === 'running' && (
        <>
          <Progress percent={Math.round(100 * (progress?.share ?? 0))} />
          {progress?.message && (
            <p className="secondary">
              <Localized text={progress.message} />
            </p>
          )}
        </>
      )}
      {error !== null && (
        <p role="alert">
          <Localized text={error.message} />
          <Gap />
          <Localized text={error.advice} />
        </p>
      )}
      {isKept && <p className="secondary">{t('list.kept', { hours: HOURS_OF_CANCELLED_WORK })}</p>}
      {refusal && <ErrorNotice error={refusal} />}
      {may('project:operate') && !hasJobEnded(state) && (
        <Button size="small" disabled={isStopping} onClick={() => cancel.mutate()}>
          {t(isStopping ? 'list.cancelling' : 'list.cancel')}
        </Button>
      )}
      {may('data:write') &&
        (state === 'cancelled' || state === 'failed') &&
        (instead ?? (
          <Button size="small" loading={resume.isPending} onClick={() => resume.mutate()}>
            {t(isKept ? 'list.resume' : 'list.anew')}
          </Button>
        ))}
      {state === 'finished' && action}
    </li>
  );
}
