import { createHash, randomUUID } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { once } from 'node:events';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inferenceReply, type InferenceRequest } from '@greenlight/shared/worker-protocol/inference.ts';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { makeBatch } from '../data/batches.ts';
import { continueText } from '../evaluation/generate-samples.ts';
import { ServerClient } from '../report/client.ts';
import { ProtocolServer } from '../test-support/protocol-server.ts';
import { smallDisk } from '../test-support/small-disk.ts';
import { TINY_TEXTS, tinyConfiguration, tinyEngine } from '../test-support/tiny-run.ts';
import { FileCache } from './file-cache.ts';
import { ForeignModels } from './foreign-models.ts';
import { createInferenceServer } from './http-server.ts';
import { ModelCache } from './model-cache.ts';
import { TextClassifier } from './text-classifier.ts';
import { TextScheduler } from './text-scheduler.ts';

const TOKEN = 'the-token-of-the-inference-service';
const LIMITS = { waiting: 32, texts: 8, cacheBytes: 2 ** 30, models: 2 };
const configuration = tinyConfiguration();

let folder: string;
let artifacts: ProtocolServer;
let service: Server;
let models: ModelCache;
let address: string;
let request: InferenceRequest;
let expectedText: string;
let tokenizerJson: string;

function store(name: string, content: Buffer): { artifactId: string; sha256: string } {
  const sha256 = createHash('sha256').update(content).digest('hex');
  const id = randomUUID();
  artifacts.artifacts.push({ id, name, kind: 'other', step: null, sha256, content });
  return { artifactId: id, sha256 };
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'greenlight-inference-'));
  artifacts = new ProtocolServer({ configuration, dataset: { train: TINY_TEXTS, validation: [], test: [] } });
  await artifacts.listen();
  const { engine, tokenizer, tokenizerJson: json } = await tinyEngine(configuration);
  tokenizerJson = json;
  const items = TINY_TEXTS.map((text) => tokenizer.encode(text));
  const batch = makeBatch(items, items.keys().toArray(), configuration, 1);
  for (let step = 1; step <= 60; step++) await engine.step([batch], step);
  expectedText = await continueText(engine, tokenizer, 'abc', 12);
  const saved = await engine.saveCheckpoint(folder, null);
  await engine.dispose();
  request = {
    runId: randomUUID(),
    configuration,
    checkpoint: { ...store('checkpoint', await readFile(saved.path)), step: 60 },
    tokenizer: store('tokenizer', Buffer.from(tokenizerJson)),
    prompt: 'abc',
    maxTokens: 12,
    temperature: 0,
    ...{ topK: 0, topP: 1, stop: [], seed: 1 },
  };
  models = cacheOf(2);
  const foreignModels = new ForeignModels(
    new FileCache(
      new ServerClient({ serverUrl: artifacts.address, token: 'a-worker-token' }),
      join(folder, 'foreign'),
      10_000_000,
    ),
    1,
  );
  service = createInferenceServer({
    token: TOKEN,
    texts: new TextScheduler(models, LIMITS),
    classifier: new TextClassifier(models, 1),
    foreignModels,
    log: () => undefined,
  });
  service.listen(0, '127.0.0.1');
  await once(service, 'listening');
  address = `http://127.0.0.1:${(service.address() as AddressInfo).port}`;
});

afterAll(async () => {
  service.closeAllConnections();
  service.close();
  await models.dispose();
  await artifacts.close();
  await rm(folder, { recursive: true, force: true });
});

function post(body: unknown, init: RequestInit = {}, path = 'generate'): Promise<Response> {
  return fetch(`${address}/${path}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${TOKEN}`, 'content-type': 'application/json' },
    body: typeof body === 'string' ? body : JSON.stringify(body),
    ...init,
  });
}

test('a prompt is continued as the trained model continues it', async () => {
  const response = await post(request);
  expect(response.status).toBe(200);
  const reply = inferenceReply.parse(await response.json());
  expect(reply.text).toBe(expectedText);
  expect(reply.tokens).toBe([...expectedText].length - 3);
});

test('the same seed samples the same text, and unknown characters do not break it', async () => {
  const sampled = { ...request, prompt: '未知 a', temperature: 1.5, seed: 9 };
  const [first, second] = await Promise.all([post(sampled), post(sampled)]);
  const text = inferenceReply.parse(await first.json()).text;
  expect(text.startsWith('未知 a')).toBe(true);
  expect(inferenceReply.parse(await second.json()).text).toBe(text);
});

/** The frames of an event stream. */
function framesOf(stream: string): { event: string; data: unknown }[] {
  return stream
    .split('\n\n')
    .filter((frame) => frame !== '')
    .map((frame) => {
      const [, event = '', data = ''] = /^event: (.*)\ndata: (.*)$/.exec(frame) ?? [];
      return { event, data: JSON.parse(data) };
    });
}

test('a text comes as events whose pieces are the answer that is not streamed', async () => {
  for (const changes of [{}, { temperature: 1.2, topK: 5, topP: 0.9, seed: 4 }, { stop: ['f'] }]) {
    const whole = inferenceReply.parse(await (await post({ ...request, ...changes })).json());
    const response = await post({ ...request, ...changes }, {}, 'generate/stream');
    expect(response.headers.get('content-type')).toContain('text/event-stream');
    const frames = framesOf(await response.text());
    const pieces = frames.slice(0, -1);
    expect(new Set(pieces.map(({ event }) => event))).toEqual(new Set(['piece']));
    expect('abc' + pieces.map(({ data }) => (data as { text: string }).text).join('')).toBe(whole.text);
    expect(frames.at(-1)).toMatchObject({ event: 'end', data: { ...whole, elapsedMs: expect.any(Number) } });
  }
});

test('what a stream cannot begin with is refused with its status', async () => {
  expect((await post({ ...request, topP: 0 }, {}, 'generate/stream')).status).toBe(400);
  expect((await post({ ...request, stop: ['a', 'b', 'c', 'd', 'e'] }, {}, 'generate/stream')).status).toBe(400);
  const missing = { ...request, checkpoint: { artifactId: randomUUID(), sha256: 'c'.repeat(64), step: 1 } };
  expect((await post(missing, {}, 'generate/stream')).status).toBe(404);
});

test('health is open; everything else needs the token, the method and the form', async () => {
  expect((await fetch(`${address}/healthz`)).status).toBe(200);
  expect((await post(request, { headers: { authorization: 'Bearer wrong' } })).status).toBe(401);
  expect((await fetch(`${address}/generate`, { headers: { authorization: `Bearer ${TOKEN}` } })).status).toBe(405);
  expect((await fetch(`${address}/other`)).status).toBe(404);
  expect((await post('{"prompt":')).status).toBe(400);
  expect((await post({ ...request, maxTokens: 0 })).status).toBe(400);
  expect((await post(' '.repeat(300 * 1024))).status).toBe(413);
});

/** Asks a service of its own for the text, with so many requests that may wait and its files in a folder. */
async function askAnother(waiting: number, files: string): Promise<Response> {
  const client = new ServerClient({ serverUrl: artifacts.address, token: 'a-worker-token' });
  const own = new ModelCache(new FileCache(client, files, 10_000_000), { models: 1, bytes: Infinity });
  const another = createInferenceServer({
    token: TOKEN,
    texts: new TextScheduler(own, { ...LIMITS, waiting }),
    classifier: new TextClassifier(own, 1),
    foreignModels: new ForeignModels(new FileCache(client, join(folder, 'foreign'), 10_000_000), 1),
    log: () => undefined,
  });
  another.listen(0, '127.0.0.1');
  await once(another, 'listening');
  try {
    const headers = { authorization: `Bearer ${TOKEN}`, 'content-type': 'application/json' };
    const url = `http://127.0.0.1:${(another.address() as AddressInfo).port}/generate/stream`;
    const response = await fetch(url, { method: 'POST', headers, body: JSON.stringify(request) });
    await response.clone().text();
    return response;
  } finally {
    another.closeAllConnections();
    another.close();
    await own.dispose();
  }
}

test('a request that may not wait is told that the service is busy', async () => {
  const refused = await askAnother(0, join(folder, 'busy'));
  expect([refused.status, await refused.json()]).toMatchObject([429, { error: { code: 'inference-busy' } }]);
});

const disk = await smallDisk(16 * 1024);

test.skipIf(disk === null)(
  'a model that has no room on the disk is refused with that (where one may be mounted)',
  async () => {
    onTestFinished(() => disk?.remove());
    const refused = await askAnother(1, join(disk?.folder ?? '', 'files'));
    expect([refused.status, await refused.json()]).toMatchObject([507, { error: { code: 'storage-full' } }]);
  },
);

test('a checkpoint that does not exist, or is not the announced one, is a clear refusal and nothing is cached', async () => {
  const missing = { ...request, checkpoint: { artifactId: randomUUID(), sha256: 'a'.repeat(64), step: 1 } };
  expect((await post(missing)).status).toBe(404);
  const forged = { ...request, checkpoint: { ...request.checkpoint, sha256: 'b'.repeat(64) } };
  expect((await post(forged)).status).toBe(503);
  expect((await post(request)).status).toBe(200);
});

test('a file damaged on disk is refused once and fetched again', async () => {
  const again = cacheOf(1);
  const path = join(folder, 'cache', request.checkpoint.sha256);
  const bytes = await readFile(path);
  bytes[bytes.length - 5] = (bytes[bytes.length - 5] ?? 0) ^ 0xff;
  await writeFile(path, bytes);
  const signal = new AbortController().signal;
  await expect(again.get(request, signal)).rejects.toThrow(/checksum/);
  const { engine, tokenizer } = await again.get(request, signal);
  expect(await continueText(engine, tokenizer, 'abc', 12)).toBe(expectedText);
  await again.dispose();
});

test('a client that leaves does not block the ones behind it', async () => {
  const leaving = new AbortController();
  const left = post({ ...request, temperature: 2, maxTokens: 512 }, { signal: leaving.signal });
  const behind = post(request);
  leaving.abort();
  await expect(left).rejects.toThrow();
  expect((await behind).status).toBe(200);
});

test.each([
  ['no more models than asked for stay in memory', 1, Infinity, false],
  ['models that take more memory together than asked for do not stay', 3, 1.9, false],
  ['a model is there also where it is larger than all of them may be', 3, 0, false],
  ['models stay for which there is room', 2, 2, true],
])('%s', async (_, count, timesOne, bothStay) => {
  const signal = new AbortController().signal;
  const bytes = (await models.get(request, signal)).bytes;
  const small = cacheOf(count, timesOne * bytes);
  const first = await small.get(request, signal);
  expect(await small.get(request, signal)).toBe(first);
  const sameContentOtherFile = Buffer.from(`${tokenizerJson} `);
  const other = { ...request, tokenizer: store('other', sameContentOtherFile) };
  const second = await small.get(other, signal);
  expect(await continueText(second.engine, second.tokenizer, 'abc', 12)).toBe(expectedText);
  expect((await small.get(request, signal)) === first).toBe(bothStay);
  await small.dispose();
});

function cacheOf(modelsInMemory: number, bytes = Infinity): ModelCache {
  const client = new ServerClient({ serverUrl: artifacts.address, token: 'a-worker-token' });
  return new ModelCache(new FileCache(client, join(folder, 'cache'), 10_000_000), { models: modelsInMemory, bytes });
}
