import {
  classifyTexts,
  DEFAULT_LABEL_THRESHOLD,
  predictedLabels,
  type ClassifiedText,
} from '@greenlight/shared/stages/training/classification.ts';
import type { Run } from '@greenlight/shared/stages/training/contract.ts';
import { taskHeadsOf, type HeadTask } from '@greenlight/shared/stages/training/heads.ts';
import { hasEnded } from '@greenlight/shared/stages/training/rules.ts';
import { useMutation, useQuery } from '@tanstack/react-query';
import { Button, Form, Input, InputNumber } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { z } from 'zod';
import { call } from '../../../api/client.ts';
import { ErrorNotice } from '../../../ui/error-notice.tsx';
import { formatNumber } from '../../../ui/numbers.ts';
import { Panel } from '../../../ui/panel.tsx';
import { formatDuration } from '../../../ui/time.ts';
import { datasetVersionQuery } from '../queries.ts';
import { LabelBars } from './label-bars.tsx';

type Answer = z.output<NonNullable<typeof classifyTexts.reply>>;

/** A box to ask a classifier's checkpoint of a text: labels with their probabilities, or the predicted number. */
export function ClassifierTry({ run }: { readonly run: Run }) {
  const { t } = useTranslation('training');
  const [threshold, setThreshold] = useState(DEFAULT_LABEL_THRESHOLD);
  const hasCheckpoint = run.artifacts.some((artifact) => artifact.kind === 'checkpoint');
  const hasHeads = run.configuration.auxiliaryTasks.length > 0;
  const { data: version } = useQuery({ ...datasetVersionQuery(run.datasetVersionId), enabled: hasHeads });
  const heads = taskHeadsOf(run.configuration, version?.tasks ?? []);
  const isMultiLabel = [run.configuration, ...heads].some(({ task }) => task === 'multi-label');
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
        {!hasCheckpoint && (
          <p className="secondary">{t(hasEnded(run.state) ? 'playground.none' : 'playground.waiting')}</p>
        )}
      </Form>
      {ask.error && <ErrorNotice error={ask.error} />}
      <div aria-live="polite" data-testid="classify-answer">
        {ask.data && <AnswerView answer={ask.data} threshold={threshold} />}
      </div>
    </Panel>
  );
}

interface HeadAnswerProperties {
  readonly task: HeadTask;
  readonly labels: readonly string[];
  readonly answer: Pick<ClassifiedText, 'probabilities' | 'value'>;
  readonly threshold: number;
}

/** What one head answered for the one text. */
function HeadAnswer({ task, labels, answer, threshold }: HeadAnswerProperties) {
  const { t } = useTranslation('training');
  const predicted = predictedLabels(task, labels, answer.probabilities, threshold);
  return (
    <>
      {answer.value !== null && (
        <p className="predicted-value figures" data-testid="classify-value">
          {t('classify.value', { value: formatNumber(answer.value) })}
        </p>
      )}
      {task === 'multi-label' && predicted.length === 0 && (
        <p data-testid="classify-none">{t('classify.none', { threshold: formatNumber(threshold) })}</p>
      )}
      {labels.length > 0 && (
        <LabelBars
          labels={labels}
          probabilities={answer.probabilities}
          predicted={predicted}
          threshold={task === 'multi-label' ? threshold : null}
        />
      )}
    </>
  );
}

/** What was answered for the one text; labels follow the threshold as it is now. */
function AnswerView({ answer, threshold }: { readonly answer: Answer; readonly threshold: number }) {
  const { t } = useTranslation('training');
  const { t: common } = useTranslation();
  const [text] = answer.answers;
  if (text === undefined) return null;
  const result = {
    duration: formatDuration(answer.elapsedMs, common),
    step: answer.checkpointStep,
    tokens: text.tokens,
  };
  return (
    <>
      <HeadAnswer task={answer.task} labels={answer.labels} answer={text} threshold={threshold} />
      {answer.heads.map(({ name, task, labels, answers: [own] }) => (
        <section key={name} data-testid={`classify-head-${name}`}>
          <h3 data-raw>{name}</h3>
          {own && <HeadAnswer task={task} labels={labels} answer={own} threshold={threshold} />}
        </section>
      ))}
      {text.isCut && <p>{t('classify.cut', { tokens: text.tokens })}</p>}
      <p className="secondary figures">{t('classify.result', result)}</p>
    </>
  );
}
