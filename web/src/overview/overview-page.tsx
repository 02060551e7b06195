import { inLanguage } from '@greenlight/shared/api/localized-text.ts';
import { getProject } from '@greenlight/shared/projects/contract.ts';
import { useQuery } from '@tanstack/react-query';
import { Link, useParams } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { queryOf } from '../api/query.ts';
import { useProjectRights } from '../api/use-project-rights.ts';
import { PageError } from '../ui/page-error.tsx';
import { PageSkeleton } from '../ui/page-skeleton.tsx';
import { useLanguage } from '../i18n/language.ts';
import { ChangedAfterEvidenceNotice } from '../ui/changed-after-evidence.tsx';
import { CriteriaTable } from '../ui/criteria-table.tsx';
import { EmptyState } from '../ui/empty-state.tsx';
import { Page } from '../ui/page.tsx';
import { Panel } from '../ui/panel.tsx';
import { projectName } from '../ui/project-name.ts';
import { ExpiringData } from './expiring-data.tsx';
import { DecisionsPanel } from './decisions-panel.tsx';
import { LiveRunPanel } from './live-run.tsx';
import { NextStep } from './next-step.tsx';
import { StageCards } from './stage-cards.tsx';
import { pressingFirst } from './pressing-first.ts';
import { seenRemark, verdictSentence } from './verdict-sentence.ts';

/** How often the overview looks again, in milliseconds. */
const REFRESH_MS = 5_000;

/** More criteria than these are read on the requirement's own page. */
const SHOWN_CRITERIA = 10;

/** The home of a project: verdict, seven stages, criteria with evidence, live run, one next step. */
export function OverviewPage() {
  const { t } = useTranslation('overview');
  const language = useLanguage();
  const { projectId } = useParams({ from: '/shell/projects/$projectId' });
  const may = useProjectRights(projectId);
  const {
    data: overview,
    error,
    refetch,
  } = useQuery({
    ...queryOf(getProject, { params: { projectId } }),
    // Runs start and end elsewhere; only the live run's own stream tells of itself.
    refetchInterval: REFRESH_MS,
  });
  if (!overview) return error ? <PageError error={error} onRetry={() => void refetch()} /> : <PageSkeleton />;
  const name = projectName(overview, language);
  const remark = seenRemark(overview.verdict, language, t);
  return (
    <Page title={name} documentTitle={name} verdict={<strong>{verdictSentence(overview.verdict, language, t)}</strong>}>
      <ChangedAfterEvidenceNotice change={overview.verdict.changedAfterEvidence} />
      <ExpiringData overview={overview} />
      <p>{inLanguage(overview.goal, language)}</p>
      {overview.verdict.requirementVersion !== null && (
        <p className="secondary">{t('verdict.against', { version: overview.verdict.requirementVersion })}</p>
      )}
      {remark !== null && <p className="secondary">{remark}</p>}
      <div className="stages-and-next">
        <StageCards projectId={projectId} stages={overview.stages} may={may} />
        <NextStep projectId={projectId} step={overview.nextStep} may={may} />
      </div>
      <div className="columns">
        <Panel title={t('criteria.title')}>
          {overview.criteria.length === 0 ? (
            <EmptyState reason={t('criteria.empty')} />
          ) : (
            <>
              <CriteriaTable verdicts={pressingFirst(overview.criteria).slice(0, SHOWN_CRITERIA)} />
              {overview.criteria.length > SHOWN_CRITERIA && (
                <p>
                  <Link to="/projects/$projectId/requirements" params={{ projectId }} search={{ view: 'matrix' }}>
                    {t('criteria.all', { count: overview.criteria.length })}
                  </Link>
                </p>
              )}
            </>
          )}
        </Panel>
        <div className="stack">
          <LiveRunPanel overview={overview} />
          <DecisionsPanel overview={overview} />
        </div>
      </div>
    </Page>
  );
}
