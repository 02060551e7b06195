import { startErasure } from '@greenlight/shared/stages/data/erasure/erasure-contract.ts';
import { IDENTIFIER_KINDS, type Identifier } from '@greenlight/shared/stages/data/erasure/identifiers.ts';
import { useMutation } from '@tanstack/react-query';
import { Button, Form, Input, Select } from 'antd';
import { useTranslation } from 'react-i18next';
import { call } from '../../../api/client.ts';
import { useIdempotentBody } from '../../../api/use-idempotent-body.ts';
import { ErrorNotice } from '../../../ui/error-notice.tsx';
import { Panel } from '../../../ui/panel.tsx';

interface Properties {
  readonly projectId: string;
  readonly onStarted: (erasureId: string) => void;
}

interface Values {
  readonly reason: string;
  readonly identifiers: readonly Identifier[];
}

/** Who is to be erased and why; it only starts to look. */
export function ErasureForm({ projectId, onStarted }: Properties) {
  const { t } = useTranslation('privacy');
  // The same form sent twice is one erasure.
  const bodyOf = useIdempotentBody(({ reason, identifiers }: Values) => ({ reason, identifiers: [...identifiers] }));
  const start = useMutation({
    mutationFn: (values: Values) => call(startErasure, { params: { projectId }, body: bodyOf(values) }),
    onSuccess: ({ id }) => onStarted(id),
  });
  const kinds = IDENTIFIER_KINDS.map((kind) => ({ value: kind, label: t(`erase.kind.${kind}`) }));
  return (
    <Panel title={t('erase.new')}>
      <p>{t('erase.hint')}</p>
      <Form<Values>
        layout="vertical"
        requiredMark={false}
        initialValues={{ identifiers: [{ kind: 'e-mail', value: '' }] }}
        onFinish={(values) => start.mutate(values)}
      >
        <Form.List name="identifiers">
          {(fields, { add, remove }) => (
            <>
              {fields.map(({ key, name }) => (
                <div className="identifier" key={key}>
                  <Form.Item name={[name, 'kind']} label={t('erase.kindLabel')}>
                    <Select options={kinds} />
                  </Form.Item>
                  <Form.Item
                    name={[name, 'value']}
                    label={t('erase.value')}
                    rules={[{ required: true, whitespace: true, message: t('erase.valueNeeded') }]}
                  >
                    <Input maxLength={200} autoComplete="off" data-testid={`identifier-${name}`} />
                  </Form.Item>
                  {fields.length > 1 && <Button onClick={() => remove(name)}>{t('erase.remove')}</Button>}
                </div>
              ))}
              <p>
                <Button onClick={() => add({ kind: 'phone', value: '' })} disabled={fields.length >= 50}>
                  {t('erase.add')}
                </Button>
              </p>
            </>
          )}
        </Form.List>
        <Form.Item
          name="reason"
          label={t('keep.reason')}
          extra={t('erase.reasonHint')}
          rules={[{ required: true, whitespace: true, min: 5, message: t('keep.reasonNeeded') }]}
        >
          <Input.TextArea maxLength={500} autoSize={{ minRows: 2, maxRows: 6 }} data-testid="erase-reason" />
        </Form.Item>
        <Button type="primary" htmlType="submit" loading={start.isPending} data-testid="erase-look">
          {t('erase.look')}
        </Button>
        {start.error && <ErrorNotice error={start.error} />}
      </Form>
    </Panel>
  );
}
