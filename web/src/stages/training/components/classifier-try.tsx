import {
  classifyTexts,
  DEFAULT_LABEL_THRESHOLD,
  predictedLabels,
} from '@greenlight/shared/stages/training/classification.ts';
import type { Run } from '@greenlight/shared/stages/training/contract.ts';
import { useMutation } from '@tanstack/react-query';
import { Button, Form, Input, InputNumber } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { z } from 'zod';
import { call } from '../../../api/client.ts';
import { ErrorNotice } from '../../../ui/error-notice.tsx';
import { formatNumber } from '../../../ui/numbers.ts';
import { Panel } from '../../../ui/panel.tsx';
import { formatDuration } from '../../../ui/time.ts';
import { LabelBars } from './label-bars.tsx';

type Answer = z.output<NonNullable<typeof classifyTexts.reply>>;

/** A box to ask a classifier's checkpoint of a text: labels with their probabilities, or the predicted number. */
export function ClassifierTry({ run }: { readonly run: Run }) {
  const { t } = useTranslation('training');
  const [threshold, setThreshold] = useState(DEFAULT_LABEL_THRESHOLD);
  const hasCheckpoint = run.artifacts.some((artifact) => artifact.kind === 'checkpoint');
  const isMultiLabel = run.configuration.task === 'multi-label';
  const ask = useMutation({
    mutationFn: ({ text }: { text: string }) =>
      call(classifyTexts, { params: { runId: run.id }, body: { texts: [text], threshold } }),
  });
  return (
    <Panel title={t('playground.title')}>
      <Form<{ text: string }> layout="vertical" requiredMark={false} onFinish={(values) => ask.mutate(values)}>
        <Form.Item
          name="text"
          label={t('classify.text')}
          rules={[{ required: true, message: t('classify.textNeeded') }]}
        >
          <Input.TextArea data-testid="classify-text" maxLength={20_000} autoSize={{ minRows: 3, maxRows: 10 }} />
        </Form.Item>
        {isMultiLabel && (
          <Form.Item label={t('classify.threshold')} extra={t('classify.thresholdHint')} htmlFor="classify-threshold">
            <InputNumber
              id="classify-threshold"
              min={0}
              max={1}
              step={0.05}
              value={threshold}
              onChange={(chosen) => setThreshold(chosen ?? DEFAULT_LABEL_THRESHOLD)}
            />
          </Form.Item>
        )}
        <Button
          type="primary"
          htmlType="submit"
          data-testid="classify-submit"
          loading={ask.isPending}
          disabled={!hasCheckpoint}
        >
          {t(run.configuration.task === 'regression' ? 'classify.predict' : 'classify.ask')}
        </Button>
        {!hasCheckpoint && <p className="secondary">{t('playground.waiting')}</p>}
      </Form>
      {ask.error && <ErrorNotice error={ask.error} />}
      <div aria-live="polite" data-testid="classify-answer">
        {ask.data && <AnswerView answer={ask.data} threshold={threshold} />}
      </div>
    </Panel>
  );
}

/** What was answered for the one text; labels follow the threshold as it is now. */
function AnswerView({ answer, threshold }: { readonly answer: Answer; readonly threshold: number }) {
  const { t } = useTranslation('training');
  const { t: common } = useTranslation();
  const [text] = answer.answers;
  if (text === undefined) return null;
  const { task, labels } = answer;
  const predicted = predictedLabels(task, labels, text.probabilities, threshold);
  const result = {
    duration: formatDuration(answer.elapsedMs, common),
    step: answer.checkpointStep,
    tokens: text.tokens,
  };
  return (
    <>
      {text.value !== null && (
        <p className="predicted-value figures" data-testid="classify-value">
          {t('classify.value', { value: formatNumber(text.value) })}
        </p>
      )}
      {task === 'multi-label' && predicted.length === 0 && (
        <p data-testid="classify-none">{t('classify.none', { threshold: formatNumber(threshold) })}</p>
      )}
      {labels.length > 0 && (
        <LabelBars
          labels={labels}
          probabilities={text.probabilities}
          predicted={predicted}
          threshold={task === 'multi-label' ? threshold : null}
        />
      )}
      {text.isCut && <p>{t('classify.cut', { tokens: text.tokens })}</p>}
      <p className="secondary figures">{t('classify.result', result)}</p>
    </>
  );
}
