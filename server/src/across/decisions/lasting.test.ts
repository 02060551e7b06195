import {
  evidenceItem,
  exportDecision,
  getDecision,
  listDecisions,
  type Decision,
} from '@greenlight/shared/across/decisions/contract.ts';
import { verifyAuditEvents } from '@greenlight/shared/across/governance/audit-contract.ts';
import { getEncryption, rotateMasterKey } from '@greenlight/shared/across/governance/encryption-contract.ts';
import { listMembers, removeMember } from '@greenlight/shared/across/governance/members-contract.ts';
import { changePerson } from '@greenlight/shared/across/governance/people-contract.ts';
import { createProject } from '@greenlight/shared/projects/contract.ts';
import {
  createTextDatasetVersion,
  getDatasetVersion,
  type DatasetVersion,
} from '@greenlight/shared/stages/data/contract.ts';
import { confirmErasure, getErasure, startErasure } from '@greenlight/shared/stages/data/erasure/erasure-contract.ts';
import { getDeletionCertificate, setRetention } from '@greenlight/shared/stages/data/retention-contract.ts';
import { getEvaluation } from '@greenlight/shared/stages/evaluation/contract.ts';
import {
  discardRequirementDraft,
  getRequirement,
  sendBackRequirement,
  startRequirementDraft,
  type Requirement,
} from '@greenlight/shared/stages/requirements/contract.ts';
import {
  addCandidate,
  archiveCandidate,
  describeCandidate,
  removeCandidate,
  type Candidate,
} from '@greenlight/shared/stages/selection/candidates-contract.ts';
import { decideSelection, getSelection, saveSelection } from '@greenlight/shared/stages/selection/contract.ts';
import { inputOf } from '@greenlight/shared/stages/selection/differences.ts';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { hashOfMatrix } from '../../stages/selection/decision-evidence.ts';
import type { Caller } from '../../testing/caller.ts';
import { startInstallation, type TestInstallation } from '../../testing/installation.ts';
import { addPerson, signedInAdmin } from '../../testing/people.ts';
import { approve, moderation, recall, submittedRequirement } from '../../testing/requirements.ts';
import { queueRun } from '../../testing/runs.ts';
import { add, at, contentOf, score, start } from '../../testing/selections.ts';
import { hashOfDecision } from './recorder.ts';

const PHONE = '13755501234';
const APPROVER = 'approver@example.com';
const DAY_MS = 24 * 60 * 60 * 1000;

let installation: TestInstallation;
let admin: Caller;
let writer: Caller;
let approver: Caller;
let projectId: string;
let approved: Requirement;
let sentBack: Requirement;
let versions: DatasetVersion[];
let candidates: Candidate[];
let frozen: Decision[];

/** A finished run on a new version of data, measured. */
async function measured(name: string, train: string[], value: number) {
  const about = { source: { en: 'a test' }, licence: 'own', notes: { en: '' }, seed: 3 };
  const version = await admin.call(createTextDatasetVersion, {
    params: { projectId },
    body: { ...about, datasetName: { en: name }, content: { train, validation: [], test: ['kept for the test'] } },
  });
  const { database } = installation;
  const run = await queueRun(admin, { projectId, datasetVersionId: version.id }, { name: { en: `Run on ${name}` } });
  await database.run.update({ where: { id: run.id }, data: { state: 'finished', finishedAt: new Date() } });
  const artifact = { kind: 'other', name: 'a', sha256: 'e'.repeat(64), sizeBytes: 1n };
  const { id: predictionsArtifactId } = await database.artifact.create({
    data: { id: crypto.randomUUID(), projectId, runId: run.id, ...artifact },
  });
  const metrics = [{ metric: 'recall-macro', value, low: value - 0.01, high: value + 0.01, items: 600, note: null }];
  const { id: evaluationId } = await database.evaluation.create({
    data: {
      ...{ id: crypto.randomUUID(), projectId, runId: run.id, checkpointStep: 1, predictionsArtifactId },
      ...{ datasetVersionId: version.id, sameAsTraining: false, split: 'test', items: 600, sentences: 3, classes: 9 },
      ...{ metrics, curves: [], confusion: [], samples: [], elapsedMs: 1 },
    },
  });
  const evidence = { kind: 'evaluation' as const, text: { en: name }, evaluationId };
  return { version, value, cell: { low: value - 0.01, high: value + 0.01, items: 600, evidence } };
}

beforeAll(async () => {
  installation = await startInstallation();
  admin = await signedInAdmin(installation.url);
  ({ id: projectId } = await admin.call(createProject, { body: { name: 'Lasting', goal: { en: 'Keep.' } } }));
  writer = await addPerson(installation, 'writer@example.com', { projectId, roles: ['product-manager'] });
  approver = await addPerson(installation, APPROVER, { projectId, roles: ['approver'] });
  const content = { ...moderation(), goal: { en: `Find abuse, as ${PHONE} asked.` } };
  approved = await approve(approver, await submittedRequirement(writer, projectId, { content }), `${PHONE} agreed.`);

  const named = await measured(`Letters of ${PHONE}`, [`call ${PHONE}`, 'nothing of the kind'], 0.95);
  const plain = await measured('Plain', ['nothing', 'at all'], 0.92);
  versions = [named.version, plain.version];
  const endpoint = { kind: 'endpoint', url: 'https://models.example.com/v1', model: 'g', name: { en: `${PHONE}’s` } };
  candidates = [
    await add(writer, projectId, 'encoder-classifier'),
    await add(writer, projectId, 'logistic-tf-idf'),
    await writer.call(addCandidate, { params: { projectId }, body: endpoint }),
  ];
  const draft = await start(writer, projectId);
  const [criterion] = draft.criteria;
  const url = { kind: 'url' as const, text: { en: `Told by ${PHONE}` }, url: 'https://example.com/paper' };
  const cells = [
    ...[named, plain].map(({ value, cell }, row) => score(criterion!.id, candidates[row]!.id, value, cell)),
    score(criterion!.id, candidates[2]!.id, 0.5, { evidence: url }),
  ];
  const saved = await writer.call(saveSelection, at(draft, { content: { ...contentOf(draft), cells } }));
  const choice = { candidateId: candidates[0]!.id, rationale: 'Best recall.', explanation: 'Ranges overlap.' };
  await writer.call(decideSelection, at(saved, choice));
  const second = await submittedRequirement(writer, projectId, { basedOn: 1 });
  sentBack = await approver.call(sendBackRequirement, {
    params: { requirementId: second.id },
    body: { revision: second.revision, reason: 'Not yet.' },
  });
  frozen = await decisions();
});
afterAll(() => installation.close());

async function decisions(): Promise<Decision[]> {
  const { items } = await admin.call(listDecisions, { params: { projectId }, query: {} });
  return Promise.all(items.map(({ id }) => admin.call(getDecision, { params: { decisionId: id } })));
}

const withoutNow = ({ evidence, ...said }: Decision) => ({
  ...said,
  evidence: evidence.map((item) => evidenceItem.parse(item)),
});
const PAGES = { requirement: getRequirement, selection: getSelection, evaluation: getEvaluation } as const;
const PARAMETERS = { requirement: 'requirementId', selection: 'selectionId', evaluation: 'evaluationId' } as const;

/** Everything that was decided reads as it did, and what it points at opens, but for what is `gone`. */
async function expectAsDecided(gone: readonly string[] = []): Promise<void> {
  for (const then of frozen) {
    const params = { decisionId: then.id };
    const now = await admin.call(getDecision, { params });
    expect(withoutNow(now)).toEqual(withoutNow(then));
    expect(now.integrity).toBe('intact');
    const said = withoutNow(now);
    expect(hashOfDecision({ ...said, createdAt: new Date(now.createdAt) })).toBe(then.sha256);
    for (const { source, now: standing, content } of now.evidence) {
      if (source === null) continue;
      const type = source.type as keyof typeof PAGES;
      const isGone = gone.includes(source.id);
      const opened = await admin.ask(PAGES[type], { params: { [PARAMETERS[type]]: source.id } });
      expect([type, opened.status]).toEqual([type, isGone ? 404 : 200]);
      expect(standing?.state === 'gone').toBe(isGone);
      if (type !== 'evaluation' || content === null) continue;
      const { dataset } = content as { dataset: { versionId: string; sha256: string } };
      const version = await admin.call(getDatasetVersion, { params: { datasetVersionId: dataset.versionId } });
      expect(version.contentSha256).toBe(dataset.sha256);
    }
    const file = async (format: string) => (await admin.ask(exportDecision, { params, query: { format } })).body;
    expect(await file('json')).toEqual(now);
    const markdown = (await file('markdown')) as unknown as string;
    for (const text of [then.sha256, then.actor, then.rationale.split(' ').at(-1)!]) expect(markdown).toContain(text);
    if (then.kind === 'model-selected') await expectMatrixAsDecided(then);
  }
  expect((await admin.call(verifyAuditEvents)).broken).toBeNull();
}

async function expectMatrixAsDecided({ evidence }: Decision): Promise<void> {
  const { source, value } = evidence.find((item) => item.source?.type === 'selection')!;
  const matrix = await admin.call(getSelection, { params: { selectionId: source!.id } });
  const { version, candidates: columns, criteria, cells, ranking, sensitivity, decision } = matrix;
  const sha256 = hashOfMatrix({ version, candidates: columns, criteria, cells, ranking, sensitivity });
  expect([`SHA-256 ${sha256}`, decision?.sha256]).toEqual([value, sha256]);
}

test('as it was taken, a decision opens with its evidence', async () => {
  expect(frozen.map(({ kind }) => kind).sort()).toEqual([
    'model-selected',
    'requirement-approved',
    'requirement-sent-back',
  ]);
  await expectAsDecided();
});

test('after a person who is named in them, and who took them, was erased', { timeout: 240_000 }, async () => {
  const identifiers = [
    { kind: 'phone', value: PHONE },
    { kind: 'e-mail', value: APPROVER },
  ];
  const body = { reason: 'asked for in writing', identifiers };
  const { id: erasureId } = await admin.call(startErasure, { params: { projectId }, body });
  const params = { erasureId };
  await installation.services.erasureWork.settled();
  const ready = await admin.call(getErasure, { params });
  const found = ready.versions.reduce((sum, one) => sum + one.found, 0);
  await admin.call(confirmErasure, { params, body: { found } });
  await installation.services.erasureWork.settled();
  const done = await admin.call(getErasure, { params });
  expect(done.state).toBe('finished');
  const { content } = await admin.call(getDeletionCertificate, { params: { certificateId: done.certificateId! } });
  const { namesThePersonAndIsKept: kept, auditLinesThatNameThePerson: lines } = content['openPoints'] as {
    namesThePersonAndIsKept: { of: string; id: string; because: string }[];
    auditLinesThatNameThePerson: number[];
  };
  for (const { id } of frozen) expect(kept).toContainEqual({ of: 'decision', id, because: 'append-only' });
  expect(kept).toContainEqual({ of: 'requirement', id: approved.id, because: 'approved' });
  expect(kept).toContainEqual({ of: 'requirement', id: sentBack.id, because: 'append-only' });
  expect(kept).toContainEqual(expect.objectContaining({ of: 'selection', because: 'decided' }));
  const acted = await installation.database.auditEvent.findMany({ where: { actor: APPROVER, projectId } });
  expect(acted.length).toBeGreaterThan(0);
  expect(lines).toEqual(expect.arrayContaining(acted.map(({ sequence }) => Number(sequence))));
  await expectAsDecided();
  const { evidence } = (await decisions()).find(({ kind }) => kind === 'model-selected')!;
  const living = evidence.map(({ now }) => now);
  expect(living).toContainEqual(expect.objectContaining({ state: 'changed' }));
  expect(JSON.stringify(living.filter((now) => now?.state === 'changed'))).not.toContain(PHONE);
});

test('after the version of data was deleted because its time was over', async () => {
  const { id: datasetVersionId } = versions[1]!;
  const inDays = (days: number) => new Date(Date.now() + days * DAY_MS);
  const body = { keptUntil: inDays(10).toISOString(), reason: 'the contract ends' };
  await admin.call(setRetention, { params: { datasetVersionId }, body });
  await installation.services.retention.deleteExpired(inDays(11));
  const gone = await admin.call(getDatasetVersion, { params: { datasetVersionId } });
  expect(gone.retention.deleted).toMatchObject({ kind: 'retention' });
  await expectAsDecided();
});

test('after the master key was changed', async () => {
  const before = (await admin.call(getEncryption)).activeKey.id;
  await admin.call(rotateMasterKey, { body: { before } });
  await expect.poll(async () => (await admin.call(getEncryption)).olderKeyIds, { timeout: 60_000 }).toEqual([]);
  await expectAsDecided();
});

test('after requirement, candidates and matrix went on', async () => {
  const params = { requirementId: sentBack.id };
  await writer.call(discardRequirementDraft, { params, body: { revision: sentBack.revision } });
  await expectAsDecided([sentBack.id]);
  const content = moderation([recall({ threshold: 0.8 })]);
  await approve(approver, await submittedRequirement(writer, projectId, { content, basedOn: 1 }));
  const third = await writer.call(startRequirementDraft, { params: { projectId }, body: { basedOn: 2 } });
  const thrown = { params: { requirementId: third.id }, body: { revision: third.revision } };
  await writer.call(discardRequirementDraft, thrown);

  const [first, second, endpoint] = candidates.map(({ id }) => ({ candidateId: id }));
  await writer.call(describeCandidate, { params: first!, body: { name: { en: 'Another name' } } });
  await writer.call(archiveCandidate, { params: second! });
  const refused = await writer.ask(removeCandidate, { params: endpoint! });
  expect([refused.status, refused.body.error.code]).toEqual([409, 'candidate-in-use']);
  const draft = await start(writer, projectId, 1);
  const renewed = { ...contentOf(draft), candidateIds: [candidates[0]!.id, candidates[2]!.id] };
  const cells = draft.cells.map(inputOf).filter(({ candidateId }) => renewed.candidateIds.includes(candidateId));
  const saved = await writer.call(saveSelection, at(draft, { content: { ...renewed, cells } }));
  const choice = { candidateId: candidates[2]!.id, rationale: 'Cheaper.', explanation: 'It costs less.' };
  await writer.call(decideSelection, at(saved, choice));
  await expectAsDecided([sentBack.id]);
  const { evidence } = (await decisions()).find(({ id }) =>
    frozen.some((one) => one.kind === 'requirement-approved' && one.id === id),
  )!;
  expect(evidence[0]?.now).toMatchObject({ state: 'changed', content: { version: 2 } });
});

test('after those who wrote and decided left, and the server started anew', async () => {
  const { items } = await admin.call(listMembers, { params: { projectId }, query: {} });
  const idOf = (email: string) => items.find((member) => member.email === email)!.userId;
  await admin.call(removeMember, { params: { projectId, userId: idOf(APPROVER) } });
  await admin.call(changePerson, { params: { userId: idOf(APPROVER) }, body: { isActive: false } });
  await admin.call(changePerson, { params: { userId: idOf('writer@example.com') }, body: { isActive: false } });
  await expectAsDecided([sentBack.id]);
  const { people } = await admin.call(listDecisions, { params: { projectId }, query: {} });
  expect(people.map(({ name }) => name)).toEqual(expect.arrayContaining([APPROVER, 'writer@example.com']));
  await installation.restart();
  await expectAsDecided([sentBack.id]);
});
