import { LABEL_KINDS, type LabelKind } from '@greenlight/shared/stages/data/content.ts';
import { Select } from 'antd';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Field } from '../../../ui/field.tsx';

/** What may stand between several labels in one cell, the usual one first. */
export const SEPARATORS = ['|', ',', ';', '，', '、'] as const;

interface Properties {
  readonly columns: readonly string[];
  readonly text: string;
  /** Columns that may hold the label. */
  readonly others: readonly string[];
  readonly labelKind: LabelKind;
  readonly label: string | null | undefined;
  readonly separator: string | undefined;
  /** Whether a classifier is to learn from the file: then texts without labels are of no use. */
  readonly isClassified: boolean;
  /** Said below the label's column. */
  readonly labelNote?: ReactNode;
  readonly onText: (text: string) => void;
  readonly onLabelKind: (kind: LabelKind) => void;
  readonly onLabel: (label: string) => void;
  readonly onSeparator: (separator: string) => void;
}

/** Options of a list of columns. */
export function named(names: readonly string[]) {
  return names.map((value) => ({ value, label: value }));
}

/** Says which columns of a file hold the text and the label, and what the label is. */
export function ColumnFields(properties: Properties) {
  const {
    columns,
    text,
    others,
    labelKind,
    label,
    separator,
    isClassified,
    labelNote,
    onText,
    onLabelKind,
    onLabel,
    onSeparator,
  } = properties;
  const { t } = useTranslation('data');
  return (
    <>
      <Field label={t('file.textColumn')}>
        {(control) => <Select {...control} value={text} options={named(columns)} onChange={onText} />}
      </Field>
      {others.length > 0 && (
        <Field
          label={t('file.labelKind')}
          notes={labelKind === 'none' && t(isClassified ? 'file.labelsNeeded' : 'file.noLabels')}
          isWrong={labelKind === 'none' && isClassified}
        >
          {(control) => (
            <Select
              {...control}
              value={labelKind}
              options={LABEL_KINDS.map((value) => ({ value, label: t(`file.${value}`) }))}
              onChange={onLabelKind}
            />
          )}
        </Field>
      )}
      {labelKind !== 'none' && (
        <Field label={t('file.labelColumn')} notes={labelNote} isWrong={label === null || label === undefined}>
          {(control) => <Select {...control} value={label} options={named(others)} onChange={onLabel} />}
        </Field>
      )}
      {labelKind === 'multiple' && (
        <Field label={t('file.separator')}>
          {(control) => <Select {...control} value={separator} options={named(SEPARATORS)} onChange={onSeparator} />}
        </Field>
      )}
    </>
  );
}

interface SplitProperties {
  readonly columns: readonly string[];
  readonly split: string | null | undefined;
  readonly onSplit: (split: string | undefined) => void;
}

/** Says which column of a file, if any, places each row in a split. */
export function SplitField({ columns, split, onSplit }: SplitProperties) {
  const { t } = useTranslation('data');
  return (
    <Field label={t('upload.splitColumn')} notes={t('upload.splitHint')}>
      {(control) => (
        <Select
          {...control}
          allowClear
          placeholder={t('file.none')}
          value={split}
          options={named(columns)}
          onChange={onSplit}
        />
      )}
    </Field>
  );
}
