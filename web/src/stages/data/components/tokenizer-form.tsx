import { startTokenizerTraining } from '@greenlight/shared/stages/data/tokenizer-contract.ts';
import {
  LARGEST_VOCABULARY,
  SMALLEST_BPE_VOCABULARY,
  SMALLEST_VOCABULARY,
} from '@greenlight/shared/stages/training/configuration.ts';
import type { TokenizerSettings } from '@greenlight/shared/stages/data/tokenizer-job.ts';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Button, Checkbox, Form, InputNumber, Radio } from 'antd';
import { useTranslation } from 'react-i18next';
import { call } from '../../../api/client.ts';
import { ErrorNotice } from '../../../ui/error-notice.tsx';
import { Panel } from '../../../ui/panel.tsx';
import { refreshTokenizers } from '../queries.ts';

const KINDS = ['bpe', 'wordpiece', 'character'] as const;
const INITIAL: TokenizerSettings = { kind: 'bpe', vocabularySize: 8000, lowercase: false, stripAccents: false };

interface Properties {
  readonly versionId: string;
  /** Hears the tokenizer where the same wish has one already. */
  readonly onStarted: (tokenizerId: string | null) => void;
}

/** What is to be learned, and the button that starts it. */
export function TokenizerForm({ versionId, onStarted }: Properties) {
  const { t } = useTranslation('tokenizers');
  const queryClient = useQueryClient();
  const [form] = Form.useForm<TokenizerSettings>();
  const kind = Form.useWatch('kind', form) ?? INITIAL.kind;
  const smallest = kind === 'bpe' ? SMALLEST_BPE_VOCABULARY : SMALLEST_VOCABULARY;
  const start = useMutation({
    mutationFn: ({ lowercase, stripAccents, ...settings }: TokenizerSettings) =>
      call(startTokenizerTraining, {
        params: { datasetVersionId: versionId },
        // Only word pieces have steps of their own before they cut.
        body: settings.kind === 'wordpiece' ? { ...settings, lowercase, stripAccents } : settings,
      }),
    onSuccess: async ({ tokenizerId }) => {
      await refreshTokenizers(queryClient);
      onStarted(tokenizerId);
    },
  });
  return (
    <Panel title={t('form.title')}>
      <Form<TokenizerSettings>
        form={form}
        layout="vertical"
        requiredMark={false}
        initialValues={INITIAL}
        onFinish={(settings) => start.mutate(settings)}
      >
        <Form.Item name="kind" label={t('form.kind')} extra={t(`form.about.${kind}`)}>
          <Radio.Group optionType="button" options={KINDS.map((value) => ({ value, label: t(`kind.${value}`) }))} />
        </Form.Item>
        <Form.Item
          name="vocabularySize"
          label={t('form.vocabularySize')}
          extra={t('form.vocabularyHint')}
          dependencies={['kind']}
          rules={[
            {
              type: 'integer',
              required: true,
              min: smallest,
              max: LARGEST_VOCABULARY,
              message: t('form.vocabularyRange', { low: smallest, high: LARGEST_VOCABULARY }),
            },
          ]}
        >
          <InputNumber className="full-width" keyboard />
        </Form.Item>
        <div hidden={kind !== 'wordpiece'}>
          <Form.Item name="lowercase" valuePropName="checked" extra={t('form.lowercaseHint')}>
            <Checkbox>{t('form.lowercase')}</Checkbox>
          </Form.Item>
          <Form.Item name="stripAccents" valuePropName="checked">
            <Checkbox>{t('form.stripAccents')}</Checkbox>
          </Form.Item>
        </div>
        {start.error && <ErrorNotice error={start.error} />}
        <Button type="primary" htmlType="submit" data-testid="train-tokenizer" loading={start.isPending}>
          {t('form.start')}
        </Button>
      </Form>
    </Panel>
  );
}
