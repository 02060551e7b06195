import { LABEL_KINDS } from '@greenlight/shared/stages/data/content.ts';
import { Select } from 'antd';
import { useTranslation } from 'react-i18next';
import { Field } from '../../../ui/field.tsx';
import type { ColumnMapping } from '../file-import/items-of-table.ts';
import type { Table } from '../file-import/read-table.ts';

const SEPARATORS = ['|', ',', ';', '，', '、'];

interface Properties {
  readonly table: Table;
  readonly mapping: ColumnMapping;
  readonly onChange: (mapping: ColumnMapping) => void;
}

/** Says which column of a file is what. */
export function MappingFields({ table, mapping, onChange }: Properties) {
  const { t } = useTranslation('data');
  const named = (names: readonly string[]) => names.map((value) => ({ value, label: value }));
  const change = (changes: Partial<ColumnMapping>) => onChange({ ...mapping, ...changes });
  const others = table.columns.filter((name) => name !== mapping.text);
  return (
    <>
      <Field label={t('file.textColumn')}>
        {(control) => (
          <Select
            {...control}
            value={mapping.text}
            options={named(table.columns)}
            onChange={(text) => change({ text, kept: mapping.kept.filter((name) => name !== text) })}
          />
        )}
      </Field>
      {others.length > 0 && (
        <Field label={t('file.labelKind')}>
          {(control) => (
            <Select
              {...control}
              value={mapping.labelKind}
              options={LABEL_KINDS.map((value) => ({ value, label: t(`file.${value}`) }))}
              onChange={(labelKind) =>
                change({ labelKind, label: labelKind === 'none' ? null : (mapping.label ?? others[0] ?? null) })
              }
            />
          )}
        </Field>
      )}
      {mapping.labelKind !== 'none' && (
        <Field label={t('file.labelColumn')}>
          {(control) => (
            <Select
              {...control}
              value={mapping.label}
              options={named(others)}
              onChange={(label) => change({ label, kept: mapping.kept.filter((name) => name !== label) })}
            />
          )}
        </Field>
      )}
      {mapping.labelKind === 'multiple' && (
        <Field label={t('file.separator')}>
          {(control) => (
            <Select
              {...control}
              value={mapping.separator}
              options={named(SEPARATORS)}
              onChange={(separator) => change({ separator })}
            />
          )}
        </Field>
      )}
      {others.some((name) => name !== mapping.label) && (
        <Field label={t('file.kept')}>
          {(control) => (
            <Select
              {...control}
              mode="multiple"
              value={[...mapping.kept]}
              options={named(others.filter((name) => name !== mapping.label))}
              onChange={(kept: string[]) => change({ kept })}
            />
          )}
        </Field>
      )}
    </>
  );
}
