import { cancelJob, type Job } from '@greenlight/shared/jobs/contract.ts';
import { hasJobEnded } from '@greenlight/shared/jobs/rules.ts';
import { inLanguage } from '@greenlight/shared/api/localized-text.ts';
import { downloadArtifact, type Run } from '@greenlight/shared/stages/training/contract.ts';
import {
  exportedModel,
  exportOnnxJob,
  exportRun,
  type ExportedModel,
} from '@greenlight/shared/stages/training/model-files.ts';
import { hasEnded } from '@greenlight/shared/stages/training/rules.ts';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Button } from 'antd';
import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { addressOf, call } from '../../../api/client.ts';
import { runQuery } from '../../../api/live.ts';
import { useLanguage } from '../../../i18n/language.ts';
import { EmptyState } from '../../../ui/empty-state.tsx';
import { GuardedDownload } from '../../../ui/guarded-download.tsx';
import { ErrorNotice } from '../../../ui/error-notice.tsx';
import { Localized } from '../../../ui/localized.tsx';
import { formatBytes } from '../../../ui/numbers.ts';
import { Panel } from '../../../ui/panel.tsx';
import { Scrolling } from '../../../ui/scrolling.tsx';
import { runExportsQuery } from '../queries.ts';

/** A vocabulary may hold personal data. */
const TOKENIZER_FILE = /tokenizer.*\.json$/;

/** The files of a finished export, each to be saved under the name by which the others know it. */
function ExportedFiles({ run, model }: { readonly run: Run; readonly model: ExportedModel }) {
  const { t } = useTranslation('modelFiles');
  const folder = `onnx-${model.checkpointStep}-${model.checkpointSha256.slice(0, 8)}/`;
  return (
    <Scrolling label={t('export.files')}>
      <table className="plain-table">
        <thead>
          <tr>
            <th scope="col">{t('export.file')}</th>
            <th scope="col" className="number">
              {t('export.size')}
            </th>
            <th scope="col">{t('export.checksum')}</th>
          </tr>
        </thead>
        <tbody>
          {model.files.map(({ name, sizeBytes, sha256 }) => {
            const artifact = run.artifacts.find((one) => one.name === folder + name && one.sha256 === sha256);
            return (
              <tr key={name}>
                <th scope="row">
                  {artifact === undefined ? (
                    name
                  ) : TOKENIZER_FILE.test(name) ? (
                    <GuardedDownload type="link" address={addressOf(downloadArtifact, { artifactId: artifact.id })}>
                      {name}
                    </GuardedDownload>
                  ) : (
                    <a
                      href={addressOf(downloadArtifact, { artifactId: artifact.id })}
                      download
                      title={t('export.download', { name })}
                    >
                      {name}
                    </a>
                  )}
                </th>
                <td className="number">{formatBytes(sizeBytes)}</td>
                <td>
                  <code title={sha256}>{sha256.slice(0, 12)}</code>
                </td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </Scrolling>
  );
}

function stateText(job: Job, t: ReturnType<typeof useTranslation<'modelFiles'>>['t'], language: 'zh' | 'en'): string {
  if (job.state === 'running') {
    return t('export.state.running', { percent: Math.round(100 * (job.progress?.share ?? 0)) });
  }
  if (job.state === 'failed') {
    const message = job.error === null ? '' : inLanguage(job.error.message, language);
    return t('export.state.failed', { message });
  }
  return t(`export.state.${job.state}`);
}

/** One export: how far it is, or what came out of it. */
function RunExport({ run, job }: { readonly run: Run; readonly job: Job }) {
  const { t } = useTranslation('modelFiles');
  const language = useLanguage();
  const queryClient = useQueryClient();
  const cancel = useMutation({
    mutationFn: () => call(cancelJob, { params: { jobId: job.id } }),
    onSettled: () => queryClient.invalidateQueries({ queryKey: runExportsQuery(run.id).queryKey }),
  });
  const result = exportedModel.safeParse(job.result);
  const model = job.state === 'finished' && result.success ? result.data : undefined;
  const isStopping = cancel.isPending || job.cancelRequestedAt !== null;
  return (
    <div className="run-export" data-testid="run-export" data-state={job.state}>
      <p>
        {model !== undefined && <strong>{t('export.step', { step: model.checkpointStep })} </strong>}
        <span aria-live="polite">{stateText(job, t, language)}</span>
        {model !== undefined && <span className="secondary"> · {t('export.versions', model)}</span>}
      </p>
      {job.error !== null && (
        <p className="secondary">
          <Localized text={job.error.advice} />
        </p>
      )}
      {!hasJobEnded(job.state) && (
        <Button size="small" disabled={isStopping} onClick={() => cancel.mutate()}>
          {t(isStopping ? 'export.cancelling' : 'export.cancel')}
        </Button>
      )}
      {cancel.error && <ErrorNotice error={cancel.error} />}
      {model !== undefined && <ExportedFiles run={run} model={model} />}
    </div>
  );
}

/** Exports of a run as files for other tools, and the button that starts one. */
export function RunExports({ run }: { readonly run: Run }) {
  const { t } = useTranslation('modelFiles');
  const queryClient = useQueryClient();
  const { data } = useQuery(runExportsQuery(run.id));
  const hasCheckpoint = run.artifacts.some((artifact) => artifact.kind === 'checkpoint');
  const exports = data?.items.filter(({ kind }) => kind === exportOnnxJob.kind) ?? [];
  const finished = exports.filter(({ state }) => state === 'finished').length;
  const start = useMutation({
    mutationFn: () => call(exportRun, { params: { runId: run.id }, body: {} }),
    onSettled: () => queryClient.invalidateQueries({ queryKey: runExportsQuery(run.id).queryKey }),
  });
  useEffect(() => {
    // The files of an export that has just finished are artifacts of the run.
    if (finished > 0) void queryClient.invalidateQueries({ queryKey: runQuery(run.id).queryKey });
  }, [finished, queryClient, run.id]);
  return (
    <Panel
      title={t('export.title')}
      extra={
        <Button
          data-testid="export-onnx"
          loading={start.isPending}
          disabled={!hasCheckpoint}
          onClick={() => start.mutate()}
        >
          {t('export.action')}
        </Button>
      }
    >
      <p className="secondary">
        {t(hasCheckpoint ? 'export.hint' : hasEnded(run.state) ? 'export.noCheckpoint' : 'export.waiting')}
      </p>
      {start.error && <ErrorNotice error={start.error} />}
      {exports.length === 0 && hasCheckpoint && <EmptyState reason={t('export.none')} />}
      {exports.map((job) => (
        <RunExport key={job.id} run={run} job={job} />
      ))}
    </Panel>
  );
}
