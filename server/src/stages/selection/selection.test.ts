import { getDecision, listDecisions } from '@greenlight/shared/across/decisions/contract.ts';
import { createProject, getProject } from '@greenlight/shared/projects/contract.ts';
import { getTraceability } from '@greenlight/shared/stages/requirements/traceability-contract.ts';
import {
  archiveCandidate,
  describeCandidate,
  listCandidates,
  restoreCandidate,
} from '@greenlight/shared/stages/selection/candidates-contract.ts';
import {
  decideSelection,
  getCurrentSelection,
  getSelection,
  getMeasuredSources,
  listSelections,
  saveSelection,
  startSelection,
} from '@greenlight/shared/stages/selection/contract.ts';
import type { CellInput, MatrixContent } from '@greenlight/shared/stages/selection/matrix.ts';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { approve, moderation, submittedRequirement } from '../../testing/requirements.ts';
import { add, at, contentOf, moderationProject, refusal, score, scoredDraft, start } from '../../testing/selections.ts';
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

test('a project without a matrix is no error: its page reads it before anybody has begun one', async () => {
  const { id: projectId } = await admin.call(createProject, { body: { name: 'New', goal: { en: 'g' } } });
  expect(await admin.call(getCurrentSelection, { params: { projectId } })).toBeNull();
});

describe('a draft', () => {
  test('begins with the candidates and the approved criteria, and counts musts twice', async () => {
    const { draft, candidates } = await scoredDraft(installation);
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
    const { saved, candidates } = await scoredDraft(installation);
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
    const { projectId, saved, number } = await scoredDraft(installation);
    const scientist = await addPerson(installation, `ds-${number}@example.com`, {
      projectId,
      roles: ['data-scientist'],
    });
    const [first, ...others] = saved.cells;
    const cells = [{ ...first, score: 0.92 }, ...others];
    const again = await scientist.call(saveSelection, at(saved, { content: { ...contentOf(saved), cells } }));
    expect(again.cells.map(({ setBy }) => setBy.split('-')[0])).toEqual(['ds', 'pm', 'pm', 'pm']);
  });

  test('two who save at once do not overwrite each other: the second learns what differs', async () => {
    const { manager, saved } = await scoredDraft(installation);
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
    const { manager, saved, candidates } = await scoredDraft(installation);
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
      [
        'against-metric',
        { criteria: [{ ...recalled!, direction: 'lower', requirement: null, scale: { kind: 'range' } }], cells: [] },
      ],
      ['unknown-cell', { candidateIds: [crypto.randomUUID()], cells: [] }],
      // An acceptance criterion is what the requirement says, not what the matrix would like it to say.
      ...[{ threshold: 0.3 }, { level: 'should' as const }, { minimumItems: 1 }, { id: crypto.randomUUID() }].map(
        (change): [string, Partial<MatrixContent>] => [
          'against-requirement',
          { criteria: [{ ...recalled!, requirement: { ...recalled!.requirement!, ...change } }], cells: [] },
        ],
      ),
      ['against-requirement', { criteria: [{ ...recalled!, metric: 'accuracy' }], cells: [] }],
      ['against-requirement', { criteria: [{ ...recalled!, direction: 'lower' }], cells: [] }],
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
    const { projectId, manager } = await moderationProject(installation);
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
    // However many have been measured since.
    const again = { runId: run.id, datasetVersionId, projectId, predictionsArtifactId, split: 'test' };
    await database.evaluation.createMany({
      data: Array.from({ length: 120 }, (_, step) => ({
        ...{ ...again, id: crypto.randomUUID(), checkpointStep: step + 2, sameAsTraining: false, items: 100 },
        ...{ sentences: 3, classes: 9, metrics: [metric], curves: [], confusion: [], samples: [], elapsedMs: 1 },
        createdAt: new Date(Date.now() + 1000 * step),
      })),
    });
    const found: string[] = [];
    for (let cursor: string | null = ''; cursor !== null;) {
      const query: Record<string, string> = cursor === '' ? {} : { cursor };
      const page: { items: { id: string }[]; nextCursor: string | null } = await admin.call(getMeasuredSources, {
        ...{ params: { projectId }, query },
      });
      found.push(...page.items.map((one) => one.id));
      cursor = page.nextCursor;
    }
    expect([found.length, new Set(found).size, found.at(-1)]).toEqual([121, 121, evaluationId]);
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
    const { projectId, manager, saved, candidates } = await scoredDraft(installation);
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
    const { manager, saved, candidates } = await scoredDraft(installation);
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
    const { projectId, manager, saved, candidates } = await scoredDraft(installation);
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
    const leader = candidates[1]?.name;
    const first = items[0]?.evidence.find(({ label }) => label.en?.startsWith('First in the ranking'));
    expect(first?.label).toEqual({
      en: `First in the ranking: ${leader?.en}`,
      zh: `排名第一：${leader?.zh ?? leader?.en}`,
    });
  });

  test('who certainly misses a must-criterion does not lead, and is chosen only with an explanation', async () => {
    const { manager, saved, candidates } = await scoredDraft(installation, [
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
    const { projectId, manager, approver, number } = await moderationProject(installation);
    const { id } = await add(manager, projectId, 'bert-base');
    const draft = await start(manager, projectId);
    const { code, details } = await refusal(manager, decideSelection, at(draft, { candidateId: id, ...reasons }));
    expect(code).toBe('invalid-selection');
    const { fields } = details as { fields: { code: string }[] };
    expect(fields.map((field) => field.code)).toEqual(['too-few-candidates', 'no-scores']);
    expect(await refusal(manager, decideSelection, at(draft, { candidateId: id, rationale: ' ' }))).toMatchObject({
      status: 400,
    });
    const scientist = await addPerson(installation, `decider-${number}@example.com`, {
      projectId,
      roles: ['data-scientist'],
    });
    for (const caller of [approver, scientist])
      expect(await refusal(caller, decideSelection, at(draft, { candidateId: id, ...reasons }))).toMatchObject({
        status: 403,
      });
  });

  test('two who decide at once take one decision', async () => {
    const { projectId, manager, saved, candidates } = await scoredDraft(installation);
    const body = at(saved, { candidateId: candidates[1]?.id, ...reasons });
    const answers = await Promise.all([1, 2, 3].map(() => manager.ask(decideSelection, body)));
    expect(answers.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([200, 409, 409]);
    const { items } = await manager.call(listDecisions, { params: { projectId }, query: { kind: 'model-selected' } });
    expect(items).toHaveLength(1);
  });

  test('when the criteria are approved anew afterwards, it says what changed, and the overview asks to decide anew', async () => {
    const { projectId, manager, approver, saved, candidates } = await scoredDraft(installation);
    const overview = () => manager.call(getProject, { params: { projectId } });
    expect((await overview()).stages[1]).toMatchObject({ state: 'in-progress', next: 'weigh-candidates' });
    await manager.call(decideSelection, at(saved, { candidateId: candidates[1]?.id, ...reasons }));
    expect(await overview()).toMatchObject({ nextStep: { action: 'add-data', architecture: 'encoder-classifier' } });
    const [first] = saved.criteria.map(({ requirement }) => requirement);
    const content = moderation([{ ...first!, threshold: 0.95 }]);
    await approve(approver, await submittedRequirement(manager, projectId, { content, basedOn: 1 }));
    const { changedSince } = (await manager.call(getCurrentSelection, { params: { projectId } }))!;
    expect(changedSince).toMatchObject({ fromVersion: 1, toVersion: 2 });
    expect(changedSince?.differences.map(({ field, before, after }) => [field, before, after])).toEqual([
      ['threshold', 0.9, 0.95],
      ['criterion', expect.objectContaining({ metric: 'precision-macro' }), null],
    ]);
    expect(await overview()).toMatchObject({ nextStep: { stage: 'selection', action: 'decide-anew' } });
  });
});
