import { SPLITS } from '@greenlight/shared/stages/data/content.ts';
import type { ItemFilter } from '@greenlight/shared/stages/data/items-contract.ts';
import { Input, Select } from 'antd';
import { useTranslation } from 'react-i18next';
import { Field } from '../../../ui/field.tsx';

interface Properties {
  readonly filter: ItemFilter;
  readonly labels: readonly string[];
  readonly onFilter: (filter: ItemFilter) => void;
}

/** Which items are shown: split, label, words, with or without personal data. */
export function ItemFilters({ filter, labels, onFilter }: Properties) {
  const { t } = useTranslation(['privacy', 'common']);
  return (
    <div className="form-columns">
      <Field label={t('items.words')} notes={t('items.wordsHint')}>
        {(control) => (
          <Input.Search
            {...control}
            allowClear
            defaultValue={filter.text ?? ''}
            maxLength={100}
            onSearch={(text) => onFilter({ ...filter, text: text.trim() || undefined })}
          />
        )}
      </Field>
      <Field label={t('items.split')}>
        {(control) => (
          <Select
            {...control}
            allowClear
            placeholder={t('items.all')}
            value={filter.split ?? null}
            options={SPLITS.map((split) => ({ value: split, label: t(`common:split.${split}`) }))}
            onChange={(split) => onFilter({ ...filter, split: split ?? undefined })}
          />
        )}
      </Field>
      {labels.length > 0 && (
        <Field label={t('items.label')}>
          {(control) => (
            <Select
              {...control}
              allowClear
              showSearch
              placeholder={t('items.all')}
              value={filter.label ?? null}
              options={labels.map((label) => ({ value: label, label }))}
              onChange={(label) => onFilter({ ...filter, label: label ?? undefined })}
            />
          )}
        </Field>
      )}
      <Field label={t('items.personalData')}>
        {(control) => (
          <Select
            {...control}
            allowClear
            placeholder={t('items.all')}
            value={filter.personalData ?? null}
            options={(['with', 'without'] as const).map((value) => ({ value, label: t(`items.${value}`) }))}
            onChange={(personalData) => onFilter({ ...filter, personalData: personalData ?? undefined })}
          />
        )}
      </Field>
    </div>
  );
}
