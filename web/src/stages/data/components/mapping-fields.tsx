import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { Field } from '../../../ui/field.tsx';
import { SeveralSelect } from '../../../ui/several-select.tsx';
import type { ColumnMapping } from '../file-import/items-of-table.ts';
import type { Table } from '../file-import/read-table.ts';
import { ColumnFields, named, SplitField } from './column-fields.tsx';
import { TaskFields } from './task-fields.tsx';
import { labelColumns } from '../file-import/label-columns.ts';

interface Properties {
  readonly table: Table;
  readonly mapping: ColumnMapping;
  readonly isClassified: boolean;
  /** Columns by whose values criteria judge. */
  readonly judged: readonly string[];
  /** Whether the label's column was guessed. */
  readonly isGuess: boolean;
  readonly onChange: (mapping: ColumnMapping) => void;
}

/** Says which column of a file is what. */
export function MappingFields({ table, mapping, isClassified, judged, isGuess, onChange }: Properties) {
  const { t } = useTranslation(['data', 'common']);
  const change = (changes: Partial<ColumnMapping>) => onChange({ ...mapping, ...changes });
  /** A column is one thing only. */
  const withoutColumn = (used: string): Pick<ColumnMapping, 'kept' | 'tasks' | 'split'> => ({
    split: mapping.split === used ? null : mapping.split,
    kept: mapping.kept.filter((name) => name !== used),
    tasks: mapping.tasks.filter(({ column }) => column !== used),
  });
  const others = table.columns.filter((name) => name !== mapping.text && name !== mapping.split);
  const { text, split } = mapping;
  const likely = useMemo(() => labelColumns(table, { text, split }, judged), [table, text, split, judged]);
  const labelNote = isGuess
    ? t('file.labelGuessed')
    : mapping.label === null && t('file.labelToChoose', { columns: likely.join(t('common:listOf.separator')) });
  const free = (name: string) => name !== mapping.text && name !== mapping.label;
  return (
    <>
      <ColumnFields
        columns={table.columns}
        text={mapping.text}
        others={others}
        labelKind={mapping.labelKind}
        label={mapping.label}
        separator={mapping.separator}
        isClassified={isClassified}
        labelNote={labelNote}
        onText={(chosen) => change({ text: chosen, ...withoutColumn(chosen) })}
        onLabelKind={(labelKind) => {
          const label = labelKind === 'none' ? null : (mapping.label ?? likely[0] ?? others[0] ?? null);
          change({ labelKind, label, ...(label !== null && withoutColumn(label)) });
        }}
        onLabel={(label) => change({ label, ...withoutColumn(label) })}
        onSeparator={(separator) => change({ separator })}
      />
      {table.columns.some(free) && (
        <SplitField
          columns={table.columns.filter(free)}
          split={mapping.split}
          onSplit={(chosen) =>
            change(chosen === undefined ? { split: null } : { ...withoutColumn(chosen), split: chosen })
          }
        />
      )}
      {others.some((name) => name !== mapping.label) && (
        <TaskFields
          columns={others.filter((name) => name !== mapping.label)}
          tasks={mapping.tasks}
          onChange={(tasks) =>
            change({ tasks, kept: mapping.kept.filter((name) => tasks.every(({ column }) => column !== name)) })
          }
        />
      )}
      {others.some((name) => name !== mapping.label) && (
        <Field label={t('file.kept')}>
          {(control) => (
            <SeveralSelect
              {...control}
              value={[...mapping.kept]}
              options={named(
                others.filter((name) => name !== mapping.label && mapping.tasks.every(({ column }) => column !== name)),
              )}
              onChange={(kept: string[]) => change({ kept })}
            />
          )}
        </Field>
      )}
    </>
  );
}
