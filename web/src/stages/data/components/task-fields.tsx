import { MAX_TASKS, TASK_KINDS, taskName } from '@greenlight/shared/stages/data/content.ts';
import type { TaskMapping } from '@greenlight/shared/stages/data/preparation/reading/source.ts';
import { DeleteOutlined, PlusOutlined } from '@ant-design/icons';
import { Button, Input, Select } from 'antd';
import { useTranslation } from 'react-i18next';
import { Field } from '../../../ui/field.tsx';
import { named, SEPARATORS } from './column-fields.tsx';

interface Properties {
  /** Columns that may hold answers. */
  readonly columns: readonly string[];
  readonly tasks: readonly TaskMapping[];
  readonly onChange: (tasks: TaskMapping[]) => void;
}

/** A name for the task of a column; the column's own where it can be one. */
function nameOf(column: string): string {
  const name = column
    .replace(/^tasks\./, '')
    .replaceAll(/[^\p{L}\p{N}_-]+/gu, '-')
    .replace(/^[^\p{L}]+/u, '')
    .slice(0, 40);
  return isName(name) ? name : 'task';
}

function isName(name: string): boolean {
  return taskName.safeParse(name).success;
}

/** A name that no other task has. */
function freeName(name: string, tasks: readonly TaskMapping[]): string {
  const taken = new Set(tasks.map((task) => task.name));
  let number = 2;
  let free = name;
  while (taken.has(free)) free = `${name.slice(0, 36)}-${number++}`;
  return free;
}

/** Says which further columns are tasks that a model may learn beside the labels, and what their answers are. */
export function TaskFields({ columns, tasks, onChange }: Properties) {
  const { t } = useTranslation('data');
  const used = new Set(tasks.map(({ column }) => column));
  const free = columns.filter((name) => !used.has(name));
  const change = (index: number, changes: Partial<TaskMapping>) =>
    onChange(tasks.map((task, place) => (place === index ? { ...task, ...changes } : task)));
  const add = (column: string) =>
    onChange([
      ...tasks,
      { name: freeName(nameOf(column), tasks), column, kind: 'single', labelSeparator: SEPARATORS[0] },
    ]);
  return (
    <Field label={t('tasks.title')} notes={t('tasks.hint')}>
      {(control) => (
        <div role="group" id={control.id} aria-describedby={control['aria-describedby']} data-testid="task-fields">
          {tasks.map(({ name, column, kind, labelSeparator }, index) => (
            // The column names the row: it stays while the name is typed.
            <div className="task-row" key={column}>
              <Input
                aria-label={t('tasks.name', { column })}
                status={isName(name) && tasks.filter((task) => task.name === name).length === 1 ? '' : 'error'}
                maxLength={40}
                value={name}
                onChange={({ target }) => change(index, { name: target.value })}
              />
              <Select
                aria-label={t('tasks.column', { name })}
                value={column}
                options={named([column, ...free])}
                onChange={(next) => change(index, { column: next })}
              />
              <Select
                aria-label={t('tasks.kind', { name })}
                value={kind}
                options={TASK_KINDS.map((value) => ({ value, label: t(`file.${value}`) }))}
                onChange={(next) => change(index, { kind: next })}
              />
              {kind === 'multiple' && (
                <Select
                  aria-label={t('tasks.separator', { name })}
                  value={labelSeparator ?? SEPARATORS[0]}
                  options={named(SEPARATORS)}
                  onChange={(next) => change(index, { labelSeparator: next })}
                />
              )}
              <Button
                type="text"
                icon={<DeleteOutlined />}
                aria-label={t('tasks.remove', { name })}
                title={t('tasks.remove', { name })}
                onClick={() => onChange(tasks.filter((_, place) => place !== index))}
              />
            </div>
          ))}
          {tasks.length < MAX_TASKS && free[0] !== undefined && (
            <Button icon={<PlusOutlined />} onClick={() => add(free[0]!)} data-testid="add-task">
              {t('tasks.add')}
            </Button>
          )}
        </div>
      )}
    </Field>
  );
}
