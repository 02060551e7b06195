import { inLanguage } from '@greenlight/shared/api/localized-text.ts';
import type { DatasetVersion } from '@greenlight/shared/stages/data/contract.ts';
import { startPreparation } from '@greenlight/shared/stages/data/preparation-contract.ts';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Button, Checkbox, Form, InputNumber, Radio } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { call } from '../../../api/client.ts';
import type { Choices } from '../../../api/use-choices.ts';
import { useProjectRights } from '../../../api/use-project-rights.ts';
import { useLanguage } from '../../../i18n/language.ts';
import { ChoiceSelect } from '../../../ui/choice-select.tsx';
import { ErrorNotice } from '../../../ui/error-notice.tsx';
import { Panel } from '../../../ui/panel.tsx';
import { preparationsQuery } from '../queries.ts';
import { DEFAULT_SPLITS, defaultSteps, recipeOf, splitPlanOf, type SplitSettings } from '../recipe-settings.ts';
import { RecipePreview } from './recipe-preview.tsx';
import { RecipeSteps } from './recipe-steps.tsx';

interface Properties {
  readonly projectId: string;
  readonly versions: readonly DatasetVersion[];
  /** Where further versions come from. */
  readonly choices: Choices<DatasetVersion>;
  readonly from: string;
  readonly onFrom: (versionId: string) => void;
  readonly onStarted: (jobId: string) => void;
}

/** What is to be made of which version, the button that starts it, and what the steps would do. */
export function PreparationForm({ projectId, versions, choices, from, onFrom, onStarted }: Properties) {
  const { t } = useTranslation(['preparation', 'common']);
  const language = useLanguage();
  const queryClient = useQueryClient();
  const mayWrite = useProjectRights(projectId)('data:write');
  const [form] = Form.useForm<SplitSettings>();
  const settings = { ...DEFAULT_SPLITS, ...Form.useWatch([], form) };
  const holdsImages = versions.some(({ id, images }) => id === from && images !== null);
  const [textSteps, setTextSteps] = useState(() => defaultSteps(false));
  const [imageSteps, setImageSteps] = useState(() => defaultSteps(true));
  const steps = holdsImages ? imageSteps : textSteps;
  const recipe = recipeOf(steps);
  const hasTooMuchHeld = settings.divides && settings.validationPercent + settings.testPercent >= 100;
  const start = useMutation({
    mutationFn: () =>
      call(startPreparation, {
        params: { projectId },
        body: {
          origin: { kind: 'version', datasetVersionId: from },
          recipe,
          splits: splitPlanOf(settings),
        },
      }),
    onSuccess: async ({ jobId }) => {
      await queryClient.invalidateQueries({ queryKey: preparationsQuery(projectId).queryKey });
      onStarted(jobId);
    },
  });
  const named = versions.map(({ id, datasetName, version }) => ({
    value: id,
    label: `${inLanguage(datasetName, language)} v${version}`,
  }));
  return (
    <div className="preparation-columns">
      <Panel title={t('form.title')}>
        <Form<SplitSettings>
          form={form}
          layout="vertical"
          requiredMark={false}
          initialValues={DEFAULT_SPLITS}
          onFinish={() => start.mutate()}
        >
          <Form.Item label={t('form.version')} htmlFor="preparation-from">
            <ChoiceSelect id="preparation-from" choices={choices} value={from} options={named} onChange={onFrom} />
          </Form.Item>
          <RecipeSteps steps={steps} holdsImages={holdsImages} onChange={holdsImages ? setImageSteps : setTextSteps} />
          <Form.Item name="divides" label={t('form.splits')} extra={settings.divides && t('form.givenUp')}>
            <Radio.Group
              options={[
                { value: true, label: t('form.divide') },
                { value: false, label: t('form.keep') },
              ]}
            />
          </Form.Item>
          <div hidden={!settings.divides}>
            <Form.Item name="validationPercent" label={t('form.validation')}>
              <InputNumber min={0} max={99} precision={0} />
            </Form.Item>
            <Form.Item
              name="testPercent"
              label={t('form.test')}
              {...(hasTooMuchHeld ? { validateStatus: 'error' as const, help: t('form.tooMuch') } : {})}
            >
              <InputNumber min={0} max={99} precision={0} />
            </Form.Item>
            <Form.Item name="seed" label={t('form.seed')}>
              <InputNumber min={0} max={2_147_483_647} precision={0} />
            </Form.Item>
            <Form.Item name="stratify" valuePropName="checked" extra={t('form.alike')}>
              <Checkbox>{t('form.stratify')}</Checkbox>
            </Form.Item>
          </div>
          {start.error && <ErrorNotice error={start.error} />}
          {!mayWrite && <p className="secondary">{t('common:mayNot.data')}</p>}
          <Button
            type="primary"
            htmlType="submit"
            data-testid="start-preparation"
            loading={start.isPending}
            disabled={hasTooMuchHeld || !mayWrite}
          >
            {t('form.start')}
          </Button>
        </Form>
      </Panel>
      <RecipePreview versionId={from} recipe={recipe} />
    </div>
  );
}
