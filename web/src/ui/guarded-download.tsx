import { Button, Form, Input, Modal } from 'antd';
import { useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { ApiError } from '../api/api-error.ts';
import { allowDownload } from '../api/client.ts';
import { ErrorNotice } from './error-notice.tsx';

interface Properties {
  readonly address: string;
  readonly type?: 'link' | 'default';
  readonly children: ReactNode;
}

/** A file that may repeat personal data: where it does, the reader states a purpose first. */
export function GuardedDownload({ address, type = 'default', children }: Properties) {
  const { t } = useTranslation('privacy');
  const [asks, setAsks] = useState(false);
  const [refusal, setRefusal] = useState<unknown>(null);
  const open = async () => {
    try {
      await allowDownload(address);
      window.location.assign(address);
    } catch (error) {
      if (error instanceof ApiError && error.code === 'purpose-needed') setAsks(true);
      else setRefusal(error);
    }
  };
  return (
    <>
      <Button type={type} onClick={() => void open()}>
        {children}
      </Button>
      <Modal open={refusal !== null} onCancel={() => setRefusal(null)} footer={null} title={t('raw.refused')}>
        <ErrorNotice error={refusal} />
      </Modal>
      <Modal open={asks} onCancel={() => setAsks(false)} footer={null} title={t('raw.file')} destroyOnHidden>
        <Form<{ purpose: string }>
          layout="vertical"
          requiredMark={false}
          onFinish={({ purpose }) => {
            setAsks(false);
            window.location.assign(`${address}?${new URLSearchParams({ purpose })}`);
          }}
        >
          <Form.Item
            name="purpose"
            label={t('raw.purpose')}
            extra={t('raw.purposeHint')}
            rules={[{ required: true, whitespace: true, min: 5, message: t('raw.purposeNeeded') }]}
          >
            <Input.TextArea maxLength={500} autoSize={{ minRows: 2, maxRows: 6 }} />
          </Form.Item>
          <Button type="primary" htmlType="submit">
            {t('raw.download')}
          </Button>
        </Form>
      </Modal>
    </>
  );
}
