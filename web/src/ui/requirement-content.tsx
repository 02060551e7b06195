import { inLanguage } from '@greenlight/shared/api/localized-text.ts';
import type { Criterion, RequirementContent } from '@greenlight/shared/stages/requirements/contract.ts';
import { useTranslation } from 'react-i18next';
import { useLanguage } from '../i18n/language.ts';
import { criterionText } from './criterion-text.ts';
import { fieldText } from './difference-text.ts';
import { EmptyState } from './empty-state.tsx';
import { Facts } from './facts.tsx';
import { formatExactCount } from './numbers.ts';
import { Panel } from './panel.tsx';
import { Prose } from './prose.tsx';
import { Scrolling } from './scrolling.tsx';

const FACTS = [
  'problemType',
  'scenario',
  'dataSources',
  'personalData',
  'retention',
  'regulations',
  'languages',
  'budget',
  'deadline',
] as const;

function Constraints({ content }: { readonly content: RequirementContent }) {
  const { t } = useTranslation('requirements');
  const { t: common } = useTranslation();
  const language = useLanguage();
  const { constraints, problemType, scenario } = content;
  const values: Record<(typeof FACTS)[number], [field: string, value: unknown]> = {
    problemType: ['problemType', problemType],
    scenario: ['scenario', scenario],
    dataSources: ['constraints.dataSources', constraints.dataSources],
    personalData: ['constraints.personalData', constraints.personalData],
    retention: ['constraints.retentionDays', constraints.retentionDays],
    regulations: ['constraints.regulations', constraints.regulations],
    languages: ['constraints.languages', constraints.languages],
    budget: ['constraints.budget', constraints.budget],
    deadline: ['constraints.deadline', constraints.deadline],
  };
  const facts = FACTS.map((key) => ({ key, name: t(key), value: fieldText(...values[key], language, { t, common }) }));
  return (
    <Panel title={t('constraints')} className="keep-lines">
      <Facts facts={facts} />
    </Panel>
  );
}

function Criteria({ criteria }: { readonly criteria: readonly Criterion[] }) {
  const { t } = useTranslation(['requirements', 'common']);
  const { t: common } = useTranslation();
  const language = useLanguage();
  if (criteria.length === 0)
    return (
      <Panel title={t('reasons')}>
        <EmptyState reason={t('noCriteria')} />
      </Panel>
    );
  return (
    <Panel title={t('reasons')}>
      <Scrolling label={t('reasons')}>
        <table className="plain-table reasons-table stacked-on-phones">
          <thead>
            <tr>
              <th scope="col">{t('criterion')}</th>
              <th scope="col">{t('level')}</th>
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
                <td data-label={t('level')}>{common(`criterion.${criterion.level}`)}</td>
                <td data-label={t('decision')}>{common(`criterion.${criterion.decisionMode}`)}</td>
                <td className="number" data-label={t('minimum')}>
                  {formatExactCount(criterion.minimumItems)}
                </td>
                <td data-raw data-label={t('reason')}>
                  {inLanguage(criterion.reason, language)}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </Scrolling>
    </Panel>
  );
}

/** What a version of a requirement says, to read: purpose, criteria with their reasons, constraints, risks and questions. */
export function RequirementReading({ content }: { readonly content: RequirementContent }) {
  const { t } = useTranslation('requirements');
  const language = useLanguage();
  const { goal, users, criteria, risks, questions } = content;
  return (
    <>
      <div className="columns">
        <Panel title={t('goal')}>
          <Prose text={inLanguage(goal, language) || t('notWritten')} />
        </Panel>
        <Panel title={t('users')}>
          <Prose text={inLanguage(users, language) || t('notWritten')} />
        </Panel>
      </div>
      <Criteria criteria={criteria} />
      <Constraints content={content} />
      <div className="columns">
        {risks.length > 0 && (
          <Panel title={t('risks')}>
            <ul data-raw>
              {risks.map((risk) => (
                <li key={JSON.stringify(risk)}>{inLanguage(risk, language)}</li>
              ))}
            </ul>
          </Panel>
        )}
        {questions.length > 0 && (
          <Panel title={t('questions')}>
            <dl className="questions">
              {questions.map(({ question, answer }) => (
                <div key={JSON.stringify(question)}>
                  <dt data-raw>{inLanguage(question, language)}</dt>
                  <dd data-raw={answer ? true : undefined}>
                    {answer && inLanguage(answer, language) ? inLanguage(answer, language) : t('unanswered')}
                  </dd>
                </div>
              ))}
            </dl>
          </Panel>
        )}
      </div>
    </>
  );
}
