import type { LabelKind } from '@greenlight/shared/stages/data/content.ts';
import { TEXT_ENCODINGS, type SourceMapping } from '@greenlight/shared/stages/data/preparation/reading/source.ts';
import { Select } from 'antd';
import { useTranslation } from 'react-i18next';
import { Field } from '../../../ui/field.tsx';
import { ColumnFields, named, SEPARATORS } from './column-fields.tsx';
import { TaskFields } from './task-fields.tsx';

interface Properties {
  readonly columns: readonly string[];
  readonly mapping: SourceMapping;
  readonly onChange: (mapping: SourceMapping) => void;
}

function kindOf({ labels, labelSeparator, value }: SourceMapping): LabelKind {
  if (value !== undefined) return 'value';
  if (labels.length === 0) return 'none';
  return labelSeparator === undefined && labels.length === 1 ? 'single' : 'multiple';
}

/** A mapping whose label is of another kind, or in another column. */
function labelled(mapping: SourceMapping, kind: LabelKind, column: string | undefined): SourceMapping {
  const { labels: _labels, labelSeparator, value: _value, ...rest } = mapping;
  if (kind === 'none' || column === undefined) return { ...rest, labels: [] };
  if (kind === 'value') return { ...rest, labels: [], value: column };
  return kind === 'single'
    ? { ...rest, labels: [column] }
    : { ...rest, labels: [column], labelSeparator: labelSeparator ?? SEPARATORS[0] };
}

/** Says how an uploaded file is encoded and which of its columns is what. */
export function SourceMappingFields({ columns, mapping, onChange }: Properties) {
  const { t } = useTranslation('data');
  const kind = kindOf(mapping);
  const column = mapping.value ?? mapping.labels[0];
  const others = columns.filter((name) => name !== mapping.text && name !== mapping.split);
  const withoutSplit = ({ split: _split, ...rest }: SourceMapping): SourceMapping => rest;
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
          onText={(text) =>
            onChange(text === column ? { ...labelled(mapping, 'none', undefined), text } : { ...mapping, text })
          }
          onLabelKind={(next) => onChange(labelled(mapping, next, column ?? others[0]))}
          onLabel={(next) => onChange(labelled(mapping, kind, next))}
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
        <Field label={t('upload.splitColumn')} notes={t('upload.splitHint')}>
          {(control) => (
            <Select
              {...control}
              allowClear
              placeholder={t('file.none')}
              value={mapping.split}
              options={named(columns.filter((name) => name !== mapping.text && name !== column))}
              onChange={(split: string | undefined) =>
                onChange(split === undefined ? withoutSplit(mapping) : { ...mapping, split })
              }
            />
          )}
        </Field>
      )}
    </>
  );
}
