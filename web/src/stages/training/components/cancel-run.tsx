import { cancelRun, type Run } from '@greenlight/shared/stages/training/contract.ts';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { App, Button } from 'antd';
import { useTranslation } from 'react-i18next';
import { sentenceOf } from '../../../api/api-error.ts';
import { call } from '../../../api/client.ts';
import { runQuery } from '../../../api/live.ts';
import { useLanguage } from '../../../i18n/language.ts';

/** Stops a run after asking, naming what is kept and what is lost. */
export function CancelRun({ run }: { readonly run: Run }) {
  const { t } = useTranslation(['training', 'common']);
  const language = useLanguage();
  const { modal, message } = App.useApp();
  const queryClient = useQueryClient();
  const cancel = useMutation({
    mutationFn: () => call(cancelRun, { params: { runId: run.id } }),
    onError: (error) => void message.error(sentenceOf(error, language) ?? t('common:error.unknown')),
    onSettled: () => queryClient.invalidateQueries({ queryKey: runQuery(run.id).queryKey }),
  });
  const isStopping = cancel.isPending || run.cancelRequestedAt !== null;
  return (
    <Button
      danger
      data-testid="run-cancel"
      disabled={isStopping}
      onClick={() =>
        void modal.confirm({
          title: t('run.cancelTitle', { number: run.number }),
          content: t('run.cancelText'),
          okText: t('run.cancel'),
          okButtonProps: { danger: true },
          cancelText: t('run.cancelKeep'),
          onOk: () => cancel.mutateAsync().catch(() => undefined),
        })
      }
    >
      {t(isStopping ? 'run.cancelling' : 'run.cancel')}
    </Button>
  );
}
