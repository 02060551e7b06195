import { Form, Input, InputNumber, Select } from 'antd';
import type { Rule } from 'antd/es/form';
import { useTranslation } from 'react-i18next';
import type { SettingField } from '../settings.ts';
import { CheckpointItem } from './checkpoint-item.tsx';
import { DECIDE_LAYERS, LayersItem } from './layers-item.tsx';
import { TasksItem } from './tasks-item.tsx';
import { TokenizerItem } from './tokenizer-item.tsx';
import { useCrossRules } from './use-cross-rules.ts';

type NumberField = Extract<SettingField, { kind: 'number' }>;

function useNumberRule(field: SettingField): Rule[] {
  const { t } = useTranslation('training');
  if (field.kind !== 'number') return [];
  const { low, high, isWhole, isAbove, empty } = field;
  const message = t(`form.rule.${isAbove ? 'above' : isWhole ? 'whole' : 'number'}`, { low, high });
  return [
    {
      validator: (_, value: number | null | undefined) => {
        if (value == null) return empty ? Promise.resolve() : Promise.reject(new Error(message));
        const fits = value <= high && (isAbove ? value > low : value >= low) && (!isWhole || Number.isInteger(value));
        return fits ? Promise.resolve() : Promise.reject(new Error(message));
      },
    },
  ];
}

function useEmptyHint(field: NumberField): string | undefined {
  const { t } = useTranslation('training');
  if (field.name === 'earlyStoppingPatience') return `${t('form.patience')} · ${t('form.off')}`;
  if (field.name === 'evaluateEverySteps' || field.name === 'checkpointEverySteps')
    return t(`form.automatic.${field.name}`);
  return field.empty && t('form.off');
}

function NumberItem({ field }: { readonly field: NumberField }) {
  const { t } = useTranslation('training');
  const rules = [...useNumberRule(field), ...useCrossRules(field.name)];
  return (
    <Form.Item
      name={field.name}
      label={t(`setting.${field.name}`)}
      extra={useEmptyHint(field)}
      rules={rules}
      dependencies={dependenciesOf(field.name)}
    >
      <InputNumber className="full-width" keyboard />
    </Form.Item>
  );
}

/** Fields whose rules look at other fields are checked again when those change. */
function dependenciesOf(name: SettingField['name']): string[] {
  if (name === 'heads') return ['dModel'];
  if (name === 'encoderLayers' || name === 'decoderLayers' || name === 'task') return ['architecture'];
  if (name === 'loss') return ['task'];
  if (name === 'frozenLayers') return [...DECIDE_LAYERS, 'startFromArtifactId'];
  return [];
}

/** One setting of the form, with its limits and the sentence that says them. */
export function SettingItem({ field }: { readonly field: SettingField }) {
  const { t } = useTranslation('training');
  const crossRules = useCrossRules(field.name);
  if (field.kind === 'number') return <NumberItem field={field} />;
  if (field.kind === 'prompts')
    return (
      <Form.Item
        name={field.name}
        label={t(`setting.${field.name}`)}
        extra={t('form.promptsHint')}
        rules={[
          {
            validator: (_, prompts: readonly string[] = []) =>
              prompts.some((prompt) => prompt.length > 200)
                ? Promise.reject(new Error(t('form.rule.promptLength')))
                : Promise.resolve(),
          },
        ]}
      >
        <Select mode="tags" open={false} suffixIcon={null} maxCount={8} />
      </Form.Item>
    );
  if (field.kind === 'checkpoint') return <CheckpointItem />;
  if (field.kind === 'tasks') return <TasksItem />;
  if (field.kind === 'tokenizer') return <TokenizerItem />;
  if (field.kind === 'layers') return <LayersItem rules={crossRules} dependencies={dependenciesOf(field.name)} />;
  return (
    <Form.Item
      name={field.name}
      label={t(`setting.${field.name}`)}
      rules={crossRules}
      dependencies={dependenciesOf(field.name)}
    >
      <Select
        disabled={field.choices.length === 1}
        options={field.choices.map((value) => ({ value, label: t(`choice.${value}`) }))}
      />
    </Form.Item>
  );
}

/** A name or note that people write beside the settings. */
export function TextItem({ name, label, placeholder, rows }: TextItemProperties) {
  return (
    <Form.Item name={name} label={label}>
      {rows ? <Input.TextArea rows={rows} maxLength={20_000} /> : <Input maxLength={200} placeholder={placeholder} />}
    </Form.Item>
  );
}

interface TextItemProperties {
  readonly name: 'name' | 'notes';
  readonly label: string;
  readonly placeholder?: string;
  readonly rows?: number;
}
