import { inLanguage } from '@greenlight/shared/api/localized-text.ts';
import { getRouteApi } from '@tanstack/react-router';
import { Form } from 'antd';
import { useTranslation } from 'react-i18next';
import { useChoices } from '../../../api/use-choices.ts';
import { useLanguage } from '../../../i18n/language.ts';
import { formatExactCount } from '../../../ui/numbers.ts';
import { ChoiceSelect } from '../../../ui/choice-select.tsx';
import { tokenizersQuery } from '../queries.ts';

const route = getRouteApi('/shell/projects/$projectId/training/new');

/** The tokenizer that a run uses, chosen among those of the project; without one the run learns its own. */
export function TokenizerItem() {
  const { t } = useTranslation('training');
  const language = useLanguage();
  const { projectId } = route.useParams();
  const chosen = Form.useWatch<string | null | undefined>('tokenizerId', Form.useFormInstance());
  // An id would stand for the name of what lies further back.
  const choices = useChoices(tokenizersQuery(projectId), {
    isEnough: (items) => chosen == null || items.some(({ id }) => id === chosen),
  });
  const options = (choices.items ?? []).map(({ id, settings, size, datasetName, version, upload }) => ({
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
      <ChoiceSelect allowClear choices={choices} options={options} placeholder={t('form.ownTokenizer')} />
    </Form.Item>
  );
}
