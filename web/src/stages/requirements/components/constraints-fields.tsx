import { REGULATIONS, type RequirementContent } from '@greenlight/shared/stages/requirements/contract.ts';
import type { RequirementIssue } from '@greenlight/shared/stages/requirements/issue.ts';
import { Checkbox, InputNumber, Select } from 'antd';
import { useTranslation } from 'react-i18next';
import { useLanguage } from '../../../i18n/language.ts';
import { Field } from '../../../ui/field.tsx';
import { LocalizedField } from '../../../ui/localized-field.tsx';
import { Panel } from '../../../ui/panel.tsx';
import { IssueNotes } from './issue-notes.tsx';
import { DateField } from '../../../ui/date-field.tsx';

type Constraints = RequirementContent['constraints'];

interface Properties {
  readonly constraints: Constraints;
  readonly issues: readonly RequirementIssue[];
  readonly onChange: (constraints: Constraints) => void;
}

/** Languages that are offered first; others can be typed as tags such as `pt-BR`. */
const COMMON_LANGUAGES = ['zh', 'en', 'ja', 'ko', 'de', 'fr', 'es', 'pt', 'ru', 'ar', 'hi', 'id', 'vi', 'th', 'it'];
const CURRENCIES = ['CNY', 'USD', 'EUR', 'GBP', 'JPY', 'HKD'] as const;
const LANGUAGE_TAG = /^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$/;

/** What the model may be made from and must respect. */
export function ConstraintsFields({ constraints, issues, onChange }: Properties) {
  const { t } = useTranslation('requirements');
  const language = useLanguage();
  const names = new Intl.DisplayNames([language], { type: 'language' });
  const change = (part: Partial<Constraints>) => onChange({ ...constraints, ...part });
  const sourceIssues = issues.filter(({ field }) => field === 'constraints.dataSources');
  const { budget } = constraints;
  return (
    <Panel title={t('constraints')}>
      <LocalizedField
        label={t('dataSources')}
        value={constraints.dataSources}
        isWrong={sourceIssues.length > 0}
        notes={<IssueNotes issues={sourceIssues} />}
        onChange={(dataSources) => change({ dataSources })}
      />
      <div className="form-columns">
        <Field label={t('personalData')}>
          {(control) => (
            <Select
              {...control}
              value={constraints.personalData}
              onChange={(personalData: boolean) => change({ personalData })}
              options={[
                { value: true, label: t('yes') },
                { value: false, label: t('no') },
              ]}
            />
          )}
        </Field>
        <Field label={t('retention')} notes={t('retentionHint')}>
          {(control) => (
            <InputNumber<number>
              {...control}
              className="full-width"
              min={1}
              max={36_500}
              precision={0}
              value={constraints.retentionDays}
              onChange={(retentionDays) => change({ retentionDays })}
            />
          )}
        </Field>
        <Field label={t('languages')} notes={t('languagesHint')}>
          {(control) => (
            <Select
              {...control}
              mode="tags"
              value={constraints.languages}
              onChange={(codes: string[]) => change({ languages: codes.filter((code) => LANGUAGE_TAG.test(code)) })}
              options={COMMON_LANGUAGES.map((value) => ({ value, label: names.of(value) ?? value }))}
              showSearch={{ optionFilterProp: 'label' }}
            />
          )}
        </Field>
        <Field label={t('budget')}>
          {(control) => (
            <InputNumber<number>
              {...control}
              className="full-width"
              min={0}
              max={1e12}
              value={budget?.amount ?? null}
              onChange={(amount) =>
                change({ budget: amount === null ? null : { amount, currency: budget?.currency ?? 'CNY' } })
              }
            />
          )}
        </Field>
        <Field label={t('currency')} notes={budget === null && t('currencyHint')}>
          {(control) => (
            <Select
              {...control}
              disabled={budget === null}
              value={budget?.currency ?? 'CNY'}
              onChange={(currency: (typeof CURRENCIES)[number]) =>
                budget && change({ budget: { ...budget, currency } })
              }
              options={CURRENCIES.map((value) => ({ value, label: value }))}
            />
          )}
        </Field>
        <Field label={t('deadline')}>
          {(control) => (
            <DateField
              {...control}
              value={constraints.deadline?.slice(0, 10)}
              onChange={(day) => change({ deadline: day === undefined ? null : `${day}T00:00:00.000Z` })}
            />
          )}
        </Field>
      </div>
      <fieldset className="choices">
        <legend>{t('regulations')}</legend>
        {REGULATIONS.map((regulation) => (
          <Checkbox
            key={regulation}
            checked={constraints.regulations.includes(regulation)}
            onChange={({ target }) =>
              change({
                regulations: REGULATIONS.filter((one) =>
                  one === regulation ? target.checked : constraints.regulations.includes(one),
                ),
              })
            }
          >
            {t(`regulation.${regulation}`)}
          </Checkbox>
        ))}
      </fieldset>
    </Panel>
  );
}
