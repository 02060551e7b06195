import { generateText, type Run } from '@greenlight/shared/stages/training/contract.ts';
import { useMutation } from '@tanstack/react-query';
import { Button, Form, Input, InputNumber } from 'antd';
import { useTranslation } from 'react-i18next';
import { call } from '../../../api/client.ts';
import { ErrorNotice } from '../../../ui/error-notice.tsx';
import { Panel } from '../../../ui/panel.tsx';
import { formatDuration } from '../../../ui/time.ts';

interface Values {
  prompt: string;
  temperature: number | null;
  maxTokens: number | null;
}

/** A box to try the newest checkpoint: a prompt in, its continuation out. */
export function Playground({ run }: { readonly run: Run }) {
  const { t } = useTranslation('training');
  const { t: common } = useTranslation();
  const hasCheckpoint = run.artifacts.some((artifact) => artifact.kind === 'checkpoint');
  const generate = useMutation({
    mutationFn: ({ prompt, temperature, maxTokens }: Values) =>
      call(generateText, {
        params: { runId: run.id },
        body: { prompt, temperature: temperature ?? 0, maxTokens: maxTokens ?? 64 },
      }),
  });
  const initial: Values = { prompt: run.configuration.samplePrompts[0] ?? '', temperature: 0, maxTokens: 64 };
  return (
    <Panel title={t('playground.title')}>
      <Form<Values>
        layout="vertical"
        requiredMark={false}
        initialValues={initial}
        onFinish={(values) => generate.mutate(values)}
      >
        <Form.Item
          name="prompt"
          label={t('playground.prompt')}
          rules={[{ required: true, message: t('playground.promptNeeded') }]}
        >
          <Input.TextArea data-testid="generate-prompt" maxLength={2000} autoSize={{ minRows: 2, maxRows: 6 }} />
        </Form.Item>
        <div className="form-columns">
          <Form.Item name="temperature" label={t('playground.temperature')} extra={t('playground.temperatureHint')}>
            <InputNumber min={0} max={2} step={0.1} />
          </Form.Item>
          <Form.Item name="maxTokens" label={t('playground.maxTokens')}>
            <InputNumber min={1} max={512} precision={0} />
          </Form.Item>
        </div>
        <Button
          type="primary"
          htmlType="submit"
          data-testid="generate-submit"
          loading={generate.isPending}
          disabled={!hasCheckpoint}
        >
          {t('playground.generate')}
        </Button>
        {!hasCheckpoint && <p className="secondary">{t('playground.waiting')}</p>}
      </Form>
      {generate.error && <ErrorNotice error={generate.error} />}
      <div aria-live="polite">
        {generate.data && (
          <>
            <p className="generated" data-testid="generate-text" data-raw>
              {generate.data.text}
            </p>
            <p className="secondary figures">
              {t('playground.result', {
                tokens: generate.data.tokens,
                duration: formatDuration(generate.data.elapsedMs, common),
                step: generate.data.checkpointStep,
              })}
            </p>
          </>
        )}
      </div>
    </Panel>
  );
}
