import { listDecisions } from '@greenlight/shared/across/decisions/contract.ts';
import { getSession } from '@greenlight/shared/across/governance/contract.ts';
import { createInvitation, signUpByInvitation } from '@greenlight/shared/across/governance/invitations-contract.ts';
import { removeMember, setMemberRoles } from '@greenlight/shared/across/governance/members-contract.ts';
import { changePerson } from '@greenlight/shared/across/governance/people-contract.ts';
import type { ProjectRole } from '@greenlight/shared/across/governance/rights.ts';
import { createProject } from '@greenlight/shared/projects/contract.ts';
import {
  approveRequirement,
  discardRequirementDraft,
  getRequirementDeciders,
  saveRequirementDraft,
  sendBackRequirement,
  startRequirementDraft,
  submitRequirement,
  withdrawRequirement,
  type Requirement,
} from '@greenlight/shared/stages/requirements/contract.ts';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Caller, cookieOf } from '../../testing/caller.ts';
import { startInstallation, type TestInstallation } from '../../testing/installation.ts';
import { addPerson, signedInAdmin } from '../../testing/people.ts';
import { moderation, submittedRequirement } from '../../testing/requirements.ts';
import { createSecondPersonService } from '../../across/governance/second-person-service.ts';
import { createSecondPersonStore } from '../../across/governance/second-person-store.ts';
import { createRequirementService } from './service.ts';
import { createRequirementStore } from './store.ts';

let installation: TestInstallation;
let admin: Caller;

beforeAll(async () => {
  installation = await startInstallation();
  admin = await signedInAdmin(installation.url);
});
afterAll(() => installation.close());

const idOf = async (caller: Caller) => (await caller.call(getSession)).account.id;
const at = ({ id, revision }: Requirement, body: object = {}) => ({
  params: { requirementId: id },
  body: { revision, ...body },
});

async function newProject(): Promise<string> {
  return (await admin.call(createProject, { body: { name: 'P', goal: { en: 'g' } } })).id;
}

/** What approving answers: approved, or the code of the refusal. */
async function approval(caller: Caller, version: Requirement, reason = 'It is urgent.'): Promise<string> {
  const { status, body } = await caller.ask(approveRequirement, at(version, { reason }));
  return status === 200 ? 'approved' : body.error.code;
}

/** Somebody who writes and approves, and somebody else. */
async function pair(name: string, roles: readonly ProjectRole[]) {
  const projectId = await newProject();
  const attacker = await addPerson(installation, `${name}-attacker@example.com`, {
    projectId,
    roles: ['product-manager', 'approver'],
  });
  const other = await addPerson(installation, `${name}-other@example.com`, { projectId, roles });
  return { projectId, attacker, other, otherId: await idOf(other) };
}

/** An account that somebody invites. */
async function invited(inviter: Caller, projectId: string, email: string, roles: ProjectRole[]): Promise<Caller> {
  const { token } = await inviter.call(createInvitation, { params: { projectId }, body: { roles } });
  const entry = { token, name: email.split('@', 1)[0] ?? '', email, password: 'another-long-password' };
  const signedUp = await new Caller(installation.url).ask(signUpByInvitation, { body: entry });
  return new Caller(installation.url, { cookie: cookieOf(signedUp) });
}

test('who works alone approves by an override with a reason, which the timeline and the audit log show', async () => {
  const projectId = await newProject();
  const submitted = await submittedRequirement(admin, projectId);
  expect(await approval(admin, submitted, '')).toBe('override-reason-needed');
  const approved = await admin.call(approveRequirement, at(submitted, { reason: 'Pilot of one.' }));
  expect(approved.events.at(-1)).toMatchObject({ kind: 'approved', selfApproved: true, reason: 'Pilot of one.' });
  const { items: decisions } = await admin.call(listDecisions, { params: { projectId } });
  expect(decisions[0]).toMatchObject({
    title: { en: 'Approved version 1 of the requirement (override: own work)' },
    rationale: 'Pilot of one.',
  });
  expect(decisions[0]?.evidence).toContainEqual(
    expect.objectContaining({
      label: expect.objectContaining({ en: expect.stringMatching(/^Override/) }),
      verdict: 'fail',
    }),
  );
  const { items } = await installation.services.audit.list(undefined, 5, { action: 'override' });
  expect(items).toMatchObject([
    { action: 'override.own-approval', target: `requirement:${approved.id}`, details: { reason: 'Pilot of one.' } },
  ]);
});

test('an approval by an account that an author invited says so, and one by somebody from elsewhere does not', async () => {
  const { projectId, attacker, other } = await pair('inviting', ['product-manager', 'approver']);
  const second = await invited(attacker, projectId, 'second-account@example.com', ['approver']);
  const submitted = await submittedRequirement(attacker, projectId);
  const approved = await second.call(approveRequirement, at(submitted, { reason: 'Fine.' }));
  const author = 'inviting-attacker@example.com';
  expect(approved.events.at(-1)).toMatchObject({ kind: 'approved', selfApproved: false, invitedBy: author });
  const newest = async () => (await other.call(listDecisions, { params: { projectId } })).items[0];
  const decision = await newest();
  expect(decision?.title.en).toBe(
    "Approved version 1 of the requirement (the approver's account goes back to an author's invitation)",
  );
  expect(decision?.evidence.map(({ label }) => label.en)).toContain(
    `The account that approved goes back to an invitation of ${author}, an author of this version`,
  );
  // The same account approves what its inviter did not write, and somebody else what they did.
  const others = await submittedRequirement(other, projectId, { basedOn: 1 });
  expect((await second.call(approveRequirement, at(others, { reason: 'Fine.' }))).events.at(-1)?.invitedBy).toBeNull();
  const third = await submittedRequirement(attacker, projectId, { basedOn: 2 });
  expect((await other.call(approveRequirement, at(third, { reason: 'Fine.' }))).events.at(-1)?.invitedBy).toBeNull();
  expect((await newest())?.title.en).toBe('Approved version 3 of the requirement');
});

test('an account that an author invited does not hide them by inviting the approver in its turn', async () => {
  const { projectId, attacker } = await pair('chain', ['approver']);
  const between = await invited(attacker, projectId, 'between@example.com', ['product-manager']);
  const approver = await invited(between, projectId, 'chained@example.com', ['approver']);
  const submitted = await submittedRequirement(attacker, projectId);
  const approved = await approver.call(approveRequirement, at(submitted, { reason: 'Fine.' }));
  expect(approved.events.at(-1)?.invitedBy).toBe('chain-attacker@example.com');
});

test('who writes by an account that they invited, or approves by one of two, is shown for it', async () => {
  const { projectId, attacker } = await pair('puppets', ['product-manager', 'approver']);
  const writer = await invited(attacker, projectId, 'puppet-writer@example.com', ['product-manager']);
  const approver = await invited(attacker, projectId, 'puppet-approver@example.com', ['approver']);
  const newest = async () => {
    const [decision] = (await attacker.call(listDecisions, { params: { projectId } })).items;
    return [decision?.title.en, ...(decision?.evidence.map(({ label }) => label.en) ?? [])];
  };
  const first = await submittedRequirement(writer, projectId);
  await attacker.call(approveRequirement, at(first, { reason: 'Fine.' }));
  expect(await newest()).toEqual(
    expect.arrayContaining([
      "Approved version 1 of the requirement (an author's account goes back to the approver's invitation)",
      'The account of an author of this version goes back to an invitation of puppets-attacker@example.com, who approved it',
    ]),
  );
  const second = await submittedRequirement(writer, projectId, { basedOn: 1 });
  await approver.call(approveRequirement, at(second, { reason: 'Fine.' }));
  expect(await newest()).toEqual(
    expect.arrayContaining([
      'Approved version 2 of the requirement',
      'The accounts of the approver and of an author both go back to invitations of puppets-attacker@example.com',
    ]),
  );
});

test('an approval that is asked for while the same person still submits is refused', async () => {
  const { projectId, attacker } = await pair('race', ['approver']);
  const started = await attacker.call(startRequirementDraft, { params: { projectId }, body: { basedOn: null } });
  const draft = await attacker.call(saveRequirementDraft, at(started, { content: moderation() }));
  const { database, services } = installation;
  const store = createRequirementStore(database);
  let submitted: Promise<Requirement> | undefined;
  // The version is submitted right after the approval has first read it.
  const find: typeof store.find = async (id) => {
    const row = await store.find(id);
    submitted ??= attacker.call(submitRequirement, at(draft));
    await submitted;
    return row;
  };
  const requirements = createRequirementService(
    database,
    { ...store, find },
    services.audit,
    services.decisionRecorder,
    createSecondPersonService(createSecondPersonStore(database)),
    services.tasks.of,
    services.evaluations.newestStanding,
  );
  const { account } = await attacker.call(getSession);
  const person = { kind: 'person', sessionId: '', userId: account.id, email: account.email, isAdmin: false } as const;
  const attempt = requirements.approve(person, draft.id, { revision: draft.revision + 1, reason: '' });
  await expect(attempt).rejects.toMatchObject({ code: 'edited-meanwhile' });
  expect((await services.requirements.get(draft.id)).state).toBe('in-review');
});

test('somebody who took the others out of the project first approves nothing of their own', async () => {
  const { projectId, attacker, otherId } = await pair('removed', ['approver']);
  const submitted = await submittedRequirement(attacker, projectId);
  await attacker.call(removeMember, { params: { projectId, userId: otherId } });
  expect(await approval(attacker, submitted)).toBe('own-work');
  // Nor by beginning anew after that.
  const withdrawn = await attacker.call(withdrawRequirement, at(submitted));
  await attacker.call(discardRequirementDraft, at(withdrawn));
  expect(await approval(attacker, await submittedRequirement(attacker, projectId))).toBe('own-work');
});

test('nor who took the role away from the others', async () => {
  const { projectId, attacker, otherId } = await pair('demoted', ['approver', 'viewer']);
  await attacker.call(setMemberRoles, {
    params: { projectId, userId: otherId },
    body: { before: ['approver', 'viewer'], roles: ['viewer'] },
  });
  expect(await approval(attacker, await submittedRequirement(attacker, projectId))).toBe('own-work');
});

test('nor who lets somebody else save and submit last', async () => {
  const { projectId, attacker, other } = await pair('covered', ['product-manager', 'approver']);
  const started = await attacker.call(startRequirementDraft, { params: { projectId }, body: { basedOn: null } });
  const own = await attacker.call(saveRequirementDraft, at(started, { content: moderation() }));
  const saved = await other.call(saveRequirementDraft, at(own, { content: moderation([]) }));
  const again = await other.call(saveRequirementDraft, at(saved, { content: moderation() }));
  const submitted = await other.call(submitRequirement, at(again));
  expect(await approval(attacker, submitted)).toBe('own-work');
  expect(await approval(other, submitted)).toBe('own-work');
  const back = await attacker.call(sendBackRequirement, at(submitted, { reason: 'more' }));
  const third = await addPerson(installation, 'covered-third@example.com', { projectId, roles: ['approver'] });
  expect(await approval(third, await other.call(submitRequirement, at(back)), '')).toBe('approved');
});

test('members who could not approve, and other projects, are no second person', async () => {
  await pair('elsewhere', ['approver']);
  const projectId = await newProject();
  await addPerson(installation, 'reader@example.com', { projectId, roles: ['viewer', 'product-manager'] });
  expect(await approval(admin, await submittedRequirement(admin, projectId))).toBe('approved');
});

test('a second person who left counts for 30 days', async () => {
  const projectId = await newProject();
  const left = await addPerson(installation, 'left@example.com', { projectId, roles: ['approver'] });
  await admin.call(removeMember, { params: { projectId, userId: await idOf(left) } });
  const shift = async (days: number) => {
    const { database } = installation;
    await database.$executeRaw`ALTER TABLE audit_events DISABLE TRIGGER audit_events_kept`;
    await database.$executeRaw`UPDATE audit_events SET at = now() - make_interval(days => ${days}::int)
      WHERE action = 'member.removed' AND "projectId" = ${projectId}::uuid`;
    await database.$executeRaw`ALTER TABLE audit_events ENABLE TRIGGER audit_events_kept`;
  };
  const submitted = await submittedRequirement(admin, projectId);
  await shift(29);
  expect(await approval(admin, submitted)).toBe('own-work');
  await shift(31);
  expect(await approval(admin, submitted)).toBe('approved');
});

test('an admin does not get round the others by deactivating them or by taking their rights', async () => {
  const projectId = await newProject();
  const approver = await addPerson(installation, 'closed@example.com', { projectId, roles: ['approver'] });
  const submitted = await submittedRequirement(admin, projectId);
  await admin.call(changePerson, { params: { userId: await idOf(approver) }, body: { isActive: false } });
  expect(await approval(admin, submitted)).toBe('own-work');

  const elsewhere = await submittedRequirement(admin, await newProject());
  const second = await addPerson(installation, 'second-admin@example.com');
  const params = { userId: await idOf(second) };
  await admin.call(changePerson, { params, body: { isAdmin: true } });
  expect(await approval(admin, elsewhere)).toBe('own-work');
  await admin.call(changePerson, { params, body: { isAdmin: false } });
  expect(await approval(admin, elsewhere)).toBe('own-work');
});

test('who else may decide is told by name, authors apart, and whether somebody could lately', async () => {
  const projectId = await newProject();
  const writer = await addPerson(installation, 'deciders-writer@example.com', {
    projectId,
    roles: ['product-manager', 'approver'],
  });
  const approver = await addPerson(installation, 'deciders-approver@example.com', { projectId, roles: ['approver'] });
  const { id } = await submittedRequirement(writer, projectId);
  const of = (caller: Caller) => caller.call(getRequirementDeciders, { params: { requirementId: id } });
  const ofWriter = await of(writer);
  expect(ofWriter.people).toContainEqual({ email: 'deciders-approver@example.com', isAuthor: false });
  expect(ofWriter.people.map(({ email }) => email)).not.toContain('deciders-writer@example.com');
  const ofApprover = await of(approver);
  expect(ofApprover.people).toContainEqual({ email: 'deciders-writer@example.com', isAuthor: true });
  expect([ofWriter.isOwn, ofApprover.isOwn]).toEqual([true, false]);
  const params = { projectId, userId: await idOf(approver) };
  const { status } = await admin.ask(removeMember, { params });
  expect(status).toBe(200);
  const later = await of(writer);
  expect(later.people.map(({ email }) => email)).not.toContain('deciders-approver@example.com');
  expect(later.wasThereLately).toBe(true);
});
