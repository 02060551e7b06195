import type { RequirementIssue } from '@greenlight/shared/stages/requirements/issue.ts';
import { useTranslation } from 'react-i18next';
import { useLanguage } from '../../../i18n/language.ts';

/** What is wrong or doubtful about a field, each with its kind as a word for readers of the screen. */
export function IssueNotes({ issues }: { readonly issues: readonly RequirementIssue[] }) {
  const { t } = useTranslation('requirements');
  const language = useLanguage();
  if (issues.length === 0) return null;
  return (
    <ul className="issues">
      {issues.map((issue) => (
        <li key={`${issue.code} ${issue.field} ${issue.conflictsWith ?? ''}`} className={`issue-${issue.severity}`}>
          <span className="visually-hidden">{t(`issue.${issue.severity}`)} </span>
          {issue.message[language]}
        </li>
      ))}
    </ul>
  );
}
