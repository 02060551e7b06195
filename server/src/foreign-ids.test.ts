import { getSession } from '@greenlight/shared/across/governance/contract.ts';
import { FOUNDER_ROLES } from '@greenlight/shared/across/governance/rights.ts';
import type { Route } from '@greenlight/shared/api/define-route.ts';
import { createProject } from '@greenlight/shared/projects/contract.ts';
import { createTextDatasetVersion } from '@greenlight/shared/stages/data/contract.ts';
import { compareDatasetVersions } from '@greenlight/shared/stages/data/lineage-contract.ts';
import { startPreparation } from '@greenlight/shared/stages/data/preparation-contract.ts';
import {
  compareTokenizers,
  getTokenizer,
  listTokenizers,
  startTokenizerMeasurement,
} from '@greenlight/shared/stages/data/tokenizer-contract.ts';
import {
  compareEvaluations,
  listChangedItems,
  listMovedTexts,
} from '@greenlight/shared/stages/evaluation/comparison-contract.ts';
import { approveRequirement, type Requirement } from '@greenlight/shared/stages/requirements/contract.ts';
import { addCandidate } from '@greenlight/shared/stages/selection/candidates-contract.ts';
import { decideSelection, saveSelection, startSelection } from '@greenlight/shared/stages/selection/contract.ts';
import { startRun } from '@greenlight/shared/stages/training/contract.ts';
import { evaluateModelFile } from '@greenlight/shared/stages/training/imported-models.ts';
import { exportRun } from '@greenlight/shared/stages/training/model-files.ts';
import { planTraining } from '@greenlight/shared/stages/training/plan/contract.ts';
import { planSweep, startSweep } from '@greenlight/shared/stages/training/sweep/contract.ts';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { allRoutes } from './testing/all-routes.ts';
import type { Caller } from './testing/caller.ts';
import { startInstallation, type TestInstallation } from './testing/installation.ts';
import { addPerson, signedInAdmin } from './testing/people.ts';
import { submittedRequirement } from './testing/requirements.ts';
import { seededProject } from './testing/runs.ts';
import { thingsOf, type Things } from './testing/things.ts';

let installation: TestInstallation;
let mine: Things & { projectId: string; runId: string; selectionId: string; revision: number };
let theirs: Things;
/** A requirement of the attacker's project that waits for approval. */
let submitted: Requirement;
let attacker: Caller;
/** Somebody of the attacker's project who may also look at the other one, and no more. */
let visitor: Caller;

beforeAll(async () => {
  installation = await startInstallation();
  const admin = await signedInAdmin(installation.url);
  const foreignProject = await seededProject(admin);
  theirs = await thingsOf(installation, admin, foreignProject);
  attacker = await addPerson(installation, 'attacker@example.com');
  const { id: projectId } = await attacker.call(createProject, { body: { name: 'Mine', goal: { en: 'g' } } });
  const { id: datasetVersionId } = await attacker.call(createTextDatasetVersion, {
    params: { projectId },
    body: {
      datasetName: { en: 'mine' },
      source: { en: 'mine' },
      licence: '',
      notes: { en: '' },
      seed: 1,
      content: {
        train: ['one two three', 'four five six', 'seven eight nine'],
        validation: ['ten eleven'],
        test: ['twelve thirteen'],
      },
    },
  });
  const things = await thingsOf(installation, attacker, { projectId, datasetVersionId });
  const selection = await attacker.call(startSelection, { params: { projectId }, body: { basedOn: null } });
  mine = { ...things, projectId, selectionId: selection.id, revision: selection.revision };
  visitor = await addPerson(installation, 'visitor@example.com', { projectId, roles: FOUNDER_ROLES });
  const { projectMember } = installation.database;
  const userIdOf = async (caller: Caller) => (await caller.call(getSession)).account.id;
  const userId = await userIdOf(visitor);
  await projectMember.create({ data: { userId, projectId: foreignProject.projectId, role: 'viewer' } });
  for (const approver of [attacker, visitor]) {
    await projectMember.create({ data: { userId: await userIdOf(approver), projectId, role: 'approver' } });
  }
  submitted = await submittedRequirement(admin, projectId);
});
afterAll(() => installation.close());

interface Attempt {
  readonly route: Route;
  readonly params: () => Record<string, string>;
  readonly body?: (things: Things) => unknown;
  readonly query?: (things: Things) => Record<string, string>;
  /** Where the own thing here is refused like a foreign one: only a finished measurement would be taken. */
  readonly isOwnRefusedToo?: boolean;
}

const inProject = () => ({ projectId: mine.projectId });
const ofSelection = () => ({ selectionId: mine.selectionId });
const text = { en: 'seen' };
const criterion = {
  ...{ id: '01a20a76-a2a3-7a62-8176-708ce0b86c01', name: { en: 'Quality' }, metric: null, unit: '', weight: 1 },
  ...{ requirement: null, direction: 'higher', scale: { kind: 'anchors', worst: 0, best: 1 } },
};
/** The matrix of the attacker, with the first of two candidates in the lead. */
const matrixWith = (candidateId: string, evidence: unknown = { kind: 'judgement', text }) => ({
  revision: mine.revision,
  content: {
    candidateIds: [candidateId, mine.otherCandidateId],
    criteria: [criterion],
    cells: [candidateId, mine.otherCandidateId].map((id, index) => ({
      ...{ criterionId: criterion.id, candidateId: id, score: 0.9 - index / 2 },
      evidence: index === 0 ? evidence : { kind: 'judgement', text },
    })),
  },
});

const both = (baseline: string, evaluation: string) => ({ baseline, evaluation, direction: 'worse' });
const asBaseline = (route: Route): Attempt => ({
  ...{ route, params: inProject },
  query: ({ evaluationId }) => both(evaluationId, mine.evaluationId),
});
const asEvaluation = (route: Route): Attempt => ({
  ...{ route, params: inProject },
  query: ({ evaluationId }) => both(mine.evaluationId, evaluationId),
});

const search = { strategy: 'grid', axes: [{ setting: 'dropout', values: [0, 0.1] }] };
const sweepWith = (route: Route, named: (things: Things) => object): Attempt => ({
  ...{ route, params: inProject },
  body: (things) => ({
    ...{ datasetVersionId: mine.datasetVersionId, configuration: {}, search, objective: 'loss' },
    ...named(things),
  }),
});

/** Every place beside the address where a request names a thing, by the path of the field. */
const ATTEMPTS: Readonly<Record<string, Attempt>> = {
  'startRun body.datasetVersionId': {
    route: startRun,
    params: inProject,
    body: ({ datasetVersionId }) => ({ datasetVersionId, configuration: {} }),
  },
  'startRun body.configuration.startFromArtifactId': {
    route: startRun,
    params: inProject,
    body: ({ artifactId }) => ({
      datasetVersionId: mine.datasetVersionId,
      configuration: { startFromArtifactId: artifactId },
    }),
  },
  'startRun body.configuration.tokenizerId': {
    route: startRun,
    params: inProject,
    body: ({ tokenizerId }) => ({ datasetVersionId: mine.datasetVersionId, configuration: { tokenizerId } }),
  },
  'startSweep body.datasetVersionId': sweepWith(startSweep, ({ datasetVersionId }) => ({ datasetVersionId })),
  'startSweep body.configuration.startFromArtifactId': sweepWith(startSweep, ({ artifactId }) => ({
    configuration: { startFromArtifactId: artifactId },
  })),
  'startSweep body.configuration.tokenizerId': sweepWith(startSweep, ({ tokenizerId }) => ({
    configuration: { tokenizerId },
  })),
  'planSweep body.datasetVersionId': sweepWith(planSweep, ({ datasetVersionId }) => ({ datasetVersionId })),
  'planSweep body.configuration.tokenizerId': sweepWith(planSweep, ({ tokenizerId }) => ({
    configuration: { tokenizerId },
  })),
  'compareTokenizers query.before': {
    route: compareTokenizers,
    params: () => ({ tokenizerId: mine.tokenizerId }),
    query: ({ tokenizerId }) => ({ before: tokenizerId }),
  },
  'getTokenizer query.datasetVersionId': {
    route: getTokenizer,
    params: () => ({ tokenizerId: mine.tokenizerId }),
    query: ({ datasetVersionId }) => ({ datasetVersionId }),
  },
  'listTokenizers query.datasetVersionId': {
    route: listTokenizers,
    params: inProject,
    query: ({ datasetVersionId }) => ({ datasetVersionId }),
  },
  'startTokenizerMeasurement body.datasetVersionId': {
    route: startTokenizerMeasurement,
    params: () => ({ tokenizerId: mine.tokenizerId }),
    body: ({ datasetVersionId }) => ({ datasetVersionId }),
  },
  'planTraining body.datasetVersionId': {
    route: planTraining,
    params: inProject,
    body: ({ datasetVersionId }) => ({ datasetVersionId, configuration: {} }),
  },
  'exportRun body.artifactId': {
    route: exportRun,
    params: () => ({ runId: mine.runId }),
    body: ({ artifactId }) => ({ artifactId }),
  },
  'evaluateModelFile body.datasetVersionId': {
    route: evaluateModelFile,
    params: () => ({ modelFileId: mine.modelFileId }),
    body: ({ datasetVersionId }) => ({ datasetVersionId }),
  },
  'startPreparation body.origin.datasetVersionId': {
    route: startPreparation,
    params: inProject,
    body: ({ datasetVersionId }) => ({
      origin: { kind: 'version', datasetVersionId },
      recipe: { version: 1, steps: [] },
      splits: null,
    }),
  },
  'compareDatasetVersions query.before': {
    route: compareDatasetVersions,
    params: () => ({ datasetVersionId: mine.datasetVersionId }),
    query: ({ datasetVersionId }) => ({ before: datasetVersionId }),
  },
  'addCandidate body.modelFileId': {
    route: addCandidate,
    params: inProject,
    body: ({ modelFileId }) => ({ kind: 'model-file', modelFileId }),
  },
  'saveSelection body.content.cells[].evidence.evaluationId': {
    route: saveSelection,
    params: ofSelection,
    body: ({ evaluationId }) => matrixWith(mine.candidateId, { kind: 'evaluation', text, evaluationId }),
  },
  'saveSelection body.content.cells[].evidence.jobId': {
    route: saveSelection,
    params: ofSelection,
    isOwnRefusedToo: true,
    body: ({ jobId }) => matrixWith(mine.candidateId, { kind: 'model-file-evaluation', text, jobId }),
  },
  'saveSelection body.content.candidateIds[]': {
    route: saveSelection,
    params: ofSelection,
    body: ({ candidateId }) => matrixWith(candidateId),
  },
  'approveRequirement body.evaluationId': {
    route: approveRequirement,
    params: () => ({ requirementId: submitted.id }),
    body: ({ evaluationId }) => ({ revision: submitted.revision, reason: 'Mine now.', evaluationId }),
  },
  'compareEvaluations query.ids': {
    route: compareEvaluations,
    params: inProject,
    query: ({ evaluationId }) => ({ ids: `${mine.evaluationId},${evaluationId}` }),
  },
  'listMovedTexts query.baseline': asBaseline(listMovedTexts),
  'listMovedTexts query.evaluation': asEvaluation(listMovedTexts),
  'listChangedItems query.baseline': asBaseline(listChangedItems),
  'listChangedItems query.evaluation': asEvaluation(listChangedItems),
  // The matrix that was just saved.
  'decideSelection body.candidateId': {
    route: decideSelection,
    params: ofSelection,
    body: ({ candidateId }) => ({ revision: mine.revision, candidateId, rationale: 'Mine now.' }),
  },
};

async function answer(attempt: Attempt, things: Things, caller = attacker) {
  const { route, params, body, query } = attempt;
  const input = {
    params: params(),
    ...(body === undefined ? {} : { body: body(things) }),
    ...(query === undefined ? {} : { query: query(things) }),
  };
  const { status, body: reply } = await caller.ask(route, input);
  return JSON.stringify({ status, code: reply.error?.code, details: reply.error?.details });
}

describe('a thing of another project beside the address is answered like one that does not exist', () => {
  test.each(Object.entries(ATTEMPTS))('%s', async (_place, attempt) => {
    const nothing = Object.fromEntries(Object.keys(theirs).map((name) => [name, crypto.randomUUID()]));
    const [foreign, unknown] = [await answer(attempt, theirs), await answer(attempt, nothing as never)];
    const looking = await answer(attempt, theirs, visitor);
    const own = await answer(attempt, mine);
    if (attempt.route.id === 'saveSelection' && own.includes('"status":200')) mine.revision += 1;
    const withoutIds = (said: string) => said.replaceAll(/[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, 'id');
    expect(foreign).toMatch(/"status":4\d\d/);
    expect(withoutIds(foreign)).toBe(withoutIds(unknown));
    // Who may look there must not carry anything over either.
    expect(withoutIds(looking)).toBe(withoutIds(unknown));
    // Else it might have been refused for something else.
    if (attempt.isOwnRefusedToo !== true) expect(withoutIds(own)).not.toBe(withoutIds(foreign));
  });
});

/** Fields that hold ids but name no thing of a project: what a request makes up itself, people, and what admins filter by. */
const NAME_NOTHING = [
  'listAuditEvents query.project',
  'exportAuditEvents query.project',
  'listDecisions query.person',
  'saveRequirementDraft body.content.criteria[].id',
  'saveSelection body.content.criteria[].id',
  'saveSelection body.content.criteria[].requirement.id',
  'saveSelection body.content.cells[].criterionId',
  // A plan is made of sizes and lengths: it reads neither, and the start of the run asks whose they are.
  'planTraining body.configuration.startFromArtifactId',
  'planTraining body.configuration.tokenizerId',
  // A plan refuses the combination with a problem, the same for a foreign checkpoint as for none.
  'planSweep body.configuration.startFromArtifactId',
  // The same id as in `candidateIds`, and checked against it.
  'saveSelection body.content.cells[].candidateId',
  // Workers belong to no project; one that could have no copy of this data is not found (`worker-copies.test.ts`).
  'stateCopyOutcome body.workerId',
];

interface JsonSchema {
  readonly $ref?: string;
  readonly $defs?: Record<string, JsonSchema>;
  readonly format?: string;
  readonly properties?: Record<string, JsonSchema>;
  readonly items?: JsonSchema;
  readonly anyOf?: JsonSchema[];
  readonly oneOf?: JsonSchema[];
}

function idsIn(schema: JsonSchema, path: string, definitions: Record<string, JsonSchema>): string[] {
  const { $ref, format, properties = {}, items, anyOf = [], oneOf = [] } = schema;
  const referred = $ref === undefined ? undefined : definitions[$ref.replace(/^.*\//, '')];
  if (referred !== undefined) return idsIn(referred, path, definitions);
  return [
    ...(format === 'uuid' ? [path] : []),
    ...Object.entries(properties).flatMap(([name, member]) => idsIn(member, `${path}.${name}`, definitions)),
    ...(items === undefined ? [] : idsIn(items, `${path}[]`, definitions)),
    ...[...anyOf, ...oneOf].flatMap((choice) => idsIn(choice, path, definitions)),
  ];
}

test('every id in a body or a query is among the attempts', () => {
  const places = allRoutes
    .filter(({ permission }) => permission !== 'worker' && permission !== 'inference')
    .flatMap((route) =>
      (['body', 'query'] as const).flatMap((part) => {
        const given = route[part];
        if (given === undefined) return [];
        // Settings come in as anything and are read afterwards: what they are then has ids as well.
        return (['input', 'output'] as const).flatMap((io) => {
          const schema = z.toJSONSchema(given, { io, unrepresentable: 'any' }) as JsonSchema;
          return idsIn(schema, part, schema.$defs ?? {}).map((path) => `${route.id} ${path}`);
        });
      }),
    );
  const known = new Set([...Object.keys(ATTEMPTS), ...NAME_NOTHING]);
  expect([...new Set(places)].filter((place) => !known.has(place))).toEqual([]);
});
