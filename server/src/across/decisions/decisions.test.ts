import { createHash } from 'node:crypto';
import {
  exportDecision,
  getDecision,
  listDecisions,
  type Decision,
  type EvidenceItem,
} from '@greenlight/shared/across/decisions/contract.ts';
import { getSession } from '@greenlight/shared/across/governance/contract.ts';
import { createProject } from '@greenlight/shared/projects/contract.ts';
import {
  discardRequirementDraft,
  sendBackRequirement,
  submitRequirement,
} from '@greenlight/shared/stages/requirements/contract.ts';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Caller } from '../../testing/caller.ts';
import { ADMIN, startInstallation, type TestInstallation } from '../../testing/installation.ts';
import { addPerson, signedInAdmin } from '../../testing/people.ts';
import { approve, moderation, recall, submittedRequirement } from '../../testing/requirements.ts';

let installation: TestInstallation;
let admin: Caller;

beforeAll(async () => {
  installation = await startInstallation();
  admin = await signedInAdmin(installation.url);
});
afterAll(() => installation.close());

/** A project with somebody who writes and somebody who approves. */
async function team(name: string) {
  const { id: projectId } = await admin.call(createProject, { body: { name, goal: { en: 'Keep abuse out.' } } });
  const writer = await addPerson(installation, `${name}-w@example.com`, { projectId, roles: ['product-manager'] });
  const approver = await addPerson(installation, `${name}-a@example.com`, { projectId, roles: ['approver'] });
  return { projectId, writer, approver };
}

const list = (caller: Caller, projectId: string, query: Record<string, string> = {}) =>
  caller.call(listDecisions, { params: { projectId }, query });
const get = (caller: Caller, decisionId: string): Promise<Decision> =>
  caller.call(getDecision, { params: { decisionId } });

async function soleDecision(caller: Caller, projectId: string): Promise<Decision> {
  const { items } = await list(caller, projectId);
  expect(items).toHaveLength(1);
  return get(caller, items[0]!.id);
}

describe('an approval', () => {
  test('stands in the timeline with who, why, and the requirement as it stood', async () => {
    const { projectId, writer, approver } = await team('approval');
    const content = moderation();
    const submitted = await submittedRequirement(writer, projectId, { content });
    await approve(approver, submitted, 'Agreed with legal.');
    const decision = await soleDecision(writer, projectId);
    expect(decision).toMatchObject({
      kind: 'requirement-approved',
      rationale: 'Agreed with legal.',
      actor: 'approval-a@example.com',
      requirementVersion: 1,
      integrity: 'intact',
      evidence: [
        {
          source: { type: 'requirement', id: submitted.id },
          content: { version: 1, ...content },
          now: { state: 'same' },
        },
        { label: { en: 'Nothing had been measured in the project' }, source: null, now: null },
      ],
    });
  });

  test('keeps its evidence when the requirement goes on, and says where that differs now', async () => {
    const { projectId, writer, approver } = await team('later');
    const first = moderation([recall({ threshold: 0.9 })]);
    await approve(approver, await submittedRequirement(writer, projectId, { content: first }));
    const second = { ...first, criteria: first.criteria.map((one) => ({ ...one, threshold: 0.8 })) };
    await approve(approver, await submittedRequirement(writer, projectId, { content: second, basedOn: 1 }));
    const { items } = await list(writer, projectId);
    expect(items.map(({ requirementVersion }) => requirementVersion)).toEqual([2, 1]);
    const [newer, older] = [await get(writer, items[0]!.id), await get(writer, items[1]!.id)];
    expect(older.integrity).toBe('intact');
    expect(older.evidence[0]).toMatchObject({
      content: { version: 1, criteria: [{ threshold: 0.9 }] },
      now: { state: 'changed', content: { version: 2, criteria: [{ threshold: 0.8 }] } },
    });
    expect(newer.evidence[1]).toMatchObject({
      label: { en: 'Changes since version 1' },
      value: 1,
      content: [{ field: 'threshold', before: 0.9, after: 0.8 }],
    });
  });

  test('of own work, for want of others, says so', async () => {
    const { id: projectId } = await admin.call(createProject, { body: { name: 'Alone', goal: { en: 'g' } } });
    await approve(admin, await submittedRequirement(admin, projectId));
    const { evidence } = await soleDecision(admin, projectId);
    expect(evidence.map(({ label }) => label.en)).toContainEqual(expect.stringMatching(/^Override: approved by/));
  });
});

test('a version that was sent back and then thrown away can still be read in the decision', async () => {
  const { projectId, writer, approver } = await team('back');
  const { id: requirementId, revision } = await submittedRequirement(writer, projectId);
  const back = await approver.call(sendBackRequirement, {
    params: { requirementId },
    body: { revision, reason: 'Say what precision costs us.' },
  });
  await writer.call(discardRequirementDraft, { params: { requirementId }, body: { revision: back.revision } });
  const decision = await soleDecision(approver, projectId);
  expect(decision).toMatchObject({ kind: 'requirement-sent-back', rationale: 'Say what precision costs us.' });
  expect(decision.evidence[0]).toMatchObject({ content: { goal: moderation().goal }, now: { state: 'gone' } });
});

describe('the timeline', () => {
  test('is paged, newest first, and reduced to a kind or a person', async () => {
    const { projectId, writer, approver } = await team('paged');
    const second = await addPerson(installation, 'paged-second@example.com', { projectId, roles: ['approver'] });
    const { id: requirementId, revision } = await submittedRequirement(writer, projectId);
    const params = { requirementId };
    const back = await second.call(sendBackRequirement, { params, body: { revision, reason: 'Not yet.' } });
    const again = await writer.call(submitRequirement, { params, body: { revision: back.revision } });
    await approve(approver, again);
    await approve(second, await submittedRequirement(writer, projectId, { basedOn: 1 }));

    const page = await list(writer, projectId, { limit: '2' });
    expect(page.items.map(({ kind, requirementVersion }) => [kind, requirementVersion])).toEqual([
      ['requirement-approved', 2],
      ['requirement-approved', 1],
    ]);
    const rest = await list(writer, projectId, { limit: '2', cursor: page.nextCursor! });
    expect(rest).toMatchObject({ items: [{ kind: 'requirement-sent-back' }], nextCursor: null });
    const ofKind = await list(writer, projectId, { kind: 'requirement-sent-back' });
    expect(ofKind.items.map(({ id }) => id)).toEqual(rest.items.map(({ id }) => id));
    const secondId = page.people.find(({ name }) => name === 'paged-second@example.com')!.id;
    const ofPerson = await list(writer, projectId, { person: secondId });
    expect(ofPerson.items.map(({ kind }) => kind)).toEqual(['requirement-approved', 'requirement-sent-back']);
    expect(page.people.map(({ name }) => name).sort()).toEqual(['paged-a@example.com', 'paged-second@example.com']);
  });

  test('of another project does not exist', async () => {
    const { projectId, writer, approver } = await team('own');
    await approve(approver, await submittedRequirement(writer, projectId));
    const { id } = await soleDecision(writer, projectId);
    const { writer: stranger } = await team('other');
    for (const [route, params] of [
      [listDecisions, { projectId }],
      [getDecision, { decisionId: id }],
      [exportDecision, { decisionId: id }],
    ] as const) {
      const answer = await stranger.ask(route, { params, query: { format: 'json' } });
      expect([answer.status, answer.body.error.code]).toEqual([404, 'not-found']);
    }
  });
});

describe('tampering', () => {
  async function withoutGuard(statement: () => Promise<unknown>): Promise<void> {
    const { database } = installation;
    await expect(statement()).rejects.toThrow(/violated|never changed/);
    // Whoever owns the table can take the guard away: then the hashes tell.
    await database.$executeRaw`ALTER TABLE decisions DISABLE TRIGGER decisions_kept`;
    await statement();
    await database.$executeRaw`ALTER TABLE decisions ENABLE TRIGGER decisions_kept`;
  }

  test('with what a decision says is shown', async () => {
    const { projectId, writer, approver } = await team('tamper');
    await approve(approver, await submittedRequirement(writer, projectId));
    const { id } = await soleDecision(writer, projectId);
    await withoutGuard(() => installation.database.decision.update({ where: { id }, data: { rationale: 'Other' } }));
    expect((await get(writer, id)).integrity).toBe('altered');
    expect((await list(writer, projectId)).items[0]).toMatchObject({ integrity: 'altered' });
  });

  test('with the hash as well is shown by the audit log', async () => {
    const { projectId, writer, approver } = await team('hash');
    await approve(approver, await submittedRequirement(writer, projectId));
    const { id } = await soleDecision(writer, projectId);
    const sha256 = createHash('sha256').update('forged').digest('hex');
    await withoutGuard(() => installation.database.decision.update({ where: { id }, data: { sha256 } }));
    expect((await get(writer, id)).integrity).toBe('altered');
  });

  test('by adding a decision that nobody took is shown by the audit log', async () => {
    const { projectId, writer, approver } = await team('forged');
    await approve(approver, await submittedRequirement(writer, projectId));
    const { id } = await soleDecision(writer, projectId);
    const row = await installation.database.decision.findUniqueOrThrow({ where: { id } });
    const forged = { ...row, id: crypto.randomUUID(), title: row.title as object, evidence: row.evidence as object };
    await installation.database.decision.create({ data: forged });
    expect((await get(writer, forged.id)).integrity).toBe('not-in-audit-log');
  });
});

test('a decision and its audit event exist together or not at all, and evidence has a limit', async () => {
  const { database, services } = installation;
  const { account } = await admin.call(getSession);
  const { id: projectId } = await admin.call(createProject, { body: { name: 'Both', goal: { en: 'g' } } });
  const item: EvidenceItem = {
    label: { en: 'Recall' },
    value: 0.93,
    unit: '',
    interval: [0.9, 0.95],
    verdict: 'pass',
    source: null,
    content: 'x'.repeat(5_000_000),
  };
  const record = (evidence: EvidenceItem[], fails: boolean) =>
    database.$transaction(async (transaction) => {
      const actor = { kind: 'person', sessionId: '', userId: account.id, email: ADMIN.email, isAdmin: true } as const;
      await services.decisionRecorder.record(transaction, {
        projectId,
        kind: 'requirement-approved',
        title: { en: 'T' },
        rationale: '',
        actor,
        evidence,
      });
      if (fails) throw new Error('the act failed');
    });
  await expect(record([item], false)).rejects.toMatchObject({ code: 'payload-too-large' });
  await expect(record([{ ...item, content: null }], true)).rejects.toThrow('the act failed');
  expect((await list(admin, projectId)).items).toEqual([]);
  const logged = await database.auditEvent.count({ where: { projectId, action: 'decision.recorded' } });
  expect(logged).toBe(0);
  await record([{ ...item, content: null }], false);
  const sole = await soleDecision(admin, projectId);
  expect(sole).toMatchObject({ integrity: 'intact', evidence: [{ value: 0.93 }] });
  const query = { format: 'markdown', language: 'en' };
  const { body } = await admin.ask(exportDecision, { params: { decisionId: sole.id }, query });
  // A piece of evidence without content is a line of the table, and no section.
  expect((body as unknown as string).match(/^.*Recall.*$/gm)).toHaveLength(1);
});

describe('the file', () => {
  test('as JSON is the decision; as Markdown it reads in the language asked for and lets no text become markup', async () => {
    const { projectId, writer, approver } = await team('file');
    const content = { ...moderation(), goal: { en: '<img src=x onerror=alert(1)> | [a](javascript:alert(1))' } };
    await approve(approver, await submittedRequirement(writer, projectId, { content }), '# Not a heading');
    const decision = await soleDecision(writer, projectId);
    const file = (format: string, language: string) =>
      writer.ask(exportDecision, { params: { decisionId: decision.id }, query: { format, language } });
    const json = await file('json', 'en');
    expect(json.body).toEqual(decision);
    expect(json.headers.get('content-disposition')).toMatch(
      /^attachment; filename="decision-[\d-]+-requirement-approved.json"$/,
    );
    const markdown = (await file('markdown', 'zh')).body as unknown as string;
    expect(markdown).toContain('批准需求第 1 版');
    expect(markdown).toContain(decision.sha256);
    expect(markdown).toContain('0.9');
    expect(markdown).not.toContain('<img');
    expect(markdown).not.toContain('](javascript');
    expect(markdown).not.toMatch(/^> # /m);
  });
});
