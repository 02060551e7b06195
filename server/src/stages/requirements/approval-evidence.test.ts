import { exportDecision, getDecision, listDecisions } from '@greenlight/shared/across/decisions/contract.ts';
import { Prisma } from '@greenlight/prisma/client';
import { createProject } from '@greenlight/shared/projects/contract.ts';
import { createTextDatasetVersion } from '@greenlight/shared/stages/data/contract.ts';
import {
  approveRequirement,
  getRequirement,
  type Requirement,
} from '@greenlight/shared/stages/requirements/contract.ts';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Caller } from '../../testing/caller.ts';
import { startInstallation, type TestInstallation } from '../../testing/installation.ts';
import { addPerson, signedInAdmin } from '../../testing/people.ts';
import { approve, moderation, recall, submittedRequirement } from '../../testing/requirements.ts';
import { queueRun } from '../../testing/runs.ts';

let installation: TestInstallation;
let admin: Caller;
let writer: Caller;
let approver: Caller;
let projectId: string;
let datasetVersionId: string;

beforeAll(async () => {
  installation = await startInstallation();
  admin = await signedInAdmin(installation.url);
  ({ id: projectId } = await admin.call(createProject, { body: { name: 'Evidence', goal: { en: 'Keep it.' } } }));
  writer = await addPerson(installation, 'writer@example.com', { projectId, roles: ['product-manager'] });
  approver = await addPerson(installation, 'approver@example.com', { projectId, roles: ['approver'] });
  const about = { source: { en: 'a test' }, licence: 'own', notes: { en: '' }, seed: 3, datasetName: { en: 'Posts' } };
  const body = { ...about, content: { train: ['one'], validation: [], test: ['two'] } };
  ({ id: datasetVersionId } = await admin.call(createTextDatasetVersion, { params: { projectId }, body }));
});
afterAll(() => installation.close());

const NONE = { texts: 600, exact: 0, elsewhere: 0, near: 0, isDataGone: false, origin: null };

/** Measures a recall of 0.92 to 0.94. */
async function measured(exact = 0): Promise<string> {
  const { database } = installation;
  const { id: runId } = await queueRun(admin, { projectId, datasetVersionId }, { name: { en: 'A long run' } });
  const artifact = { kind: 'other', name: 'a', sha256: 'e'.repeat(64), sizeBytes: 1n };
  const { id: predictionsArtifactId } = await database.artifact.create({
    data: { id: crypto.randomUUID(), projectId, runId, ...artifact },
  });
  const metrics = [{ metric: 'recall-macro', value: 0.93, low: 0.92, high: 0.94, items: 600, note: null }];
  const { id } = await database.evaluation.create({
    data: {
      ...{ id: crypto.randomUUID(), projectId, runId, datasetVersionId, predictionsArtifactId, checkpointStep: 1 },
      ...{ split: 'test', sameAsTraining: exact > 0, seenInTraining: { ...NONE, exact }, items: 600, sentences: 600 },
      ...{ classes: 2, metrics, curves: [], confusion: [], samples: [], elapsedMs: 1 },
    },
  });
  return id;
}

const submitted = (threshold: number, basedOn: number | null = null) =>
  submittedRequirement(writer, projectId, { content: moderation([recall({ threshold })]), basedOn });

/** What the newest decision froze of measurements, and the decision. */
async function frozen() {
  const { items } = await admin.call(listDecisions, { params: { projectId }, query: {} });
  const decision = await admin.call(getDecision, { params: { decisionId: items[0]?.id ?? '' } });
  const told = decision.evidence.map(({ label, verdict, value }) => [label.en, verdict, value]);
  return { decision, told: told.filter(([label]) => !/^(?:Requirement version|Changes since)/.test(String(label))) };
}

test('an approval freezes what the newest evaluation said of each criterion, and what becomes of the project by it', async () => {
  await approve(approver, await submitted(0.9));
  expect((await frozen()).told).toEqual([['Nothing had been measured in the project', null, null]]);

  const evaluationId = await measured();
  const second = await approve(approver, await submitted(0.95, 1));
  const { decision, told } = await frozen();
  expect(told).toEqual([
    ['Verdict by the newest evaluation under this version: not ready; until then: ready', 'fail', null],
    ['Recall (macro) ≥ 0.95', 'fail', 0.93],
    ['Newest evaluation: #1 A long run', null, null],
  ]);
  expect(decision.evidence.find(({ label }) => label.en?.startsWith('Recall'))).toMatchObject({
    interval: [0.92, 0.94],
    source: { type: 'evaluation', id: evaluationId },
  });
  expect(decision.evidence.at(-1)).toMatchObject({
    content: { id: evaluationId, dataset: { versionId: datasetVersionId }, metrics: [{ value: 0.93 }], items: 600 },
    now: { state: 'same' },
  });
  const [en, zh] = await Promise.all(
    (['en', 'zh'] as const).map(async (language) => {
      const { id } = decision;
      const path = exportDecision.path.replace('{decisionId}', id);
      const query = `?format=markdown&language=${language}`;
      return (await fetch(installation.url + path + query, { headers: admin.headers })).text();
    }),
  );
  expect(en).toContain('Verdict by the newest evaluation under this version: not ready; until then: ready');
  expect(zh).toContain('按最新评估以本版本判定：尚不能上线；此前：可以上线');
  // What comes later changes nothing of it.
  await measured();
  expect((await frozen()).told).toEqual(told);
  expect(second.state).toBe('approved');
});

test('what passes on texts that were trained on is frozen as no evidence, with how many they were', async () => {
  await measured(2);
  await approve(approver, await submitted(0.9, 2));
  expect((await frozen()).told.slice(0, 3)).toEqual([
    [
      'Verdict by the newest evaluation under this version: not enough evidence; until then: not ready',
      'not-enough-evidence',
      null,
    ],
    ['Of that evaluation, 2 of 600 texts were also trained on', null, null],
    ['Recall (macro) ≥ 0.9', 'pass', 0.93],
  ]);
});

test('who saw another evaluation than the newest approves nothing', async () => {
  const seen = await measured();
  const version: Requirement = await submitted(0.8, 3);
  const newest = await measured();
  const params = { requirementId: version.id };
  const approval = (evaluationId: string | null) => ({ revision: version.revision, reason: 'Agreed.', evaluationId });
  for (const evaluationId of [seen, null]) {
    const { status, body } = await approver.ask(approveRequirement, { params, body: approval(evaluationId) });
    expect([status, body.error.code]).toEqual([409, 'evidence-moved']);
  }
  expect((await admin.call(getRequirement, { params })).state).toBe('in-review');
  await approver.call(approveRequirement, { params, body: approval(newest) });
  expect((await frozen()).decision.evidence.at(-1)).toMatchObject({ source: { id: newest } });
});

test('what was frozen before its texts were counted is the same afterwards, unless the count changes what it is worth', async () => {
  const id = await measured();
  const { evaluation } = installation.database;
  await evaluation.update({ where: { id }, data: { seenInTraining: Prisma.DbNull } });
  await approve(approver, await submitted(0.85, 4));
  const state = async () => (await frozen()).decision.evidence.at(-1)?.now?.state;
  expect(await state()).toBe('same');
  await evaluation.update({ where: { id }, data: { seenInTraining: NONE } });
  expect(await state()).toBe('same');
  await evaluation.update({ where: { id }, data: { seenInTraining: { ...NONE, exact: 1 }, sameAsTraining: true } });
  expect(await state()).toBe('changed');
});
