import { inLanguage } from '@greenlight/shared/api/localized-text.ts';
import { isDefaultRunName } from '@greenlight/shared/stages/training/run-name.ts';
import { getRouteApi } from '@tanstack/react-router';
import { Form } from 'antd';
import { useTranslation } from 'react-i18next';
import { useChoices } from '../../../api/use-choices.ts';
import { useLanguage } from '../../../i18n/language.ts';
import { ChoiceSelect } from '../../../ui/choice-select.tsx';
import { checkpointsQuery } from '../queries.ts';

const route = getRouteApi('/shell/projects/$projectId/training/new');

/** The checkpoint whose weights a run begins with, chosen among those of the project. */
export function CheckpointItem() {
  const { t } = useTranslation('training');
  const language = useLanguage();
  const { projectId } = route.useParams();
  const chosen = Form.useWatch<string | null | undefined>('startFromArtifactId', Form.useFormInstance());
  // An id would stand for the name of what lies further back.
  const choices = useChoices(checkpointsQuery(projectId), {
    isEnough: (items) => chosen == null || items.some(({ artifactId }) => artifactId === chosen),
  });
  const options = (choices.items ?? []).map(({ artifactId, runNumber, runName, step }) => ({
    value: artifactId,
    label: isDefaultRunName(runName, runNumber)
      ? t('form.unnamedCheckpoint', { name: inLanguage(runName, language), step })
      : t('form.checkpoint', { run: runNumber, name: inLanguage(runName, language), step }),
  }));
  return (
    <Form.Item
      name="startFromArtifactId"
      label={t('setting.startFromArtifactId')}
      extra={t('form.startFromHint')}
      // A cleared choice is undefined; the contract's word for "from random weights" is null.
      getValueFromEvent={(value: string | undefined) => value ?? null}
    >
      <ChoiceSelect allowClear choices={choices} options={options} placeholder={t('form.randomWeights')} />
    </Form.Item>
  );
}
