import { cancelJob } from '@greenlight/shared/jobs/contract.ts';
import { hasJobEnded } from '@greenlight/shared/jobs/rules.ts';
import {
  startTokenizerMeasurement,
  startTokenizerTraining,
  type TokenizerTraining,
} from '@greenlight/shared/stages/data/tokenizer-contract.ts';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { Button, Progress } from 'antd';
import { useTranslation } from 'react-i18next';
import { call } from '../../../api/client.ts';
import { Ago } from '../../../ui/ago.tsx';
import { ErrorNotice } from '../../../ui/error-notice.tsx';
import { Localized } from '../../../ui/localized.tsx';
import { formatExactCount } from '../../../ui/numbers.ts';
import { Panel } from '../../../ui/panel.tsx';
import { tokenizerTrainingsQuery } from '../queries.ts';

interface Properties {
  readonly projectId: string;
  readonly versionId: string;
  readonly trainings: readonly TokenizerTraining[];
  readonly open: string | undefined;
  readonly mayTrain: boolean;
}

type EntryProperties = Omit<Properties, 'trainings'> & { readonly training: TokenizerTraining };

/** One training or measuring: how far it is and what can be done about it. */
function TrainingEntry({ projectId, versionId, training, open, mayTrain }: EntryProperties) {
  const { t } = useTranslation(['tokenizers', 'preparation']);
  const queryClient = useQueryClient();
  const { jobId, state, settings, measured, progress, error, tokenizerId } = training;
  const onSettled = () => queryClient.invalidateQueries({ queryKey: tokenizerTrainingsQuery(versionId).queryKey });
  const cancel = useMutation({ mutationFn: () => call(cancelJob, { params: { jobId } }), onSettled });
  const again = useMutation({
    mutationFn: () =>
      measured === null
        ? call(startTokenizerTraining, { params: { datasetVersionId: versionId }, body: settings })
        : call(startTokenizerMeasurement, {
            params: { tokenizerId: measured.tokenizerId },
            body: { datasetVersionId: versionId },
          }),
    onSettled,
  });
  const isOpen = tokenizerId !== null && tokenizerId === open;
  const isStopping = cancel.isPending || training.cancelRequestedAt !== null;
  const wish = [
    ...(measured === null ? [] : [t('list.measured', { name: measured.fileName })]),
    t(`kind.${settings.kind}`),
    measured === null
      ? t('list.atMost', { size: formatExactCount(settings.vocabularySize) })
      : t('tokens', { size: formatExactCount(measured.size) }),
    ...(settings.lowercase ? [t('form.lowercase')] : []),
    ...(settings.stripAccents ? [t('form.stripAccents')] : []),
  ].join(' · ');
  return (
    <li data-testid="tokenizer-training" data-state={state} aria-current={isOpen}>
      <p>
        {tokenizerId === null || isOpen ? (
          <strong>{wish}</strong>
        ) : (
          <Link
            to="/projects/$projectId/data/tokenizers"
            params={{ projectId }}
            search={{ version: versionId, tokenizer: tokenizerId }}
          >
            {wish}
          </Link>
        )}
        {' · '}
        <Ago moment={training.createdAt} />
        {' · '}
        <span aria-live="polite">{t(`preparation:state.${state}`)}</span>
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
          <Localized text={error.message} /> <Localized text={error.advice} />
        </p>
      )}
      {(cancel.error ?? again.error) && <ErrorNotice error={cancel.error ?? again.error} />}
      {mayTrain && !hasJobEnded(state) && (
        <Button size="small" disabled={isStopping} onClick={() => cancel.mutate()}>
          {t(isStopping ? 'preparation:list.cancelling' : 'preparation:list.cancel')}
        </Button>
      )}
      {mayTrain && (state === 'cancelled' || state === 'failed') && (
        <Button size="small" loading={again.isPending} onClick={() => again.mutate()}>
          {t('preparation:list.resume')}
        </Button>
      )}
    </li>
  );
}

/** The newest trainings of tokenizers on a version, and the measurings of those that were brought along. */
export function TokenizerList({ trainings, ...properties }: Properties) {
  const { t } = useTranslation('tokenizers');
  return (
    <Panel title={t('list.title')}>
      {trainings.length === 0 ? (
        <p className="secondary">{t('list.none')}</p>
      ) : (
        <ul className="plain-list">
          {trainings.map((training) => (
            <TrainingEntry key={training.jobId} training={training} {...properties} />
          ))}
        </ul>
      )}
    </Panel>
  );
}
