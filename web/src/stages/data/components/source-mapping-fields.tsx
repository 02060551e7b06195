import { TEXT_ENCODINGS, type SourceMapping } from '@greenlight/shared/stages/data/preparation/reading/source.ts';
import { Select } from 'antd';
import { useTranslation } from 'react-i18next';
import { Field } from '../../../ui/field.tsx';
import { labelColumnOf, labelKindOf, withLabel, withSplit, withText } from '../source-mapping.ts';
import { ColumnFields, SplitField } from './column-fields.tsx';
import { TaskFields } from './task-fields.tsx';

interface Properties {
  readonly columns: readonly string[];
  readonly mapping: SourceMapping;
  /** Whether a classifier is to learn from the file. */
  readonly isClassified: boolean;
  readonly onChange: (mapping: SourceMapping) => void;
}

/** Says how an uploaded file is encoded and which of its columns is what. */
export function SourceMappingFields({ columns, mapping, isClassified, onChange }: Properties) {
  const { t } = useTranslation('data');
  const kind = labelKindOf(mapping);
  const column = labelColumnOf(mapping);
  const others = columns.filter((name) => name !== mapping.text && name !== mapping.split);
  return (
    <>
      <Field label={t('file.encoding')}>
        {(control) => (
          <Select
            {...control}
            value={mapping.encoding}
            options={[
              { value: 'auto' as const, label: t('upload.auto') },
              ...TEXT_ENCODINGS.map((value) => ({ value, label: value.toUpperCase() })),
            ]}
            onChange={(encoding) => onChange({ ...mapping, encoding })}
          />
        )}
      </Field>
      {columns.length > 0 && (
        <ColumnFields
          columns={columns}
          text={mapping.text}
          others={others}
          labelKind={kind}
          label={column}
          separator={mapping.labelSeparator}
          isClassified={isClassified}
          onText={(text) => onChange(withText(mapping, text))}
          onLabelKind={(next) => onChange(withLabel(mapping, next, column ?? others[0]))}
          onLabel={(next) => onChange(withLabel(mapping, kind, next))}
          onSeparator={(labelSeparator) => onChange({ ...mapping, labelSeparator })}
        />
      )}
      {others.some((name) => name !== column) && (
        <TaskFields
          columns={others.filter((name) => name !== column)}
          tasks={mapping.tasks ?? []}
          onChange={(tasks) => onChange({ ...mapping, tasks })}
        />
      )}
      {columns.length > 1 && (
        <SplitField
          columns={columns.filter((name) => name !== mapping.text && name !== column)}
          split={mapping.split}
          onSplit={(split) => onChange(withSplit(mapping, split))}
        />
      )}
    </>
  );
}
