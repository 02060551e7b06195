import { getSession } from '@greenlight/shared/across/governance/contract.ts';
import {
  listMembers,
  getPeopleNames,
  removeMember,
  setMemberRoles,
} from '@greenlight/shared/across/governance/members-contract.ts';
import { changePerson, listPeople } from '@greenlight/shared/across/governance/people-contract.ts';
import type { ProjectRole } from '@greenlight/shared/across/governance/rights.ts';
import { createProject, getProject } from '@greenlight/shared/projects/contract.ts';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Caller } from '../../testing/caller.ts';
import { startInstallation, type TestInstallation } from '../../testing/installation.ts';
import { addPerson, signedIn, signedInAdmin, withNewToken } from '../../testing/people.ts';

let installation: TestInstallation;
let admin: Caller;

beforeAll(async () => {
  installation = await startInstallation();
  admin = await signedInAdmin(installation.url);
});
afterAll(() => installation.close());

const idOf = async (caller: Caller) => (await caller.call(getSession)).account.id;

/** A project whose only product manager is the first of these people. */
async function projectWith(name: string, people: Record<string, readonly ProjectRole[]>) {
  const { id: projectId } = await admin.call(createProject, { body: { name, goal: { en: 'g' } } });
  await installation.database.projectMember.deleteMany({ where: { projectId } });
  const callers: Record<string, Caller> = {};
  const ids: Record<string, string> = {};
  for (const [who, roles] of Object.entries(people)) {
    callers[who] = await addPerson(installation, `${name}-${who}@example.com`, { projectId, roles });
    ids[who] = await idOf(callers[who]);
  }
  return { projectId, callers, ids };
}

async function setRoles(
  caller: Caller,
  of: { projectId: string; userId: string },
  before: ProjectRole[],
  roles: ProjectRole[],
) {
  const { status, body } = await caller.ask(setMemberRoles, { params: of, body: { before, roles } });
  return status === 200 ? 'changed' : body.error.code;
}

const rolesOf = async (projectId: string, userId: string) =>
  (await installation.services.people.rolesIn(projectId, userId)).toSorted();
const auditOf = async (projectId: string) =>
  installation.database.auditEvent.findMany({ where: { projectId }, orderBy: { sequence: 'asc' } });

describe('roles of members', () => {
  test('are listed, changed by a product manager, effective at once, and each change is audited', async () => {
    const { projectId, callers, ids } = await projectWith('change', {
      pm: ['product-manager'],
      ds: ['data-scientist'],
    });
    const userId = ids.ds!;
    const { items } = await callers.ds!.call(listMembers, { params: { projectId } });
    expect(items.map(({ email, roles }) => [email, roles])).toEqual([
      ['change-pm@example.com', ['product-manager']],
      ['change-ds@example.com', ['data-scientist']],
    ]);
    const first = await callers.pm!.call(listMembers, { params: { projectId }, query: { limit: '1' } });
    const second = await callers.pm!.call(listMembers, { params: { projectId }, query: { cursor: first.nextCursor! } });
    expect(second.items.map(({ userId: id }) => id)).toEqual([userId]);
    expect(await setRoles(callers.pm!, { projectId, userId }, ['data-scientist'], ['viewer', 'approver'])).toBe(
      'changed',
    );
    expect(await rolesOf(projectId, userId)).toEqual(['approver', 'viewer']);
    expect(await setRoles(callers.ds!, { projectId, userId }, ['viewer', 'approver'], ['engineer'])).toBe(
      'not-allowed',
    );
    expect(await auditOf(projectId)).toContainEqual(
      expect.objectContaining({
        actor: 'change-pm@example.com',
        action: 'member.roles-changed',
        target: `user:${userId}`,
        details: { person: 'change-ds@example.com', before: ['data-scientist'], after: ['viewer', 'approver'] },
      }),
    );
  });

  test('rest on what the caller saw', async () => {
    const { projectId, callers, ids } = await projectWith('seen', { pm: ['product-manager'], other: ['viewer'] });
    expect(await setRoles(callers.pm!, { projectId, userId: ids.other! }, ['engineer'], ['approver'])).toBe('conflict');
    expect(await rolesOf(projectId, ids.other!)).toEqual(['viewer']);
  });

  test('nobody makes themselves an approver, not by claiming to be one either, and the try is audited', async () => {
    const { projectId, callers, ids } = await projectWith('self', { pm: ['product-manager'], other: ['viewer'] });
    const of = { projectId, userId: ids.pm! };
    expect(await setRoles(callers.pm!, of, ['product-manager'], ['product-manager', 'approver'])).toBe('own-approver');
    const claimed: ProjectRole[] = ['product-manager', 'approver'];
    expect(await setRoles(callers.pm!, of, claimed, claimed)).toBe('conflict');
    expect(await rolesOf(projectId, ids.pm!)).toEqual(['product-manager']);
    const actions = (await auditOf(projectId)).map(({ action }) => action);
    expect(actions).toContain('member.own-approver-refused');
    const token = await withNewToken(callers.pm!, ['read', 'write']);
    expect(await setRoles(token, { projectId, userId: ids.other! }, ['viewer'], ['approver'])).toBe(
      'token-not-allowed',
    );
  });

  test('a project keeps a product manager, also when two leave at once', async () => {
    const pair = { one: ['product-manager'], two: ['product-manager'], viewer: ['viewer'] } as const;
    const { projectId, callers, ids } = await projectWith('last', pair);
    const leave = (who: string) =>
      callers[who]!.ask(removeMember, { params: { projectId, userId: ids[who]! } }).then(({ status }) => status);
    expect((await Promise.all([leave('one'), leave('two')])).toSorted((a, b) => a - b)).toEqual([200, 409]);
    const { items } = await admin.call(listMembers, { params: { projectId } });
    const left = items.find(({ roles }) => roles.includes('product-manager'))!;
    expect(await setRoles(admin, { projectId, userId: left.userId }, ['product-manager'], ['viewer'])).toBe(
      'last-product-manager',
    );
    const answer = await admin.ask(removeMember, { params: { projectId, userId: left.userId } });
    expect([answer.status, answer.body.error.code]).toEqual([409, 'last-product-manager']);
  });

  test('whoever is removed loses access at once; people of other projects cannot be named', async () => {
    const { projectId, callers, ids } = await projectWith('gone', { pm: ['product-manager'], ds: ['data-scientist'] });
    const other = await projectWith('elsewhere', { pm: ['product-manager'] });
    const foreign = await callers.pm!.ask(removeMember, { params: { projectId, userId: other.ids.pm! } });
    expect(foreign.status).toBe(404);
    const crossed = await callers.pm!.ask(removeMember, {
      params: { projectId: other.projectId, userId: other.ids.pm! },
    });
    expect(crossed.status).toBe(404);
    await callers.pm!.call(removeMember, { params: { projectId, userId: ids.ds! } });
    expect((await auditOf(projectId)).map(({ action }) => action)).toContain('member.removed');
    expect((await callers.ds!.ask(getProject, { params: { projectId } })).status).toBe(404);
  });
});

test('names are told of who is or was in a project, to its people only', async () => {
  const { projectId, callers, ids } = await projectWith('named', {
    pm: ['product-manager'],
    gone: ['engineer'],
    nameless: ['viewer'],
  });
  const other = await projectWith('unnamed', { pm: ['product-manager'] });
  const nameOf = (who: string, name: string) =>
    installation.database.user.update({ where: { id: ids[who]! }, data: { name } });
  await Promise.all([nameOf('pm', '林墨'), nameOf('gone', 'Ada Moss'), nameOf('nameless', '')]);
  await callers.pm!.call(removeMember, { params: { projectId, userId: ids.gone! } });
  const { people } = await callers.nameless!.call(getPeopleNames, { params: { projectId } });
  expect(people).toContainEqual({ email: 'named-pm@example.com', name: '林墨' });
  expect(people).toContainEqual({ email: 'named-gone@example.com', name: 'Ada Moss' });
  expect(people.map(({ email }) => email)).not.toContain('named-nameless@example.com');
  expect(people.map(({ email }) => email)).not.toContain('unnamed-pm@example.com');
  expect((await other.callers.pm!.ask(getPeopleNames, { params: { projectId } })).status).toBe(404);
});

test('nobody makes themselves an approver, however their id is written', async () => {
  const { projectId, callers, ids } = await projectWith('own', { pm: ['product-manager'] });
  for (const userId of [ids.pm!, ids.pm!.toUpperCase()]) {
    const both: ProjectRole[] = ['product-manager', 'approver'];
    expect(await setRoles(callers.pm!, { projectId, userId }, ['product-manager'], both)).toBe('own-approver');
  }
  const capitals = { projectId: projectId.toUpperCase(), userId: ids.pm!.toUpperCase() };
  await setRoles(callers.pm!, capitals, ['product-manager'], ['product-manager', 'viewer']);
  expect((await auditOf(projectId)).at(-1)?.target).toBe(`user:${ids.pm!}`);
});

describe('people of the installation', () => {
  const change = (caller: Caller, userId: string, body: object) =>
    caller.ask(changePerson, { params: { userId }, body });

  test('an admin makes another and takes it back; the last one stays', async () => {
    const person = await addPerson(installation, 'second-admin@example.com');
    const [own, userId] = [await idOf(admin), await idOf(person)];
    expect((await change(person, userId, { isAdmin: true })).status).toBe(403);
    expect((await change(admin, own, { isAdmin: false })).body.error.code).toBe('last-admin');
    expect((await change(admin, own, { isActive: false })).body.error.code).toBe('last-admin');
    expect((await change(admin, userId, { isAdmin: true })).body).toMatchObject({ isAdmin: true });
    expect((await person.ask(listPeople)).status).toBe(200);
    const both = await Promise.all([
      change(admin, own, { isAdmin: false }),
      change(person, userId, { isAdmin: false }),
    ]);
    expect(both.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([200, 409]);
    const [left, lost] = both[0].status === 409 ? [admin, userId] : [person, own];
    await change(left, lost, { isAdmin: true });
    await change(admin, userId, { isAdmin: false });
    const actions = await installation.database.auditEvent.findMany({ where: { target: `user:${userId}` } });
    expect(actions.map(({ action }) => action)).toEqual(
      expect.arrayContaining(['person.admin-granted', 'person.admin-withdrawn']),
    );
  });

  test('a token does not make admins', async () => {
    const token = await withNewToken(admin, ['admin']);
    const person = await addPerson(installation, 'by-token@example.com');
    expect((await change(token, await idOf(person), { isAdmin: true })).status).toBe(403);
    expect((await person.ask(listPeople)).status).toBe(403);
  });

  test('a deactivated account neither signs in nor goes on, by session or token; opened again, its tokens stay ended', async () => {
    const person = await addPerson(installation, 'paused@example.com');
    const token = await withNewToken(person, ['read']);
    const userId = await idOf(person);
    expect((await change(admin, userId, { isActive: false })).body).toMatchObject({ isActive: false });
    for (const caller of [person, token]) expect((await caller.ask(getSession)).status).toBe(401);
    const again = signedIn(installation.url, 'paused@example.com', 'another-long-password');
    await expect(again).rejects.toThrow('403');
    expect(await installation.database.session.count({ where: { userId } })).toBe(0);
    await change(admin, userId, { isActive: true });
    // Whoever holds a token may be why the account was closed: the person makes a new one.
    expect((await token.ask(getSession)).status).toBe(401);
    await signedIn(installation.url, 'paused@example.com', 'another-long-password');
  });

  test('are found by name and address and say when they signed in last', async () => {
    const before = new Date().toISOString();
    await addPerson(installation, 'found_100@example.com');
    await addPerson(installation, 'foundx100@example.com');
    const { items } = await admin.call(listPeople, { query: { search: 'FOUND_100' } });
    expect(items.map(({ email }) => email)).toEqual(['found_100@example.com']);
    expect(items[0]!.lastSignInAt! >= before).toBe(true);
    expect((await admin.call(listPeople, { query: { search: 'nobody has this' } })).items).toEqual([]);
  });

  test('the only product manager of a project is not deactivated, and the projects are named', async () => {
    const { projectId, ids, callers } = await projectWith('only', { pm: ['product-manager'], two: ['viewer'] });
    const answer = await change(admin, ids.pm!, { isActive: false });
    expect([answer.status, answer.body.error]).toMatchObject([
      409,
      { code: 'last-product-manager', details: { projects: [{ id: projectId, name: 'only' }] } },
    ]);
    expect((await callers.pm!.ask(getSession)).status).toBe(200);
    await setRoles(callers.pm!, { projectId, userId: ids.two! }, ['viewer'], ['product-manager']);
    const both = await Promise.all([ids.pm!, ids.two!].map((id) => change(admin, id, { isActive: false })));
    expect(both.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([200, 409]);
  });
});
