import { createToken, getSession, revokeToken } from '@greenlight/shared/across/governance/contract.ts';
import {
  carriesRight,
  FOUNDER_ROLES,
  isProjectRight,
  PROJECT_ROLES,
  RIGHTS,
  type ProjectRole,
} from '@greenlight/shared/across/governance/rights.ts';
import type { Route } from '@greenlight/shared/api/define-route.ts';
import { createProject } from '@greenlight/shared/projects/contract.ts';
import { getCurrentRequirement } from '@greenlight/shared/stages/requirements/contract.ts';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { allRoutes } from './testing/all-routes.ts';
import { Caller } from './testing/caller.ts';
import { INFERENCE_TOKEN, startInstallation, WORKER_TOKEN, type TestInstallation } from './testing/installation.ts';
import { addPerson, signedInAdmin, withNewToken } from './testing/people.ts';
import { queueRun, seededProject, type SeededProject } from './testing/runs.ts';

/** What a caller is answered: a refusal, or anything that shows that permission was given. */
type Expected = 'let in' | '401 not-signed-in' | '403 not-allowed' | '403 token-not-allowed' | '404 not-found';

const guarded = allRoutes.filter(({ permission }) => permission !== 'public');
const byName = guarded.map((route) => [route.id, route] as const);
const isProjectRoute = ({ permission }: Route) => isProjectRight(permission);
const changes = ({ permission }: Route) => isProjectRight(permission) && RIGHTS[permission].tokenScope !== 'read';

let installation: TestInstallation;
let params: Record<string, string>;
let project: SeededProject;
const callers: Record<string, Caller> = {};

beforeAll(async () => {
  installation = await startInstallation();
  const { url, database } = installation;
  const admin = await signedInAdmin(url);
  project = await seededProject(admin);
  const run = await queueRun(admin, project);
  const { projectId, datasetVersionId } = project;
  const artifact = await database.artifact.create({
    data: {
      id: crypto.randomUUID(),
      projectId,
      runId: run.id,
      kind: 'other',
      name: 'a',
      sha256: 'f'.repeat(64),
      sizeBytes: 1n,
    },
  });
  const evaluation = await database.evaluation.create({
    data: {
      id: crypto.randomUUID(),
      projectId,
      runId: run.id,
      datasetVersionId,
      predictionsArtifactId: artifact.id,
      checkpointStep: 1,
      split: 'test',
      sameAsTraining: true,
      items: 1,
      sentences: 1,
      classes: 1,
      metrics: [],
      curves: [],
      confusion: [],
      samples: [],
      elapsedMs: 1,
    },
  });
  const source = await database.dataSource.create({
    data: {
      ...{ id: crypto.randomUUID(), projectId, name: 'a.txt', format: 'txt', sizeBytes: 1n },
      ...{
        createdById: (await admin.call(getSession)).account.id,
        idempotencyKey: 'a',
        expiresAt: new Date('2100-01-01'),
      },
    },
  });
  const task = {
    origin: { kind: 'source', sourceId: source.id, fileName: 'a.txt' },
    dataset: { key: 'a', name: { en: 'a' }, source: { en: 'a' }, licence: '', notes: { en: '' } },
    plan: { format: 'txt', mapping: {}, recipe: { version: 1, steps: [] } },
  };
  const job = await database.job.create({
    data: { id: crypto.randomUUID(), projectId, kind: 'test', key: 'a', payload: task, inputs: [], state: 'queued' },
  });
  // An import that goes on keeps the file from being removed.
  await database.job.create({
    data: { id: crypto.randomUUID(), projectId, kind: 'test', key: 'b', payload: task, inputs: [], state: 'queued' },
  });
  const certificate = await database.deletionCertificate.create({
    data: {
      ...{ id: crypto.randomUUID(), projectId, kind: 'retention', content: {} },
      ...{ sha256: 'f'.repeat(64), createdAt: new Date() },
    },
  });
  const erasure = await database.erasure.create({
    data: {
      ...{ id: crypto.randomUUID(), projectId, state: 'cancelled', reason: 'asked for' },
      ...{ salt: '', identifiers: [], requestedBy: 'a' },
    },
  });
  const { id: requirementId } = (await admin.call(getCurrentRequirement, { params: { projectId } }))!;
  const modelFile = await database.modelFile.create({
    data: {
      id: crypto.randomUUID(),
      projectId,
      name: 'a',
      sha256: 'f'.repeat(64),
      sizeBytes: 1n,
      inspectionId: job.id,
    },
  });
  const decision = await database.decision.create({
    data: {
      id: crypto.randomUUID(),
      projectId,
      kind: 'requirement-approved',
      title: { en: 'a' },
      rationale: '',
      actor: 'a',
      actorId: crypto.randomUUID(),
      evidence: [],
      sha256: 'f'.repeat(64),
      createdAt: new Date(),
    },
  });
  const candidate = await database.candidate.create({
    data: {
      id: crypto.randomUUID(),
      projectId,
      kind: 'catalogue',
      key: 'a',
      name: { en: 'a' },
      architecture: 'bert-base',
      createdBy: 'a',
      createdById: crypto.randomUUID(),
    },
  });
  const selection = await database.selection.create({
    data: { id: crypto.randomUUID(), projectId, version: 1, state: 'draft', criteria: [], cells: [] },
  });
  await database.selectionCandidate.create({
    data: { selectionId: selection.id, candidateId: candidate.id, position: 0 },
  });
  const invitation = await database.invitation.create({
    data: {
      id: crypto.randomUUID(),
      projectId,
      sha256: 'f'.repeat(64),
      roles: ['viewer'],
      maximumUses: 1,
      createdBy: 'a',
      createdById: crypto.randomUUID(),
      expiresAt: new Date(),
    },
  });
  const tokenizer = await database.tokenizer.create({
    data: {
      ...{ id: crypto.randomUUID(), projectId, datasetVersionId, kind: 'bpe', size: 1, sha256: 'f'.repeat(64) },
      ...{ sizeBytes: 1n, settings: { kind: 'bpe', vocabularySize: 300 }, deletedAt: new Date() },
      report: { splits: [], frequent: [], personalTokens: 0 },
    },
  });
  const search = { strategy: 'grid', axes: [{ setting: 'dropout', values: [0, 0.1] }] };
  const sweep = await database.sweep.create({
    data: { id: crypto.randomUUID(), projectId, number: 1, datasetVersionId, search, objective: 'loss' },
  });
  params = {
    projectId,
    sweepId: sweep.id,
    tokenizerId: tokenizer.id,
    invitationId: invitation.id,
    userId: crypto.randomUUID(),
    candidateId: candidate.id,
    selectionId: selection.id,
    decisionId: decision.id,
    requirementId,
    datasetVersionId,
    runId: run.id,
    artifactId: artifact.id,
    jobId: job.id,
    certificateId: certificate.id,
    erasureId: erasure.id,
    modelFileId: modelFile.id,
    sourceId: source.id,
    part: 'model',
    evaluationId: evaluation.id,
    tokenId: crypto.randomUUID(),
    name: 'file',
    number: '1',
  };

  const viewer = await addPerson(installation, 'viewer@example.com', { projectId, roles: ['viewer'] });
  const engineer = await addPerson(installation, 'engineer@example.com', { projectId, roles: FOUNDER_ROLES });
  const outsider = await addPerson(installation, 'outsider@example.com');
  await outsider.call(createProject, { body: { name: 'Mine', goal: { en: 'Own' } } });
  // Holds every role, but in another project; here they may only look.
  const guest = await addPerson(installation, 'guest@example.com', { projectId, roles: ['viewer'] });
  const { id: elsewhere } = await guest.call(createProject, { body: { name: 'Elsewhere', goal: { en: 'Own' } } });
  const { id: guestId } = (await guest.call(getSession)).account;
  await database.projectMember.create({ data: { userId: guestId, projectId: elsewhere, role: 'approver' } });
  const expired = await withNewToken(engineer, ['read', 'write'], '2020-01-01T00:00:00Z');
  const made = await engineer.call(createToken, { body: { name: 'gone', scopes: ['read', 'write'] } });
  await engineer.call(revokeToken, { params: { tokenId: made.summary.id } });
  for (const role of PROJECT_ROLES)
    callers[`only ${role}`] = await addPerson(installation, `only-${role}@example.com`, { projectId, roles: [role] });
  Object.assign(callers, {
    admin,
    nobody: new Caller(url),
    viewer,
    engineer,
    outsider,
    guest,
    expired,
    revoked: engineer.withToken(made.token),
    reader: await withNewToken(engineer, ['read']),
    writer: await withNewToken(engineer, ['write']),
    worker: new Caller(url).withToken(WORKER_TOKEN),
    inference: new Caller(url).withToken(INFERENCE_TOKEN),
    unknown: new Caller(url).withToken('glt_0123456789abcdefghijklmnopqrstuvwxyz'),
  });
});
afterAll(() => installation.close());

/** Asks with an empty body, so that no request that is let in changes anything. */
async function answerTo(caller: string, route: Route): Promise<string> {
  const own = { ...params };
  const abort = new AbortController();
  const path = route.path.replace(/\{(\w+)\}/g, (_, name: string) => own[name] ?? '');
  const { url, headers } = callers[caller]!;
  const hasBody = route.method !== 'GET' && route.method !== 'DELETE';
  const response = await fetch(url + path, {
    method: route.method,
    headers: { ...headers, ...(hasBody ? { 'content-type': 'application/json' } : {}) },
    ...(hasBody ? { body: '[]' } : {}),
    signal: abort.signal,
  });
  if (response.headers.get('content-type')?.startsWith('text/event-stream')) {
    abort.abort();
    return 'let in';
  }
  const text = await response.text();
  if (![401, 403, 404].includes(response.status))
    return response.status < 500 ? 'let in' : `${response.status} ${text}`;
  const { error } = JSON.parse(text) as { error: { code: string } };
  return `${response.status} ${error.code}`;
}

function expectations(title: string, caller: string, expected: (route: Route) => Expected | undefined): void {
  const rows = byName.flatMap(([name, route]) => {
    const wanted = expected(route);
    return wanted === undefined ? [] : [[name, route, wanted] as const];
  });
  test.each(rows)(`${title}: %s`, async (_name, route, wanted) => {
    expect(await answerTo(caller, route)).toBe(wanted);
  });
}

describe('nobody without a credential that counts gets anywhere', () => {
  for (const caller of ['nobody', 'expired', 'revoked', 'unknown']) {
    expectations(caller, caller, () => '401 not-signed-in');
  }
});

describe('a machine opens the doors of its kind, and nobody else does', () => {
  const isMachines = ({ permission }: Route) => permission === 'worker' || permission === 'inference';
  for (const kind of ['worker', 'inference']) {
    expectations(kind, kind, (route) => (route.permission === kind ? undefined : '403 token-not-allowed'));
  }
  for (const caller of ['viewer', 'engineer']) {
    expectations(caller, caller, (route) => (isMachines(route) ? '403 not-allowed' : undefined));
  }
  expectations('reader', 'reader', (route) => (isMachines(route) ? '403 token-not-allowed' : undefined));
});

describe("another project's things do not exist for an outsider", () => {
  expectations('outsider', 'outsider', (route) => (isProjectRoute(route) ? '404 not-found' : undefined));
});

describe('rights inside a project', () => {
  expectations('reader token', 'reader', (route) => (changes(route) ? '403 token-not-allowed' : undefined));
  expectations('writer token', 'writer', (route) =>
    route.permission === 'project:read' ? '403 token-not-allowed' : undefined,
  );

  // Behind the permission of these there is nothing in this installation: no stored content, no images, no such member.
  const comesToNothing = [
    'downloadArtifact',
    'downloadPredictions',
    'getItemImage',
    'getItemThumbnail',
    'removeMember',
  ];
  const expected = (route: Route, roles: readonly ProjectRole[], isAdmin: boolean): Expected | undefined => {
    if (!isProjectRight(route.permission)) return undefined;
    if (!carriesRight({ roles, isAdmin }, route.permission)) return '403 not-allowed';
    return comesToNothing.includes(route.id) ? '404 not-found' : 'let in';
  };
  for (const role of PROJECT_ROLES) expectations(role, `only ${role}`, (route) => expected(route, [role], false));
  expectations('every role elsewhere', 'guest', (route) => expected(route, ['viewer'], false));
  expectations('all roles of a founder', 'engineer', (route) => expected(route, FOUNDER_ROLES, false));
  expectations('an admin without a role', 'admin', (route) => expected(route, [], true));

  test('every role is let in somewhere and refused somewhere', () => {
    for (const role of PROJECT_ROLES) {
      const outcomes = new Set(guarded.map((route) => expected(route, [role], false)));
      expect([...outcomes], role).toEqual(expect.arrayContaining(['let in', '403 not-allowed']));
    }
  });
});

describe('what belongs to the installation', () => {
  expectations('engineer', 'engineer', (route) => (route.permission === 'admin' ? '403 not-allowed' : undefined));
  expectations('token', 'reader', (route) => (route.permission === 'person' ? '403 token-not-allowed' : undefined));
});

test('every route of the OpenAPI document is declared by a contract, and the other way round', async () => {
  const { body } = await new Caller(installation.url).send('GET', '/api/openapi.json');
  const { paths } = body as { paths: Record<string, Record<string, unknown>> };
  const served = Object.entries(paths).flatMap(([path, methods]) =>
    Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
  );
  expect(served.sort()).toEqual(allRoutes.map(({ method, path }) => `${method} ${path}`).sort());
});

test('a person cannot make a token with more rights than their own', async () => {
  const answer = await callers.engineer!.ask(createToken, { body: { name: 'more', scopes: ['admin'] } });
  expect([answer.status, answer.body.error.code]).toEqual([403, 'not-allowed']);
});

test('what was refused across projects stands in the audit log', async () => {
  const route = allRoutes.find(({ id }) => id === 'getRun');
  await answerTo('outsider', route!);
  const { items } = await installation.services.audit.list(undefined, 50);
  expect(items).toContainEqual(
    expect.objectContaining({
      actor: 'outsider@example.com',
      action: 'access.refused',
      target: 'GET /api/runs/:runId',
    }),
  );
});

describe('a cookie alone does not make a request ours', () => {
  const refused: [string, Record<string, string>][] = [
    ['another origin', { origin: 'https://evil.example' }],
    ['an opaque origin', { origin: 'null' }],
    ['another site by the browser’s own word', { 'sec-fetch-site': 'cross-site' }],
    ['another port of this host', { origin: 'http://127.0.0.1:1' }],
  ];
  test.each(refused)('refused: %s', async (_title, headers) => {
    const route = allRoutes.find(({ id }) => id === 'createProject')!;
    const answer = await callers.engineer!.ask(route, { body: { name: 'No', goal: { en: 'No' } }, headers });
    expect([answer.status, answer.body.error.code]).toEqual([403, 'wrong-origin']);
  });

  test('let in: our own page', async () => {
    const headers = { origin: installation.url, 'sec-fetch-site': 'same-origin' };
    const { name } = await callers.engineer!.call(createProject, {
      body: { name: 'Yes', goal: { en: 'Yes' } },
      headers,
    });
    expect(name).toBe('Yes');
  });

  test('JSON dressed up as text is not read', async () => {
    const headers = { 'content-type': 'text/plain' };
    const answer = await callers.engineer!.send('POST', '/api/projects', '{"name":"No","goal":{"en":"No"}}', headers);
    expect(answer.status).toBe(415);
  });
});

test('a session belongs to the person who signed in', async () => {
  expect((await callers.viewer!.call(getSession)).account).toMatchObject({
    email: 'viewer@example.com',
    isAdmin: false,
  });
});
