import type { ProjectOverview } from '@greenlight/shared/projects/contract.ts';
import { criterionVerdicts } from '@greenlight/shared/projects/rules.ts';
import { measuredOfAllHeads } from '@greenlight/shared/stages/evaluation/contract.ts';
import { seenInWords } from '@greenlight/shared/stages/evaluation/seen-words.ts';
import { inLanguage } from '@greenlight/shared/api/localized-text.ts';
import { requirementVerdict } from '@greenlight/shared/stages/evaluation/requirement-verdict.ts';
import type { Requirement } from '@greenlight/shared/stages/requirements/contract.ts';
import { criteriaDifferences, doCriteriaDecideOtherwise } from '@greenlight/shared/stages/requirements/differences.ts';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { Alert, Skeleton } from 'antd';
import { useTranslation } from 'react-i18next';
import { useLanguage } from '../../../i18n/language.ts';
import { CriteriaTable } from '../../../ui/criteria-table.tsx';
import { ErrorNotice } from '../../../ui/error-notice.tsx';
import { evaluationQuery, projectQuery } from '../queries.ts';

interface Properties {
  readonly version: Requirement;
  /** The approved version before it; null where this is the first. */
  readonly before: Requirement | null;
}

interface MeasuredProperties extends Properties {
  readonly project: ProjectOverview;
  readonly evaluationId: string;
}

/** The new criteria against the numbers that are there, and what becomes of the project's verdict. */
function Measured({ version, before, project, evaluationId }: MeasuredProperties) {
  const { t } = useTranslation('requirements');
  const language = useLanguage();
  const { data: evaluation, error, refetch } = useQuery(evaluationQuery(evaluationId));
  if (!evaluation) return error ? <ErrorNotice error={error} onRetry={() => void refetch()} /> : <Skeleton active />;
  const verdicts = criterionVerdicts(version.criteria, measuredOfAllHeads(evaluation));
  const { verdict } = requirementVerdict(verdicts, evaluation.sameAsTraining);
  const after = t(`review.effect.verdict.${verdict}`);
  const sentence =
    before === null
      ? t('review.effect.first', { after })
      : project.verdict.verdict === verdict
        ? t('review.effect.same', { after })
        : t('review.effect.changes', { before: t(`review.effect.verdict.${project.verdict.verdict}`), after });
  return (
    <>
      <p>
        <strong>{sentence}</strong>{' '}
        <Link
          to="/projects/$projectId/evaluation/evaluations/$evaluationId"
          params={{ projectId: project.id, evaluationId }}
        >
          {t('review.effect.evaluation')}
        </Link>
      </p>
      {evaluation.seenInTraining !== null && evaluation.sameAsTraining && (
        <p className="secondary">
          {t('review.effect.seen', { seen: inLanguage(seenInWords(evaluation.seenInTraining), language) })}
        </p>
      )}
      <CriteriaTable verdicts={verdicts} />
    </>
  );
}

/** What approving a version would change: the evidence stands where the decision is made. */
export function Effects({ version, before }: Properties) {
  const { t } = useTranslation('requirements');
  const { data: project } = useQuery(projectQuery(version.projectId));
  if (!project) return null;
  const { evaluationId, changedAfterEvidence } = project.verdict;
  const criteriaBefore = before?.criteria ?? [];
  const decideOtherwise = doCriteriaDecideOtherwise(criteriaBefore, version.criteria);
  // A choice stands by its criteria as they are, their reasons included.
  const areCriteriaOther = criteriaDifferences(criteriaBefore, version.criteria).length > 0;
  // Criteria that were changed after evidence already may now be changed back.
  const known = before === null ? 'knownFirst' : changedAfterEvidence === null ? 'known' : 'knownAgain';
  const isChosen = project.stages.some(({ stage, state }) => stage === 'selection' && state === 'passed');
  return (
    <section className="effects" data-testid="effects">
      <h3>{t('review.effect.title')}</h3>
      {evaluationId === null ? (
        <p>{t('review.effect.unmeasured')}</p>
      ) : (
        <>
          {decideOtherwise && <Alert type="warning" showIcon title={t(`review.effect.${known}`)} />}
          <Measured version={version} before={before} project={project} evaluationId={evaluationId} />
        </>
      )}
      {areCriteriaOther && isChosen && <p>{t('review.effect.choice')}</p>}
    </section>
  );
}
