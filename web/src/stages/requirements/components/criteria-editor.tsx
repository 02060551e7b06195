import { METRICS } from '@greenlight/shared/metrics/registry.ts';
import type { Criterion, RequirementContent } from '@greenlight/shared/stages/requirements/contract.ts';
import type { ProjectTasks } from '@greenlight/shared/stages/data/task-contract.ts';
import type { RequirementIssue } from '@greenlight/shared/stages/requirements/issue.ts';
import { Button } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { randomId } from '../../../api/random-id.ts';
import { useLanguage } from '../../../i18n/language.ts';
import { criterionText, measureName } from '../../../ui/criterion-text.ts';
import { EmptyState } from '../../../ui/empty-state.tsx';
import { Panel } from '../../../ui/panel.tsx';
import { CriterionForm, onMetric } from './criterion-form.tsx';
import { IssueNotes } from './issue-notes.tsx';
import { formatExactCount } from '../../../ui/numbers.ts';

interface Properties {
  readonly content: RequirementContent;
  readonly issues: readonly RequirementIssue[];
  /** The further tasks that the project's data answers; null while that is not known. */
  readonly data: ProjectTasks | null;
  readonly onChange: (criteria: Criterion[]) => void;
}

/** A new criterion on the first metric of the kind of problem that is not used yet. */
function newCriterion({ criteria, problemType }: RequirementContent, id: string, language: 'zh' | 'en'): Criterion {
  const used = new Set(criteria.map(({ metric }) => metric));
  const wanted = ['f1-macro', 'accuracy', 'perplexity', ...METRICS.map((metric) => metric.id)];
  const metric = wanted.find(
    (name) =>
      !used.has(name) &&
      METRICS.some((known) => known.id === name && (known.problemTypes as readonly string[]).includes(problemType)),
  );
  const blank: Criterion = {
    id,
    metric: 'accuracy',
    operator: '>=',
    threshold: NaN,
    unit: '',
    slice: null,
    level: 'must',
    decisionMode: 'interval',
    minimumItems: 100,
    reason: { [language]: '' },
  };
  return onMetric(blank, metric ?? 'accuracy');
}

/** The criteria of a draft: each in a line, one at a time open for editing, with what is wrong said beside it. */
export function CriteriaEditor({ content, issues, data, onChange }: Properties) {
  const { t } = useTranslation(['requirements', 'common']);
  const { t: common } = useTranslation();
  const language = useLanguage();
  const [openId, setOpenId] = useState<string | null>(null);
  const { criteria, problemType } = content;
  const title = (criterion: Criterion) =>
    Number.isNaN(criterion.threshold)
      ? t('unfinishedCriterion', { metric: measureName(criterion, language) })
      : criterionText(criterion, language, common);
  const add = () => {
    const id = randomId();
    onChange([...criteria, newCriterion(content, id, language)]);
    setOpenId(id);
  };
  return (
    <Panel
      title={t('criteriaCount', { count: criteria.length })}
      extra={
        <Button onClick={add} disabled={criteria.length >= 60}>
          {t('addCriterion')}
        </Button>
      }
    >
      <IssueNotes issues={issues.filter(({ field }) => field === 'criteria')} />
      {criteria.length === 0 && <EmptyState reason={t('noCriteria')} />}
      <ol className="criteria-editor">
        {criteria.map((criterion, index) => {
          const isOpen = criterion.id === openId;
          const own = issues.filter(({ field }) => field.startsWith(`criteria.${index}.`));
          return (
            <li key={criterion.id}>
              <div className="criterion-line">
                <div>
                  <strong>{title(criterion)}</strong>{' '}
                  <span className="secondary">
                    {common(`criterion.${criterion.level}`)} · {common(`criterion.${criterion.decisionMode}`)} ·{' '}
                    {t('itemsNeeded', {
                      count: criterion.minimumItems,
                      items: formatExactCount(criterion.minimumItems),
                    })}
                  </span>
                </div>
                <div className="criterion-actions">
                  <Button
                    size="small"
                    aria-expanded={isOpen}
                    onClick={() => setOpenId(isOpen ? null : criterion.id)}
                    aria-label={t(isOpen ? 'closeCriterion' : 'editCriterion', { criterion: title(criterion) })}
                  >
                    {t(isOpen ? 'done' : 'edit')}
                  </Button>
                  <Button
                    size="small"
                    onClick={() => onChange(criteria.filter(({ id }) => id !== criterion.id))}
                    aria-label={t('removeCriterion', { criterion: title(criterion) })}
                  >
                    {t('remove')}
                  </Button>
                </div>
              </div>
              {isOpen ? (
                <CriterionForm
                  criterion={criterion}
                  index={index}
                  problemType={problemType}
                  issues={own}
                  data={data}
                  onChange={(changed) => onChange(criteria.map((one) => (one.id === changed.id ? changed : one)))}
                />
              ) : (
                <IssueNotes issues={own} />
              )}
            </li>
          );
        })}
      </ol>
    </Panel>
  );
}
