import { decideSelection } from '@greenlight/shared/stages/selection/contract.ts';
import type { MatrixContent } from '@greenlight/shared/stages/selection/matrix.ts';
import type { Ranking } from '@greenlight/shared/stages/selection/ranking.ts';
import { decisionIssues, needsExplanation } from '@greenlight/shared/stages/selection/rules.ts';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { Alert, Button, Input, Select } from 'antd';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { call } from '../../../api/client.ts';
import { useLanguage } from '../../../i18n/language.ts';
import { ErrorNotice } from '../../../ui/error-notice.tsx';
import { Field } from '../../../ui/field.tsx';
import { Panel } from '../../../ui/panel.tsx';
import type { SelectionKeeper } from '../draft-keeper.ts';
import { namedList, type MatrixNames } from '../matrix-words.ts';
import { refreshSelection } from '../queries.ts';
import { focusFirstProblem } from '../../../ui/focus-first-problem.ts';
import { useTellLate } from '../../../ui/use-tell-late.tsx';

interface Properties {
  readonly projectId: string;
  readonly selectionId: string;
  readonly content: MatrixContent;
  readonly ranking: Ranking;
  readonly names: MatrixNames;
  readonly keeper: SelectionKeeper;
  readonly requirementVersion: number | null;
}

const NOTHING = { candidateId: '', rationale: '', dissent: '', explanation: '' };

/** What somebody has written of a decision and of which candidate, kept in this tab until it is taken: reloading the page loses nothing. */
function useWrittenTexts(selectionId: string) {
  const key = `greenlight.decision-texts.${selectionId}`;
  const [texts, setTexts] = useState<typeof NOTHING>(() => ({
    ...NOTHING,
    ...(JSON.parse(sessionStorage.getItem(key) ?? '{}') as Partial<typeof NOTHING>),
  }));
  useEffect(() => sessionStorage.setItem(key, JSON.stringify(texts)), [key, texts]);
  return [texts, setTexts, () => sessionStorage.removeItem(key)] as const;
}

/** Choosing a candidate: with rationale, dissent, and loudly with an explanation where it does not lead for certain. */
export function DecidePanel({
  projectId,
  selectionId,
  content,
  ranking,
  names,
  keeper,
  requirementVersion,
}: Properties) {
  const { t } = useTranslation('selection');
  const language = useLanguage();
  const queryClient = useQueryClient();
  const tellLate = useTellLate();
  const [texts, setTexts, forgetTexts] = useWrittenTexts(selectionId);
  const [wasAsked, setAsked] = useState(false);
  // Once somebody writes, the choice stays theirs: reasons for one candidate must not end up under another that leads meanwhile.
  const { leader } = ranking;
  const proposed = leader !== null && leader.tiedWith.length === 0 ? leader.candidateId : undefined;
  const chosen = content.candidateIds.includes(texts.candidateId) ? texts.candidateId : proposed;
  const lacking = decisionIssues(content);
  const isAgainst = chosen !== undefined && needsExplanation(content, chosen);
  const isComplete = texts.rationale.trim() !== '' && (!isAgainst || texts.explanation.trim() !== '');
  const decide = useMutation({
    mutationFn: async (candidateId: string) => {
      if (!(await keeper.flush())) return false;
      const { revision } = keeper.snapshot();
      const body = { ...texts, revision, candidateId };
      await call(decideSelection, { params: { selectionId }, body });
      return true;
    },
    // The page becomes the decision, which stands at its top with the next step.
    onSuccess: (isDecided) => {
      if (isDecided) forgetTexts();
      window.scrollTo({ top: 0 });
    },
    onError: (error) =>
      tellLate(error, [texts.rationale, texts.dissent, texts.explanation].filter((text) => text !== '').join('\n\n')),
    onSettled: () => refreshSelection(queryClient),
  });
  const field = (name: 'rationale' | 'dissent' | 'explanation', isNeeded: boolean) => {
    const isMissing = wasAsked && isNeeded && texts[name].trim() === '';
    return (
      <Field
        label={t(
          name === 'explanation' && chosen === leader?.candidateId ? 'decide.explanationOfLeader' : `decide.${name}`,
        )}
        notes={t(isMissing ? 'decide.needed' : `decide.${name}Hint`)}
        isWrong={isMissing}
      >
        {(control) => (
          <Input.TextArea
            {...control}
            data-testid={`decide-${name}`}
            autoSize={{ minRows: 2, maxRows: 10 }}
            maxLength={10_000}
            value={texts[name]}
            onChange={({ target }) => setTexts({ ...texts, candidateId: chosen ?? '', [name]: target.value })}
          />
        )}
      </Field>
    );
  };
  return (
    <Panel title={t('decide.title')}>
      {lacking.length > 0 ? (
        <ul className="issues">
          {lacking.map(({ code, message }) => (
            <li key={code}>{message[language]}</li>
          ))}
          {content.candidateIds.length < 2 && (
            <li>
              <Link to="/projects/$projectId/selection" params={{ projectId }} search={{ view: 'catalogue' }}>
                {t('matrix.toCatalogue')}
              </Link>
            </li>
          )}
        </ul>
      ) : (
        <>
          <p className="secondary">
            {requirementVersion === null
              ? t('decide.noRequirement')
              : t('decide.against', { version: requirementVersion })}
          </p>
          <Field
            label={t('decide.candidate')}
            isWrong={wasAsked && chosen === undefined}
            notes={
              leader !== null &&
              leader.tiedWith.length > 0 &&
              t('decide.candidateTied', { names: namedList([leader.candidateId, ...leader.tiedWith], names, t) })
            }
          >
            {(control) => (
              <Select
                {...control}
                data-testid="decide-candidate"
                value={chosen ?? null}
                onChange={(candidateId: string) => setTexts({ ...texts, candidateId })}
                options={ranking.rows.map(({ candidateId }) => ({
                  value: candidateId,
                  label: names.candidate(candidateId),
                }))}
              />
            )}
          </Field>
          {isAgainst && (
            <Alert
              type="warning"
              showIcon
              title={t('decide.againstRanking')}
              description={t('decide.againstRankingText')}
              data-testid="against-ranking"
            />
          )}
          {isAgainst && field('explanation', true)}
          {field('rationale', true)}
          {field('dissent', false)}
          {decide.error && <ErrorNotice error={decide.error} />}
          <Button
            type="primary"
            data-testid="decide"
            loading={decide.isPending}
            onClick={() => {
              setAsked(true);
              if (isComplete && chosen !== undefined) decide.mutate(chosen);
              else focusFirstProblem();
            }}
          >
            {t('decide.action')}
          </Button>
        </>
      )}
    </Panel>
  );
}
