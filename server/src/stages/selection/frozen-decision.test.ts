import { getDecision, listDecisions, type Decision } from '@greenlight/shared/across/decisions/contract.ts';
import { getEvaluation } from '@greenlight/shared/stages/evaluation/contract.ts';
import { addCandidate, archiveCandidate } from '@greenlight/shared/stages/selection/candidates-contract.ts';
import { decideSelection, getSelection, saveSelection } from '@greenlight/shared/stages/selection/contract.ts';
import type { CellInput } from '@greenlight/shared/stages/selection/matrix.ts';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Caller } from '../../testing/caller.ts';
import { startInstallation, type TestInstallation } from '../../testing/installation.ts';
import { signedInAdmin } from '../../testing/people.ts';
import { approve, moderation, recall, submittedRequirement } from '../../testing/requirements.ts';
import { queueRun, seededProject } from '../../testing/runs.ts';
import { add, at, contentOf, moderationProject, refusal, score, scoredDraft, start } from '../../testing/selections.ts';

let installation: TestInstallation;

beforeAll(async () => {
  installation = await startInstallation();
});
afterAll(() => installation.close());

async function newestDecision(caller: Caller, projectId: string): Promise<Decision> {
  const { items } = await caller.call(listDecisions, { params: { projectId }, query: {} });
  return caller.call(getDecision, { params: { decisionId: items[0]?.id ?? '' } });
}

const longText = (length: number) => ({ en: 'x'.repeat(length) });

describe('what could be saved can be decided on', () => {
  test('with reasons as long as the form takes them', async () => {
    const { projectId, manager, saved, candidates } = await scoredDraft(installation);
    const explanation = 'Moderators must be able to read every weight. '.repeat(210).trim();
    const choice = { candidateId: candidates[0]?.id, rationale: 'r'.repeat(10_000), explanation };
    await manager.call(decideSelection, at(saved, choice));
    expect((await newestDecision(manager, projectId)).evidence[0]).toMatchObject({ value: explanation });
  });

  test('with a matrix of nearly a megabyte', async () => {
    const { manager, saved, candidates } = await scoredDraft(installation);
    const { criteria, cells, ...content } = contentOf(saved);
    const free = { ...criteria[0]!, requirement: null, metric: null, name: longText(19_500) };
    const more = Array.from({ length: 25 }, () => ({ ...free, id: crypto.randomUUID() }));
    const evidence = { kind: 'judgement' as const, text: longText(19_000) };
    const scored = more.slice(0, 20).map(({ id }) => score(id, candidates[0]!.id, 0.5, { evidence }));
    const large = { ...content, criteria: [...criteria, ...more], cells: [...cells, ...scored] };
    const kept = await manager.call(saveSelection, at(saved, { content: large }));
    const choice = { candidateId: candidates[1]?.id, rationale: 'r', explanation: 'e' };
    expect(await manager.call(decideSelection, at(kept, choice))).toMatchObject({ state: 'decided' });
  });

  test('with a requirement of more than half a megabyte, all of which changes', async () => {
    const { projectId, manager, approver } = await moderationProject(installation);
    for (const [basedOn, letter] of [
      [1, 'x'],
      [2, 'y'],
    ] as const) {
      const risks = Array.from({ length: 30 }, (_, index) => ({ en: `${index} ${letter.repeat(19_000)}` }));
      const content = { ...moderation([recall()]), risks };
      await approve(approver, await submittedRequirement(manager, projectId, { content, basedOn }));
    }
    expect(await newestDecision(manager, projectId)).toMatchObject({ requirementVersion: 3, integrity: 'intact' });
  });
});

describe('the candidates of a decision', () => {
  const rationale = 'Best recall at the same cost.';

  test('are frozen with what exactly was weighed, not only by name', async () => {
    const { projectId, manager, saved, candidates } = await scoredDraft(installation);
    const body = { kind: 'endpoint', url: 'https://models.example.com/v1', model: 'guard-2', name: { en: 'Guard' } };
    const endpoint = await manager.call(addCandidate, { params: { projectId }, body });
    const content = contentOf(saved);
    const candidateIds = [...content.candidateIds, endpoint.id];
    const wider = await manager.call(saveSelection, at(saved, { content: { ...content, candidateIds } }));
    const choice = { candidateId: candidates[1]?.id, rationale, explanation: 'Guard was not scored.' };
    await manager.call(decideSelection, at(wider, choice));
    const { evidence } = await newestDecision(manager, projectId);
    const frozen = evidence.find(({ source }) => source?.type === 'selection');
    const reference = 'https://models.example.com/v1 · guard-2';
    expect(frozen?.content).toMatchObject({ candidates: [{}, {}, { name: { en: 'Guard' }, reference }] });
  });

  test('that were put away are not chosen', async () => {
    const { manager, saved, candidates } = await scoredDraft(installation);
    await manager.call(archiveCandidate, { params: { candidateId: candidates[1]!.id } });
    const refused = await refusal(manager, decideSelection, at(saved, { candidateId: candidates[1]?.id, rationale }));
    expect(refused).toMatchObject({ status: 422, details: { fields: [{ code: 'archived-choice' }] } });
  });

  test('are those that the decider saw: who renames one meanwhile is not overtaken', async () => {
    const { database } = installation;
    const { projectId, manager, saved, candidates } = await scoredDraft(installation);
    const id = candidates[1]!.id;
    const waiting = async () => {
      const rows = await database.$queryRaw<object[]>`
        SELECT 1 FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()`;
      return rows.length;
    };
    const deciding = await database.$transaction(
      async (transaction) => {
        await transaction.candidate.update({ where: { id }, data: { name: { en: 'Another name' } } });
        const answer = refusal(manager, decideSelection, at(saved, { candidateId: id, rationale }));
        await expect.poll(waiting).toBeGreaterThan(0);
        return { answer };
      },
      { timeout: 120_000 },
    );
    expect(await deciding.answer).toMatchObject({ status: 409, code: 'conflict' });
    expect(await manager.call(getSelection, { params: { selectionId: saved.id } })).toMatchObject({ state: 'draft' });
    const { items } = await manager.call(listDecisions, { params: { projectId }, query: { kind: 'model-selected' } });
    expect(items).toEqual([]);
  });
});

describe('a measurement that a score rests on', () => {
  let measuring: Awaited<ReturnType<typeof measuredProject>>;
  beforeAll(async () => {
    measuring = await measuredProject();
  });

  async function measuredProject() {
    const { database } = installation;
    const admin = await signedInAdmin(installation.url);
    const seeded = await seededProject(admin);
    const { projectId, datasetVersionId } = seeded;
    const run = await queueRun(admin, seeded);
    const artifact = { kind: 'other', name: 'a', sha256: 'e'.repeat(64), sizeBytes: 1n };
    const { id: predictionsArtifactId } = await database.artifact.create({
      data: { id: crypto.randomUUID(), projectId, runId: run.id, ...artifact },
    });
    const metric = { metric: 'loss', value: 1.5, low: 1.4, high: 1.6, items: 100, note: null };
    const measured = {
      ...{ projectId, datasetVersionId, sameAsTraining: false, split: 'test' },
      ...{ items: 100, sentences: 3, classes: 9, metrics: [metric], curves: [], confusion: [], samples: [] },
      elapsedMs: 1,
    };
    const id = crypto.randomUUID();
    await database.evaluation.create({
      data: { id, runId: run.id, checkpointStep: 1, predictionsArtifactId, ...measured },
    });
    return { admin, projectId, evaluationId: id, measured };
  }

  test('is frozen whole with its content, and what differs now is said', async () => {
    const { admin, projectId, evaluationId } = measuring;
    const [first] = [
      await add(admin, projectId, 'encoder-decoder-transformer'),
      await add(admin, projectId, 'bert-base'),
    ];
    const draft = await start(admin, projectId);
    const loss = draft.criteria.find((criterion) => criterion.metric === 'loss')!;
    const evidence = { kind: 'evaluation' as const, text: { en: 'Run' }, evaluationId };
    const cells: CellInput[] = [score(loss.id, first.id, 1.5, { low: 1.4, high: 1.6, items: 100, evidence })];
    const saved = await admin.call(saveSelection, at(draft, { content: { ...contentOf(draft), cells } }));
    const choice = { candidateId: first.id, rationale: 'Measured.', explanation: 'The other was not scored.' };
    await admin.call(decideSelection, at(saved, choice));

    const source = { type: 'evaluation', id: evaluationId };
    const measurement = async () =>
      (await newestDecision(admin, projectId)).evidence.find(
        (item) => item.source?.type === 'evaluation' && item.content !== null,
      );
    expect(await measurement()).toMatchObject({
      source,
      content: {
        dataset: { version: 1, sha256: expect.stringMatching(/^[0-9a-f]{64}$/) },
        metrics: [{ metric: 'loss', value: 1.5, low: 1.4, high: 1.6 }],
      },
      now: { state: 'same' },
    });

    const metrics = [{ metric: 'loss', value: 0.2, low: 0.1, high: 0.3, items: 100, note: null }];
    await installation.database.evaluation.update({ where: { id: evaluationId }, data: { metrics } });
    const later = await measurement();
    expect(later).toMatchObject({ content: { metrics: [{ value: 1.5 }] }, now: { state: 'changed' } });
    const { evidence: items, integrity } = await newestDecision(admin, projectId);
    expect(integrity).toBe('intact');
    // A single score froze no content that could differ: the measurement beside it says what does.
    expect(items.find((item) => item.value === 1.5)).toMatchObject({ source, content: null, now: null });
  });

  test('of an imported model opens by the job that scores name', async () => {
    const { admin, projectId, measured } = measuring;
    const { database } = installation;
    const jobId = crypto.randomUUID();
    const job = { kind: 'inspect-onnx', key: 'guard', payload: {}, inputs: [], state: 'finished' };
    const inspection = await database.job.create({ data: { id: crypto.randomUUID(), projectId, ...job } });
    const file = { projectId, name: 'guard.onnx', sha256: 'd'.repeat(64), sizeBytes: 1n, inspectionId: inspection.id };
    const { id: modelFileId } = await database.modelFile.create({ data: { id: crypto.randomUUID(), ...file } });
    const id = crypto.randomUUID();
    await database.evaluation.create({
      data: { id, modelFileId, jobId, predictionsSha256: 'c'.repeat(64), ...measured },
    });
    const opened = await admin.call(getEvaluation, { params: { evaluationId: jobId } });
    expect(opened).toMatchObject({ id, modelFileName: 'guard.onnx' });
  });
});
