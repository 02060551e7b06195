import type { Run } from '@greenlight/shared/stages/training/contract.ts';
import { hasEnded } from '@greenlight/shared/stages/training/rules.ts';
import { Button, Form, Input, InputNumber } from 'antd';
import { useTranslation } from 'react-i18next';
import { ErrorNotice } from '../../../ui/error-notice.tsx';
import { Panel } from '../../../ui/panel.tsx';
import { GeneratedTextView } from './generated-text.tsx';
import { SamplingItems, type SamplingValues } from './sampling-items.tsx';
import { useGeneration } from './use-generation.ts';

interface Values extends SamplingValues {
  prompt: string;
  temperature: number | null;
  maxTokens: number | null;
}

const DEFAULT_MAX_TOKENS = 64;

/** A box to try the newest checkpoint: a prompt in, its continuation out, token by token. */
export function Playground({ run }: { readonly run: Run }) {
  const { t } = useTranslation('training');
  const hasCheckpoint = run.artifacts.some((artifact) => artifact.kind === 'checkpoint');
  const { generation, start, halt } = useGeneration(run.id);
  const initial: Values = {
    prompt: run.configuration.samplePrompts[0] ?? '',
    temperature: 0,
    maxTokens: DEFAULT_MAX_TOKENS,
    ...{ topK: 0, topP: 1, seed: 1, stop: [] },
  };
  const isWriting = generation.state === 'writing';
  return (
    <Panel title={t('playground.title')}>
      <Form<Values>
        layout="vertical"
        requiredMark={false}
        initialValues={initial}
        onFinish={({ prompt, temperature, maxTokens, topK, topP, seed, stop }) =>
          start({
            prompt,
            temperature: temperature ?? 0,
            maxTokens: maxTokens ?? DEFAULT_MAX_TOKENS,
            ...{ topK: topK ?? 0, topP: topP ?? 1, seed: seed ?? 1, stop },
          })
        }
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
        <SamplingItems />
        {isWriting ? (
          <Button data-testid="generate-halt" onClick={halt}>
            {t('playground.halt')}
          </Button>
        ) : (
          <Button type="primary" htmlType="submit" data-testid="generate-submit" disabled={!hasCheckpoint}>
            {t('playground.generate')}
          </Button>
        )}
        {!hasCheckpoint && (
          <p className="secondary">{t(hasEnded(run.state) ? 'playground.none' : 'playground.waiting')}</p>
        )}
      </Form>
      <GeneratedTextView generation={generation} />
      {generation.state === 'failed' && <ErrorNotice error={generation.error} />}
    </Panel>
  );
}
