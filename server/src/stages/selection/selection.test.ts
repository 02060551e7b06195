import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { getDecision, listDecisions } from '@greenlight/shared/across/decisions/contract.ts';
import type { Route } from '@greenlight/shared/api/define-route.ts';
import { createProject, getProject } from '@greenlight/shared/projects/contract.ts';
import { getTraceability } from '@greenlight/shared/stages/requirements/traceability-contract.ts';
import {
  addCandidate,
  archiveCandidate,
  checkCandidateEndpoint,
  describeCandidate,
  listCandidates,
  removeCandidate,
  restoreCandidate,
  type Candidate,
} from '@greenlight/shared/stages/selection/candidates-contract.ts';
import {
  decideSelection,
  discardSelection,
  getCurrentSelection,
  getSelection,
  getArchitectures,
  getMeasuredSources,
  listSelections,
  saveSelection,
  startSelection,
  type Selection,
} from '@greenlight/shared/stages/selection/contract.ts';
import type { CellInput, MatrixContent } from '@greenlight/shared/stages/selection/matrix.ts';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { recall, approve, moderation, submittedRequirement } from '../../testing/requirements.ts';
import type { Caller } from '../../testing/caller.ts';
import { startInstallation, type TestInstallation } from '../../testing/installation.ts';
import { addPerson, signedInAdmin } from '../../testing/people.ts';
import { queueRun, seededProject } from '../../testing/runs.ts';

let installation: TestInstallation;
let admin: Caller;

beforeAll(async () => {
  installation = await startInstallation();
  admin = await signedInAdmin(installation.url);
});
afterAll(() => installation.close());

async function refusal(caller: Caller, route: Route, input: { params: Record<string, string>; body?: unknown }) {
  const { status, body } = await caller.ask(route, input);
  return { status, code: body.error.code, details: body.error.details };
}

const precision = () =>
  recall({ metric: 'precision-macro', threshold: 0.85, reason: { en: 'Wrong removals silence people.' } });

let teams = 0;

/** A project of a moderation classifier with an approved requirement, a product manager and an approver. */
async function moderationProject() {
  teams += 1;
  const body = { name: 'Moderation', goal: { en: 'Keep abuse out.' }, problemType: 'text-classification' };
  const projectId = (await admin.call(createProject, { body })).id;
  const manager = await addPerson(installation, `pm-${teams}@example.com`, { projectId, roles: ['product-manager'] });
  const approver = await addPerson(installation, `approver-${teams}@example.com`, { projectId, roles: ['approver'] });
  const content = moderation([recall(), precision()]);
  await approve(approver, await submittedRequirement(manager, projectId, { content }));
  return { projectId, manager, approver };
}

const add = (caller: Caller, projectId: string, architecture: string): Promise<Candidate> =>
  caller.call(addCandidate, { params: { projectId }, body: { kind: 'catalogue', architecture } });

const start = (caller: Caller, projectId: string, basedOn: number | null = null): Promise<Selection> =>
  caller.call(startSelection, { params: { projectId }, body: { basedOn } });

const at = ({ id, revision }: Selection, more: object = {}) => ({
  params: { selectionId: id },
  body: { revision, ...more },
});

function contentOf({ candidates, criteria, cells }: Selection): MatrixContent {
  return { candidateIds: candidates.map(({ id }) => id), criteria, cells };
}

function score(criterionId: string, candidateId: string, value: number, change: Partial<CellInput> = {}): CellInput {
  const evidence = { kind: 'judgement' as const, text: { en: 'Tried on 600 posts.' } };
  return { criterionId, candidateId, score: value, low: null, high: null, items: null, evidence, ...change };
}

/** A draft with two candidates scored on recall and precision: the encoder leads. */
async function scoredDraft(
  scores: readonly [number, number][] = [
    [0.91, 0.86],
    [0.94, 0.9],
  ],
) {
  const team = await moderationProject();
  const { projectId, manager } = team;
  const candidates = [
    await add(manager, projectId, 'logistic-tf-idf'),
    await add(manager, projectId, 'encoder-classifier'),
  ];
  const draft = await start(manager, projectId);
  const cells = candidates.flatMap(({ id }, row) =>
    draft.criteria.map((criterion, column) => score(criterion.id, id, scores[row]?.[column] ?? 0)),
  );
  const saved = await manager.call(saveSelection, at(draft, { content: { ...contentOf(draft), cells } }));
  return { ...team, candidates, draft, saved };
}

describe('the catalogue', () => {
  test('is found by kind of problem and by words, with sources', async () => {
    const { items } = await admin.call(getArchitectures, {
      query: { problemType: 'text-classification', search: 'bert' },
    });
    expect(items.map(({ id }) => id)).toEqual(['encoder-classifier', 'distilbert', 'bert-base', 'bert-large']);
    const base = items.find(({ id }) => id === 'bert-base');
    expect(base?.sources[0]).toMatchObject({ url: 'https://arxiv.org/abs/1810.04805', year: 2018 });
    expect(items[0]?.training).toMatchObject({ architecture: 'encoder-classifier' });
  });
});

describe('candidates', () => {
  test('the same model under the same name is one candidate; in the archive, it comes out of it', async () => {
    const { projectId, manager } = await moderationProject();
    const made = await Promise.all([1, 2, 3].map(() => add(manager, projectId, 'bert-base')));
    expect(new Set(made.map(({ id }) => id)).size).toBe(1);
    const [first] = made;
    const params = { candidateId: first?.id ?? '' };
    await manager.call(archiveCandidate, { params });
    expect((await manager.call(listCandidates, { params: { projectId } })).items).toEqual([]);
    expect((await add(manager, projectId, 'bert-base')).archivedAt).toBeNull();
    const named = { kind: 'catalogue', architecture: 'bert-base', name: { en: 'BERT on our words' } };
    const other = await manager.call(addCandidate, { params: { projectId }, body: named });
    expect(other.id).not.toBe(first?.id);
    const described = await manager.call(describeCandidate, {
      params,
      body: { notes: { en: 'For the first round.' } },
    });
    expect(described).toMatchObject({ name: first?.name, notes: { en: 'For the first round.' } });
  });

  test('what is not there, and addresses inside the network, are no candidates', async () => {
    const { projectId, manager } = await moderationProject();
    const foreign = (await seededProject(admin)).projectId;
    const file = await modelFile(foreign);
    for (const body of [
      { kind: 'catalogue', architecture: 'skynet' },
      { kind: 'model-file', modelFileId: file },
      { kind: 'endpoint', url: 'http://169.254.169.254/latest', model: 'm' },
      { kind: 'endpoint', url: 'http://2130706433:11434', model: 'm' },
      { kind: 'endpoint', url: 'https://me:secret@example.com', model: 'm' },
    ])
      expect(await refusal(manager, addCandidate, { params: { projectId }, body })).toMatchObject({
        status: 422,
        code: 'invalid-candidate',
      });
    expect((await manager.call(listCandidates, { params: { projectId } })).items).toEqual([]);
  });

  test('an uploaded model is one, under the name of its file', async () => {
    const { projectId, manager } = await moderationProject();
    const modelFileId = await modelFile(projectId);
    const body = { kind: 'model-file', modelFileId };
    expect(await manager.call(addCandidate, { params: { projectId }, body })).toMatchObject({
      kind: 'model-file',
      name: { en: 'moderation.onnx' },
      modelFileId,
    });
  });

  test('one that a matrix weighs is archived, not removed', async () => {
    const { projectId, manager, candidates, saved } = await scoredDraft();
    const params = { candidateId: candidates[0]?.id ?? '' };
    expect(await refusal(manager, removeCandidate, { params })).toMatchObject({
      status: 409,
      code: 'candidate-in-use',
    });
    await manager.call(discardSelection, at(saved));
    await manager.call(removeCandidate, { params });
    expect((await manager.call(listCandidates, { params: { projectId } })).items.map(({ id }) => id)).toEqual([
      candidates[1]?.id,
    ]);
  });
});

/** An uploaded model of a project, as far as candidates need it. */
async function modelFile(projectId: string): Promise<string> {
  const { database } = installation;
  const ids = { job: crypto.randomUUID(), file: crypto.randomUUID() };
  const job = { id: ids.job, projectId, kind: 'test', key: ids.job, payload: {}, inputs: [], state: 'finished' };
  const result = { inputs: [], outputs: [], opset: 17, irVersion: 8, producer: '', metadata: {} };
  await database.job.create({ data: { ...job, result } });
  await database.modelFile.create({
    data: {
      id: ids.file,
      projectId,
      name: 'moderation.onnx',
      sha256: 'f'.repeat(64),
      sizeBytes: 1n,
      inspectionId: ids.job,
    },
  });
  return ids.file;
}

describe('a draft', () => {
  test('begins with the candidates and the approved criteria, and counts musts twice', async () => {
    const { draft, candidates } = await scoredDraft();
    expect(draft).toMatchObject({ version: 1, state: 'draft', revision: 1, cells: [] });
    expect(draft.candidates.map(({ id }) => id)).toEqual(candidates.map(({ id }) => id));
    expect(
      draft.criteria.map(({ metric, direction, requirement }) => [metric, direction, requirement?.threshold]),
    ).toEqual([
      ['recall-macro', 'higher', 0.9],
      ['precision-macro', 'higher', 0.85],
    ]);
  });

  test('is ranked with what would change it, and every score knows who set it', async () => {
    const { saved, candidates } = await scoredDraft();
    expect(saved).toMatchObject({ revision: 2, edited: { actor: expect.stringContaining('pm-') } });
    expect(saved.ranking.leader).toEqual({ candidateId: candidates[1]?.id, challengers: [], tiedWith: [] });
    expect(saved.ranking.rows.map(({ total }) => total)).toEqual([
      { low: 1, high: 1 },
      { low: 0, high: 0 },
    ]);
    expect(saved.sensitivity?.weights).toHaveLength(2);
    expect(saved.cells[0]).toMatchObject({ setBy: saved.edited?.actor });
  });

  test('a score that somebody else did not touch keeps who set it', async () => {
    const { projectId, saved } = await scoredDraft();
    const scientist = await addPerson(installation, `ds-${teams}@example.com`, {
      projectId,
      roles: ['data-scientist'],
    });
    const [first, ...others] = saved.cells;
    const cells = [{ ...first, score: 0.92 }, ...others];
    const again = await scientist.call(saveSelection, at(saved, { content: { ...contentOf(saved), cells } }));
    expect(again.cells.map(({ setBy }) => setBy.split('-')[0])).toEqual(['ds', 'pm', 'pm', 'pm']);
  });

  test('two who save at once do not overwrite each other: the second learns what differs', async () => {
    const { manager, saved } = await scoredDraft();
    const [first, ...others] = saved.criteria;
    const mine = { ...contentOf(saved), criteria: [{ ...first!, weight: 0.3 }, ...others] };
    const theirs = { ...contentOf(saved), criteria: [{ ...first!, weight: 0.7 }, ...others] };
    await manager.call(saveSelection, at(saved, { content: theirs }));
    const { status, code, details } = await refusal(manager, saveSelection, at(saved, { content: mine }));
    expect([status, code]).toEqual([409, 'edited-meanwhile']);
    expect(details).toMatchObject({
      revision: 3,
      edited: { actor: expect.stringContaining('pm-') },
      differences: [{ field: 'weight', criterionId: first?.id, before: 0.7, after: 0.3 }],
    });
    expect((await manager.call(getSelection, { params: { selectionId: saved.id } })).criteria[0]?.weight).toBe(0.7);
  });

  test('what contradicts itself or its evidence is refused with the place and the reason, and nothing of it is kept', async () => {
    const { manager, saved, candidates } = await scoredDraft();
    const [recalled] = saved.criteria;
    const place = [recalled!.id, candidates[0]!.id] as const;
    const evaluationId = crypto.randomUUID();
    const wrong: [string, Partial<MatrixContent>][] = [
      ['outside-metric', { cells: [score(...place, 1.2)] }],
      ['range-reversed', { cells: [score(...place, 0.9, { low: 0.95, high: 0.99 })] }],
      ['evidence-text', { cells: [score(...place, 0.9, { evidence: { kind: 'judgement', text: { en: ' ' } } })] }],
      ['same-cell', { cells: [score(...place, 0.9), score(...place, 0.8)] }],
      ['unknown-cell', { cells: [score(crypto.randomUUID(), place[1], 0.9)] }],
      [
        'evidence-unknown',
        { cells: [score(...place, 0.9, { evidence: { kind: 'evaluation', text: { en: '' }, evaluationId } })] },
      ],
      [
        'evidence-unknown',
        {
          cells: [score(...place, 0.9, { evidence: { kind: 'catalogue', text: { en: '' }, architecture: 'skynet' } })],
        },
      ],
      ['anchors-reversed', { criteria: [{ ...recalled!, scale: { kind: 'anchors', worst: 1, best: 0 } }], cells: [] }],
      ['unknown-cell', { candidateIds: [crypto.randomUUID()], cells: [] }],
    ];
    for (const [expected, change] of wrong) {
      const { status, code, details } = await refusal(
        manager,
        saveSelection,
        at(saved, { content: { ...contentOf(saved), ...change } }),
      );
      expect([status, code], expected).toEqual([422, 'invalid-selection']);
      const { fields } = details as { fields: { code: string; message: { en: string; zh: string } }[] };
      expect(fields.map((field) => field.code)).toContain(expected);
      expect(fields[0]?.message.zh).toMatch(/\p{Script=Han}/u);
    }
    expect(await manager.call(getSelection, { params: { selectionId: saved.id } })).toEqual(saved);
  });

  test('one draft may be open, and it rests on the matrix that its author saw', async () => {
    const { projectId, manager } = await moderationProject();
    const begin = (basedOn: number | null) =>
      refusal(manager, startSelection, { params: { projectId }, body: { basedOn } });
    expect(await begin(4)).toMatchObject({ status: 409, code: 'conflict' });
    const answers = await Promise.all(
      [1, 2, 3].map(() => manager.ask(startSelection, { params: { projectId }, body: { basedOn: null } })),
    );
    expect(answers.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([201, 409, 409]);
    expect(await begin(null)).toMatchObject({ code: 'selection-open' });
  });
});

describe('numbers that were measured here', () => {
  test('stand as evidence only as they were measured', async () => {
    const { database } = installation;
    const seeded = await seededProject(admin);
    const { projectId, datasetVersionId } = seeded;
    const run = await queueRun(admin, seeded);
    const artifact = { kind: 'other', name: 'a', sha256: 'e'.repeat(64), sizeBytes: 1n };
    const { id: predictionsArtifactId } = await database.artifact.create({
      data: { id: crypto.randomUUID(), projectId, runId: run.id, ...artifact },
    });
    const metric = { metric: 'loss', value: 1.5, low: 1.4, high: 1.6, items: 100, note: null };
    const { id: evaluationId } = await database.evaluation.create({
      data: {
        id: crypto.randomUUID(),
        ...{ projectId, runId: run.id, datasetVersionId, predictionsArtifactId },
        ...{ checkpointStep: 1, split: 'test', sameAsTraining: false, items: 100, sentences: 3, classes: 9 },
        ...{ metrics: [metric], curves: [], confusion: [], samples: [], elapsedMs: 1 },
      },
    });
    const { items } = await admin.call(getMeasuredSources, { params: { projectId } });
    expect(items).toContainEqual(expect.objectContaining({ kind: 'evaluation', id: evaluationId }));

    const { id } = await add(admin, projectId, 'encoder-decoder-transformer');
    const draft = await start(admin, projectId);
    const loss = draft.criteria.find((criterion) => criterion.metric === 'loss');
    const evidence = { kind: 'evaluation' as const, text: { en: '' }, evaluationId };
    const save = (value: Partial<CellInput>) => {
      const cells = [score(loss?.id ?? '', id, 1.5, { low: 1.4, high: 1.6, items: 100, evidence, ...value })];
      return at(draft, { content: { ...contentOf(draft), cells } });
    };
    const claimed = await refusal(admin, saveSelection, save({ score: 1.45 }));
    expect(claimed).toMatchObject({ status: 422, details: { fields: [{ code: 'evidence-differs' }] } });
    await admin.call(saveSelection, save({}));

    const { sources, rows } = await admin.call(getTraceability, { params: { projectId } });
    const column = sources.findIndex((source) => source.kind === 'candidate' && source.id === id);
    const row = rows.find(({ criterion }) => criterion.metric === 'loss');
    expect(row?.cells[column]).toMatchObject({ verdict: 'pass', value: { value: 1.5, low: 1.4, items: 100 } });
  });
});

describe('a decision', () => {
  const reasons = {
    rationale: 'Best recall at the same cost.',
    dissent: 'Legal prefers the one that explains itself.',
  };

  test('freezes the matrix with rationale and dissent, stands in the timeline, and opens as it stood after later changes', async () => {
    const { projectId, manager, saved, candidates } = await scoredDraft();
    const candidateId = candidates[1]?.id;
    const decided = await manager.call(decideSelection, at(saved, { candidateId, ...reasons }));
    expect(decided).toMatchObject({
      state: 'decided',
      decision: {
        candidateId,
        ...reasons,
        explanation: null,
        architecture: 'encoder-classifier',
        requirementVersion: 1,
      },
      changedSince: null,
    });
    const { items } = await manager.call(listDecisions, { params: { projectId }, query: { kind: 'model-selected' } });
    expect(items).toMatchObject([
      { id: decided.decision?.decisionId, ...reasons, integrity: 'intact', requirementVersion: 1 },
    ]);
    const { evidence } = await manager.call(getDecision, { params: { decisionId: items[0]?.id ?? '' } });
    const frozen = evidence.find(({ source }) => source?.type === 'selection');
    expect(frozen).toMatchObject({
      value: `SHA-256 ${decided.decision?.sha256}`,
      content: { criteria: decided.criteria, cells: decided.cells, ranking: decided.ranking },
    });

    await manager.call(describeCandidate, {
      params: { candidateId: candidateId ?? '' },
      body: { name: { en: 'Renamed' } },
    });
    await manager.call(archiveCandidate, { params: { candidateId: candidateId ?? '' } });
    const next = await start(manager, projectId, 1);
    expect(next).toMatchObject({ version: 2, basedOn: 1, state: 'draft', cells: decided.cells });
    const [first, ...others] = next.criteria;
    await manager.call(
      saveSelection,
      at(next, { content: { ...contentOf(next), criteria: [{ ...first!, weight: 0.1 }, ...others] } }),
    );
    expect(await manager.call(getSelection, { params: { selectionId: saved.id } })).toEqual(decided);
    const { items: versions } = await manager.call(listSelections, { params: { projectId }, query: { limit: '1' } });
    expect(versions.map(({ version, state }) => [version, state])).toEqual([[2, 'draft']]);
    const listed = await manager.call(listCandidates, { params: { projectId }, query: { archived: 'only' } });
    expect(listed.items[0]).toMatchObject({ isInDecision: true });
    await manager.call(restoreCandidate, { params: { candidateId: candidateId ?? '' } });
  });

  test('is frozen for every client of the database', async () => {
    const { manager, saved, candidates } = await scoredDraft();
    await manager.call(decideSelection, at(saved, { candidateId: candidates[1]?.id, ...reasons }));
    expect(await refusal(manager, saveSelection, at(saved, { content: contentOf(saved) }))).toMatchObject({
      code: 'selection-decided',
    });
    const { database } = installation;
    const decided = await manager.call(getSelection, { params: { selectionId: saved.id } });
    for (const change of [
      () => database.$executeRaw`UPDATE "selections" SET "cells" = '[]' WHERE "id" = ${saved.id}::uuid`,
      () => database.$executeRaw`DELETE FROM "selections" WHERE "id" = ${saved.id}::uuid`,
      () => database.$executeRaw`DELETE FROM "selection_candidates" WHERE "selectionId" = ${saved.id}::uuid`,
    ])
      await expect(change()).rejects.toThrow(/frozen|violated|23001/);
    expect(await manager.call(getSelection, { params: { selectionId: saved.id } })).toEqual(decided);
  });

  test('against the ranking needs an explanation, and says so loudly', async () => {
    const { projectId, manager, saved, candidates } = await scoredDraft();
    const choice = { candidateId: candidates[0]?.id, ...reasons };
    for (const explanation of [undefined, null, '  '])
      expect(await refusal(manager, decideSelection, at(saved, { ...choice, explanation }))).toMatchObject({
        status: 422,
        code: 'explanation-needed',
        details: { leader: { candidateId: candidates[1]?.id } },
      });
    expect(
      (await manager.call(listDecisions, { params: { projectId }, query: { kind: 'model-selected' } })).items,
    ).toEqual([]);
    const explanation = 'Moderators must be able to read every weight.';
    const decided = await manager.call(decideSelection, at(saved, { ...choice, explanation }));
    expect(decided.decision).toMatchObject({ candidateId: candidates[0]?.id, explanation });
    const { items } = await manager.call(listDecisions, { params: { projectId }, query: { kind: 'model-selected' } });
    expect(items[0]?.title.en).toContain('does not lead');
    expect(items[0]?.evidence[0]).toMatchObject({ value: explanation });
  });

  test('who certainly misses a must-criterion does not lead, and is chosen only with an explanation', async () => {
    const { manager, saved, candidates } = await scoredDraft([
      [0.91, 0.86],
      [0.89, 0.99],
    ]);
    expect(saved.ranking.leader?.candidateId).toBe(candidates[0]?.id);
    expect(saved.ranking.rows[1]).toMatchObject({
      candidateId: candidates[1]?.id,
      places: null,
      missedMusts: [saved.criteria[0]?.id],
    });
    const choice = { candidateId: candidates[1]?.id, ...reasons };
    expect(await refusal(manager, decideSelection, at(saved, choice))).toMatchObject({ code: 'explanation-needed' });
  });

  test('needs a rationale, two candidates and a score, and the right', async () => {
    const { projectId, manager, approver } = await moderationProject();
    const { id } = await add(manager, projectId, 'bert-base');
    const draft = await start(manager, projectId);
    const { code, details } = await refusal(manager, decideSelection, at(draft, { candidateId: id, ...reasons }));
    expect(code).toBe('invalid-selection');
    const { fields } = details as { fields: { code: string }[] };
    expect(fields.map((field) => field.code)).toEqual(['too-few-candidates', 'no-scores']);
    expect(await refusal(manager, decideSelection, at(draft, { candidateId: id, rationale: ' ' }))).toMatchObject({
      status: 400,
    });
    const scientist = await addPerson(installation, `decider-${teams}@example.com`, {
      projectId,
      roles: ['data-scientist'],
    });
    for (const caller of [approver, scientist])
      expect(await refusal(caller, decideSelection, at(draft, { candidateId: id, ...reasons }))).toMatchObject({
        status: 403,
      });
  });

  test('two who decide at once take one decision', async () => {
    const { projectId, manager, saved, candidates } = await scoredDraft();
    const body = at(saved, { candidateId: candidates[1]?.id, ...reasons });
    const answers = await Promise.all([1, 2, 3].map(() => manager.ask(decideSelection, body)));
    expect(answers.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([200, 409, 409]);
    const { items } = await manager.call(listDecisions, { params: { projectId }, query: { kind: 'model-selected' } });
    expect(items).toHaveLength(1);
  });

  test('when the criteria are approved anew afterwards, it says what changed, and the overview asks to decide anew', async () => {
    const { projectId, manager, approver, saved, candidates } = await scoredDraft();
    const overview = () => manager.call(getProject, { params: { projectId } });
    expect((await overview()).stages[1]).toMatchObject({ state: 'in-progress', next: 'weigh-candidates' });
    await manager.call(decideSelection, at(saved, { candidateId: candidates[1]?.id, ...reasons }));
    expect(await overview()).toMatchObject({ nextStep: { action: 'add-data', architecture: 'encoder-classifier' } });
    const [first] = saved.criteria.map(({ requirement }) => requirement);
    const content = moderation([{ ...first!, threshold: 0.95 }]);
    await approve(approver, await submittedRequirement(manager, projectId, { content, basedOn: 1 }));
    const { changedSince } = await manager.call(getCurrentSelection, { params: { projectId } });
    expect(changedSince).toMatchObject({ fromVersion: 1, toVersion: 2 });
    expect(changedSince?.differences.map(({ field, before, after }) => [field, before, after])).toEqual([
      ['threshold', 0.9, 0.95],
      ['criterion', expect.objectContaining({ metric: 'precision-macro' }), null],
    ]);
    expect(await overview()).toMatchObject({ nextStep: { stage: 'selection', action: 'decide-anew' } });
  });
});

describe('an endpoint', () => {
  let inside: TestInstallation;
  let owner: Caller;
  let service: Server;
  let seen: (string | undefined)[];

  beforeAll(async () => {
    seen = [];
    service = createServer((request, reply) => {
      seen.push(request.headers.authorization);
      if (request.url?.startsWith('/moved') === true) reply.writeHead(302, { location: '/v1/models' }).end();
      else if (request.url !== '/v1/models') reply.writeHead(404).end('{}');
      else reply.end(JSON.stringify({ object: 'list', data: [{ id: 'small' }, { id: 'large' }] }));
    }).listen(0, '127.0.0.1');
    await once(service, 'listening');
    inside = await startInstallation({ GREENLIGHT_ALLOW_PRIVATE_ENDPOINTS: 'yes' });
    owner = await signedInAdmin(inside.url);
  });
  afterAll(async () => {
    service.close();
    await inside.close();
  });

  test('is asked for its models, with a secret that is kept nowhere', async () => {
    const { projectId } = await seededProject(owner);
    const base = `http://127.0.0.1:${(service.address() as AddressInfo).port}`;
    const check = async (url: string, model: string, secret: string | null = null) => {
      const body = { kind: 'endpoint', url, model };
      const { id } = await owner.call(addCandidate, { params: { projectId }, body });
      const answer = await owner.call(checkCandidateEndpoint, { params: { candidateId: id }, body: { secret } });
      return answer.endpoint?.check;
    };
    expect(await check(base, 'large', 'sk-hush-hush')).toMatchObject({
      problem: null,
      status: 200,
      models: ['large', 'small'],
    });
    expect(await check(`${base}/v1/`, 'huge')).toMatchObject({ problem: 'model-missing', models: ['small', 'large'] });
    expect(await check(`${base}/moved`, 'large')).toMatchObject({ problem: 'redirected', status: 302, models: [] });
    expect(await check(`${base}/elsewhere`, 'large')).toMatchObject({ problem: 'failed', status: 404 });
    expect(await check('http://127.0.0.1:1', 'large')).toMatchObject({ problem: 'unreachable', status: null });
    expect(seen[0]).toBe('Bearer sk-hush-hush');
    const everything = JSON.stringify([
      await inside.database.candidate.findMany(),
      (await inside.services.audit.list(undefined, 100)).items,
    ]);
    expect(everything).toContain('candidate.checked');
    expect(everything).not.toContain('hush-hush');
  });
});
