import { listDatasetVersions } from '@greenlight/shared/stages/data/contract.ts';
import {
  cancelErasure,
  confirmErasure,
  listErasures,
  retryErasure,
  type Erasure,
} from '@greenlight/shared/stages/data/erasure/erasure-contract.ts';
import { getProject } from '@greenlight/shared/projects/contract.ts';
import { inLanguage } from '@greenlight/shared/api/localized-text.ts';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { Alert, App, Button, Progress, Skeleton } from 'antd';
import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { call } from '../../../api/client.ts';
import { familyOf } from '../../../api/query.ts';
import { useLanguage } from '../../../i18n/language.ts';
import { ErrorNotice } from '../../../ui/error-notice.tsx';
import { Panel } from '../../../ui/panel.tsx';
import { formatDuration } from '../../../ui/time.ts';
import { erasureQuery } from '../queries.ts';
import { useProjectRights } from '../../../api/use-project-rights.ts';
import { ErasureVersions } from './erasure-versions.tsx';

const NOTHING = {
  ...{ uploads: 0, preparations: 0, tokenizers: 0, runs: 0 },
  evaluations: 0,
  labels: 0,
  descriptions: 0,
};

/** One erasure: how far it is, what was found, and the decision to go on. */
export function ErasureDetails({ projectId, erasureId }: { readonly projectId: string; readonly erasureId: string }) {
  const queryClient = useQueryClient();
  const { data, error, refetch } = useQuery(erasureQuery(erasureId));
  const state = data?.state;
  useEffect(() => {
    // What an erasure changes stands in these lists.
    void queryClient.invalidateQueries({ queryKey: familyOf(listErasures) });
    if (state !== 'finished') return;
    for (const route of [listDatasetVersions, getProject])
      void queryClient.invalidateQueries({ queryKey: familyOf(route) });
  }, [state, queryClient]);
  if (!data) return error ? <ErrorNotice error={error} onRetry={() => void refetch()} /> : <Skeleton active />;
  return <Details projectId={projectId} erasure={data} />;
}

function Details({ projectId, erasure }: { readonly projectId: string; readonly erasure: Erasure }) {
  const { t } = useTranslation('privacy');
  const { t: common } = useTranslation();
  const { modal } = App.useApp();
  const language = useLanguage();
  const may = useProjectRights(projectId);
  const queryClient = useQueryClient();
  const { id, state, progress, versions, texts, problem } = erasure;
  const params = { erasureId: id };
  const found = versions.reduce((sum, version) => sum + version.found, 0);
  const renamed = versions.reduce((sum, version) => sum + version.renamed, 0);
  const onSuccess = (next: Erasure) => queryClient.setQueryData(erasureQuery(id).queryKey, next);
  const confirm = useMutation({
    mutationFn: () => call(confirmErasure, { params, body: { found } }),
    onSuccess,
    onError: () => queryClient.invalidateQueries({ queryKey: erasureQuery(id).queryKey }),
  });
  const cancel = useMutation({ mutationFn: () => call(cancelErasure, { params }), onSuccess });
  const repeated = (texts?.samples ?? 0) + (texts?.previews ?? 0) + (texts?.predictions ?? 0);
  const retry = useMutation({ mutationFn: () => call(retryErasure, { params }), onSuccess });
  const { uploads, preparations, tokenizers, runs, evaluations, labels, descriptions } = texts ?? NOTHING;
  const named = found + renamed + repeated + labels + tokenizers + descriptions;
  const isConfirmable = state === 'ready' && named + uploads > 0;
  const mutationError = confirm.error ?? cancel.error ?? retry.error;
  const isActive = state === 'scanning' || state === 'erasing';
  return (
    <Panel title={<span data-raw>{erasure.reason}</span>}>
      <p data-testid="erasure-state" data-state={state} aria-live="polite">
        <strong>
          {state === 'ready'
            ? t(named === 0 ? 'erase.nobody' : 'erase.ready', {
                count: found,
                versions: versions.length,
                searched: erasure.versionsSearched,
              })
            : t(`erase.state.${state}`)}
        </strong>
      </p>
      {isActive && (
        <>
          <Progress percent={Math.round(100 * (progress?.share ?? 0))} aria-label={t(`erase.state.${state}`)} />
          {progress?.remainingMs ? (
            <p className="secondary">
              {common('time.left', { duration: formatDuration(progress.remainingMs, common) })}
            </p>
          ) : null}
        </>
      )}
      {versions.length > 0 && <ErasureVersions projectId={projectId} versions={versions} />}
      {renamed > 0 && <p>{t('erase.renamed', { count: renamed })}</p>}
      {repeated > 0 && texts && <p>{t('erase.texts', { ...texts })}</p>}
      {state === 'ready' && uploads > 0 && <p>{t('erase.uploads', { count: uploads })}</p>}
      {state === 'ready' && preparations > 0 && <p>{t('erase.preparations', { count: preparations })}</p>}
      {state === 'ready' && runs > 0 && <p>{t('erase.runs', { count: runs })}</p>}
      {state === 'ready' && evaluations > 0 && <p>{t('erase.evaluations', { count: evaluations })}</p>}
      {labels > 0 && <p>{t('erase.labels', { count: labels })}</p>}
      {descriptions > 0 && <p>{t('erase.descriptions', { count: descriptions })}</p>}
      {tokenizers > 0 && <p>{t('erase.tokenizers', { count: tokenizers })}</p>}
      {state === 'finished' && uploads + preparations + runs + evaluations > 0 && (
        <p>{t('erase.ended', { uploads, preparations, runs, evaluations })}</p>
      )}
      {state === 'ready' && found + renamed > 0 && <Alert type="warning" showIcon title={t('erase.whatHappens')} />}
      {problem && (
        <Alert
          type="error"
          showIcon
          title={
            problem.datasetName === null
              ? t('erase.problem.unknown')
              : t('erase.problem.version', {
                  dataset: inLanguage(problem.datasetName, language),
                  version: problem.version,
                })
          }
          description={t('erase.problem.kept')}
        />
      )}
      {state === 'finished' && erasure.certificateId && (
        <p>
          <Link
            to="/projects/$projectId/data/certificates/$certificateId"
            params={{ projectId, certificateId: erasure.certificateId }}
            data-testid="open-certificate"
          >
            {t('certificate.open')}
          </Link>
        </p>
      )}
      {may('data:erase') && (
        <p className="panel-links">
          {state === 'failed' && (
            <Button type="primary" loading={retry.isPending} onClick={() => retry.mutate()}>
              {t('erase.retry')}
            </Button>
          )}
          {isConfirmable && (
            <Button
              danger
              type="primary"
              loading={confirm.isPending}
              data-testid="erase-confirm"
              onClick={() =>
                void modal.confirm({
                  title: t('erase.confirmTitle', {
                    count: found,
                    versions: t('erase.versionsCounted', { count: versions.length }),
                  }),
                  content: t('erase.confirmText'),
                  okText: t('erase.confirm'),
                  okButtonProps: { danger: true },
                  cancelText: t('raw.cancel'),
                  onOk: () => confirm.mutateAsync().catch(() => undefined),
                })
              }
            >
              {t('erase.confirm')}
            </Button>
          )}
          {(state === 'scanning' || state === 'ready' || (state === 'failed' && erasure.confirmedBy === null)) && (
            <Button loading={cancel.isPending} onClick={() => cancel.mutate()}>
              {t('erase.giveUp')}
            </Button>
          )}
        </p>
      )}
      {mutationError && <ErrorNotice error={mutationError} />}
    </Panel>
  );
}
