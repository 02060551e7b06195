import { inLanguage } from '@greenlight/shared/api/localized-text.ts';
import type { Criterion, Requirement } from '@greenlight/shared/stages/requirements/contract.ts';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { ApiError } from '../../api/api-error.ts';
import { useLanguage } from '../../i18n/language.ts';
import { Ago } from '../../ui/ago.tsx';
import { CriteriaTable } from '../../ui/criteria-table.tsx';
import { criterionText } from '../../ui/criterion-text.ts';
import { EmptyState } from '../../ui/empty-state.tsx';
import { Facts } from '../../ui/facts.tsx';
import { formatExactCount } from '../../ui/numbers.ts';
import { Page } from '../../ui/page.tsx';
import { PageError } from '../../ui/page-error.tsx';
import { PageSkeleton } from '../../ui/page-skeleton.tsx';
import { Panel } from '../../ui/panel.tsx';
import { Scrolling } from '../../ui/scrolling.tsx';
import { formatMoment } from '../../ui/time.ts';
import { projectQuery, requirementQuery } from './queries.ts';

const route = getRouteApi('/shell/projects/$projectId/requirements');

function Constraints({ requirement }: { readonly requirement: Requirement }) {
  const { t } = useTranslation(['requirements', 'common']);
  const language = useLanguage();
  const { constraints } = requirement;
  const languageNames = new Intl.DisplayNames([language], { type: 'language' });
  const facts = [
    { key: 'problemType', name: t('problemType'), value: t(`common:problemType.${requirement.problemType}`) },
    { key: 'scenario', name: t('scenario'), value: t(`scenarioName.${requirement.scenario}`) },
    { key: 'dataSources', name: t('dataSources'), value: inLanguage(constraints.dataSources, language) },
    { key: 'personalData', name: t('personalData'), value: t(constraints.personalData ? 'yes' : 'no') },
    {
      key: 'languages',
      name: t('languages'),
      value: constraints.languages.map((code) => languageNames.of(code) ?? code).join(t('common:listOf.separator')),
    },
    {
      key: 'deadline',
      name: t('deadline'),
      value: constraints.deadline ? formatMoment(constraints.deadline, language) : t('noDeadline'),
    },
  ];
  return (
    <Panel title={t('constraints')}>
      <Facts facts={facts} />
    </Panel>
  );
}

function Reasons({ criteria }: { readonly criteria: readonly Criterion[] }) {
  const { t } = useTranslation(['requirements', 'common']);
  const { t: common } = useTranslation();
  const language = useLanguage();
  return (
    <Panel title={t('reasons')}>
      <Scrolling label={t('reasons')}>
        <table className="plain-table">
          <thead>
            <tr>
              <th scope="col">{t('criterion')}</th>
              <th scope="col">{t('decision')}</th>
              <th scope="col" className="number">
                {t('minimum')}
              </th>
              <th scope="col">{t('reason')}</th>
            </tr>
          </thead>
          <tbody>
            {criteria.map((criterion) => (
              <tr key={criterion.id}>
                <th scope="row">{criterionText(criterion, language, common)}</th>
                <td>{common(`criterion.${criterion.decisionMode}`)}</td>
                <td className="number">{formatExactCount(criterion.minimumItems)}</td>
                <td>{inLanguage(criterion.reason, language)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </Scrolling>
    </Panel>
  );
}

/** What the model must achieve: goal, users, constraints, criteria with their standing. */
export function RequirementsPage() {
  const { t } = useTranslation('requirements');
  const language = useLanguage();
  const { projectId } = route.useParams();
  const { data: requirement, error, refetch } = useQuery(requirementQuery(projectId));
  const { data: project } = useQuery(projectQuery(projectId));
  if (error instanceof ApiError && error.code === 'not-found')
    return (
      <Page title={t('title')} documentTitle={t('title')}>
        <EmptyState reason={t('none')} />
      </Page>
    );
  if (!requirement) return error ? <PageError error={error} onRetry={() => void refetch()} /> : <PageSkeleton />;
  const { criteria } = requirement;
  const verdicts =
    project && project.criteria.length > 0
      ? project.criteria
      : criteria.map((criterion) => ({ criterion, verdict: 'no-evidence' as const, value: null }));
  return (
    <Page
      title={t('title')}
      documentTitle={t('title')}
      state={
        <span className="secondary">
          {t('version', { version: requirement.version })} · {t(`state.${requirement.state}`)}
          {requirement.approvedAt && (
            <>
              {' · '}
              <Ago moment={requirement.approvedAt} />
            </>
          )}
        </span>
      }
      verdict={t('verdict', {
        count: criteria.length,
        must: criteria.filter((criterion) => criterion.level === 'must').length,
      })}
    >
      <div className="columns">
        <Panel title={t('goal')}>
          <p>{inLanguage(requirement.goal, language)}</p>
        </Panel>
        <Panel title={t('users')}>
          <p>{inLanguage(requirement.users, language)}</p>
        </Panel>
      </div>
      <Panel title={t('criteria')}>
        <CriteriaTable verdicts={verdicts} />
      </Panel>
      <Constraints requirement={requirement} />
      <Reasons criteria={criteria} />
    </Page>
  );
}
