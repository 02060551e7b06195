import { readRawItems, type ItemFilter, type ItemPage } from '@greenlight/shared/stages/data/items-contract.ts';
import { useMutation } from '@tanstack/react-query';
import { Alert, Button, Form, Input } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { call } from '../../../api/client.ts';
import { ErrorNotice } from '../../../ui/error-notice.tsx';
import { Panel } from '../../../ui/panel.tsx';
import { ItemsShown } from './items-shown.tsx';

interface Properties {
  readonly versionId: string;
  readonly filter: ItemFilter;
  readonly onClose: () => void;
}

/** The items as they are, after a purpose was stated; every page that is read is a line of the audit log. */
export function RawItems({ versionId, filter, onClose }: Properties) {
  const { t } = useTranslation('privacy');
  const [pages, setPages] = useState<readonly ItemPage[]>([]);
  const [purpose, setPurpose] = useState('');
  const last = pages.at(-1);
  // A read is never repeated by itself: it would stand in the audit log as an act of this person.
  const read = useMutation({
    mutationFn: () =>
      call(readRawItems, {
        params: { datasetVersionId: versionId },
        body: { purpose, ...filter, ...(last?.nextCursor ? { cursor: last.nextCursor } : {}) },
      }),
    onSuccess: (page) => setPages((known) => [...known, page]),
  });
  const close = <Button onClick={onClose}>{t(last ? 'raw.hide' : 'raw.cancel')}</Button>;
  return (
    <Panel title={t('raw.title')} extra={last && close}>
      {last ? (
        <>
          <Alert type="warning" showIcon title={t('raw.logged')} />
          <ItemsShown versionId={versionId} items={pages.flatMap(({ items }) => items)} showsImages />
          {last.nextCursor !== null && (
            <Button onClick={() => read.mutate()} loading={read.isPending}>
              {t('items.more')}
            </Button>
          )}
        </>
      ) : (
        <Form layout="vertical" requiredMark={false} onFinish={() => read.mutate()}>
          <Form.Item
            name="purpose"
            label={t('raw.purpose')}
            extra={t('raw.purposeHint')}
            rules={[{ required: true, whitespace: true, min: 5, message: t('raw.purposeNeeded') }]}
          >
            <Input.TextArea
              data-testid="purpose"
              maxLength={500}
              autoSize={{ minRows: 2, maxRows: 6 }}
              onChange={({ target }) => setPurpose(target.value)}
            />
          </Form.Item>
          <Button type="primary" htmlType="submit" loading={read.isPending} data-testid="read-raw">
            {t('raw.submit')}
          </Button>{' '}
          {close}
        </Form>
      )}
      {read.error && <ErrorNotice error={read.error} />}
    </Panel>
  );
}
