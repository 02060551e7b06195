import type { DatasetTask } from '@greenlight/shared/stages/data/content.ts';
import type { RunConfiguration } from '@greenlight/shared/stages/training/configuration.ts';
import { useQuery } from '@tanstack/react-query';
import { Form, InputNumber } from 'antd';
import { useTranslation } from 'react-i18next';
import { SeveralSelect } from '../../../ui/several-select.tsx';
import { datasetVersionQuery } from '../queries.ts';

type AuxiliaryTasks = RunConfiguration['auxiliaryTasks'];

const NO_TASKS: readonly DatasetTask[] = [];

/** The further tasks of the chosen data that a classifier learns, with the weight of each; left out where the data has none. */
export function TasksItem() {
  const { t } = useTranslation('training');
  const form = Form.useFormInstance();
  const versionId = Form.useWatch<string | undefined>('datasetVersionId', form);
  const { data: version } = useQuery({ ...datasetVersionQuery(versionId ?? ''), enabled: versionId !== undefined });
  const tasks = version?.tasks ?? NO_TASKS;
  const chosen = Form.useWatch<AuxiliaryTasks | undefined>('auxiliaryTasks', form);

  if (tasks.length === 0 && (chosen ?? []).length === 0) return null;
  const known = new Set(tasks.map(({ name }) => name));
  return (
    <Form.Item
      name="auxiliaryTasks"
      label={t('setting.auxiliaryTasks')}
      extra={t('form.tasksHint')}
      dependencies={['datasetVersionId']}
      rules={[
        {
          validator: (_, value: AuxiliaryTasks = []) => {
            // The server knows them at any time.
            if (version === undefined) return Promise.resolve();
            const missing = value.find(({ name }) => !known.has(name));
            return missing === undefined
              ? Promise.resolve()
              : Promise.reject(new Error(t('form.rule.unknownTask', { name: missing.name })));
          },
        },
      ]}
    >
      <TasksControl tasks={tasks} />
    </Form.Item>
  );
}

interface ControlProperties {
  readonly tasks: readonly DatasetTask[];
  /** Given by the form. */
  readonly id?: string;
  readonly value?: AuxiliaryTasks;
  readonly onChange?: (value: AuxiliaryTasks) => void;
}

function TasksControl({ tasks, id, value = [], onChange }: ControlProperties) {
  const { t } = useTranslation('training');
  const choose = (names: readonly string[]) =>
    onChange?.(names.map((name) => value.find((known) => known.name === name) ?? { name, weight: 1 }));
  const weigh = (name: string, weight: number | null) =>
    onChange?.(value.map((task) => (task.name === name ? { name, weight: weight ?? 1 } : task)));
  return (
    <>
      <SeveralSelect
        {...(id === undefined ? {} : { id })}
        placeholder={t('form.noTasks')}
        value={value.map(({ name }) => name)}
        options={tasks.map(({ name, kind, items }) => ({
          value: name,
          label: t('form.taskOption', { name, kind: t(`taskKind.${kind}`), items }),
        }))}
        onChange={choose}
      />
      {value.map(({ name, weight }) => (
        <label key={name} className="task-weight">
          <span>{t('form.taskWeight', { name })}</span>
          <InputNumber size="small" min={0.001} max={1000} value={weight} onChange={(given) => weigh(name, given)} />
        </label>
      ))}
    </>
  );
}
