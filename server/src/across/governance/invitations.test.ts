import { getSession, signIn } from '@greenlight/shared/across/governance/contract.ts';
import {
  createInvitation,
  joinByInvitation,
  listInvitations,
  openInvitation,
  revokeInvitation,
  signUpByInvitation,
} from '@greenlight/shared/across/governance/invitations-contract.ts';
import { removeMember, setMemberRoles } from '@greenlight/shared/across/governance/members-contract.ts';
import type { ProjectRole } from '@greenlight/shared/across/governance/rights.ts';
import { createProject, getProject } from '@greenlight/shared/projects/contract.ts';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Caller, cookieOf } from '../../testing/caller.ts';
import { startInstallation, type TestInstallation } from '../../testing/installation.ts';
import { addPerson, signedInAdmin } from '../../testing/people.ts';

const PASSWORD = 'quite-a-long-password';

let installation: TestInstallation;
let admin: Caller;
let anybody: Caller;

beforeAll(async () => {
  installation = await startInstallation();
  admin = await signedInAdmin(installation.url);
  anybody = new Caller(installation.url);
});
afterAll(() => installation.close());

async function projectOf(name: string) {
  const { id: projectId } = await admin.call(createProject, { body: { name, goal: { en: 'g' } } });
  const pm = await addPerson(installation, `${name}-pm@example.com`, { projectId, roles: ['product-manager'] });
  return { projectId, pm };
}

const invite = (caller: Caller, projectId: string, wish: object = {}) =>
  caller.call(createInvitation, { params: { projectId }, body: { roles: ['approver'], ...wish } });

const entryOf = (token: string, email: string, more: object = {}) => ({
  body: { token, name: 'Li Wei', email, password: PASSWORD, ...more },
});

const rolesIn = async (caller: Caller, projectId: string): Promise<ProjectRole[]> =>
  (await caller.call(getProject, { params: { projectId } })).roles;

describe('a link', () => {
  test('tells what it is to, lets a new person in with its roles, signs them in, and is kept as a hash alone', async () => {
    const { projectId, pm } = await projectOf('new');
    const { token, invitation } = await invite(pm, projectId, { roles: ['approver', 'viewer'], maximumUses: 2 });
    expect(await anybody.call(openInvitation, { body: { token } })).toMatchObject({
      project: { name: 'new' },
      roles: ['approver', 'viewer'],
      invitedBy: 'new-pm@example.com',
      inviterName: 'new-pm@example.com',
    });
    const answer = await anybody.ask(signUpByInvitation, entryOf(token, 'New-Person@Example.com'));
    expect(answer.status).toBe(201);
    expect(answer.body).toMatchObject({ projectId, account: { email: 'new-person@example.com', isAdmin: false } });
    const person = new Caller(installation.url, { cookie: cookieOf(answer) });
    expect((await rolesIn(person, projectId)).toSorted()).toEqual(['approver', 'viewer']);
    const { items } = await pm.call(listInvitations, { params: { projectId } });
    expect(items).toMatchObject([
      { id: invitation.id, state: 'open', uses: 1, joined: [{ email: 'new-person@example.com' }] },
    ]);
    const stored = await Promise.all([
      installation.database.invitation.findMany(),
      installation.database.auditEvent.findMany({ select: { details: true, target: true } }),
    ]);
    expect(JSON.stringify(stored)).not.toContain(token);
    const acts = await installation.database.auditEvent.findMany({ where: { projectId } });
    expect(acts.map(({ action }) => action)).toEqual(expect.arrayContaining(['invitation.created', 'member.joined']));
  });

  test('lets somebody with an account in once, however often they follow it', async () => {
    const { projectId, pm } = await projectOf('once');
    const person = await addPerson(installation, 'has-account@example.com');
    const { token } = await invite(pm, projectId, { roles: ['engineer'] });
    const answers = await Promise.all([1, 2, 3].map(() => person.ask(joinByInvitation, { body: { token } })));
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200]);
    expect(await rolesIn(person, projectId)).toEqual(['engineer']);
    const { items } = await pm.call(listInvitations, { params: { projectId } });
    expect(items).toMatchObject([{ uses: 1, state: 'used-up' }]);
  });

  test('is not used more often than it allows, even at the same moment', async () => {
    const { projectId, pm } = await projectOf('race');
    const { token } = await invite(pm, projectId, { maximumUses: 2 });
    const tries = ['a', 'b', 'c', 'd'].map((name) =>
      anybody.ask(signUpByInvitation, entryOf(token, `race-${name}@example.com`)),
    );
    const answers = await Promise.all(tries);
    expect(answers.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([201, 201, 410, 410]);
    const accounts = await installation.database.user.count({ where: { email: { startsWith: 'race-' } } });
    // Whoever came too late has no account either; the fourth is the product manager's.
    expect(accounts).toBe(3);
  });
});

describe('a link that does not work says why', () => {
  test.each([
    ['expired', 'invitation-expired', 410, { expiresAt: new Date(0) }],
    ['used-up', 'invitation-used-up', 410, { uses: 1 }],
    ['withdrawn', 'invitation-revoked', 410, { revokedAt: new Date() }],
  ])('%s', async (title, code, status, data) => {
    const { projectId, pm } = await projectOf(title.replace(' ', '-'));
    const { token, invitation } = await invite(pm, projectId);
    await installation.database.invitation.update({ where: { id: invitation.id }, data });
    const person = await addPerson(installation, `${code}@example.com`);
    for (const answer of [
      await anybody.ask(openInvitation, { body: { token } }),
      await person.ask(joinByInvitation, { body: { token } }),
      await anybody.ask(signUpByInvitation, entryOf(token, `${code}-new@example.com`)),
    ])
      expect([answer.status, answer.body.error.code]).toEqual([status, code]);
    expect(await installation.database.user.count({ where: { email: `${code}-new@example.com` } })).toBe(0);
    expect((await person.ask(getProject, { params: { projectId } })).status).toBe(404);
  });

  test.each(['x'.repeat(43), 'cut-off', ''])('invented or cut off: "%s"', async (token) => {
    const answer = await anybody.ask(openInvitation, { body: { token } });
    expect([answer.status, answer.body.error.code]).toEqual([404, 'invitation-unknown']);
  });

  test('withdrawn by a product manager of its project, and by nobody of another', async () => {
    const { projectId, pm } = await projectOf('withdraw');
    const { pm: stranger } = await projectOf('withdraw-stranger');
    const { token, invitation } = await invite(pm, projectId);
    const params = { invitationId: invitation.id };
    expect((await stranger.ask(revokeInvitation, { params })).status).toBe(404);
    expect(await pm.call(revokeInvitation, { params })).toMatchObject({ state: 'revoked' });
    expect((await anybody.ask(openInvitation, { body: { token } })).body.error.code).toBe('invitation-revoked');
  });

  test('tried too often', async () => {
    const body = { token: 'y'.repeat(43) };
    const statuses: number[] = [];
    for (let attempt = 0; attempt < 25; attempt += 1)
      statuses.push((await anybody.ask(openInvitation, { body })).status);
    expect(statuses.at(-1)).toBe(429);
  });
});

describe('second doors', () => {
  test('whoever made an invitation does not become an approver by it', async () => {
    const { projectId, pm } = await projectOf('own');
    const { token } = await invite(pm, projectId);
    const answer = await pm.ask(joinByInvitation, { body: { token } });
    expect([answer.status, answer.body.error.code]).toEqual([403, 'own-invitation']);
    expect(await rolesIn(pm, projectId)).toEqual(['product-manager']);
    const refused = await installation.database.auditEvent.count({
      where: { projectId, action: 'invitation.own-refused' },
    });
    expect(refused).toBe(1);
  });

  test('the same e-mail in other letters is the same person', async () => {
    const { projectId, pm } = await projectOf('case');
    const { token } = await invite(pm, projectId);
    const answer = await anybody.ask(signUpByInvitation, entryOf(token, 'CASE-PM@Example.com'));
    expect([answer.status, answer.body.error.code]).toEqual([409, 'account-exists']);
    expect(await installation.database.invitation.findFirst({ where: { projectId } })).toMatchObject({ uses: 0 });
  });

  test('whoever was taken out does not come back by the link that they had used', async () => {
    const { projectId, pm } = await projectOf('back');
    const { token } = await invite(pm, projectId, { maximumUses: 5 });
    const person = await addPerson(installation, 'taken-out@example.com');
    await person.call(joinByInvitation, { body: { token } });
    const userId = (await person.call(getSession)).account.id;
    await pm.call(removeMember, { params: { projectId, userId } });
    const answer = await person.ask(joinByInvitation, { body: { token } });
    expect([answer.status, answer.body.error.code]).toEqual([410, 'invitation-outdated']);
  });

  test('whoever was taken out, or lost a role, does not get it back by a link from before that they never used', async () => {
    const { projectId, pm } = await projectOf('before');
    const links = {
      viewer: (await invite(pm, projectId, { roles: ['viewer'], maximumUses: 5 })).token,
      scientist: (await invite(pm, projectId, { roles: ['data-scientist'], maximumUses: 5 })).token,
    };
    const roles: ProjectRole[] = ['data-scientist', 'viewer'];
    const person = await addPerson(installation, 'before@example.com', { projectId, roles });
    const userId = (await person.call(getSession)).account.id;
    const params = { projectId, userId };
    await pm.call(setMemberRoles, { params, body: { before: roles, roles: ['viewer'] } });
    const tryLink = async (token: string) => {
      const answer = await person.ask(joinByInvitation, { body: { token } });
      return [answer.status, answer.body.error?.code];
    };
    expect(await tryLink(links.scientist)).toEqual([410, 'invitation-outdated']);
    expect(await tryLink(links.viewer)).toEqual([200, undefined]);
    await pm.call(removeMember, { params });
    expect(await tryLink(links.viewer)).toEqual([410, 'invitation-outdated']);
    expect((await person.ask(getProject, { params: { projectId } })).status).toBe(404);
    const action = 'invitation.outdated-refused';
    expect(await installation.database.auditEvent.count({ where: { projectId, action } })).toBe(2);
    const { token } = await invite(pm, projectId, { roles: ['viewer'] });
    expect(await tryLink(token)).toEqual([200, undefined]);
  });

  test('an invitation ends with its maker’s right to invite, so that they do not come back by it', async () => {
    const { projectId, pm } = await projectOf('maker');
    const { token } = await invite(pm, projectId, { roles: ['product-manager'], maximumUses: 5 });
    const friend = await addPerson(installation, 'maker-friend@example.com');
    const userId = (await pm.call(getSession)).account.id;
    await admin.call(removeMember, { params: { projectId, userId } });
    for (const answer of [
      await anybody.ask(openInvitation, { body: { token } }),
      await pm.ask(joinByInvitation, { body: { token } }),
      await friend.ask(joinByInvitation, { body: { token } }),
      await anybody.ask(signUpByInvitation, entryOf(token, 'maker-new@example.com')),
    ])
      expect([answer.status, answer.body.error.code]).toEqual([410, 'invitation-revoked']);
    expect((await admin.call(listInvitations, { params: { projectId } })).items).toMatchObject([{ state: 'revoked' }]);
    expect((await pm.ask(getProject, { params: { projectId } })).status).toBe(404);
  });

  test('an invitation lets nobody in from another site', async () => {
    const { projectId, pm } = await projectOf('cross');
    const { token } = await invite(pm, projectId);
    const person = await addPerson(installation, 'cross@example.com');
    const headers = { origin: 'https://evil.example' };
    for (const answer of [
      await person.ask(joinByInvitation, { body: { token }, headers }),
      await anybody.ask(signUpByInvitation, { ...entryOf(token, 'cross-new@example.com'), headers }),
    ])
      expect([answer.status, answer.body.error.code]).toEqual([403, 'wrong-origin']);
  });
});

test('an account needs a name, an e-mail and a password of ten characters; then the password signs in', async () => {
  const { projectId, pm } = await projectOf('entry');
  const { token } = await invite(pm, projectId);
  for (const wrong of [{ password: 'too-short' }, { name: ' ' }, { email: 'no-mail' }]) {
    const answer = await anybody.ask(signUpByInvitation, entryOf(token, 'entry@example.com', wrong));
    expect(answer.status).toBe(400);
  }
  await anybody.call(signUpByInvitation, entryOf(token, 'entry@example.com'));
  const body = { email: 'Entry@example.com', password: PASSWORD };
  expect((await anybody.ask(signIn, { body })).status).toBe(200);
});

test('nobody joins under a name that reads as somebody else’s account', async () => {
  const { projectId, pm } = await projectOf('names');
  const { token } = await invite(pm, projectId);
  const asAddress = entryOf(token, 'spoof@example.com', { name: 'names-pm@example.com' });
  expect((await anybody.ask(signUpByInvitation, asAddress)).body.error.code).toBe('bad-request');
  const hidden = entryOf(token, 'hidden@example.com', { name: '\u202eLi\u200b Wei' });
  expect((await anybody.call(signUpByInvitation, hidden)).account.name).toBe('Li Wei');
});
