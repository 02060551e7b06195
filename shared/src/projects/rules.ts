import type { CriterionVerdict } from '../stages/evaluation/contract.ts';
import type { RunState } from '../stages/training/contract.ts';
import { STAGES, type Stage, type StageState } from '../stages.ts';
import type { ProjectOverview, ProjectVerdict, StageCard } from './contract.ts';

/** What decides about a project as a whole. */
export interface ProjectFacts {
  readonly requirement: { readonly state: 'draft' | 'in-review' | 'approved'; readonly changedAt: string } | null;
  readonly criteria: readonly CriterionVerdict[];
  readonly datasetVersions: { readonly count: number; readonly changedAt: string | null };
  /** The newest run and the newest one that still goes on. */
  readonly newestRun: { readonly id: string; readonly state: RunState; readonly changedAt: string } | null;
  readonly liveRun: { readonly id: string } | null;
  readonly newestLoss: number | null;
  readonly evaluation: {
    readonly id: string;
    readonly runId: string;
    readonly sameAsTraining: boolean;
    readonly changedAt: string;
    readonly f1Macro: number | null;
  } | null;
}

const lacksEvidence = ({ verdict }: CriterionVerdict): boolean =>
  verdict === 'no-evidence' || verdict === 'not-enough-evidence';

/**
 * Answers "can we ship?" from the must-criteria alone: one that fails decides, then one without enough evidence, and
 * only then is the project ready. Should-criteria are listed but never block.
 */
export function verdictOfProject(facts: Pick<ProjectFacts, 'criteria' | 'evaluation'>): ProjectVerdict {
  const must = facts.criteria.filter(({ criterion }) => criterion.level === 'must');
  const failing = must.filter(({ verdict }) => verdict === 'fail');
  const withoutEvidence = must.filter(lacksEvidence).length;
  const answer = (): ProjectVerdict['verdict'] => {
    if (must.length === 0) return 'no-criteria';
    if (failing.length > 0) return 'not-ready';
    return withoutEvidence > 0 ? 'not-enough-evidence' : 'ready';
  };
  return {
    verdict: answer(),
    failing,
    withoutEvidence,
    evaluationId: facts.evaluation?.id ?? null,
    sameAsTraining: facts.evaluation?.sameAsTraining ?? false,
  };
}

function trainingState(facts: ProjectFacts): StageState {
  if (facts.liveRun !== null) return 'in-progress';
  if (facts.newestRun === null) return 'not-started';
  return facts.newestRun.state === 'finished' ? 'passed' : 'blocked';
}

function evaluationState(facts: ProjectFacts): StageState {
  if (facts.evaluation === null) return 'not-started';
  const { verdict } = verdictOfProject(facts);
  if (verdict === 'ready') return 'passed';
  return verdict === 'not-ready' ? 'blocked' : 'in-progress';
}

function requirementsState({ requirement }: ProjectFacts): StageState {
  if (requirement === null) return 'not-started';
  return requirement.state === 'approved' ? 'passed' : 'in-progress';
}

/** The seven stages in their order, each with its state, its key number and what is open in it. */
export function stageCards(facts: ProjectFacts): StageCard[] {
  const { requirement, criteria, datasetVersions, newestRun, evaluation } = facts;
  const mustOpen = criteria.filter((entry) => entry.criterion.level === 'must' && entry.verdict !== 'pass').length;
  const known: Partial<Record<Stage, Omit<StageCard, 'stage'>>> = {
    requirements: {
      state: requirementsState(facts),
      keyNumber: requirement === null ? null : { name: 'criteria', value: criteria.length },
      openItems: requirement !== null && requirement.state !== 'approved' ? 1 : 0,
      changedAt: requirement?.changedAt ?? null,
    },
    data: {
      state: datasetVersions.count > 0 ? 'passed' : 'not-started',
      keyNumber: datasetVersions.count > 0 ? { name: 'versions', value: datasetVersions.count } : null,
      openItems: 0,
      changedAt: datasetVersions.changedAt,
    },
    training: {
      state: trainingState(facts),
      keyNumber: newestRun === null ? null : { name: 'training/loss', value: facts.newestLoss },
      openItems: newestRun?.state === 'failed' ? 1 : 0,
      changedAt: newestRun?.changedAt ?? null,
    },
    evaluation: {
      state: evaluationState(facts),
      keyNumber: evaluation === null ? null : { name: 'f1-macro', value: evaluation.f1Macro },
      openItems: evaluation === null ? 0 : mustOpen,
      changedAt: evaluation?.changedAt ?? null,
    },
  };
  const untouched = { state: 'not-started', keyNumber: null, openItems: 0, changedAt: null } as const;
  return STAGES.map((stage) => ({ stage, ...(known[stage] ?? untouched) }));
}

/** The one thing to do next, from the first stage that is not done; a run that goes on comes before everything after it. */
export function nextStepOf(facts: ProjectFacts): ProjectOverview['nextStep'] {
  const { newestRun, liveRun, evaluation } = facts;
  const ids = { runId: newestRun?.id ?? null, evaluationId: evaluation?.id ?? null };
  if (facts.requirement === null) return { stage: 'requirements', action: 'write-requirement', ...ids };
  if (facts.datasetVersions.count === 0) return { stage: 'data', action: 'add-data', ...ids };
  if (liveRun !== null) return { stage: 'training', action: 'watch-run', ...ids, runId: liveRun.id };
  if (newestRun?.state === 'failed') return { stage: 'training', action: 'read-failure', ...ids };
  if (newestRun === null || evaluation === null) return { stage: 'training', action: 'start-run', ...ids };
  const evaluated = { ...ids, runId: evaluation.runId };
  const { verdict } = verdictOfProject(facts);
  if (verdict === 'not-ready') return { stage: 'training', action: 'improve-model', ...evaluated };
  if (verdict === 'not-enough-evidence') return { stage: 'evaluation', action: 'gather-evidence', ...evaluated };
  return { stage: 'evaluation', action: 'read-evaluation', ...evaluated };
}
