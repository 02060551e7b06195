import { createToken, getSession, listTokens } from '@greenlight/shared/across/governance/contract.ts';
import {
  createInvitation,
  joinByInvitation,
  listInvitations,
  openInvitation,
  revokeInvitation,
} from '@greenlight/shared/across/governance/invitations-contract.ts';
import type { Route } from '@greenlight/shared/api/define-route.ts';
import { createProject } from '@greenlight/shared/projects/contract.ts';
import { startErasure } from '@greenlight/shared/stages/data/erasure/erasure-contract.ts';
import { createSource } from '@greenlight/shared/stages/data/source-contract.ts';
import { startRun } from '@greenlight/shared/stages/training/contract.ts';
import { startSweep } from '@greenlight/shared/stages/training/sweep/contract.ts';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { allRoutes } from './testing/all-routes.ts';
import type { Caller, Input } from './testing/caller.ts';
import { startInstallation, type TestInstallation } from './testing/installation.ts';
import { addPerson, signedInAdmin } from './testing/people.ts';
import { seededProject, type SeededProject } from './testing/runs.ts';

let installation: TestInstallation;
let admin: Caller;
let other: Caller;
let project: SeededProject;

beforeAll(async () => {
  installation = await startInstallation();
  admin = await signedInAdmin(installation.url);
  project = await seededProject(admin);
  other = await addPerson(installation, 'colleague@example.com', {
    projectId: project.projectId,
    roles: ['product-manager', 'data-scientist'],
  });
});
afterAll(() => installation.close());

/** A request by route, and one that differs in the smallest way. */
const WISHES: Record<string, () => { input: Input; change: Record<string, unknown> }> = {
  [createProject.id]: () => ({
    input: { body: { name: 'Once', goal: { en: 'One' } } },
    change: { goal: { en: 'Two' } },
  }),
  [createToken.id]: () => ({
    input: { body: { name: 'ci', scopes: ['read'] } },
    change: { scopes: ['read', 'write'] },
  }),
  [createInvitation.id]: () => ({
    input: { params: { projectId: project.projectId }, body: { roles: ['viewer'] } },
    change: { roles: ['engineer'] },
  }),
  [startRun.id]: () => ({
    input: {
      params: { projectId: project.projectId },
      body: { datasetVersionId: project.datasetVersionId, configuration: { epochs: 3 } },
    },
    change: { configuration: { epochs: 4 } },
  }),
  [startSweep.id]: () => ({
    input: {
      params: { projectId: project.projectId },
      body: {
        datasetVersionId: project.datasetVersionId,
        configuration: {},
        search: { strategy: 'grid', axes: [{ setting: 'dropout', values: [0, 0.1] }] },
        objective: 'loss',
      },
    },
    change: { objective: 'accuracy' },
  }),
  [startErasure.id]: () => ({
    input: {
      params: { projectId: project.projectId },
      body: { reason: 'They asked for it.', identifiers: [{ kind: 'e-mail', value: 'who@example.com' }] },
    },
    change: { identifiers: [{ kind: 'e-mail', value: 'whom@example.com' }] },
  }),
  [createSource.id]: () => ({
    input: { params: { projectId: project.projectId }, body: { name: 'a.csv', format: 'csv', sizeBytes: 8 } },
    change: { sizeBytes: 9 },
  }),
};

const taking = allRoutes.filter(({ body }) => body instanceof z.ZodObject && 'idempotencyKey' in body.shape);
const withKey = (input: Input, idempotencyKey: string, change: object = {}): Input => ({
  ...input,
  body: { ...(input.body as object), ...change, idempotencyKey },
});
/** What an answer names as made. */
function madeBy(body: unknown): string | undefined {
  const { id, summary, invitation } = body as Record<'id' | 'summary' | 'invitation', { id?: string } | string>;
  return (id ?? (summary as { id?: string })?.id ?? (invitation as { id?: string })?.id) as string | undefined;
}

describe('one key stands for one request', () => {
  test('every route that takes a key is tried here', () => {
    expect(taking.map(({ id }) => id).sort()).toEqual(Object.keys(WISHES).sort());
  });

  test.each(taking.map((route) => [route.id, route] as const))('%s', async (id, route: Route) => {
    const { input, change } = WISHES[id]!();
    const first = await admin.ask(route, withKey(input, `${id}-key`));
    expect(first.status).toBeLessThan(300);
    const made = madeBy(first.body);
    expect(made).toBeDefined();
    expect(madeBy((await admin.ask(route, withKey(input, `${id}-key`))).body)).toBe(made);
    const before = await installation.database.auditEvent.count();

    const changed = await admin.ask(route, withKey(input, `${id}-key`, change));
    expect([changed.status, changed.body.error?.code]).toEqual([422, 'idempotency-key-reused']);
    expect(await installation.database.auditEvent.count()).toBe(before);

    const next = await admin.ask(route, withKey(input, `${id}-next-key`, change));
    expect(next.status).toBeLessThan(300);
    expect(madeBy(next.body)).not.toBe(made);
  });

  test.each([startRun, startSweep, startErasure])('of a project, and of one person in it: $id', async (route) => {
    const { input } = WISHES[route.id]!();
    expect((await admin.ask(route, withKey(input, 'one-person-only'))).status).toBeLessThan(300);
    const answer = await other.ask(route, withKey(input, 'one-person-only'));
    expect(answer.body.error?.code).toBe('idempotency-key-reused');
  });

  test('two erasures asked for at once are one', async () => {
    const { input } = WISHES[startErasure.id]!();
    const answers = await Promise.all(
      Array.from({ length: 8 }, () => admin.ask(startErasure, withKey(input, 'eight-at-once'))),
    );
    expect(new Set(answers.map(({ status }) => status)).size).toBe(1);
    expect(new Set(answers.map(({ body }) => madeBy(body))).size).toBe(1);
  });

  test('what an erasure has cleaned is given out by its key, and its request is no longer kept', async () => {
    const { database } = installation;
    const name = 'Complaints of erased@example.com';
    const goal = { en: 'Answer erased@example.com' };
    const body = { name, goal, idempotencyKey: 'names-a-person' };
    const { id: projectId } = await admin.call(createProject, { body });
    const wish = { reason: 'They asked.', identifiers: [{ kind: 'e-mail' as const, value: 'erased@example.com' }] };
    const { id: erasureId } = await admin.call(startErasure, { params: { projectId }, body: wish });
    await installation.services.erasureWork.settled();
    await admin.send('POST', `/api/erasures/${erasureId}/confirm`, { found: 0 });
    await installation.services.erasureWork.settled();
    const row = await database.project.findUniqueOrThrow({ where: { id: projectId } });
    expect(row.name).not.toContain('erased@');
    expect(row.requestSha256).toBeNull();
    expect((await admin.call(createProject, { body })).id).toBe(projectId);
  });
});

describe('a secret whose reply was lost', () => {
  test('an invitation asked for again has another link, and the first is worth nothing', async () => {
    const params = { projectId: project.projectId };
    const input = { params, body: { roles: ['viewer' as const], idempotencyKey: 'a-lost-link' } };
    const first = await admin.call(createInvitation, input);
    const second = await admin.call(createInvitation, input);
    expect(second.invitation).toEqual(first.invitation);
    expect(second.token).not.toBe(first.token);
    const opened = await admin.ask(openInvitation, { body: { token: first.token } });
    expect(opened.body.error.code).toBe('invitation-unknown');
    const { items } = await admin.call(listInvitations, { params });
    expect(items.filter(({ id }) => id === first.invitation.id)).toHaveLength(1);

    const person = await addPerson(installation, 'joins-by-the-second@example.com');
    await person.call(joinByInvitation, { body: { token: second.token } });
    const third = await admin.ask(createInvitation, input);
    expect([third.status, third.body.error.code]).toEqual([409, 'secret-in-use']);
  });

  test('a withdrawn invitation does not come back', async () => {
    const params = { projectId: project.projectId };
    const input = { params, body: { roles: ['viewer' as const], idempotencyKey: 'withdrawn-link' } };
    const { invitation } = await admin.call(createInvitation, input);
    await admin.call(revokeInvitation, { params: { invitationId: invitation.id } });
    expect((await admin.ask(createInvitation, input)).body.error.code).toBe('secret-in-use');
  });

  test('a token asked for again has another secret, until one was used', async () => {
    const input = { body: { name: 'nightly', scopes: ['read' as const], idempotencyKey: 'a-lost-token' } };
    const first = await admin.call(createToken, input);
    const second = await admin.call(createToken, input);
    expect(second.summary.id).toBe(first.summary.id);
    expect((await admin.withToken(first.token).ask(getSession)).status).toBe(401);
    expect((await admin.withToken(second.token).ask(getSession)).status).toBe(200);
    const third = await admin.ask(createToken, input);
    expect([third.status, third.body.error.code]).toEqual([409, 'secret-in-use']);
    const { items } = await admin.call(listTokens);
    expect(items.filter(({ name }) => name === 'nightly')).toHaveLength(1);
    const acts = await installation.database.auditEvent.findMany({ where: { target: `token:${first.summary.id}` } });
    expect(acts.map(({ action }) => action)).toEqual(['token.created', 'token.secret-replaced']);
  });

  test('somebody else’s key reaches no secret', async () => {
    const input = { body: { name: 'mine', scopes: ['read' as const], idempotencyKey: 'shared-by-chance' } };
    const mine = await admin.call(createToken, input);
    const theirs = await other.call(createToken, input);
    expect(theirs.summary.id).not.toBe(mine.summary.id);
    expect((await admin.withToken(mine.token).ask(getSession)).status).toBe(200);
  });
});
