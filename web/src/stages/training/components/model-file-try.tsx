import type { ModelFile } from '@greenlight/shared/stages/training/imported-models.ts';
import { Form, Input } from 'antd';
import { useTranslation } from 'react-i18next';
import { ModelFileQuestion } from './model-file-question.tsx';

/** A box to ask an imported model of texts. */
export function ModelFileTry({ file }: { readonly file: ModelFile }) {
  const { t } = useTranslation('modelFiles');
  return (
    <ModelFileQuestion file={file} bodyOf={({ text }: { text: string }) => ({ texts: [text] })}>
      <Form.Item name="text" label={t('import.text')} rules={[{ required: true, message: t('import.textNeeded') }]}>
        <Input.TextArea maxLength={100_000} autoSize={{ minRows: 2, maxRows: 6 }} data-testid="model-text" />
      </Form.Item>
    </ModelFileQuestion>
  );
}
