import { AUDIT_TARGET_KINDS, type AuditFilter } from '@greenlight/shared/across/governance/audit-contract.ts';
import { listProjects } from '@greenlight/shared/projects/contract.ts';
import { Button, Input, Select } from 'antd';
import { useTranslation } from 'react-i18next';
import { pagesOf } from '../../../api/query.ts';
import { useChoices } from '../../../api/use-choices.ts';
import { useLanguage } from '../../../i18n/language.ts';
import { ChoiceSelect } from '../../../ui/choice-select.tsx';
import { Field } from '../../../ui/field.tsx';
import { projectName } from '../../../ui/project-name.ts';
import { MomentField } from '../../../ui/date-field.tsx';

interface Properties {
  readonly filter: AuditFilter;
  readonly actions: readonly string[];
  /** Whether events of several projects are shown. */
  readonly hasProjects: boolean;
  readonly onFilter: (filter: AuditFilter) => void;
}

/** Stands in the address for events of no project. */
const NO_PROJECT = 'none';

/** Who, what, on what, in which project and when; every choice is in the address. */
export function AuditFilters({ filter, actions, hasProjects, onFilter }: Properties) {
  const { t } = useTranslation(['audit', 'common']);
  const language = useLanguage();
  const { project: named } = filter;
  const projects = useChoices(
    { ...pagesOf(listProjects, { query: { limit: 100 } }), enabled: hasProjects },
    // An id would stand for the name of a project further back.
    { isEnough: (items) => named === undefined || named === NO_PROJECT || items.some(({ id }) => id === named) },
  );
  const families = [...new Set(actions.map((action) => action.split('.')[0] ?? action))];
  const moment = (name: 'from' | 'to') => (
    <Field label={t(`filter.${name}`)}>
      {(control) => (
        <MomentField {...control} value={filter[name]} onChange={(chosen) => onFilter({ ...filter, [name]: chosen })} />
      )}
    </Field>
  );
  const choices = (name: 'action' | 'targetKind', options: { value: string; label: string }[]) => (
    <Field label={t(`filter.${name}`)}>
      {(control) => (
        <Select
          {...control}
          allowClear
          showSearch={{ optionFilterProp: 'label' }}
          placeholder={t('filter.all')}
          value={filter[name] ?? null}
          options={options}
          onChange={(chosen) => onFilter({ ...filter, [name]: chosen ?? undefined })}
        />
      )}
    </Field>
  );
  return (
    <div className="form-columns print-hidden">
      <Field label={t('filter.actor')}>
        {(control) => (
          <Input.Search
            {...control}
            key={filter.actor ?? ''}
            allowClear
            defaultValue={filter.actor ?? ''}
            placeholder={t('filter.actorHint')}
            maxLength={320}
            onSearch={(text) => onFilter({ ...filter, actor: text.trim() || undefined })}
          />
        )}
      </Field>
      {choices('action', [
        ...families.map((family) => ({ value: family, label: t('filter.family', { family }) })),
        ...actions.filter((action) => !families.includes(action)).map((action) => ({ value: action, label: action })),
      ])}
      {choices(
        'targetKind',
        AUDIT_TARGET_KINDS.map((kind) => ({ value: kind, label: t(`targetKind.${kind}`) })),
      )}
      {hasProjects && (
        <Field label={t('filter.project')}>
          {(control) => (
            <ChoiceSelect
              {...control}
              allowClear
              choices={projects}
              placeholder={t('filter.all')}
              value={named ?? null}
              options={[
                { value: NO_PROJECT, label: t('filter.noProject') },
                ...(projects.items ?? []).map(({ id, ...project }) => ({
                  value: id,
                  label: projectName(project, language),
                })),
              ]}
              onChange={(project: string | undefined) => onFilter({ ...filter, project })}
            />
          )}
        </Field>
      )}
      {moment('from')}
      {moment('to')}
      {Object.values(filter).some((value) => value !== undefined) && (
        <Button className="audit-clear" onClick={() => onFilter({})}>
          {t('filter.clear')}
        </Button>
      )}
    </div>
  );
}
