import {
  MAX_TOKENIZER_FILE_BYTES,
  startTokenizerMeasurement,
  uploadTokenizer,
} from '@greenlight/shared/stages/data/tokenizer-contract.ts';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Button } from 'antd';
import { useState, type SubmitEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { call, upload } from '../../../api/client.ts';
import { ErrorNotice } from '../../../ui/error-notice.tsx';
import { FileDrop } from '../../../ui/file-drop.tsx';
import { formatBytes } from '../../../ui/numbers.ts';
import { Panel } from '../../../ui/panel.tsx';
import { refreshTokenizers } from '../queries.ts';

/** Brings a tokenizer.json along and has it measured on the version that is shown. */
export function TokenizerUpload({
  projectId,
  versionId,
  onUploaded,
}: {
  readonly projectId: string;
  readonly versionId: string;
  readonly onUploaded: (tokenizerId: string) => void;
}) {
  const { t } = useTranslation('tokenizers');
  const queryClient = useQueryClient();
  const [file, setFile] = useState<File | null>(null);
  const [fault, setFault] = useState<'fileNeeded' | 'tooLarge' | null>(null);
  const send = useMutation({
    mutationFn: async (chosen: File) => {
      const name = chosen.name.slice(0, 120);
      const { id } = await upload(uploadTokenizer, { projectId }, chosen, { name });
      const body = { datasetVersionId: versionId };
      await call(startTokenizerMeasurement, { params: { tokenizerId: id }, body });
      return id;
    },
    onSuccess: onUploaded,
    onSettled: () => refreshTokenizers(queryClient),
  });
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    const wrong = file === null ? 'fileNeeded' : file.size > MAX_TOKENIZER_FILE_BYTES ? 'tooLarge' : null;
    setFault(wrong);
    if (file !== null && wrong === null) send.mutate(file);
  };
  return (
    <Panel title={t('upload.title')}>
      <form onSubmit={submit} noValidate>
        <p className="secondary">{t('upload.about')}</p>
        <FileDrop
          accept=".json,application/json"
          kinds={t('upload.kinds', { size: formatBytes(MAX_TOKENIZER_FILE_BYTES) })}
          chosen={file?.name}
          testId="tokenizer-file"
          onFile={(chosen) => {
            setFile(chosen);
            setFault(null);
            send.reset();
          }}
        />
        {fault !== null && (
          <p role="alert" className="issue-error">
            {t(`upload.${fault}`, { size: formatBytes(MAX_TOKENIZER_FILE_BYTES) })}
          </p>
        )}
        {send.error && <ErrorNotice error={send.error} />}
        <Button htmlType="submit" loading={send.isPending} data-testid="upload-tokenizer">
          {t('upload.send')}
        </Button>
      </form>
    </Panel>
  );
}
