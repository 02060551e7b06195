import { cancelJob } from '@greenlight/shared/jobs/contract.ts';
import { hasJobEnded } from '@greenlight/shared/jobs/rules.ts';
import { startPreparation, type Preparation } from '@greenlight/shared/stages/data/preparation-contract.ts';
import { resumeImport } from '@greenlight/shared/stages/data/source-contract.ts';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { Button, Progress } from 'antd';
import { useTranslation } from 'react-i18next';
import { call } from '../../../api/client.ts';
import { Ago } from '../../../ui/ago.tsx';
import { ErrorNotice } from '../../../ui/error-notice.tsx';
import { Localized } from '../../../ui/localized.tsx';
import { Panel } from '../../../ui/panel.tsx';
import { preparationsQuery } from '../queries.ts';

interface Properties {
  readonly projectId: string;
  readonly preparation: Preparation;
  readonly isOpen: boolean;
}

/** One preparation: how far it is and what can be done about it. */
function PreparationEntry({ projectId, preparation, isOpen }: Properties) {
  const { t } = useTranslation('preparation');
  const queryClient = useQueryClient();
  const { jobId, state, progress, error, origin, recipe, splits } = preparation;
  const onSettled = () => queryClient.invalidateQueries({ queryKey: preparationsQuery(projectId).queryKey });
  const cancel = useMutation({ mutationFn: () => call(cancelJob, { params: { jobId } }), onSettled });
  const resume = useMutation({
    mutationFn: () =>
      origin.kind === 'source'
        ? call(resumeImport, { params: { jobId } })
        : call(startPreparation, { params: { projectId }, body: { origin, recipe, splits } }),
    onSettled,
  });
  const isStopping = cancel.isPending || preparation.cancelRequestedAt !== null;
  return (
    <li data-testid="preparation" data-state={state} aria-current={isOpen}>
      <p>
        <strong>
          <Localized text={preparation.datasetName} />
        </strong>
        {' · '}
        <span>{t('list.steps', { count: recipe.steps.length })}</span>
        {' · '}
        <Ago moment={preparation.createdAt} />
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
          <Localized text={error.message} /> <Localized text={error.advice} />
        </p>
      )}
      {(cancel.error ?? resume.error) && <ErrorNotice error={cancel.error ?? resume.error} />}
      {!hasJobEnded(state) && (
        <Button size="small" disabled={isStopping} onClick={() => cancel.mutate()}>
          {t(isStopping ? 'list.cancelling' : 'list.cancel')}
        </Button>
      )}
      {(state === 'cancelled' || state === 'failed') && (
        <Button size="small" loading={resume.isPending} onClick={() => resume.mutate()}>
          {t('list.resume')}
        </Button>
      )}
      {state === 'finished' && !isOpen && (
        <Link
          to="/projects/$projectId/data/prepare"
          params={{ projectId }}
          search={{
            from: origin.kind === 'version' ? origin.datasetVersionId : (preparation.datasetVersionId ?? ''),
            job: jobId,
          }}
        >
          {t('list.show')}
        </Link>
      )}
    </li>
  );
}

interface ListProperties {
  readonly projectId: string;
  readonly preparations: readonly Preparation[];
  readonly open: string | undefined;
}

/** The newest preparations of the project. */
export function PreparationList({ projectId, preparations, open }: ListProperties) {
  const { t } = useTranslation('preparation');
  return (
    <Panel title={t('list.title')}>
      {preparations.length === 0 ? (
        <p className="secondary">{t('list.none')}</p>
      ) : (
        <ul className="plain-list">
          {preparations.map((one) => (
            <PreparationEntry key={one.jobId} projectId={projectId} preparation={one} isOpen={one.jobId === open} />
          ))}
        </ul>
      )}
    </Panel>
  );
}
