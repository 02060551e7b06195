import {
  deleteTokenizer,
  startTokenizerMeasurement,
  type ListedTokenizer,
} from '@greenlight/shared/stages/data/tokenizer-contract.ts';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { Button } from 'antd';
import type { ComponentProps } from 'react';
import { useTranslation } from 'react-i18next';
import { call } from '../../../api/client.ts';
import { Ago } from '../../../ui/ago.tsx';
import { ConfirmedButton } from '../../../ui/confirmed-button.tsx';
import { ErrorNotice } from '../../../ui/error-notice.tsx';
import { Panel } from '../../../ui/panel.tsx';
import { ReadOn } from '../../../ui/read-on.tsx';
import { refreshTokenizers } from '../queries.ts';
import { useTokenizerName } from '../use-tokenizer-name.ts';

interface Properties {
  readonly projectId: string;
  readonly versionId: string;
  readonly open: string | undefined;
  readonly mayTrain: boolean;
  readonly onDeleted: (tokenizerId: string) => void;
}

function Entry(properties: Properties & { readonly tokenizer: ListedTokenizer }) {
  const { projectId, versionId, open, mayTrain, onDeleted, tokenizer } = properties;
  const { t } = useTranslation('tokenizers');
  const queryClient = useQueryClient();
  const nameOf = useTokenizerName();
  const { id, createdAt, isMeasured } = tokenizer;
  const measure = useMutation({
    mutationFn: () =>
      call(startTokenizerMeasurement, { params: { tokenizerId: id }, body: { datasetVersionId: versionId } }),
    onSettled: () => refreshTokenizers(queryClient),
  });
  const remove = useMutation({
    mutationFn: () => call(deleteTokenizer, { params: { tokenizerId: id } }),
    onSuccess: async () => {
      onDeleted(id);
      await refreshTokenizers(queryClient);
    },
  });
  const error = measure.error ?? remove.error;
  return (
    <li data-testid="uploaded-tokenizer" aria-current={id === open}>
      <p>
        {id === open ? (
          <strong>{nameOf(tokenizer)}</strong>
        ) : (
          <Link
            to="/projects/$projectId/data/tokenizers"
            params={{ projectId }}
            search={{ version: versionId, tokenizer: id }}
          >
            {nameOf(tokenizer)}
          </Link>
        )}
        {' · '}
        <Ago moment={createdAt} />
      </p>
      {error && <ErrorNotice error={error} />}
      {mayTrain && (
        <p className="panel-links">
          {isMeasured === false && (
            <Button size="small" loading={measure.isPending} onClick={() => measure.mutate()}>
              {t('upload.measure')}
            </Button>
          )}
          <ConfirmedButton
            question={t('upload.deleteSure')}
            okText={t('upload.delete')}
            cancelText={t('upload.keep')}
            onConfirm={() => remove.mutate()}
            size="small"
            danger
            loading={remove.isPending}
          >
            {t('upload.delete')}
          </ConfirmedButton>
        </p>
      )}
    </li>
  );
}

/** The tokenizers that were brought along to the project. */
export function UploadedTokenizers({
  list,
  tokenizers,
  ...properties
}: Properties & ComponentProps<typeof ReadOn> & { readonly tokenizers: readonly ListedTokenizer[] }) {
  const { t } = useTranslation('tokenizers');
  if (tokenizers.length === 0) return null;
  return (
    <Panel title={t('upload.list')}>
      <ul className="plain-list">
        {tokenizers.map((tokenizer) => (
          <Entry key={tokenizer.id} tokenizer={tokenizer} {...properties} />
        ))}
      </ul>
      <ReadOn list={list} />
    </Panel>
  );
}
