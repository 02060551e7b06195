import { z } from 'zod';
import { defineRoute } from '../../api/define-route.ts';
import { id, moment, sha256 } from '../../api/identifiers.ts';
import { localizedText } from '../../api/localized-text.ts';
import { pageOf, pageQuery } from '../../api/paging.ts';
import { contentDifference, PROBLEM_TYPES } from '../requirements/contract.ts';
import { candidate } from './candidates-contract.ts';
import { cell, matrixContent, matrixCriterion } from './matrix.ts';
import { STANDINGS } from './must-standing.ts';

const share = z.number();
const end = z.number().nullable();

/** The candidates in order, with totals from 0 to 1; see `rankingOf`. */
const ranking = z
  .object({
    shares: z.array(z.object({ criterionId: id, share })),
    rows: z.array(
      z.object({
        candidateId: id,
        /** Best and worst place that the missing scores allow; null for a candidate that is ruled out. */
        places: z.object({ best: z.number().int(), worst: z.number().int() }).nullable(),
        total: z.object({ low: share, high: share }),
        contributions: z.array(
          z.object({
            criterionId: id,
            normalised: share.nullable(),
            contribution: share.nullable(),
            standing: z.enum(STANDINGS).nullable(),
          }),
        ),
        missing: z.array(id),
        missedMusts: z.array(id),
      }),
    ),
    leader: z.object({ candidateId: id, challengers: z.array(id), tiedWith: z.array(id) }).nullable(),
  })
  .meta({ id: 'CandidateRanking' });

const staying = { low: end, high: end, firstBelow: id.nullable(), firstAbove: id.nullable() };

/** What would have to change for another candidate to win; see `sensitivityOf`. */
const sensitivity = z
  .object({
    weights: z.array(z.object({ criterionId: id, share, isOnly: z.boolean(), ...staying })),
    scores: z.array(z.object({ criterionId: id, candidateId: id, score: z.number(), ...staying })),
  })
  .meta({ id: 'DecisionSensitivity' });

/** How a matrix was decided. */
export const selectionDecision = z
  .object({
    /** The entry in the project's timeline of decisions, with the whole matrix as it stood. */
    decisionId: id,
    sha256,
    candidateId: id,
    candidateName: localizedText,
    /** The catalogue's entry of the chosen candidate, where it has one. */
    architecture: z.string().nullable(),
    rationale: z.string(),
    dissent: z.string().nullable(),
    /** Why not the candidate that led for certain; null where that one was chosen. */
    explanation: z.string().nullable(),
    requirementVersion: z.number().int().nullable(),
    actor: z.string(),
    at: moment,
  })
  .meta({ id: 'SelectionDecision' });

/** How a matrix was decided. */
export type SelectionDecision = z.infer<typeof selectionDecision>;

/** Said where the requirement was approved anew, with other criteria, after a decision. */
export const criteriaChangedSince = z
  .object({
    /** The version that was decided by; null where none was approved then. */
    fromVersion: z.number().int().nullable(),
    toVersion: z.number().int(),
    approvedAt: moment,
    decidedAt: moment,
    differences: z.array(contentDifference),
  })
  .meta({ id: 'CriteriaChangedSinceDecision' });

/** Said where the requirement was approved anew, with other criteria, after a decision. */
export type CriteriaChangedSince = z.infer<typeof criteriaChangedSince>;

/** A matrix as lists show it. */
export const selectionSummary = z
  .object({
    id,
    projectId: id,
    version: z.number().int().min(1),
    state: z.enum(['draft', 'decided']),
    /** Counts the saves: who saves or decides names the one that they saw. */
    revision: z.number().int().min(1),
    basedOn: z.number().int().nullable(),
    candidateCount: z.number().int(),
    criteriaCount: z.number().int(),
    createdAt: moment,
    edited: z.object({ actor: z.string(), at: moment }).nullable(),
    decision: selectionDecision.nullable(),
  })
  .meta({ id: 'SelectionSummary' });

/** A matrix as lists show it. */
export type SelectionSummary = z.infer<typeof selectionSummary>;

/** A decision matrix: candidates × criteria with scores, evidence, ranking and what would change it; a decided one is frozen. */
export const selection = selectionSummary
  .extend({
    /** In the order of the columns; of a decided matrix as they were named then. */
    candidates: z.array(
      candidate.pick({ id: true, kind: true, name: true, architecture: true, archivedAt: true }).extend({
        /** The address and model of an endpoint, or the name and SHA-256 of a file; absent for others and in decisions from before it was kept. */
        reference: z.string().optional(),
      }),
    ),
    criteria: z.array(matrixCriterion),
    cells: z.array(cell),
    ranking,
    sensitivity: sensitivity.nullable(),
    changedSince: criteriaChangedSince.nullable(),
  })
  .meta({ id: 'Selection' });

/** A decision matrix. */
export type Selection = z.infer<typeof selection>;

/** The whole matrix as a decision freezes it. */
export const frozenMatrix = selection.pick({
  version: true,
  candidates: true,
  criteria: true,
  cells: true,
  ranking: true,
  sensitivity: true,
});

/** The whole matrix as a decision freezes it. */
export type FrozenMatrix = z.infer<typeof frozenMatrix>;

/** A source of scores that were measured in this project, for the evidence of a cell. */
export const measuredSource = z
  .object({
    kind: z.enum(['evaluation', 'model-file-evaluation']),
    id,
    name: localizedText,
    /** The uploaded model that was measured; null for a run of this project. */
    modelFileId: id.nullable(),
    at: moment,
    /** True when its items were also trained on. */
    sameAsTraining: z.boolean(),
    values: z.array(
      z.object({
        metric: z.string(),
        /** The further task of a classifier that it was measured of; absent for what the first head answers. */
        task: z.string().optional(),
        value: z.number(),
        low: end,
        high: end,
        items: z.number().int().min(0),
      }),
    ),
  })
  .meta({ id: 'MeasuredSource' });

/** A source of scores that were measured in this project. */
export type MeasuredSource = z.infer<typeof measuredSource>;

/** An entry of the catalogue, as `architectures/architecture.ts` describes it. */
const architectureEntry = z
  .object({
    id: z.string(),
    name: localizedText,
    summary: localizedText,
    problemTypes: z.array(z.enum(PROBLEM_TYPES)),
    data: localizedText,
    parameters: z.object({ count: z.number().nullable(), text: localizedText }),
    compute: z.object({ flops: z.number().nullable(), per: z.enum(['token', 'image', 'item']), text: localizedText }),
    explainability: z.object({ level: z.enum(['high', 'medium', 'low']), text: localizedText }),
    licence: localizedText,
    scores: z.array(
      z.object({
        metric: localizedText,
        registryMetric: z.string().nullable(),
        value: z.number(),
        unit: z.string(),
        benchmark: z.string(),
        source: z.string(),
      }),
    ),
    sources: z.array(
      z.object({
        id: z.string(),
        authors: z.string(),
        title: z.string(),
        venue: z.string(),
        year: z.number().int(),
        url: z.string(),
      }),
    ),
    strengths: z.array(localizedText),
    risks: z.array(localizedText),
    /** Settings of a run that trains it here; null where Greenlight does not. */
    training: z.record(z.string(), z.unknown()).nullable(),
  })
  .meta({ id: 'Architecture' });

const ofProject = z.object({ projectId: id });
const ofSelection = z.object({ selectionId: id });
const seenRevision = z.object({ revision: z.number().int().min(1) });

export const getArchitectures = defineRoute({
  id: 'getArchitectures',
  method: 'GET',
  path: '/api/architectures',
  summary: 'The catalogue of model architectures with facts and sources, by kind of problem and by words.',
  permission: 'signed-in',
  query: z.object({ problemType: z.enum(PROBLEM_TYPES).optional(), search: z.string().max(100).optional() }),
  reply: z.object({ items: z.array(architectureEntry) }),
});

export const getCurrentSelection = defineRoute({
  id: 'getCurrentSelection',
  method: 'GET',
  path: '/api/projects/{projectId}/selection',
  summary:
    'The newest decision matrix of a project, draft or decided, with its ranking and sensitivity; null where none was begun yet.',
  permission: 'project:read',
  params: ofProject,
  reply: selection.nullable(),
});

export const listSelections = defineRoute({
  id: 'listSelections',
  method: 'GET',
  path: '/api/projects/{projectId}/selections',
  summary: 'The decision matrices of a project, newest first.',
  permission: 'project:read',
  params: ofProject,
  query: pageQuery,
  reply: pageOf(selectionSummary),
});

export const startSelection = defineRoute({
  id: 'startSelection',
  method: 'POST',
  path: '/api/projects/{projectId}/selections',
  summary:
    'Start a draft as a copy of the newest matrix, or from the candidates and the acceptance criteria of the project; one draft may be open.',
  permission: 'selection:edit',
  params: ofProject,
  /** The newest matrix that the caller saw. */
  body: z.object({ basedOn: z.number().int().min(1).nullable() }),
  reply: selection,
  status: 201,
  errors: ['selection-open', 'conflict'],
});

export const getSelection = defineRoute({
  id: 'getSelection',
  method: 'GET',
  path: '/api/selections/{selectionId}',
  summary: 'One decision matrix; a decided one as it stood when it was decided.',
  permission: 'project:read',
  params: ofSelection,
  reply: selection,
});

export const saveSelection = defineRoute({
  id: 'saveSelection',
  method: 'PUT',
  path: '/api/selections/{selectionId}',
  summary:
    'Save a draft. Refused where somebody else saved since `revision`, saying what differs, and where scores and evidence do not fit together.',
  permission: 'selection:edit',
  params: ofSelection,
  body: seenRevision.extend({ content: matrixContent }),
  reply: selection,
  errors: ['edited-meanwhile', 'selection-decided', 'invalid-selection'],
});

export const discardSelection = defineRoute({
  id: 'discardSelection',
  method: 'POST',
  path: '/api/selections/{selectionId}/discard',
  summary: 'Throw a draft away; candidates and decided matrices stay.',
  permission: 'selection:edit',
  params: ofSelection,
  body: seenRevision,
  reply: z.object({ discarded: z.literal(true) }),
  errors: ['edited-meanwhile', 'selection-decided'],
});

export const decideSelection = defineRoute({
  id: 'decideSelection',
  method: 'POST',
  path: '/api/selections/{selectionId}/decide',
  summary:
    'Choose a candidate and freeze the matrix as the evidence of the decision. A candidate that does not lead for certain, or that is ruled out, needs an explanation.',
  permission: 'selection:decide',
  params: ofSelection,
  body: seenRevision.extend({
    candidateId: id,
    rationale: z.string().trim().min(1).max(10_000),
    dissent: z.string().trim().max(10_000).nullable().default(null),
    explanation: z.string().trim().max(10_000).nullable().default(null),
  }),
  reply: selection,
  errors: ['edited-meanwhile', 'selection-decided', 'invalid-selection', 'explanation-needed'],
});

export const getMeasuredSources = defineRoute({
  id: 'getMeasuredSources',
  method: 'GET',
  path: '/api/projects/{projectId}/selection/measured',
  summary: 'What was measured in this project and can stand as evidence for a score, newest first.',
  permission: 'project:read',
  params: ofProject,
  query: pageQuery,
  reply: pageOf(measuredSource),
});
