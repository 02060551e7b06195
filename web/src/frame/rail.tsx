import { STAGES, type Stage } from '@greenlight/shared/stages.ts';
import { carriesRight } from '@greenlight/shared/across/governance/rights.ts';
import type { ProjectOverview } from '@greenlight/shared/projects/contract.ts';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { StageStateMark } from '../ui/state-mark.tsx';

/** The stages that have a page in this version, with the page's address. */
const STAGE_PAGES = {
  requirements: '/projects/$projectId/requirements',
  selection: '/projects/$projectId/selection',
  data: '/projects/$projectId/data',
  training: '/projects/$projectId/training',
  evaluation: '/projects/$projectId/evaluation',
} as const satisfies Partial<Record<Stage, string>>;

function pageOf(stage: Stage): (typeof STAGE_PAGES)[keyof typeof STAGE_PAGES] | undefined {
  return stage in STAGE_PAGES ? STAGE_PAGES[stage as keyof typeof STAGE_PAGES] : undefined;
}

interface StageItemProperties {
  readonly stage: Stage;
  readonly projectId: string;
  readonly overview: ProjectOverview | undefined;
}

function StageItem({ stage, projectId, overview }: StageItemProperties) {
  const { t } = useTranslation(['frame', 'common']);
  const card = overview?.stages.find((known) => known.stage === stage);
  const page = pageOf(stage);
  const content: ReactNode = (
    <>
      <span className="rail-name">{t(`common:stage.${stage}`)}</span>
      <span className="rail-state">
        {card && <StageStateMark state={card.state} />}
        {card && card.openItems > 0 && <span className="rail-open">{t('rail.open', { count: card.openItems })}</span>}
      </span>
    </>
  );
  if (!page)
    return (
      <span className="rail-item rail-item-quiet" title={t('rail.noPage', { stage: t(`common:stage.${stage}`) })}>
        {content}
      </span>
    );
  return (
    <Link to={page} params={{ projectId }} className="rail-item" activeProps={{ className: 'rail-item-active' }}>
      {content}
    </Link>
  );
}

interface Properties {
  readonly projectId: string | undefined;
  readonly overview: ProjectOverview | undefined;
  readonly isAdmin: boolean;
}

/** The seven stages of the open project with their state, and the links across them. */
export function Rail({ projectId, overview, isAdmin }: Properties) {
  const { t } = useTranslation('frame');
  const active = { className: 'rail-item-active' };
  return (
    <>
      {projectId && (
        <nav aria-label={t('nav.label')}>
          <Link
            to="/projects/$projectId"
            params={{ projectId }}
            className="rail-item"
            activeOptions={{ exact: true }}
            activeProps={active}
          >
            {t('nav.overview')}
          </Link>
          <ol className="rail-stages">
            {STAGES.map((stage) => (
              <li key={stage}>
                <StageItem stage={stage} projectId={projectId} overview={overview} />
              </li>
            ))}
          </ol>
          <Link to="/projects/$projectId/decisions" params={{ projectId }} className="rail-item" activeProps={active}>
            {t('nav.decisions')}
          </Link>
          <Link to="/projects/$projectId/members" params={{ projectId }} className="rail-item" activeProps={active}>
            {t('nav.members')}
          </Link>
          {carriesRight({ roles: overview?.roles ?? [], isAdmin }, 'audit:read') && (
            <Link to="/projects/$projectId/audit" params={{ projectId }} className="rail-item" activeProps={active}>
              {t('nav.audit')}
            </Link>
          )}
        </nav>
      )}
      <nav aria-label={t('nav.across')} className="rail-across">
        <Link to="/projects" className="rail-item" activeOptions={{ exact: true }} activeProps={active}>
          {t('nav.projects')}
        </Link>
        <p className="rail-heading">{t('governance.title')}</p>
        <Link to="/governance/tokens" className="rail-item" activeProps={active}>
          {t('governance.tokens')}
        </Link>
        <Link to="/governance/workers" className="rail-item" activeProps={active}>
          {t('governance.workers')}
        </Link>
        <Link to="/governance/rights" className="rail-item" activeProps={active}>
          {t('governance.rights')}
        </Link>
        {isAdmin && (
          <>
            <Link to="/governance/people" className="rail-item" activeProps={active}>
              {t('governance.people')}
            </Link>
            <Link to="/governance/audit" className="rail-item" activeProps={active}>
              {t('governance.audit')}
            </Link>
            <Link to="/governance/encryption" className="rail-item" activeProps={active}>
              {t('governance.encryption')}
            </Link>
          </>
        )}
      </nav>
    </>
  );
}
