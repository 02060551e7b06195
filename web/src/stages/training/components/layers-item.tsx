import { layersToFreeze } from '@greenlight/shared/stages/training/layers.ts';
import { runConfiguration, type RunConfiguration } from '@greenlight/shared/stages/training/configuration.ts';
import { Form, Select } from 'antd';
import type { Rule } from 'antd/es/form';
import { useTranslation } from 'react-i18next';

/** The settings that decide which layers a model has. */
export const DECIDE_LAYERS = [
  'architecture',
  'encoderLayers',
  'decoderLayers',
  'normalisation',
  'positions',
  'auxiliaryTasks',
] as const satisfies readonly (keyof RunConfiguration)[];

interface LayersItemProperties {
  readonly rules: Rule[];
  readonly dependencies: string[];
}

/** The layers whose weights stay as they are; those of the model are offered, and parts of them may be typed. */
export function LayersItem({ rules, dependencies }: LayersItemProperties) {
  const { t } = useTranslation('training');
  const form = Form.useFormInstance<RunConfiguration>();
  // Fields that are cleared while somebody types have no layers to offer.
  const settings = { ...runConfiguration.parse({}), ...Form.useWatch((values: RunConfiguration) => values, form) };
  const options = layersToFreeze(settings).map((value) => ({ value, label: value }));
  return (
    <Form.Item
      name="frozenLayers"
      label={t('setting.frozenLayers')}
      extra={t('form.layersHint')}
      rules={rules}
      dependencies={dependencies}
    >
      <Select mode="tags" maxCount={100} options={options} />
    </Form.Item>
  );
}
