import { z } from 'zod';
import { defineRoute } from '../api/define-route.ts';
import { finiteOrNull, id, moment } from '../api/identifiers.ts';
import { localizedText } from '../api/localized-text.ts';
import { pageOf, pageQuery } from '../api/paging.ts';
import { shownName } from '../api/shown-name.ts';
import { PROJECT_ROLES } from '../across/governance/rights.ts';
import { datasetVersion } from '../stages/data/contract.ts';
import { criterionVerdict } from '../stages/evaluation/contract.ts';
import { seenInTraining } from '../stages/evaluation/seen-in-training.ts';
import { changedAfterEvidence, PROBLEM_TYPES } from '../stages/requirements/contract.ts';
import { runSummary } from '../stages/training/contract.ts';
import { STAGES, STAGE_STATES } from '../stages.ts';

/** A project as lists show it. */
export const projectSummary = z
  .object({
    id,
    /** The full name; `localizedName` holds it per language where the project ships with Greenlight. */
    name: z.string(),
    localizedName: localizedText.nullable(),
    goal: localizedText,
    problemType: z.enum(PROBLEM_TYPES),
    roles: z.array(z.enum(PROJECT_ROLES)),
    runs: z.number().int(),
    activeRuns: z.number().int(),
    createdAt: moment,
    changedAt: moment,
  })
  .meta({ id: 'Project' });

/** A project as lists show it. */
export type ProjectSummary = z.infer<typeof projectSummary>;

/**
 * The answer to "can we ship?", as data; the page puts it into words.
 * `not-ready` where a must-criterion fails, `not-enough-evidence` where one has no or too little evidence.
 */
export const projectVerdict = z
  .object({
    verdict: z.enum(['ready', 'not-ready', 'not-enough-evidence', 'no-criteria']),
    /** The must-criteria that fail, and how many have no or too little evidence. */
    failing: z.array(criterionVerdict),
    withoutEvidence: z.number().int(),
    evaluationId: id.nullable(),
    /** True when the newest evaluation used items that were trained on, or nobody can tell: it cannot show generalisation. */
    sameAsTraining: z.boolean(),
    /** How many of its texts were; null without an evaluation, and where it was measured before that was counted. */
    seenInTraining: seenInTraining.nullable(),
    /** The newest approved version of the requirement, whose criteria decide; null where none is approved. */
    requirementVersion: z.number().int().nullable(),
    /** Said where those criteria are not the ones that stood when the first evaluation was made. */
    changedAfterEvidence: changedAfterEvidence.nullable(),
  })
  .meta({ id: 'ProjectVerdict' });

/** The answer to "can we ship?". */
export type ProjectVerdict = z.infer<typeof projectVerdict>;

/** What the card of a stage asks for next, where it is not done. */
const STAGE_STEPS = ['choose-candidates', 'weigh-candidates', 'decide-anew'] as const;

/** One stage on the overview: state, key number (metric or count), when it last changed, and what it asks for next. */
export const stageCard = z
  .object({
    stage: z.enum(STAGES),
    state: z.enum(STAGE_STATES),
    keyNumber: z.object({ name: z.string(), value: finiteOrNull }).nullable(),
    openItems: z.number().int(),
    changedAt: moment.nullable(),
    next: z.enum(STAGE_STEPS).nullable(),
  })
  .meta({ id: 'StageCard' });

/** One stage on the overview. */
export type StageCard = z.infer<typeof stageCard>;

/** What to do next: a stage and a reason that the page puts into words. */
export const nextStep = z.object({
  stage: z.enum(STAGES),
  action: z.enum([
    'write-requirement',
    'finish-requirement',
    'review-requirement',
    ...STAGE_STEPS,
    'add-data',
    'label-data',
    'prepare-data',
    'close-leaks',
    'start-run',
    'watch-run',
    'read-failure',
    'read-evaluation',
    'gather-evidence',
    'improve-model',
    'train-anew',
  ]),
  runId: id.nullable(),
  evaluationId: id.nullable(),
  /** The catalogue's entry of the model that was chosen; null where none is. */
  architecture: z.string().nullable(),
  /** The newest data version where it has not been prepared, or leaks all the same; the one that the evaluation was measured on where its leaks are to be closed. */
  datasetVersionId: id.nullable(),
});

/** Everything that the home page of a project shows. */
export const projectOverview = projectSummary
  .extend({
    verdict: projectVerdict,
    stages: z.array(stageCard),
    criteria: z.array(criterionVerdict),
    nextStep,
    liveRun: runSummary.nullable(),
    recentRuns: z.array(runSummary),
    /** Data versions whose content is deleted within two weeks, the next one first. */
    expiringData: z.array(datasetVersion.pick({ id: true, datasetName: true, version: true, retention: true })),
  })
  .meta({ id: 'ProjectOverview' });

/** Everything that the home page of a project shows. */
export type ProjectOverview = z.infer<typeof projectOverview>;

export const listProjects = defineRoute({
  id: 'listProjects',
  method: 'GET',
  path: '/api/projects',
  summary: 'The projects that the person may read, last changed first.',
  permission: 'signed-in',
  query: pageQuery,
  reply: pageOf(projectSummary),
});

export const createProject = defineRoute({
  id: 'createProject',
  method: 'POST',
  path: '/api/projects',
  summary:
    'Start a project; its maker becomes its product manager, data scientist and engineer. With the same idempotency key it answers with the project that exists.',
  permission: 'signed-in',
  body: z.object({
    name: shownName(120),
    goal: localizedText,
    problemType: z.enum(PROBLEM_TYPES).default('text-generation'),
    idempotencyKey: z.string().min(8).max(100).optional(),
  }),
  reply: projectSummary,
  status: 201,
});

export const getProject = defineRoute({
  id: 'getProject',
  method: 'GET',
  path: '/api/projects/{projectId}',
  summary: 'A project with its verdict, its seven stages, its criteria and the one next thing to do.',
  permission: 'project:read',
  params: z.object({ projectId: id }),
  reply: projectOverview,
});
