import type { Run } from '@greenlight/shared/stages/training/contract.ts';
import { Progress } from 'antd';
import { useTranslation } from 'react-i18next';
import type { LiveStatus } from '../../../api/live.ts';
import { Localized } from '../../../ui/localized.tsx';
import { formatCount, formatExactCount, formatNumber, formatShare } from '../../../ui/numbers.ts';
import { Panel } from '../../../ui/panel.tsx';
import { formatDuration, formatTimeLeft } from '../../../ui/time.ts';
import { ConnectionNote } from './connection-note.tsx';

function Device({ run }: { readonly run: Run }) {
  const { t } = useTranslation(['training', 'common']);
  if (!run.device) return null;
  const { device, adapter, reason, parameterCount } = run.device;
  return (
    <p className="run-numbers secondary">
      <span>
        {t('run.device')}: {t(device === 'tfjs-node' ? 'run.tensorflow' : `choice.${device}`)} ·{' '}
        <span data-raw>{adapter}</span>
      </span>
      <Localized text={reason} />
      <span title={formatExactCount(parameterCount)}>
        {t('run.parameters', { value: formatCount(parameterCount) })}
      </span>
      {run.workerName && <span data-raw>{t('run.worker', { name: run.workerName })}</span>}
      {run.attempt > 1 && <span>{t('run.attempt', { attempt: run.attempt })}</span>}
    </p>
  );
}

/** What follows the last step: a phase of its own, with its share of the whole run. */
function FinalEvaluation({ run }: { readonly run: Run }) {
  const { t } = useTranslation('training');
  const { t: common } = useTranslation();
  const { usage } = run;
  if (usage === null || usage.finalEvaluationMs <= 0) {
    return run.state === 'evaluating' ? <strong>{t('run.finalEvaluationBegins')}</strong> : null;
  }
  return (
    <span className="secondary" data-testid="final-evaluation">
      {t('run.finalEvaluation', {
        duration: formatDuration(usage.finalEvaluationMs, common),
        share: formatShare(usage.finalEvaluationMs / Math.max(1, usage.wallMs)),
      })}
    </span>
  );
}

/** The progress of a run: bar, epoch, step, time left, speed, device with the reason for it. */
export function RunHeader({
  run,
  live,
  isActive,
}: {
  readonly run: Run;
  readonly live: LiveStatus;
  readonly isActive: boolean;
}) {
  const { t } = useTranslation('training');
  const { t: common } = useTranslation();
  const { progress } = run;
  const percent = progress ? Math.min(100, Math.floor((progress.step / Math.max(1, progress.totalSteps)) * 100)) : 0;
  return (
    <Panel title={t('run.progress')} className="run-bar" extra={<ConnectionNote live={live} isActive={isActive} />}>
      <div data-testid="run-progress" data-percent={percent}>
        <Progress
          percent={percent}
          status={run.state === 'failed' ? 'exception' : isActive ? 'active' : 'normal'}
          aria-label={t('run.progress')}
        />
        {progress && (
          <p className="run-numbers figures">
            <span>{t('run.epoch', { epoch: progress.epoch, total: progress.totalEpochs })}</span>
            <span>{t('run.step', { step: progress.step, total: progress.totalSteps })}</span>
            {run.state === 'running' && (progress.remainingMs ?? 0) > 0 && (
              <strong>{formatTimeLeft(progress.remainingMs ?? 0, progress.remainingRange ?? null, common)}</strong>
            )}
            <span>
              {t(isActive ? 'run.elapsed' : 'run.took', { duration: formatDuration(progress.elapsedMs, common) })}
            </span>
            {progress.tokensPerSecond !== null && (
              <span>{t('run.tokensPerSecond', { value: formatNumber(progress.tokensPerSecond) })}</span>
            )}
            {progress.share && (
              <span className="secondary" data-testid="time-shares">
                {t('run.share', {
                  compute: formatShare(progress.share.compute),
                  data: formatShare(progress.share.data),
                  evaluation: formatShare(progress.share.evaluation),
                  reporting: formatShare(progress.share.reporting),
                })}
              </span>
            )}
            <FinalEvaluation run={run} />
          </p>
        )}
      </div>
      <Device run={run} />
    </Panel>
  );
}
