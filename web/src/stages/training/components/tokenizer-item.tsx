import { inLanguage } from '@greenlight/shared/api/localized-text.ts';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { Form, Select } from 'antd';
import { useTranslation } from 'react-i18next';
import { useLanguage } from '../../../i18n/language.ts';
import { formatExactCount } from '../../../ui/numbers.ts';
import { tokenizersQuery } from '../queries.ts';

const route = getRouteApi('/shell/projects/$projectId/training/new');

/** The tokenizer that a run uses, chosen among those of the project; without one the run learns its own. */
export function TokenizerItem() {
  const { t } = useTranslation('training');
  const language = useLanguage();
  const { projectId } = route.useParams();
  const { data } = useQuery(tokenizersQuery(projectId));
  const options = (data?.items ?? []).map(({ id, settings, size, datasetName, version, upload }) => ({
    value: id,
    label: t('form.chosenTokenizer', {
      kind: t(`choice.${settings.kind}`),
      size: formatExactCount(size),
      name:
        upload === null
          ? `${datasetName === null ? '' : inLanguage(datasetName, language)} v${version ?? ''}`
          : upload.fileName,
    }),
  }));
  return (
    <Form.Item
      name="tokenizerId"
      label={t('setting.tokenizerId')}
      extra={t('form.tokenizerHint')}
      // A cleared choice is undefined; the contract's word for "learn one" is null.
      getValueFromEvent={(value: string | undefined) => value ?? null}
    >
      <Select allowClear options={options} placeholder={t('form.ownTokenizer')} showSearch optionFilterProp="label" />
    </Form.Item>
  );
}
