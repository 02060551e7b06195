import { once } from 'node:events';
import { readdir, readFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import {
  addCandidate,
  archiveCandidate,
  checkCandidateEndpoint,
  describeCandidate,
  listCandidates,
  removeCandidate,
  type Candidate,
} from '@greenlight/shared/stages/selection/candidates-contract.ts';
import { discardSelection, getArchitectures } from '@greenlight/shared/stages/selection/contract.ts';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { add, at, moderationProject, refusal, scoredDraft } from '../../testing/selections.ts';
import type { Caller } from '../../testing/caller.ts';
import { startInstallation, type TestInstallation } from '../../testing/installation.ts';
import { signedInAdmin } from '../../testing/people.ts';
import { seededProject } from '../../testing/runs.ts';

let installation: TestInstallation;
let admin: Caller;

beforeAll(async () => {
  installation = await startInstallation();
  admin = await signedInAdmin(installation.url);
});
afterAll(() => installation.close());

describe('the catalogue', () => {
  test('is found by kind of problem and by words, with sources', async () => {
    const { items } = await admin.call(getArchitectures, {
      query: { problemType: 'text-classification', search: 'bert' },
    });
    expect(items.map(({ id }) => id)).toEqual(['encoder-classifier', 'distilbert', 'bert-base', 'bert-large']);
    const base = items.find(({ id }) => id === 'bert-base');
    expect(base?.sources[0]).toMatchObject({ url: 'https://arxiv.org/abs/1810.04805', year: 2018 });
    expect(items[0]?.training).toMatchObject({ architecture: 'encoder-classifier' });
  });
});

describe('candidates', () => {
  test('the same model under the same name is one candidate; in the archive, it comes out of it', async () => {
    const { projectId, manager } = await moderationProject(installation);
    const made = await Promise.all([1, 2, 3].map(() => add(manager, projectId, 'bert-base')));
    expect(new Set(made.map(({ id }) => id)).size).toBe(1);
    const [first] = made;
    const params = { candidateId: first?.id ?? '' };
    await manager.call(archiveCandidate, { params });
    expect((await manager.call(listCandidates, { params: { projectId } })).items).toEqual([]);
    expect((await add(manager, projectId, 'bert-base')).archivedAt).toBeNull();
    const named = { kind: 'catalogue', architecture: 'bert-base', name: { en: 'BERT on our words' } };
    const other = await manager.call(addCandidate, { params: { projectId }, body: named });
    expect(other.id).not.toBe(first?.id);
    const described = await manager.call(describeCandidate, {
      params,
      body: { notes: { en: 'For the first round.' } },
    });
    expect(described).toMatchObject({ name: first?.name, notes: { en: 'For the first round.' } });
  });

  test('what is not there, and addresses inside the network, are no candidates', async () => {
    const { projectId, manager } = await moderationProject(installation);
    const foreign = (await seededProject(admin)).projectId;
    const file = await modelFile(foreign);
    for (const body of [
      { kind: 'catalogue', architecture: 'skynet' },
      { kind: 'model-file', modelFileId: file },
      { kind: 'endpoint', url: 'http://169.254.169.254/latest', model: 'm' },
      { kind: 'endpoint', url: 'http://2130706433:11434', model: 'm' },
      { kind: 'endpoint', url: 'https://me:secret@example.com', model: 'm' },
    ])
      expect(await refusal(manager, addCandidate, { params: { projectId }, body })).toMatchObject({
        status: 422,
        code: 'invalid-candidate',
      });
    expect((await manager.call(listCandidates, { params: { projectId } })).items).toEqual([]);
  });

  test('an uploaded model is one, under the name of its file', async () => {
    const { projectId, manager } = await moderationProject(installation);
    const modelFileId = await modelFile(projectId);
    const body = { kind: 'model-file', modelFileId };
    expect(await manager.call(addCandidate, { params: { projectId }, body })).toMatchObject({
      kind: 'model-file',
      name: { en: 'moderation.onnx' },
      modelFileId,
    });
  });

  test('one that a matrix weighs is archived, not removed', async () => {
    const { projectId, manager, candidates, saved } = await scoredDraft(installation);
    const params = { candidateId: candidates[0]?.id ?? '' };
    expect(await refusal(manager, removeCandidate, { params })).toMatchObject({
      status: 409,
      code: 'candidate-in-use',
    });
    await manager.call(discardSelection, at(saved));
    await manager.call(removeCandidate, { params });
    expect((await manager.call(listCandidates, { params: { projectId } })).items.map(({ id }) => id)).toEqual([
      candidates[1]?.id,
    ]);
  });
});

/** An uploaded model of a project, as far as candidates need it. */
async function modelFile(projectId: string): Promise<string> {
  const { database } = installation;
  const ids = { job: crypto.randomUUID(), file: crypto.randomUUID() };
  const job = { id: ids.job, projectId, kind: 'test', key: ids.job, payload: {}, inputs: [], state: 'finished' };
  const result = { inputs: [], outputs: [], opset: 17, irVersion: 8, producer: '', metadata: {} };
  await database.job.create({ data: { ...job, result } });
  await database.modelFile.create({
    data: {
      id: ids.file,
      projectId,
      name: 'moderation.onnx',
      sha256: 'f'.repeat(64),
      sizeBytes: 1n,
      inspectionId: ids.job,
    },
  });
  return ids.file;
}

describe('an endpoint', () => {
  let inside: TestInstallation;
  let owner: Caller;
  let service: Server;
  let seen: (string | undefined)[];

  beforeAll(async () => {
    seen = [];
    service = createServer((request, reply) => {
      seen.push(request.headers.authorization);
      if (request.url?.startsWith('/moved') === true) reply.writeHead(302, { location: '/v1/models' }).end();
      else if (request.url !== '/v1/models') reply.writeHead(404).end('{}');
      else reply.end(JSON.stringify({ object: 'list', data: [{ id: 'small' }, { id: 'large' }] }));
    }).listen(0, '127.0.0.1');
    await once(service, 'listening');
    inside = await startInstallation({ GREENLIGHT_ALLOW_PRIVATE_ENDPOINTS: 'yes' });
    owner = await signedInAdmin(inside.url);
  });
  afterAll(async () => {
    service.close();
    await inside.close();
  });

  const secretOf = async (id: string) =>
    (await inside.database.candidate.findUniqueOrThrow({ where: { id } })).secretSha256 ?? '';

  test('is asked for its models with its secret, which lies encrypted and goes with the candidate', async () => {
    const { projectId } = await seededProject(owner);
    const base = `http://127.0.0.1:${(service.address() as AddressInfo).port}`;
    const addEndpoint = (url: string, model: string, secret: string | null = null) =>
      owner.call(addCandidate, { params: { projectId }, body: { kind: 'endpoint', url, model, secret } });
    const check = async ({ id }: Candidate) =>
      (await owner.call(checkCandidateEndpoint, { params: { candidateId: id } })).endpoint?.check;
    const secret = 'sk-hush-hush-0123456789';
    const large = await addEndpoint(base, 'large', secret);
    expect(large.endpoint).toMatchObject({ hasSecret: true, check: null });
    expect(await check(large)).toMatchObject({ problem: null, status: 200, models: ['large', 'small'] });
    const answers: [string, string, object][] = [
      [`${base}/v1/`, 'huge', { problem: 'model-missing', models: ['small', 'large'] }],
      [`${base}/moved`, 'large', { problem: 'redirected', status: 302, models: [] }],
      [`${base}/elsewhere`, 'large', { problem: 'failed', status: 404 }],
      ['http://127.0.0.1:1', 'large', { problem: 'unreachable', status: null }],
    ];
    for (const [url, model, expected] of answers)
      expect(await check(await addEndpoint(url, model))).toMatchObject(expected);
    expect(seen.slice(0, 2)).toEqual([`Bearer ${secret}`, undefined]);

    const first = await secretOf(large.id);
    const stored = await onDisk(inside, first);
    expect(stored?.length).toBeGreaterThan(secret.length);
    expect(stored).not.toContain('hush');
    const everything = JSON.stringify([
      large,
      await inside.database.candidate.findMany(),
      (await inside.services.audit.list(undefined, 100)).items,
    ]);
    expect(everything).toContain('candidate.secret-set');
    expect(everything).not.toContain('hush');

    const params = { candidateId: large.id };
    await owner.call(describeCandidate, { params, body: { secret: 'sk-another' } });
    await check(large);
    expect(seen.at(-1)).toBe('Bearer sk-another');
    expect(await onDisk(inside, first)).toBeNull();
    const second = await secretOf(large.id);
    await owner.call(removeCandidate, { params });
    expect(await onDisk(inside, second)).toBeNull();
  });
});

/** What lies on the disk under a checksum, as Latin-1 text; null where there is nothing. */
async function onDisk({ dataFolder }: TestInstallation, sha256: string): Promise<string | null> {
  const names = await readdir(join(dataFolder, 'files'), { recursive: true });
  const name = names.find((path) => path.replaceAll('/', '').endsWith(sha256.slice(4)));
  return name === undefined ? null : readFile(join(dataFolder, 'files', name), 'latin1');
}
