import { listWorkers, setWorkerRates, type WorkerSummary } from '@greenlight/shared/across/governance/contract.ts';
import type { WorkerRates } from '@greenlight/shared/stages/training/plan/worker-rates.ts';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Button, Form, Input, InputNumber } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { call } from '../../../api/client.ts';
import { familyOf } from '../../../api/query.ts';
import { useAccount } from '../../../frame/session.ts';
import { ErrorNotice } from '../../../ui/error-notice.tsx';
import { Dialog } from '../../../ui/dialog.tsx';

const LARGEST = 1_000_000;

function useRatesText({ ratedWatts, pricePerHour, pricePerKilowattHour, currency }: WorkerRates): string {
  const { t } = useTranslation('governance');
  const parts = [
    ratedWatts === null ? null : t('rates.watts', { value: ratedWatts }),
    pricePerHour === null ? null : t('rates.perHour', { value: pricePerHour, currency }),
    pricePerKilowattHour === null ? null : t('rates.perKilowattHour', { value: pricePerKilowattHour, currency }),
  ].filter((part) => part !== null);
  return parts.length === 0 ? t('rates.none') : parts.join(' · ');
}

function RatesForm({ worker, onClose }: { readonly worker: WorkerSummary; readonly onClose: () => void }) {
  const { t } = useTranslation(['governance', 'common']);
  const queryClient = useQueryClient();
  const [form] = Form.useForm<WorkerRates>();
  const save = useMutation({
    // An emptied field is undefined in the form; the contract's word for "not set" is null.
    mutationFn: ({ ratedWatts, pricePerHour, pricePerKilowattHour, currency }: WorkerRates) =>
      call(setWorkerRates, {
        params: { workerId: worker.id },
        body: {
          ratedWatts: ratedWatts ?? null,
          pricePerHour: pricePerHour ?? null,
          pricePerKilowattHour: pricePerKilowattHour ?? null,
          currency: currency.toUpperCase(),
        },
      }),
    onSuccess: async () => {
      await queryClient.invalidateQueries({ queryKey: familyOf(listWorkers) });
      onClose();
    },
  });
  const amount = (name: keyof WorkerRates, lowest: number) => (
    <Form.Item name={name} label={t(`rates.${name as 'ratedWatts' | 'pricePerHour' | 'pricePerKilowattHour'}`)}>
      <InputNumber className="full-width" min={lowest} max={LARGEST} />
    </Form.Item>
  );
  return (
    <Dialog
      title={t('rates.title', { name: worker.name })}
      okText={t('rates.save')}
      cancelText={t('common:action.cancel')}
      confirmLoading={save.isPending}
      onOk={() => form.submit()}
      onCancel={onClose}
    >
      <p className="secondary">{t('rates.hint')}</p>
      <Form<WorkerRates>
        form={form}
        layout="vertical"
        requiredMark={false}
        initialValues={worker.rates}
        onFinish={(values) => save.mutate(values)}
      >
        {amount('ratedWatts', 0.1)}
        {amount('pricePerHour', 0)}
        {amount('pricePerKilowattHour', 0)}
        <Form.Item
          name="currency"
          label={t('rates.currency')}
          rules={[{ required: true, pattern: /^[A-Za-z]{3}$/, message: t('rates.currencyRule') }]}
        >
          <Input maxLength={3} />
        </Form.Item>
      </Form>
      {save.error && <ErrorNotice error={save.error} />}
    </Dialog>
  );
}

/** A worker's power and prices, and how an admin changes them. */
export function WorkerRatesCell({ worker }: { readonly worker: WorkerSummary }) {
  const { t } = useTranslation('governance');
  const { isAdmin } = useAccount();
  const [isOpen, setIsOpen] = useState(false);
  const text = useRatesText(worker.rates);
  return (
    <>
      {text}{' '}
      {isAdmin && (
        <Button size="small" aria-label={t('rates.title', { name: worker.name })} onClick={() => setIsOpen(true)}>
          {t('rates.set')}
        </Button>
      )}
      {isOpen && <RatesForm worker={worker} onClose={() => setIsOpen(false)} />}
    </>
  );
}
