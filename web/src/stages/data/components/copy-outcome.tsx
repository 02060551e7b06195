import {
  COPY_OUTCOMES,
  stateCopyOutcome,
  type CopiesOnWorker,
} from '@greenlight/shared/stages/data/retention-contract.ts';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Button, Form, Input, Modal, Radio } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { call } from '../../../api/client.ts';
import { ErrorNotice } from '../../../ui/error-notice.tsx';
import { certificateQuery } from '../queries.ts';

interface Values {
  readonly outcome: (typeof COPY_OUTCOMES)[number];
  readonly reason: string;
}

/** Says what became of the disk of a worker that does not come back. */
export function CopyOutcome({
  certificateId,
  copy,
}: {
  readonly certificateId: string;
  readonly copy: CopiesOnWorker;
}) {
  const { t } = useTranslation('privacy');
  const queryClient = useQueryClient();
  const [isOpen, setOpen] = useState(false);
  const { workerId, worker } = copy;
  const state = useMutation({
    mutationFn: (values: Values) =>
      call(stateCopyOutcome, { params: { certificateId }, body: { workerId, ...values } }),
    onSuccess: (certificate) => {
      setOpen(false);
      queryClient.setQueryData(certificateQuery(certificateId).queryKey, certificate);
    },
  });
  return (
    <>
      <Button size="small" data-testid="state-copy-outcome" onClick={() => setOpen(true)}>
        {t('certificate.copies.say')}
      </Button>
      <Modal
        open={isOpen}
        title={t('certificate.copies.sayTitle', { worker })}
        onCancel={() => setOpen(false)}
        footer={null}
        destroyOnHidden
      >
        <Form<Values> layout="vertical" requiredMark={false} onFinish={(values) => state.mutate(values)}>
          <p className="secondary">{t('certificate.copies.sayHint')}</p>
          <Form.Item name="outcome" label={t('certificate.copies.outcomeLabel')} initialValue={COPY_OUTCOMES[0]}>
            <Radio.Group
              options={COPY_OUTCOMES.map((value) => ({ value, label: t(`certificate.copies.outcome.${value}`) }))}
            />
          </Form.Item>
          <Form.Item
            name="reason"
            label={t('keep.reason')}
            extra={t('erase.reasonHint')}
            rules={[{ required: true, whitespace: true, min: 5, message: t('keep.reasonNeeded') }]}
          >
            <Input.TextArea maxLength={500} autoSize={{ minRows: 2, maxRows: 6 }} />
          </Form.Item>
          <Button type="primary" htmlType="submit" loading={state.isPending} data-testid="save-copy-outcome">
            {t('keep.save')}
          </Button>
          {state.error && <ErrorNotice error={state.error} />}
        </Form>
      </Modal>
    </>
  );
}
