import { inLanguage } from '@greenlight/shared/api/localized-text.ts';
import { isDefaultRunName } from '@greenlight/shared/stages/training/run-name.ts';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { Form, Select } from 'antd';
import { useTranslation } from 'react-i18next';
import { useLanguage } from '../../../i18n/language.ts';
import { checkpointsQuery } from '../queries.ts';

const route = getRouteApi('/shell/projects/$projectId/training/new');

/** The checkpoint whose weights a run begins with, chosen among those of the project. */
export function CheckpointItem() {
  const { t } = useTranslation('training');
  const language = useLanguage();
  const { projectId } = route.useParams();
  const { data } = useQuery(checkpointsQuery(projectId));
  const options = (data?.items ?? []).map(({ artifactId, runNumber, runName, step }) => ({
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
      <Select allowClear options={options} placeholder={t('form.randomWeights')} showSearch optionFilterProp="label" />
    </Form.Item>
  );
}
