import { getDecision, listDecisions } from '@greenlight/shared/across/decisions/contract.ts';
import { verifyAuditEvents } from '@greenlight/shared/across/governance/audit-contract.ts';
import {
  approveRequirement,
  getRequirement,
  sendBackRequirement,
  withdrawRequirement,
} from '@greenlight/shared/stages/requirements/contract.ts';
import {
  addCandidate,
  archiveCandidate,
  describeCandidate,
  restoreCandidate,
} from '@greenlight/shared/stages/selection/candidates-contract.ts';
import {
  decideSelection,
  discardSelection,
  getSelection,
  saveSelection,
} from '@greenlight/shared/stages/selection/contract.ts';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Caller } from '../../testing/caller.ts';
import { startInstallation, type TestInstallation } from '../../testing/installation.ts';
import { oneAfterTheOther, type Asked } from '../../testing/one-after-the-other.ts';
import { signedInAdmin } from '../../testing/people.ts';
import { submittedRequirement } from '../../testing/requirements.ts';
import { at, contentOf, moderationProject, scoredDraft } from '../../testing/selections.ts';

let installation: TestInstallation;
let admin: Caller;

beforeAll(async () => {
  installation = await startInstallation();
  admin = await signedInAdmin(installation.url);
});
afterAll(() => installation.close());

/** Asks twenty times at once; how each was answered, none of it with a fault, and the audit log whole. */
async function atOnce(asks: readonly (() => Promise<Asked>)[]): Promise<number[][]> {
  const answers = await Promise.all(
    Array.from({ length: 20 }, async (_, index) => {
      const kind = index % asks.length;
      return { kind, status: (await asks[kind]!()).status };
    }),
  );
  expect(answers.filter(({ status }) => status >= 500)).toEqual([]);
  expect((await admin.call(verifyAuditEvents)).broken).toBeNull();
  return asks.map((_, kind) => answers.filter((one) => one.kind === kind).map(({ status }) => status));
}

/** The decisions of a project beyond those that it had, each intact and with one line of the log. */
async function decided(projectId: string, before = 0) {
  const { items } = await admin.call(listDecisions, { params: { projectId }, query: {} });
  const logged = await installation.database.auditEvent.count({ where: { projectId, action: 'decision.recorded' } });
  expect(logged).toBe(items.length);
  return Promise.all(
    items.slice(0, items.length - before).map(({ id }) => admin.call(getDecision, { params: { decisionId: id } })),
  );
}

const succeeded = (statuses: readonly number[]) => statuses.filter((status) => status === 200).length;

test('twenty approvals of one version are one decision', async () => {
  const { projectId, manager, approver } = await moderationProject(installation);
  const { id, revision } = await submittedRequirement(manager, projectId, { basedOn: 1 });
  const input = { params: { requirementId: id }, body: { revision, reason: 'Agreed.' } };
  const [statuses] = await atOnce([() => approver.ask(approveRequirement, input)]);
  expect(succeeded(statuses!)).toBe(1);
  expect(await decided(projectId, 1)).toMatchObject([{ kind: 'requirement-approved', integrity: 'intact' }]);
});

test('a version that is approved, sent back and withdrawn at once is one of these', async () => {
  const { projectId, manager, approver } = await moderationProject(installation);
  const { id, revision } = await submittedRequirement(manager, projectId, { basedOn: 1 });
  const params = { requirementId: id };
  const answers = await atOnce([
    () => approver.ask(approveRequirement, { params, body: { revision, reason: 'Agreed.' } }),
    () => approver.ask(sendBackRequirement, { params, body: { revision, reason: 'Not yet.' } }),
    () => manager.ask(withdrawRequirement, { params, body: { revision } }),
  ]);
  const [approvals, returns, withdrawals] = answers.map(succeeded);
  expect(approvals! + returns! + withdrawals!).toBe(1);
  const kinds = (await decided(projectId, 1)).map(({ kind }) => kind);
  const expected = ['requirement-approved', 'requirement-sent-back', 'none'][answers.map(succeeded).indexOf(1)];
  expect(kinds).toEqual(expected === 'none' ? [] : [expected]);
  const { state } = await admin.call(getRequirement, { params });
  expect(state === 'approved').toBe(approvals === 1);
});

test('an approval while candidates come and go is answered, as these are', async () => {
  const { projectId, manager, approver, saved, candidates } = await scoredDraft(installation);
  expect(saved.state).toBe('draft');
  const params = { candidateId: candidates[1]!.id };
  let number = 0;
  for (let version = 1; version <= 3; version++) {
    const { id, revision } = await submittedRequirement(manager, projectId, { basedOn: version });
    const input = { params: { requirementId: id }, body: { revision, reason: 'Agreed.' } };
    const endpoint = () => ({ kind: 'endpoint', url: `https://example.com/${number++}`, model: 'm' });
    const [, , , approvals] = await atOnce([
      () => manager.ask(archiveCandidate, { params }),
      () => manager.ask(restoreCandidate, { params }),
      () => manager.ask(addCandidate, { params: { projectId }, body: endpoint() }),
      () => approver.ask(approveRequirement, input),
    ]);
    expect(succeeded(approvals!)).toBe(1);
  }
  expect(await decided(projectId, 1)).toHaveLength(3);
});

test('a matrix that is decided while a candidate changes is decided as it was seen, or not', async () => {
  const { projectId, manager, saved, candidates } = await scoredDraft(installation);
  const params = { candidateId: candidates[0]!.id };
  const choice = { candidateId: candidates[1]!.id, rationale: 'Best recall.' };
  const answers = await atOnce([
    () => manager.ask(decideSelection, at(saved, choice)),
    () => manager.ask(archiveCandidate, { params }),
    () => manager.ask(describeCandidate, { params, body: { name: { en: 'Renamed' } } }),
  ]);
  const count = succeeded(answers[0]!);
  expect(count).toBeLessThanOrEqual(1);
  expect(answers[0]!.filter((status) => status !== 200 && status !== 409)).toEqual([]);
  const found = (await decided(projectId, 1)).filter(({ kind }) => kind === 'model-selected');
  expect(found).toHaveLength(count);
  const matrix = await admin.call(getSelection, { params: { selectionId: saved.id } });
  expect(matrix.state).toBe(count === 1 ? 'decided' : 'draft');
  // What the decision froze and what the matrix keeps are the same columns.
  const frozen = found.flatMap(({ evidence }) => evidence.find(({ source }) => source?.type === 'selection') ?? []);
  for (const { content } of frozen) expect(content).toMatchObject({ candidates: matrix.candidates });
});

test('a matrix that is decided, saved and thrown away at once is one of these', async () => {
  for (let round = 0; round < 3; round++) {
    const { projectId, manager, saved, candidates } = await scoredDraft(installation);
    const choice = { candidateId: candidates[1]!.id, rationale: 'Best recall.' };
    const answers = await atOnce([
      () => manager.ask(decideSelection, at(saved, choice)),
      () => manager.ask(discardSelection, at(saved)),
      () => manager.ask(saveSelection, at(saved, { content: contentOf(saved) })),
    ]);
    expect(answers.flat().filter((status) => status < 300)).toHaveLength(1);
    expect(await decided(projectId, 1)).toHaveLength(succeeded(answers[0]!));
  }
});

test('an approval and a candidate that is archived do not wait for each other', async () => {
  const { projectId, manager, approver, candidates } = await scoredDraft(installation);
  const { id, revision } = await submittedRequirement(manager, projectId, { basedOn: 1 });
  const approval = { params: { requirementId: id }, body: { revision, reason: 'Agreed.' } };
  const statuses = await oneAfterTheOther(
    installation.database,
    () => approver.ask(approveRequirement, approval),
    () => manager.ask(archiveCandidate, { params: { candidateId: candidates[0]!.id } }),
  );
  expect(statuses).toEqual([200, 200]);
});

test('a matrix that is decided and one that is thrown away do not wait for each other', async () => {
  const { manager, saved, candidates } = await scoredDraft(installation);
  const choice = { candidateId: candidates[1]!.id, rationale: 'Best recall.' };
  const statuses = await oneAfterTheOther(
    installation.database,
    () => manager.ask(decideSelection, at(saved, choice)),
    () => manager.ask(discardSelection, at(saved)),
  );
  expect(statuses).toEqual([200, 409]);
});
