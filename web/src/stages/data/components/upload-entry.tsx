import { deleteSource, listSources, type DataSource } from '@greenlight/shared/stages/data/source-contract.ts';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { Button, Progress } from 'antd';
import { useTranslation } from 'react-i18next';
import { call } from '../../../api/client.ts';
import { familyOf } from '../../../api/query.ts';
import { ErrorNotice } from '../../../ui/error-notice.tsx';
import { formatBytes } from '../../../ui/numbers.ts';
import { formatDuration } from '../../../ui/time.ts';
import type { UploadState } from '../upload/file-upload.ts';
import { uploads } from '../upload/uploads.ts';

interface Properties {
  readonly source: DataSource;
  /** What this page does for the file; undefined where it was begun elsewhere or before a reload. */
  readonly upload: UploadState | undefined;
  readonly mayWrite: boolean;
}

/** Bytes that are safe, rate and time left. */
function Pace({ upload }: { readonly upload: UploadState }) {
  const { t } = useTranslation('data');
  const { t: common } = useTranslation();
  const { sizeBytes, sentBytes, bytesPerSecond } = upload;
  const parts = [t('upload.of', { done: formatBytes(sentBytes), size: formatBytes(sizeBytes) })];
  if (bytesPerSecond !== null && bytesPerSecond > 0) {
    parts.push(t('upload.rate', { rate: formatBytes(bytesPerSecond) }));
    const duration = formatDuration(((sizeBytes - sentBytes) / bytesPerSecond) * 1000, common);
    parts.push(common('time.left', { duration }));
  }
  return <p className="secondary">{parts.join(' · ')}</p>;
}

/** One uploaded file: how far it is, and what can be done about it. */
export function UploadEntry({ source, upload, mayWrite }: Properties) {
  const { t } = useTranslation('data');
  const queryClient = useQueryClient();
  const { id, projectId, name, sizeBytes, state, receivedBytes } = source;
  const remove = useMutation({
    mutationFn: async () => {
      uploads.drop(id);
      await call(deleteSource, { params: { sourceId: id } });
    },
    onSettled: () => queryClient.invalidateQueries({ queryKey: familyOf(listSources) }),
  });
  const isComplete = state === 'complete' || upload?.phase === 'complete';
  const phase = isComplete ? 'complete' : (upload?.phase ?? 'elsewhere');
  const percent = Math.floor((100 * (upload?.safeBytes ?? receivedBytes)) / sizeBytes);
  const isMoving = phase === 'sending' || phase === 'comparing' || phase === 'checking';
  return (
    <li data-testid="upload" data-phase={phase}>
      <p>
        <strong data-raw>{name}</strong>
        {' · '}
        {formatBytes(sizeBytes)}
        {' · '}
        <span aria-live="polite">
          {upload?.problem ? t(`upload.problem.${upload.problem}`) : t(`upload.phase.${phase}`, { percent })}
        </span>
      </p>
      {!isComplete && (
        <Progress
          percent={percent}
          aria-label={name}
          status={phase === 'failed' ? 'exception' : isMoving ? 'active' : 'normal'}
        />
      )}
      {upload && phase === 'sending' && <Pace upload={upload} />}
      {upload?.error !== undefined && upload.error !== null && <ErrorNotice error={upload.error} />}
      {mayWrite && (
        <p className="panel-links">
          {isComplete && (
            <Link to="/projects/$projectId/data/uploads" params={{ projectId }} search={{ source: id }}>
              {t('upload.make')}
            </Link>
          )}
          {(isMoving || phase === 'queued' || phase === 'waiting') && (
            <Button size="small" onClick={() => uploads.stop(id)}>
              {t('upload.pause')}
            </Button>
          )}
          {phase === 'paused' && (
            <Button size="small" type="primary" onClick={() => uploads.resume(id)}>
              {t('upload.goOn')}
            </Button>
          )}
          <Button size="small" loading={remove.isPending} onClick={() => remove.mutate()}>
            {t(isComplete ? 'upload.remove' : 'upload.giveUp')}
          </Button>
        </p>
      )}
      {remove.error && <ErrorNotice error={remove.error} />}
    </li>
  );
}
