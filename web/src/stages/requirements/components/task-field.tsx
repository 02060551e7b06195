import type { ProjectTasks } from '@greenlight/shared/stages/data/task-contract.ts';
import type { Criterion } from '@greenlight/shared/stages/requirements/contract.ts';
import type { RequirementIssue } from '@greenlight/shared/stages/requirements/issue.ts';
import { AutoComplete } from 'antd';
import { useTranslation } from 'react-i18next';
import { Field } from '../../../ui/field.tsx';
import { IssueNotes } from './issue-notes.tsx';

/** A criterion on another task; without one it is about what the first head answers. */
export function onTask(criterion: Criterion, task: string | undefined): Criterion {
  const { task: before, ...rest } = criterion;
  return task === before ? criterion : task === undefined ? rest : { ...rest, task };
}

/** Chooses the further task that a criterion is about; one can be written before any data answers it. */
export function TaskField({
  task,
  data,
  issues,
  onChange,
}: {
  readonly task: string | undefined;
  readonly data: ProjectTasks | null;
  readonly issues: readonly RequirementIssue[];
  readonly onChange: (task: string | undefined) => void;
}) {
  const { t } = useTranslation(['requirements', 'training']);
  const isWrong = issues.some(({ severity }) => severity === 'error');
  const known = data?.tasks ?? [];
  return (
    <Field
      label={t('task')}
      isWrong={isWrong}
      notes={
        <>
          <span>{t('taskHint')}</span>
          <IssueNotes issues={issues} />
        </>
      }
    >
      {(control) => (
        <AutoComplete
          {...control}
          className="full-width"
          allowClear
          maxLength={40}
          value={task ?? ''}
          status={isWrong ? 'error' : ''}
          onChange={(name: string | undefined) =>
            onChange(name === undefined || name.trim() === '' ? undefined : name.trim())
          }
          options={known.map(({ name, kind, items }) => ({
            value: name,
            label: t('training:form.taskOption', { name, kind: t(`training:taskKind.${kind}`), items }),
          }))}
        />
      )}
    </Field>
  );
}
