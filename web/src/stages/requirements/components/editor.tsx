import {
  discardRequirementDraft,
  PROBLEM_TYPES,
  submitRequirement,
  type ProblemType,
  type Requirement,
  type RequirementContent,
} from '@greenlight/shared/stages/requirements/contract.ts';
import { scenarioDefinition } from '@greenlight/shared/stages/requirements/scenarios/catalogue.ts';
import { completenessIssues, criteriaIssues } from '@greenlight/shared/stages/requirements/rules.ts';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Button, Select } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { call } from '../../../api/client.ts';
import { useLanguage } from '../../../i18n/language.ts';
import { ConfirmedButton } from '../../../ui/confirmed-button.tsx';
import { ErrorNotice } from '../../../ui/error-notice.tsx';
import { Field } from '../../../ui/field.tsx';
import { LocalizedField } from '../../../ui/localized-field.tsx';
import { Panel } from '../../../ui/panel.tsx';
import { SaveProblem, SaveStatus } from '../../../ui/save-status.tsx';
import { canBeSaved, forgetEdits, keepScenarioAsked, wasScenarioAsked, type KeptRequirement } from '../draft-keeper.ts';
import { refreshRequirement, tasksQuery } from '../queries.ts';
import { useDraft } from '../use-draft.ts';
import { ConstraintsFields } from './constraints-fields.tsx';
import { CriteriaEditor } from './criteria-editor.tsx';
import { IssueNotes } from './issue-notes.tsx';
import { ScenarioPicker } from './scenario-picker.tsx';
import { QuestionsEditor, RisksEditor } from './text-lists.tsx';
import { focusFirstProblem } from '../../../ui/focus-first-problem.ts';

interface Properties {
  readonly version: Requirement;
  readonly restored: KeptRequirement | null;
  /** Called when the page should show something else: after submitting, discarding, or to take over a newer state. */
  readonly onDone: () => void;
  readonly onReload: () => void;
}

/** The editor of a draft: every edit is kept at once and saved by itself; what is wrong is said while it is written. */
export function Editor({ version, restored, onDone, onReload }: Properties) {
  const { t } = useTranslation(['requirements', 'common']);
  const language = useLanguage();
  const queryClient = useQueryClient();
  const { data: tasks = null } = useQuery(tasksQuery(version.projectId));
  const [keeper, snapshot] = useDraft(version, restored, tasks);
  const [isPicking, setPicking] = useState(
    version.basedOn === null && version.revision === 1 && restored === null && !wasScenarioAsked(version.id),
  );
  const endPicking = () => {
    keepScenarioAsked(version.id);
    setPicking(false);
  };
  const [wasAsked, setAsked] = useState(false);
  const { content } = snapshot;
  const missing = completenessIssues(content);
  const issues = [...criteriaIssues(content, tasks), ...(wasAsked ? missing : [])];
  const change = (part: Partial<RequirementContent>) => keeper.edit({ ...content, ...part });
  const at = (field: string) => issues.filter((issue) => issue.field === field);
  const params = { requirementId: version.id };

  const submit = useMutation({
    mutationFn: async () => {
      if (!(await keeper.flush())) return false;
      await call(submitRequirement, { params, body: { revision: keeper.snapshot().revision } });
      return true;
    },
    onSuccess: async (isSubmitted) => {
      if (!isSubmitted) return;
      await refreshRequirement(queryClient);
      onDone();
    },
  });
  const discard = useMutation({
    mutationFn: async () => {
      keeper.close();
      await call(discardRequirementDraft, { params, body: { revision: keeper.snapshot().revision } });
      forgetEdits(version.id);
    },
    onSuccess: async () => {
      await refreshRequirement(queryClient);
      onDone();
    },
  });
  const ask = () => {
    setAsked(true);
    if (missing.length === 0 && canBeSaved(content, tasks)) submit.mutate();
    else focusFirstProblem();
  };

  return (
    <>
      <div className="editor-bar">
        <SaveStatus state={snapshot.state} />
        <span className="editor-actions">
          <ConfirmedButton
            question={t('discard.title', { version: version.version })}
            text={t('discard.text')}
            okText={t('discard.action')}
            cancelText={t('discard.keep')}
            onConfirm={() => discard.mutate()}
            loading={discard.isPending}
          >
            {t('discard.action')}
          </ConfirmedButton>
          <Button type="primary" data-testid="submit-requirement" loading={submit.isPending} onClick={ask}>
            {t('submit')}
          </Button>
        </span>
      </div>
      <SaveProblem
        snapshot={snapshot}
        onSaveMine={(revision) => keeper.saveOver(revision)}
        onTakeTheirs={() => {
          keeper.close();
          forgetEdits(version.id);
          onReload();
        }}
      />
      {(submit.error ?? discard.error) && <ErrorNotice error={submit.error ?? discard.error} />}
      {wasAsked && missing.length > 0 && (
        <Panel title={t('stillMissing')}>
          <IssueNotes issues={missing} />
        </Panel>
      )}
      <Panel title={t('purpose')}>
        <LocalizedField
          label={t('goal')}
          value={content.goal}
          rows={2}
          isWrong={at('goal').length > 0}
          notes={<IssueNotes issues={at('goal')} />}
          onChange={(goal) => change({ goal })}
        />
        <LocalizedField
          label={t('users')}
          value={content.users}
          rows={2}
          isWrong={at('users').length > 0}
          notes={<IssueNotes issues={at('users')} />}
          onChange={(users) => change({ users })}
        />
        <div className="form-columns">
          <Field label={t('problemType')}>
            {(control) => (
              <Select
                {...control}
                value={content.problemType}
                onChange={(problemType: ProblemType) => change({ problemType })}
                options={PROBLEM_TYPES.map((value) => ({ value, label: t(`common:problemType.${value}`) }))}
              />
            )}
          </Field>
          <div className="field">
            <span>{t('scenario')}</span>
            <div>
              <strong>{scenarioDefinition(content.scenario).title[language]}</strong>{' '}
              <Button onClick={() => setPicking(true)}>{t('chooseScenario')}</Button>
            </div>
          </div>
        </div>
      </Panel>
      <CriteriaEditor content={content} issues={issues} data={tasks} onChange={(criteria) => change({ criteria })} />
      <ConstraintsFields
        constraints={content.constraints}
        issues={issues}
        onChange={(constraints) => change({ constraints })}
      />
      <RisksEditor risks={content.risks} onChange={(risks) => change({ risks })} />
      <QuestionsEditor questions={content.questions} onChange={(questions) => change({ questions })} />
      {isPicking && (
        <ScenarioPicker
          content={content}
          onClose={endPicking}
          onPick={(filled) => {
            // A list that is filled anew keeps no row of the old one, so the fields are drawn from the new texts.
            keeper.edit(filled);
            endPicking();
          }}
        />
      )}
    </>
  );
}
