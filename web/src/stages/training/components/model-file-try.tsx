import { predictWithModelFile, type ModelFile } from '@greenlight/shared/stages/training/imported-models.ts';
import { useMutation } from '@tanstack/react-query';
import { Button, Form, Input } from 'antd';
import { useTranslation } from 'react-i18next';
import { call } from '../../../api/client.ts';
import { ErrorNotice } from '../../../ui/error-notice.tsx';
import { ModelFileAnswer } from './model-file-answer.tsx';

/** A box to ask an imported model of texts. */
export function ModelFileTry({ file }: { readonly file: ModelFile }) {
  const { t } = useTranslation('modelFiles');
  const ask = useMutation({
    mutationFn: ({ text }: { text: string }) =>
      call(predictWithModelFile, { params: { modelFileId: file.id }, body: { texts: [text] } }),
  });
  return (
    <>
      <h3>{t('import.try')}</h3>
      <Form layout="vertical" requiredMark={false} onFinish={(values: { text: string }) => ask.mutate(values)}>
        <Form.Item name="text" label={t('import.text')} rules={[{ required: true, message: t('import.textNeeded') }]}>
          <Input.TextArea maxLength={100_000} autoSize={{ minRows: 2, maxRows: 6 }} data-testid="model-text" />
        </Form.Item>
        <Button htmlType="submit" loading={ask.isPending} data-testid="model-ask">
          {t('import.ask')}
        </Button>
      </Form>
      {ask.error && <ErrorNotice error={ask.error} />}
      <div aria-live="polite" data-testid="model-answer">
        {ask.data && <ModelFileAnswer answer={ask.data} />}
      </div>
    </>
  );
}
