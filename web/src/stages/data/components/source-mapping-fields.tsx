import {
  ENCODING_NAMES,
  TEXT_ENCODINGS,
  type SourceMapping,
} from '@greenlight/shared/stages/data/preparation/reading/source.ts';
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

interface EncodingProperties {
  readonly encoding: SourceMapping['encoding'];
  readonly onChange: (encoding: SourceMapping['encoding']) => void;
}

/** Says how an uploaded file is encoded. */
export function EncodingField({ encoding, onChange }: EncodingProperties) {
  const { t } = useTranslation('data');
  return (
    <Field label={t('file.encoding')}>
      {(control) => (
        <Select
          {...control}
          value={encoding}
          options={[
            { value: 'auto' as const, label: t('upload.auto') },
            ...TEXT_ENCODINGS.map((value) => ({
              value,
              label: t(`file.encodings.${value}`, { name: ENCODING_NAMES[value] }),
            })),
          ]}
          onChange={onChange}
        />
      )}
    </Field>
  );
}

/** Says which of an uploaded file's columns is what. */
export function SourceMappingFields({ columns, mapping, isClassified, onChange }: Properties) {
  const kind = labelKindOf(mapping);
  const column = labelColumnOf(mapping);
  const others = columns.filter((name) => name !== mapping.text && name !== mapping.split);
  return (
    <>
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
