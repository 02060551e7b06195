import type { z } from 'zod';
import { verdictOf } from '../metrics/verdict.ts';
import type { CriterionVerdict, TaskMetricValue } from '../stages/evaluation/contract.ts';
import type { SeenInTraining } from '../stages/evaluation/seen-in-training.ts';
import { requirementVerdict } from '../stages/evaluation/requirement-verdict.ts';
import type { ChangedAfterEvidence, Criterion, RequirementState } from '../stages/requirements/contract.ts';
import { STAGES, type Stage, type StageState } from '../stages.ts';
import type { RunState } from '../stages/training/contract.ts';
import { hasEnded } from '../stages/training/rules.ts';
import type { nextStep, ProjectVerdict, StageCard } from './contract.ts';

/** What the state of a project is decided from; moments are ISO 8601, null where nothing happened. */
export interface ProjectFacts {
  /** The newest version of the requirement, whatever its state. */
  readonly requirement: { readonly state: RequirementState; readonly changedAt: string } | null;
  /** The newest approved version, and its criteria: the ones that decide. */
  readonly approvedVersion: number | null;
  readonly criteria: readonly Criterion[];
  readonly changedAfterEvidence: ChangedAfterEvidence | null;
  /** The models that are weighed, and what was decided about them. */
  readonly selection: {
    readonly candidates: number;
    readonly isDraftOpen: boolean;
    /** The newest decision: the catalogue's entry that was chosen, and whether the criteria were changed since. */
    readonly decision: { readonly architecture: string | null; readonly isOutdated: boolean } | null;
    readonly changedAt: string | null;
  };
  /** `newest` is the newest version, `unprepared` it where no preparation made or confirmed it, `leaking` where one did and its held-out items are in another split as well; `lacksLabels` where the project classifies and nothing in it says the classes. */
  readonly datasetVersions: {
    readonly count: number;
    readonly changedAt: string | null;
    readonly newest: string | null;
    readonly unprepared: string | null;
    readonly leaking: string | null;
    readonly lacksLabels: boolean;
  };
  readonly runs: { readonly count: number; readonly active: number };
  /** The newest run, whatever became of it. */
  readonly latestRun: {
    readonly id: string;
    readonly state: RunState;
    readonly changedAt: string;
    /** The newest that a run reached, whichever it was. */
    readonly loss: number | null;
  } | null;
  /** The newest evaluation. */
  readonly evaluation: {
    readonly id: string;
    readonly datasetVersionId: string;
    readonly sameAsTraining: boolean;
    readonly seenInTraining: SeenInTraining | null;
    /** Of all heads. */
    readonly metrics: readonly TaskMetricValue[];
    readonly createdAt: string;
  } | null;
}

/** Each criterion against an evaluation's numbers of its task; slices have no numbers yet, so such criteria have no evidence. */
export function criterionVerdicts(
  criteria: readonly Criterion[],
  metrics: readonly TaskMetricValue[] | null,
): CriterionVerdict[] {
  return criteria.map((criterion) => {
    const measured =
      criterion.slice === null
        ? metrics?.find(({ metric, task }) => metric === criterion.metric && task === criterion.task)
        : undefined;
    const value = measured ?? null;
    return { criterion, verdict: verdictOf(criterion, value), value };
  });
}

/** The answer to "can we ship?", by the newest evaluation. */
export function projectVerdict(facts: ProjectFacts): ProjectVerdict {
  const verdicts = criterionVerdicts(facts.criteria, facts.evaluation?.metrics ?? null);
  const sameAsTraining = facts.evaluation?.sameAsTraining ?? false;
  const { verdict, failing, unclear } = requirementVerdict(verdicts, sameAsTraining);
  return {
    verdict,
    failing,
    withoutEvidence: unclear.length,
    evaluationId: facts.evaluation?.id ?? null,
    sameAsTraining,
    seenInTraining: facts.evaluation?.seenInTraining ?? null,
    requirementVersion: facts.approvedVersion,
    changedAfterEvidence: facts.changedAfterEvidence,
  };
}

function card(
  stage: Stage,
  state: StageState,
  changedAt: string | null,
  keyNumber: StageCard['keyNumber'] = null,
  openItems = 0,
): StageCard {
  return { stage, state, keyNumber, openItems, changedAt, next: null };
}

function requirementsCard({ requirement, criteria, approvedVersion }: ProjectFacts): StageCard {
  if (requirement === null) return card('requirements', 'not-started', null);
  const isOpen = requirement.state !== 'approved';
  const keyNumber = approvedVersion === null ? null : { name: 'criteria', value: criteria.length };
  return card('requirements', isOpen ? 'in-progress' : 'passed', requirement.changedAt, keyNumber, isOpen ? 1 : 0);
}

/** What the stage "selection" asks for next; null where it is done. */
function selectionStep({ selection }: ProjectFacts): 'choose-candidates' | 'weigh-candidates' | 'decide-anew' | null {
  const { candidates, isDraftOpen, decision } = selection;
  if (decision?.isOutdated === true) return 'decide-anew';
  if (decision !== null) return null;
  return candidates < 2 && !isDraftOpen ? 'choose-candidates' : 'weigh-candidates';
}

function selectionCard(facts: ProjectFacts): StageCard {
  const { candidates, isDraftOpen, decision, changedAt } = facts.selection;
  if (candidates === 0 && !isDraftOpen && decision === null) return card('selection', 'not-started', null);
  const isOpen = isDraftOpen || decision === null || decision.isOutdated;
  const keyNumber = { name: 'candidates', value: candidates };
  return card('selection', isOpen ? 'in-progress' : 'passed', changedAt, keyNumber, isOpen ? 1 : 0);
}

function dataCard({ datasetVersions, latestRun, evaluation }: ProjectFacts): StageCard {
  const { count, changedAt, unprepared, leaking, lacksLabels } = datasetVersions;
  if (count === 0) return card('data', 'not-started', null);
  // Who already trains has taken the data as it is.
  const isOpen = ((unprepared ?? leaking) !== null && latestRun === null) || (lacksLabels && evaluation === null);
  const keyNumber = { name: 'dataset-versions', value: count };
  return card('data', isOpen ? 'in-progress' : 'passed', changedAt, keyNumber, isOpen ? 1 : 0);
}

function trainingCard({ latestRun, runs, evaluation }: ProjectFacts): StageCard {
  if (latestRun === null) return card('training', 'not-started', null);
  const state: StageState = !hasEnded(latestRun.state)
    ? 'in-progress'
    : latestRun.state === 'failed'
      ? 'blocked'
      : // Who cancelled a run stopped nothing that another one had reached.
        latestRun.state === 'finished' || evaluation !== null
        ? 'passed'
        : 'in-progress';
  const keyNumber = latestRun.loss === null ? null : { name: 'loss', value: latestRun.loss };
  return card('training', state, latestRun.changedAt, keyNumber, runs.active);
}

function evaluationCard(facts: ProjectFacts): StageCard {
  const { evaluation } = facts;
  if (evaluation === null) return card('evaluation', 'not-started', null);
  const { verdict, failing, withoutEvidence } = projectVerdict(facts);
  const state: StageState = verdict === 'ready' ? 'passed' : verdict === 'not-ready' ? 'blocked' : 'in-progress';
  const headline = evaluation.metrics.find(({ metric, task }) => metric === 'f1-macro' && task === undefined);
  const keyNumber = headline === undefined ? null : { name: headline.metric, value: headline.value };
  return card('evaluation', state, evaluation.createdAt, keyNumber, failing.length + withoutEvidence);
}

/** The seven stages in order, each with its state, its number and what is open in it. */
export function stageCards(facts: ProjectFacts): StageCard[] {
  const known: Partial<Record<Stage, StageCard>> = {
    requirements: requirementsCard(facts),
    selection: selectionCard(facts),
    data: dataCard(facts),
    training: trainingCard(facts),
    evaluation: evaluationCard(facts),
  };
  const next = facts.requirement === null ? null : selectionStep(facts);
  return STAGES.map((stage) => {
    const found = known[stage] ?? card(stage, 'not-started', null);
    return stage === 'selection' ? { ...found, next } : found;
  });
}

/** The version whose test items must be parted anew from its training items before an evaluation can decide; null where that would not help. */
function leakingSplits({ evaluation }: ProjectFacts): string | null {
  const seen = evaluation?.seenInTraining ?? null;
  if (evaluation === null || seen === null) return null;
  const { texts, exact, near } = seen;
  // Where all of them are training items there are no held-out ones that could be kept.
  return exact < texts && exact + (near ?? 0) > 0 ? evaluation.datasetVersionId : null;
}

/** What to do about test items that are training items as well: part them, and once a later version does, train on that. */
function partingAction({ datasetVersions, evaluation }: ProjectFacts): 'close-leaks' | 'prepare-data' | 'train-anew' {
  const { newest, unprepared, leaking } = datasetVersions;
  if (newest === evaluation?.datasetVersionId) return 'close-leaks';
  return unprepared !== null ? 'prepare-data' : leaking !== null ? 'close-leaks' : 'train-anew';
}

/** The one thing to do next, in the order of the lifecycle. */
export function nextStepOf(facts: ProjectFacts): z.infer<typeof nextStep> {
  const runId = facts.latestRun?.id ?? null;
  const evaluationId = facts.evaluation?.id ?? null;
  const architecture = facts.selection.decision?.architecture ?? null;
  const step = (stage: Stage, action: z.infer<typeof nextStep>['action']) => ({
    stage,
    action,
    runId,
    evaluationId,
    architecture,
    datasetVersionId: facts.datasetVersions.unprepared ?? facts.datasetVersions.leaking,
  });
  if (facts.latestRun !== null && !hasEnded(facts.latestRun.state)) return step('training', 'watch-run');
  if (facts.latestRun?.state === 'failed') return step('training', 'read-failure');
  if (facts.requirement === null) return step('requirements', 'write-requirement');
  if (facts.requirement.state === 'in-review') return step('requirements', 'review-requirement');
  if (facts.approvedVersion === null) return step('requirements', 'finish-requirement');
  // Who already trains has chosen; the stage's own card still asks for the decision.
  const weighing = selectionStep(facts);
  if (weighing !== null && facts.latestRun === null) return step('selection', weighing);
  if (facts.datasetVersions.count === 0) return step('data', 'add-data');
  if (facts.datasetVersions.lacksLabels && facts.evaluation === null) return step('data', 'label-data');
  if (facts.datasetVersions.unprepared !== null && facts.latestRun === null) return step('data', 'prepare-data');
  if (facts.datasetVersions.leaking !== null && facts.latestRun === null) return step('data', 'close-leaks');
  if (facts.latestRun === null) return step('training', 'start-run');
  if (facts.evaluation === null) return step('training', 'start-run');
  const { verdict, sameAsTraining } = projectVerdict(facts);
  if (verdict === 'not-ready') return step('training', 'improve-model');
  if (verdict === 'not-enough-evidence' && sameAsTraining) {
    const leaking = leakingSplits(facts);
    const action = partingAction(facts);
    if (leaking !== null && action === 'train-anew') return step('training', action);
    if (leaking !== null) {
      const parting = step('data', action);
      return { ...parting, datasetVersionId: parting.datasetVersionId ?? leaking };
    }
  }
  if (verdict === 'not-enough-evidence' && !sameAsTraining) return step('evaluation', 'gather-evidence');
  return step('evaluation', 'read-evaluation');
}
