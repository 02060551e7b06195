import { listModelFiles, uploadModelFile } from '@greenlight/shared/stages/training/imported-models.ts';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Button, Form, Input } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { upload } from '../../../api/client.ts';
import { familyOf } from '../../../api/query.ts';
import { ErrorNotice } from '../../../ui/error-notice.tsx';
import { FileDrop } from '../../../ui/file-drop.tsx';
import { Panel } from '../../../ui/panel.tsx';

/** Brings an ONNX file into a project. */
export function ModelFileUpload({ projectId }: { readonly projectId: string }) {
  const { t } = useTranslation('modelFiles');
  const queryClient = useQueryClient();
  const [form] = Form.useForm<{ name: string }>();
  const [file, setFile] = useState<File | null>(null);
  const [isMissing, setIsMissing] = useState(false);
  const send = useMutation({
    mutationFn: ({ name, chosen }: { name: string; chosen: File }) =>
      upload(uploadModelFile, { projectId }, chosen, { name }),
    onSuccess: () => queryClient.invalidateQueries({ queryKey: familyOf(listModelFiles) }),
  });
  return (
    <Panel title={t('import.upload')}>
      <Form
        form={form}
        layout="vertical"
        requiredMark={false}
        onFinish={({ name }: { name: string }) => {
          setIsMissing(file === null);
          if (file !== null) send.mutate({ name, chosen: file });
        }}
      >
        <Form.Item>
          <FileDrop
            accept=".onnx"
            kinds={t('import.file')}
            chosen={file?.name}
            testId="model-file"
            onFile={(chosen) => {
              setFile(chosen);
              form.setFieldValue('name', chosen.name.replace(/\.onnx$/, '').slice(0, 120));
            }}
          />
          {isMissing && file === null && <p role="alert">{t('import.fileNeeded')}</p>}
        </Form.Item>
        <Form.Item
          name="name"
          label={t('import.name')}
          rules={[{ required: true, whitespace: true, message: t('import.nameNeeded') }]}
        >
          <Input maxLength={120} />
        </Form.Item>
        <Button type="primary" htmlType="submit" loading={send.isPending} data-testid="model-file-upload">
          {t('import.upload')}
        </Button>
      </Form>
      {send.error && <ErrorNotice error={send.error} />}
    </Panel>
  );
}
