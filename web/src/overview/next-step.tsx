import type { ProjectRight } from '@greenlight/shared/across/governance/rights.ts';
import type { ProjectOverview } from '@greenlight/shared/projects/contract.ts';
import { STEP_RIGHTS } from '@greenlight/shared/projects/step-rights.ts';
import { useTranslation } from 'react-i18next';
import { LinkButton } from '../ui/link-button.tsx';
import { Panel } from '../ui/panel.tsx';
import { StepHolders } from './step-holders.tsx';

type Step = ProjectOverview['nextStep'];

interface StepLinkProperties {
  readonly projectId: string;
  readonly step: Step;
  readonly variant?: 'solid' | 'link';
}

/** A link to where the next step is done. */
export function StepLink({ projectId, step, variant = 'solid' }: StepLinkProperties) {
  const { t } = useTranslation('overview');
  const text = t(`next.${step.action}.action`);
  switch (step.action) {
    case 'write-requirement':
    case 'finish-requirement':
    case 'review-requirement':
      return (
        <LinkButton variant={variant} to="/projects/$projectId/requirements" params={{ projectId }}>
          {text}
        </LinkButton>
      );
    case 'choose-candidates':
      return (
        <LinkButton
          variant={variant}
          to="/projects/$projectId/selection"
          params={{ projectId }}
          search={{ view: 'catalogue' }}
        >
          {text}
        </LinkButton>
      );
    case 'weigh-candidates':
    case 'decide-anew':
      return (
        <LinkButton variant={variant} to="/projects/$projectId/selection" params={{ projectId }}>
          {text}
        </LinkButton>
      );
    case 'add-data':
    case 'label-data':
      return (
        <LinkButton variant={variant} to="/projects/$projectId/data" params={{ projectId }}>
          {text}
        </LinkButton>
      );
    case 'prepare-data':
    case 'close-leaks':
      return (
        <LinkButton
          variant={variant}
          to="/projects/$projectId/data/prepare"
          params={{ projectId }}
          search={{ from: step.datasetVersionId ?? undefined }}
        >
          {text}
        </LinkButton>
      );
    case 'start-run':
    case 'improve-model':
    case 'train-anew':
      return (
        <LinkButton
          variant={variant}
          to="/projects/$projectId/training/new"
          params={{ projectId }}
          search={step.architecture === null ? {} : { preset: step.architecture }}
        >
          {text}
        </LinkButton>
      );
    case 'watch-run':
    case 'read-failure':
      return step.runId === null ? (
        <LinkButton variant={variant} to="/projects/$projectId/training" params={{ projectId }}>
          {text}
        </LinkButton>
      ) : (
        <LinkButton
          variant={variant}
          to="/projects/$projectId/training/runs/$runId"
          params={{ projectId, runId: step.runId }}
        >
          {text}
        </LinkButton>
      );
    case 'read-evaluation':
    case 'gather-evidence':
      return step.evaluationId === null ? (
        <LinkButton variant={variant} to="/projects/$projectId/evaluation" params={{ projectId }}>
          {text}
        </LinkButton>
      ) : (
        <LinkButton
          variant={variant}
          to="/projects/$projectId/evaluation/evaluations/$evaluationId"
          params={{ projectId, evaluationId: step.evaluationId }}
        >
          {text}
        </LinkButton>
      );
  }
}

interface Properties {
  readonly projectId: string;
  readonly step: Step;
  readonly may: (right: ProjectRight) => boolean;
}

/** The one next thing to do, with its reason; where the reader may not do it, who may. */
export function NextStep({ projectId, step, may }: Properties) {
  const { t } = useTranslation('overview');
  return (
    <Panel title={t('next.title')}>
      <div className="next-step">
        <p>{t(`next.${step.action}.text`)}</p>
        {may(STEP_RIGHTS[step.action]) ? (
          <StepLink projectId={projectId} step={step} />
        ) : (
          <StepHolders action={step.action} />
        )}
      </div>
    </Panel>
  );
}
