import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { readFile, writeFile } from 'node:fs/promises';
import { connect, type Socket } from 'node:net';
import { join } from 'node:path';
import { createToken, getSession } from '@greenlight/shared/across/governance/contract.ts';
import { removeMember } from '@greenlight/shared/across/governance/members-contract.ts';
import { createSource, getSource } from '@greenlight/shared/stages/data/source-contract.ts';
import { listProjects } from '@greenlight/shared/projects/contract.ts';
import { createInvitation } from '@greenlight/shared/across/governance/invitations-contract.ts';
import { createTextDatasetVersion } from '@greenlight/shared/stages/data/contract.ts';
import { listDatasetItems } from '@greenlight/shared/stages/data/items-contract.ts';
import { MAX_EVENTS_PER_BATCH } from '@greenlight/shared/worker-protocol/contract.ts';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { loggedError } from './plugins/logged-error.ts';
import type { Caller } from './testing/caller.ts';
import { inClear } from './testing/in-clear.ts';
import { ADMIN, startInstallation, type TestInstallation } from './testing/installation.ts';
import { addPerson, signedInAdmin, withNewToken } from './testing/people.ts';
import { secretHash } from './across/governance/token-secret.ts';
import { queueRun, seededProject, type SeededProject } from './testing/runs.ts';
import { logEvent, TestWorker } from './testing/worker.ts';

let installation: TestInstallation;
let admin: Caller;
let project: SeededProject;

beforeAll(async () => {
  installation = await startInstallation();
  admin = await signedInAdmin(installation.url);
  project = await seededProject(admin);
});
afterAll(() => installation.close());

test('bodies that never end keep nobody else out', async () => {
  const { port, hostname } = new URL(installation.url);
  const sockets: Socket[] = [];
  onTestFinished(() => sockets.forEach((socket) => socket.destroy()));
  const head = [
    'POST /api/auth/sign-in/email HTTP/1.1',
    `host: ${hostname}:${port}`,
    'content-type: application/json',
    'content-length: 1000',
    '',
    '{"email":',
  ].join('\r\n');
  for (let count = 0; count < 200; count++) {
    const socket = connect(Number(port), hostname);
    socket.on('error', () => undefined);
    sockets.push(socket);
    await new Promise<void>((resolve) => socket.write(head, () => resolve()));
  }
  expect((await admin.ask(getSession)).status).toBe(200);
});

/** Sends a request without the last byte of its body, and waits until its token was looked at; `finish` sends the rest. */
async function unfinished(caller: Caller, path: string, body: string, [method, type]: readonly [string, string]) {
  const { port, hostname, host } = new URL(installation.url);
  const socket = connect(Number(port), hostname);
  onTestFinished(() => void socket.destroy());
  const lines = [
    `${method} ${path} HTTP/1.1`,
    `host: ${host}`,
    `authorization: ${caller.headers['authorization']}`,
    `content-type: ${type}`,
    `content-length: ${body.length}`,
    'connection: close',
  ];
  socket.write(`${lines.join('\r\n')}\r\n\r\n${body.slice(0, -1)}`);
  const sha256 = secretHash(caller.headers['authorization']!.replace('Bearer ', ''));
  const isSeen = async () => (await installation.database.token.findUnique({ where: { sha256 } }))?.lastUsedAt != null;
  await expect.poll(isSeen).toBe(true);
  return async () => {
    socket.write(body.slice(-1));
    return (await socket.setEncoding('utf8').toArray()).join('').split('\r\n', 1)[0];
  };
}

test.each(['GET /api/auth/session', 'GET /', 'GET /%zz', 'DELETE /api/nothing'])(
  'a request that names two hosts is refused: %s',
  async (request) => {
    const { port, hostname, host } = new URL(installation.url);
    const socket = connect(Number(port), hostname).setEncoding('utf8');
    socket.write(`${request} HTTP/1.1\r\nhost: ${host}\r\nHOST: other.example\r\nconnection: close\r\n\r\n`);
    expect((await socket.toArray()).join('')).toMatch(/^HTTP\/1\.1 400 /);
  },
);

test('one token with many requests under way is told to come back; its maker goes on, and it does when those have ended', async () => {
  const person = await addPerson(installation, 'busy@example.com');
  const token = await withNewToken(person, ['read', 'write']);
  const { port, hostname, host } = new URL(installation.url);
  const head = [
    'POST /api/projects HTTP/1.1',
    `host: ${host}`,
    `authorization: ${token.headers['authorization']}`,
    'content-type: application/json',
    'content-length: 1000',
  ];
  const refused = () => token.ask(listProjects);
  const sockets = Array.from({ length: 64 }, () => connect(Number(port), hostname));
  onTestFinished(() => sockets.forEach((socket) => socket.destroy()));
  for (const socket of sockets) socket.on('error', () => undefined).write(`${head.join('\r\n')}\r\n\r\n{`);
  await expect.poll(async () => (await refused()).status).toBe(429);
  const { headers, body } = await refused();
  expect([headers.get('retry-after'), body.error.code]).toEqual(['1', 'too-many-at-once']);
  expect((await person.ask(listProjects)).status).toBe(200);
  for (const socket of sockets) socket.destroy();
  await expect.poll(async () => (await refused()).status).toBe(200);
});

test('a right that ends while a body is on its way is not used any more', async () => {
  const { projectId } = project;
  const member = { projectId, roles: ['data-scientist'] } as const;
  const person = await addPerson(installation, 'slow@example.com', member);
  const source = await person.call(createSource, {
    params: { projectId },
    body: { name: 'a.csv', format: 'csv', sizeBytes: 8, idempotencyKey: 'a-slow-upload' },
  });
  const part = 'a,b\n1,2\n';
  const sha256 = createHash('sha256').update(part).digest('hex');
  const places: [string, string, readonly [string, string]][] = [
    [`/api/projects/${projectId}/selections`, '{"basedOn":null}', ['POST', 'application/json']],
    [
      `/api/sources/${source.id}/parts?offset=0&sizeBytes=8&sha256=${sha256}`,
      part,
      ['PUT', 'application/octet-stream'],
    ],
  ];
  const begun = [];
  for (const [path, body, how] of places)
    begun.push(await unfinished(await withNewToken(person, ['read', 'write']), path, body, how));
  const { account } = await person.call(getSession);
  await admin.call(removeMember, { params: { projectId, userId: account.id } });
  const answers = await Promise.all(begun.map((finish) => finish()));
  expect(answers).toEqual(['HTTP/1.1 404 Not Found', 'HTTP/1.1 404 Not Found']);
  expect((await admin.call(getSource, { params: { sourceId: source.id } })).receivedBytes).toBe(0);
  expect(await installation.database.selection.count({ where: { projectId } })).toBe(0);
});

test('a worker whose token is revoked while it sends brings nothing to its end', async () => {
  const { id } = await queueRun(admin, project);
  const worker = await TestWorker.register(installation.url, 'revoked');
  let run = await worker.mustClaim();
  while (run.runId !== id) run = await worker.mustClaim();
  const secret = randomBytes(24).toString('hex');
  const machine = { id: crypto.randomUUID(), kind: 'worker', name: 'machine', prefix: 'late…', scopes: [] };
  const { database } = installation;
  await database.token.create({ data: { ...machine, sha256: secretHash(secret) } });
  const content = 'a checkpoint';
  const sha256 = createHash('sha256').update(content).digest('hex');
  const query = new URLSearchParams({ lease: run.lease, kind: 'other', step: '1', sha256 });
  const path = `/api/worker/runs/${id}/artifacts/late?${query.toString()}&sizeBytes=${content.length}`;
  const finish = await unfinished(admin.withToken(secret), path, content, ['PUT', 'application/octet-stream']);
  await database.token.update({ where: { id: machine.id }, data: { revokedAt: new Date() } });
  expect(await finish()).toBe('HTTP/1.1 401 Unauthorized');
  expect(await database.artifact.count({ where: { runId: id } })).toBe(0);
});

/** A connection on which somebody has sent the head of a request and perhaps the beginning of its body, and reads nothing yet. */
function opened(caller: Caller, request: string, headers: readonly string[] = [], beginning = ''): Socket {
  const { port, hostname, host } = new URL(installation.url);
  const socket = connect(Number(port), hostname);
  onTestFinished(() => void socket.destroy());
  socket.on('error', () => undefined);
  const lines = [`${request} HTTP/1.1`, `host: ${host}`, `cookie: ${caller.headers['cookie']}`, ...headers];
  socket.write(`${lines.join('\r\n')}\r\n\r\n${beginning}`);
  return socket;
}

test('a file on its way, down or up, is cut off when the right to it ends', async () => {
  const { projectId } = project;
  const { id } = await queueRun(admin, project);
  const worker = await TestWorker.register(installation.url, 'large');
  let run = await worker.mustClaim();
  while (run.runId !== id) run = await worker.mustClaim();
  const sizeBytes = 48 * 1024 * 1024;
  const { body } = await worker.upload(run, 'large', randomBytes(sizeBytes));
  const { artifactId } = body as unknown as { artifactId: string };
  const member = { projectId, roles: ['data-scientist'] } as const;
  const person = await addPerson(installation, 'transfers@example.com', member);

  const download = opened(person, `GET /api/artifacts/${artifactId}/content`);
  await once(download, 'readable');
  const query = `name=a.onnx&sha256=${'a'.repeat(64)}&sizeBytes=1000`;
  const type = ['content-type: application/octet-stream', 'content-length: 1000'];
  const upload = opened(person, `POST /api/projects/${projectId}/model-files?${query}`, type, 'beginning');
  const { account } = await person.call(getSession);
  await admin.call(removeMember, { params: { projectId, userId: account.id } });

  const refusals = () =>
    installation.database.auditEvent.count({
      where: { actor: 'transfers@example.com', action: 'access.refused', projectId },
    });
  await expect.poll(refusals, { timeout: 60_000 }).toBeGreaterThanOrEqual(2);
  await upload.resume().toArray();
  const received = await download.reduce((total: number, part: Buffer) => total + part.length, 0).catch(() => 0);
  expect(received).toBeLessThan(sizeBytes);
}, 120_000);

test('a batch of more events than allowed is refused, and nothing of it is kept', async () => {
  const { id } = await queueRun(admin, project);
  const worker = await TestWorker.register(installation.url);
  let run = await worker.mustClaim();
  while (run.runId !== id) run = await worker.mustClaim();
  const events = Array.from({ length: MAX_EVENTS_PER_BATCH + 1 }, (_, index) => logEvent(index + 1, 'a line'));
  const refused = await worker.report(run, events);
  expect([refused.status, refused.body.error.code]).toEqual([400, 'bad-request']);
  expect(await installation.database.runEvent.count({ where: { runId: id } })).toBe(0);
});

test('a data file that was altered on disk is named by whoever reads it next, and nothing of the altered part is shown', async () => {
  const version = await admin.call(createTextDatasetVersion, {
    params: { projectId: project.projectId },
    body: {
      ...{ datasetName: { en: 'Altered' }, source: { en: 'a test' }, licence: 'own', notes: { en: '' }, seed: 3 },
      content: { train: ['one line', 'another line'], validation: [], test: ['the last'] },
    },
  });
  const { contentSha256 } = version;
  const path = join(installation.dataFolder, 'files', contentSha256.slice(0, 2), contentSha256);
  const stored = await readFile(path);
  stored[stored.length - 20] = stored[stored.length - 20]! ^ 1;
  await writeFile(path, stored);
  const answer = await admin.ask(listDatasetItems, { params: { datasetVersionId: version.id } });
  expect(answer).toMatchObject({
    status: 410,
    body: { error: { code: 'content-damaged', details: { file: contentSha256 } } },
  });
});

test('no secret lies in clear in a file or a table', async () => {
  const { token } = await admin.call(createToken, { body: { name: 'scanned', scopes: ['read'], expiresAt: null } });
  const params = { projectId: project.projectId };
  const invitation = await admin.call(createInvitation, { params, body: { roles: ['viewer'] } });
  const { environment, dataFolder, database } = installation;
  // With its signature; what the database holds of it opens nothing without that.
  const session = decodeURIComponent(admin.headers['cookie']!.split('=')[1]!.split(';')[0]!);
  const secrets = {
    password: ADMIN.password,
    token,
    invitation: invitation.token,
    session,
    authSecret: environment.GREENLIGHT_AUTH_SECRET,
    workerToken: environment.GREENLIGHT_WORKER_TOKEN,
    inferenceToken: environment.GREENLIGHT_INFERENCE_TOKEN,
  };
  const found: Record<string, string[]> = {};
  for (const [name, secret] of Object.entries(secrets)) {
    expect(secret.length, name).toBeGreaterThan(15);
    const places = await inClear(secret, dataFolder, database);
    if (places.length > 0) found[name] = places;
  }
  expect(found).toEqual({});
  expect(await inClear('Altered', dataFolder, database)).toEqual(['public.datasets']);
});

test('what the log says of a failed query is where and why, and none of its values', async () => {
  const { database } = installation;
  const planted = 'planted-in-a-query';
  const { id: _, ...dataset } = await database.dataset.findFirstOrThrow();
  const failures: unknown[] = [
    await database.project.create({ data: { name: planted } as never }).catch((error: unknown) => error),
    await database.$queryRaw`SELECT ${planted}::int`.catch((error: unknown) => error),
    await database.dataset
      .create({ data: { ...dataset, id: crypto.randomUUID(), name: { en: planted } } })
      .catch((error: unknown) => error),
  ];
  const logged = failures.map((failure) => loggedError(new Error('work beside requests', { cause: failure })));
  expect(JSON.stringify(logged)).not.toContain(planted);
  expect(logged.map(({ cause }) => cause?.message)).toEqual([
    expect.stringContaining('is missing'),
    'a query failed',
    'a query failed',
  ]);
  for (const { cause } of logged)
    expect(cause).toMatchObject({
      type: expect.stringContaining('PrismaClient') as string,
      stack: expect.stringMatching(/^ +at /) as string,
    });
  expect(logged[2]?.cause?.code).toBe('P2002');
});
