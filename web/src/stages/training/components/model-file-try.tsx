import { predictWithModelFile, type ModelFile } from '@greenlight/shared/stages/training/imported-models.ts';
import { useMutation } from '@tanstack/react-query';
import { Button, Form, Input } from 'antd';
import { useTranslation } from 'react-i18next';
import type { z } from 'zod';
import { call } from '../../../api/client.ts';
import { ErrorNotice } from '../../../ui/error-notice.tsx';
import { Facts } from '../../../ui/facts.tsx';
import { formatNumber, formatShare } from '../../../ui/numbers.ts';

type Prediction = z.output<NonNullable<typeof predictWithModelFile.reply>>;

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
        {ask.data && <Answer answer={ask.data} />}
      </div>
    </>
  );
}

/** The number of a regression, or the share of each class, for the one text. */
function Answer({ answer: { labels, probabilities, values } }: { readonly answer: Prediction }) {
  const { t } = useTranslation('modelFiles');
  if (values !== null) {
    return (
      <p className="predicted-value figures" data-testid="model-value">
        {t('import.predicted', { value: formatNumber(values[0] ?? 0) })}
      </p>
    );
  }
  return (
    <Facts
      facts={labels.map((label, column) => ({
        key: label,
        name: <span data-raw>{label}</span>,
        value: formatShare(probabilities[0]?.[column] ?? 0),
      }))}
    />
  );
}
