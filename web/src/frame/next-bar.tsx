import { carriesRight } from '@greenlight/shared/across/governance/rights.ts';
import type { ProjectOverview } from '@greenlight/shared/projects/contract.ts';
import { STEP_RIGHTS } from '@greenlight/shared/projects/step-rights.ts';
import { STAGES, type Stage } from '@greenlight/shared/stages.ts';
import { useLocation } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { StepLink } from '../overview/next-step.tsx';
import { StepHolders } from '../overview/step-holders.tsx';

/** The stage that an address belongs to; undefined outside the stages. */
function stageAt(path: string): Stage | undefined {
  const name = /^\/projects\/[^/]+\/([^/]+)/.exec(path)?.[1];
  return STAGES.find((stage) => stage === name);
}

interface Properties {
  readonly overview: ProjectOverview | undefined;
  readonly isAdmin: boolean;
}

/** On the page of a stage that is done: what comes next, so that nobody has to go back to the overview to learn it. */
export function NextBar({ overview, isAdmin }: Properties) {
  const { t } = useTranslation(['frame', 'overview']);
  const stage = useLocation({ select: ({ pathname }) => stageAt(pathname) });
  const card = overview?.stages.find((one) => one.stage === stage);
  if (overview === undefined || card?.state !== 'passed' || overview.nextStep.stage === stage) return null;
  const { action } = overview.nextStep;
  return (
    <nav className="next-bar" aria-label={t('next.label')} data-testid="next-bar">
      <span>{t('next.label')}</span>
      {carriesRight({ roles: overview.roles, isAdmin }, STEP_RIGHTS[action]) ? (
        <StepLink projectId={overview.id} step={overview.nextStep} variant="link" />
      ) : (
        <>
          <span>{t(`overview:next.${action}.action`)}</span>
          <StepHolders action={action} />
        </>
      )}
    </nav>
  );
}
