import { cancelSweep, type Sweep } from '@greenlight/shared/stages/training/sweep/contract.ts';
import { stoppable } from '@greenlight/shared/stages/training/sweep/results.ts';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { App } from 'antd';
import { useTranslation } from 'react-i18next';
import { sentenceOf } from '../../../../api/api-error.ts';
import { call } from '../../../../api/client.ts';
import { useLanguage } from '../../../../i18n/language.ts';
import { ConfirmedButton } from '../../../../ui/confirmed-button.tsx';
import { sweepQuery } from '../queries.ts';

/** Stops the runs of a sweep that have not ended, after asking; where all that go on have been asked to stop, it says so. */
export function CancelSweep({ sweep }: { readonly sweep: Sweep }) {
  const { t } = useTranslation(['sweeps', 'common']);
  const language = useLanguage();
  const { message } = App.useApp();
  const queryClient = useQueryClient();
  const { queryKey } = sweepQuery(sweep.id);
  const left = stoppable(sweep.counts);
  const cancel = useMutation({
    mutationFn: () => call(cancelSweep, { params: { sweepId: sweep.id } }),
    onError: (error) => void message.error(sentenceOf(error, language) ?? t('common:error.unknown')),
    onSettled: () => queryClient.invalidateQueries({ queryKey }),
  });
  return (
    <ConfirmedButton
      danger
      data-testid="cancel-sweep"
      loading={cancel.isPending || left === 0}
      question={t('cancel.title', { number: sweep.number })}
      text={t('cancel.text', { count: left })}
      okText={t('cancel.button')}
      cancelText={t('cancel.keep')}
      onConfirm={() => cancel.mutate()}
    >
      {t(cancel.isPending || left === 0 ? 'cancel.stopping' : 'cancel.button')}
    </ConfirmedButton>
  );
}
