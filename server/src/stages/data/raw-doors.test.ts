import { createHash } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Readable } from 'node:stream';
import type { Route } from '@greenlight/shared/api/define-route.ts';
import { createTextDatasetVersion } from '@greenlight/shared/stages/data/contract.ts';
import { listDatasetItems, readRawItems } from '@greenlight/shared/stages/data/items-contract.ts';
import { prepareDatasetJob } from '@greenlight/shared/stages/data/preparation/preparation-job.ts';
import { downloadPredictions } from '@greenlight/shared/stages/evaluation/contract.ts';
import { downloadArtifact } from '@greenlight/shared/stages/training/contract.ts';
import { generateText } from '@greenlight/shared/stages/training/generation.ts';
import { trainTokenizer } from '@greenlight/shared/tokenizers/train-tokenizer.ts';
import { writeTokenizerJson } from '@greenlight/shared/tokenizers/write-tokenizer-json.ts';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { allRoutes } from '../../testing/all-routes.ts';
import type { Caller } from '../../testing/caller.ts';
import { startInstallation, type TestInstallation } from '../../testing/installation.ts';
import { addPerson, signedInAdmin, withNewToken } from '../../testing/people.ts';
import { queueRun, seededProject } from '../../testing/runs.ts';
import { openTestStorage } from '../../testing/storage.ts';
import { TestWorker } from '../../testing/worker.ts';

/** A person who exists nowhere: whatever answers one of these has let a raw text out. */
const PLANTED = ['13955517263', 'wuyuqing.canary@example.net', '110101199003078515'];
const PLANTED_TEXT = `phone ${PLANTED[0]}, e-mail ${PLANTED[1]}, 身份证 ${PLANTED[2]}`;
const PURPOSE = 'to answer a request for access';

let installation: TestInstallation;
let inference: Server;
let params: Record<string, string>;
const callers: Record<string, Caller> = {};

beforeAll(async () => {
  inference = createServer((_request, response) => {
    response.setHeader('content-type', 'application/json');
    response.end(
      JSON.stringify({
        text: `who? ${PLANTED_TEXT}`,
        tokens: 3,
        finishReason: 'stop',
        stopSequence: null,
        elapsedMs: 1,
      }),
    );
  });
  await new Promise<void>((resolve) => void inference.listen(0, '127.0.0.1', resolve));
  const { port } = inference.address() as AddressInfo;
  installation = await startInstallation({ GREENLIGHT_INFERENCE_URL: `http://127.0.0.1:${port}` });
  const { url, database } = installation;
  const admin = await signedInAdmin(url);
  const { projectId } = await seededProject(admin);
  const scientist = await addPerson(installation, 'scientist@example.com', { projectId, roles: ['data-scientist'] });
  Object.assign(callers, {
    admin,
    scientist,
    viewer: await addPerson(installation, 'viewer@example.com', { projectId, roles: ['viewer'] }),
    manager: await addPerson(installation, 'manager@example.com', { projectId, roles: ['product-manager'] }),
    engineer: await addPerson(installation, 'engineer@example.com', { projectId, roles: ['engineer'] }),
    token: await withNewToken(scientist, ['read', 'write']),
  });
  const words = { datasetName: { en: 'Letters' }, source: { en: 'a test' }, licence: 'own', notes: { en: '' } };
  const plain = Array.from({ length: 25 }, (_, index) => `a plain text of number ${index}`);
  const version = await scientist.call(createTextDatasetVersion, {
    params: { projectId },
    body: {
      ...words,
      seed: 1,
      content: {
        train: [...plain, { text: PLANTED_TEXT, columns: { contact: PLANTED[0] } }],
        validation: [],
        test: ['held out'],
      },
    },
  });
  // What was stored before previews were masked at rest.
  await database.datasetVersion.update({ where: { id: version.id }, data: { preview: [PLANTED_TEXT] } });
  const project = { projectId, datasetVersionId: version.id };
  const queued = await queueRun(scientist, project);
  const worker = await TestWorker.register(url);
  let run = await worker.mustClaim();
  // The shipped project has a run of its own, which was queued first.
  while (run.runId !== queued.id) run = await worker.mustClaim();
  const upload = async (name: string, kind: string) => {
    const { body } = await worker.upload(run, name, Buffer.from(PLANTED_TEXT), { kind });
    return (body as unknown as { artifactId: string }).artifactId;
  };
  await upload('checkpoint-3.safetensors', 'checkpoint');
  await upload('tokenizer.json', 'tokenizer');
  const artifactId = await upload('predictions.npz', 'predictions');
  const samples = [{ step: 3, prompt: PLANTED[0]!, text: PLANTED_TEXT, at: new Date().toISOString() }];
  await worker.mustReport(run, [{ sequence: 1, at: new Date().toISOString(), payload: { type: 'sample', samples } }]);
  const evaluation = await database.evaluation.create({
    data: {
      ...{
        id: crypto.randomUUID(),
        runId: queued.id,
        ...project,
        predictionsArtifactId: artifactId,
        checkpointStep: 3,
      },
      ...{ split: 'test', sameAsTraining: false, items: 1, sentences: 1, classes: 1, metrics: [], curves: [] },
      ...{ confusion: [], samples, elapsedMs: 1 },
    },
  });
  const job = await database.job.create({
    data: {
      ...{ id: crypto.randomUUID(), projectId, kind: prepareDatasetJob.kind, key: 'a', payload: {}, inputs: [] },
      ...{ state: 'finished', result: { version: { preview: [PLANTED_TEXT] }, errors: { examples: [PLANTED_TEXT] } } },
    },
  });
  params = { ...project, artifactId, runId: queued.id, evaluationId: evaluation.id, jobId: job.id };
});
afterAll(async () => {
  inference.close();
  await installation.close();
});

/** Whether what a route answers holds anything planted; a stream is read as far as it goes within the first frames. */
async function lets(caller: Caller, route: Route, query: string, body?: object): Promise<boolean> {
  const path = route.path.replace(/\{(\w+)\}/g, (_, name: string) => params[name] ?? crypto.randomUUID());
  const abort = new AbortController();
  const response = await fetch(caller.url + path + query, {
    method: route.method,
    headers: { ...caller.headers, ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    signal: abort.signal,
  });
  let seen = '';
  if (response.headers.get('content-type')?.startsWith('text/event-stream')) {
    const decoder = new TextDecoder();
    for await (const chunk of response.body as unknown as AsyncIterable<Uint8Array>) {
      seen += decoder.decode(chunk, { stream: true });
      if (seen.includes('"sample"')) break;
    }
    abort.abort();
    expect(seen).toContain('"sample"');
  } else seen = await response.text();
  return PLANTED.some((planted) => seen.includes(planted));
}

const reads = allRoutes.filter(({ method, permission }) => method === 'GET' && permission !== 'worker');

describe('no route that people read lets a raw text out', () => {
  test.each(['viewer', 'engineer', 'manager', 'admin', 'token', 'scientist'])('to %s', async (name) => {
    const open: string[] = [];
    for (const route of reads) if (await lets(callers[name]!, route, '')) open.push(route.id);
    expect(open).toEqual([]);
  });
});

describe('with a purpose, and only to a data scientist in person', () => {
  test.each(['viewer', 'engineer', 'manager', 'admin', 'token', 'scientist'])('%s', async (name) => {
    const query = `?purpose=${encodeURIComponent(PURPOSE)}`;
    const open: string[] = [];
    for (const route of reads.filter(({ stream }) => stream === 'download')) {
      if (await lets(callers[name]!, route, query)) open.push(route.id);
    }
    if (await lets(callers[name]!, readRawItems, '', { purpose: PURPOSE, limit: 50 })) open.push(readRawItems.id);
    const personal = ['downloadArtifact', 'downloadPredictions', 'readRawItems'];
    expect(open.sort()).toEqual(name === 'scientist' ? personal : []);
  });

  test('and the audit log says who read what and why, and who was refused', async () => {
    const { items } = await installation.services.audit.list(undefined, 100);
    const actions = items.filter(({ action }) => action === 'personal-data.read');
    expect(actions.map(({ actor, target, details }) => [actor, target, details['purpose']])).toEqual(
      expect.arrayContaining([
        ['scientist@example.com', `dataset-version:${params['datasetVersionId']}`, PURPOSE],
        ['scientist@example.com', `artifact:${params['artifactId']}`, PURPOSE],
      ]),
    );
    const raw = actions.find(({ target }) => target.startsWith('dataset-version:'))!;
    expect(raw.details['items']).toEqual(Array.from({ length: 27 }, (_, index) => index + 1));
    expect(items).toContainEqual(
      expect.objectContaining({ actor: 'admin@example.com', action: 'personal-data.refused' }),
    );
  });

  test('a purpose must be stated, and personal data in it does not get into the log', async () => {
    const { scientist } = callers;
    const request = { params, body: { purpose: ' ' } };
    expect((await scientist!.ask(readRawItems, request)).status).toBe(400);
    const untold = await scientist!.ask(downloadPredictions, { params });
    expect([untold.status, untold.body.error.code]).toEqual([422, 'purpose-needed']);
    await scientist!.call(readRawItems, { params, body: { purpose: `request of ${PLANTED[1]}`, limit: 1 } });
    const { items } = await installation.services.audit.list(undefined, 1);
    expect(items[0]?.details).toMatchObject({ purpose: 'request of [EMAIL]', items: [1] });
  });
});

test('the vocabulary of a run leaves as that of its data does, also as a copy in an export and after the data is gone', async () => {
  const { database } = installation;
  const { viewer, scientist } = callers;
  const run = await database.artifact.findUniqueOrThrow({ where: { id: params['artifactId']! } });
  const { storage } = await openTestStorage(installation.dataFolder);
  const keep = async (name: string, kind: string, words: readonly string[]) => {
    const file = Buffer.from(writeTokenizerJson(trainTokenizer('wordpiece', words, 500)));
    const sha256 = createHash('sha256').update(file).digest('hex');
    await storage.put(Readable.from([file]), { sha256, sizeBytes: file.length });
    const { id } = await database.artifact.create({
      data: { ...run, id: crypto.randomUUID(), name, kind, sha256, sizeBytes: BigInt(file.length) },
    });
    return id;
  };
  await database.artifact.deleteMany({ where: { runId: run.runId, kind: 'tokenizer' } });
  const personal = Array.from({ length: 9 }, () => `ring ${PLANTED[0]} now`);
  const ids = [
    await keep('of-run.json', 'tokenizer', personal),
    await keep('export-3/tokenizer.json', 'other', personal),
  ];
  for (const artifactId of ids) {
    const asked = (caller: Caller, query = {}) => caller.ask(downloadArtifact, { params: { artifactId }, query });
    const refused = await asked(viewer!, { purpose: PURPOSE });
    expect([refused.status, refused.body.error.code]).toEqual([403, 'personal-data-inside']);
    expect((await asked(scientist!)).body.error.code).toBe('purpose-needed');
    expect(JSON.stringify((await asked(scientist!, { purpose: PURPOSE })).body)).toContain(PLANTED[0]);
  }
  const { items } = await installation.services.audit.list(undefined, 20);
  for (const id of ids)
    expect(items).toContainEqual(
      expect.objectContaining({
        action: 'personal-data.read',
        target: `artifact:${id}`,
        actor: 'scientist@example.com',
      }),
    );
  const innocent = await keep('innocent.json', 'tokenizer', ['the weather is fine', 'the weather is fine today']);
  expect((await viewer!.ask(downloadArtifact, { params: { artifactId: innocent } })).status).toBe(200);
});

test('what a model writes is masked', async () => {
  const { text } = await callers['viewer']!.call(generateText, { params, body: { prompt: 'who? ' } });
  expect(text).toBe('who? phone [PHONE], e-mail [EMAIL], 身份证 [ID_CARD]');
});

describe('the items of a version, page by page', () => {
  const browse = (query: Record<string, string>) => callers['viewer']!.call(listDatasetItems, { params, query });

  test('come in their order, masked, until the end', async () => {
    const first = await browse({ limit: '20' });
    expect(first).toMatchObject({ searched: 20, total: 27 });
    expect(first.items[0]).toEqual({
      ...{ number: 1, split: 'train', text: 'a plain text of number 0', isCut: false, personalData: [] },
    });
    const second = await browse({ limit: '20', cursor: first.nextCursor! });
    expect(second.items.map(({ number }) => number)).toEqual([21, 22, 23, 24, 25, 26, 27]);
    expect(second.nextCursor).toBeNull();
    expect(second.items[5]).toMatchObject({
      text: 'phone [PHONE], e-mail [EMAIL], 身份证 [ID_CARD]',
      columns: { contact: '[PHONE]' },
      personalData: ['phone', 'e-mail', 'identity-card'],
    });
  });

  test('go on at the byte where the page before ended, and only between two items', async () => {
    const { nextCursor } = await browse({ limit: '3' });
    const place = JSON.parse(Buffer.from(nextCursor!, 'base64url').toString()) as { number: string; byte: string };
    const { items } = await browse({ limit: '1', cursor: nextCursor! });
    expect(items[0]).toMatchObject({ number: 4, text: 'a plain text of number 3' });
    const cursorAt = (byte: number | string) =>
      Buffer.from(JSON.stringify({ ...place, byte: String(byte) })).toString('base64url');
    // The page is read from there: with the byte of the beginning, the fourth item would be the first one again.
    expect((await browse({ limit: '1', cursor: cursorAt(0) })).items[0]?.text).toBe('a plain text of number 0');
    for (const byte of [Number(place.byte) - 1, 9_999_999_999, 'x']) {
      const query = { cursor: cursorAt(byte) };
      expect((await callers['viewer']!.ask(listDatasetItems, { params, query })).status).toBe(400);
    }
    const raw = { purpose: 'a test of cursors', limit: 1, cursor: cursorAt(0) };
    const read = await callers['scientist']!.call(readRawItems, { params, body: raw });
    expect(read.items[0]).toMatchObject({ number: 4, text: 'a plain text of number 3' });
  });

  test('can be filtered by split, words and personal data', async () => {
    expect((await browse({ split: 'test' })).items.map(({ text }) => text)).toEqual(['held out']);
    expect((await browse({ text: 'NUMBER 7' })).items.map(({ number }) => number)).toEqual([8]);
    expect((await browse({ personalData: 'with' })).items.map(({ number }) => number)).toEqual([26]);
    expect((await browse({ personalData: 'without' })).items).toHaveLength(20);
  });

  test('can be asked for one by one, masked as well', async () => {
    const asked = await browse({ numbers: '26,3' });
    expect(asked.items.map(({ number }) => number)).toEqual([3, 26]);
    expect(asked.items[1]?.text).toContain('[PHONE]');
    expect(asked.nextCursor).toBeNull();
    expect((await browse({ numbers: '900' })).items).toEqual([]);
    expect((await callers['viewer']!.ask(listDatasetItems, { params, query: { numbers: '0' } })).status).toBe(400);
  });

  test('do not tell by a search whether a number occurs', async () => {
    for (const planted of PLANTED) expect((await browse({ text: planted })).items).toEqual([]);
    expect((await browse({ text: 'phone' })).items.map(({ number }) => number)).toEqual([26]);
  });
});

test('a file without personal data goes to everybody as before', async () => {
  const { database } = installation;
  const sha256 = createHash('sha256').update('x').digest('hex');
  await database.datasetVersion.update({ where: { id: params['datasetVersionId']! }, data: { personalItems: 0 } });
  await database.artifact.update({ where: { id: params['artifactId']! }, data: { sha256 } });
  // It is let go, and then has no content.
  expect((await callers['viewer']!.ask(downloadPredictions, { params })).status).toBe(404);
});
