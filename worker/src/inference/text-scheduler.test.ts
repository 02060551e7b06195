import { createHash, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TextPiece } from '@greenlight/shared/stages/training/generation.ts';
import { inferenceReply, type InferenceRequest } from '@greenlight/shared/worker-protocol/inference.ts';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { ServerClient } from '../report/client.ts';
import { ProtocolServer } from '../test-support/protocol-server.ts';
import { TINY_TEXTS, tinyConfiguration, tinyEngine } from '../test-support/tiny-run.ts';
import { FileCache } from './file-cache.ts';
import { ForeignModels } from './foreign-models.ts';
import { createInferenceServer } from './http-server.ts';
import { ModelCache } from './model-cache.ts';
import { TextClassifier } from './text-classifier.ts';
import { QueueFullError, TextScheduler, type SchedulerLimits } from './text-scheduler.ts';

const TOKEN = 'the-token-of-the-inference-service';
const LIMITS: SchedulerLimits = { waiting: 20, texts: 16, cacheBytes: 2 ** 30, models: 2 };
const NEVER = new AbortController().signal;

let folder: string;
let artifacts: ProtocolServer;
let files: FileCache;
let models: ModelCache;
/** One request for each of three models whose parameters differ. */
let requests: InferenceRequest[];

function store(name: string, content: Buffer): { artifactId: string; sha256: string } {
  const sha256 = createHash('sha256').update(content).digest('hex');
  const id = randomUUID();
  artifacts.artifacts.push({ id, name, kind: 'other', step: null, sha256, content });
  return { artifactId: id, sha256 };
}

/** An untrained model, which seldom ends a text by itself. */
async function storedModel(seed: number): Promise<InferenceRequest> {
  const configuration = tinyConfiguration({ seed, maxTokens: 64 });
  const { engine, tokenizerJson } = await tinyEngine(configuration);
  const { path } = await engine.saveCheckpoint(join(folder, String(seed)), null);
  await engine.dispose();
  return {
    runId: randomUUID(),
    configuration,
    checkpoint: { ...store('checkpoint', await readFile(path)), step: 1 },
    tokenizer: store('tokenizer', Buffer.from(tokenizerJson)),
    prompt: 'abc',
    maxTokens: 40,
    temperature: 0,
    ...{ topK: 0, topP: 1, stop: [], seed: 1 },
  };
}

/** Greedy and sampled texts after prompts of different lengths. */
function variants(request: InferenceRequest, count: number): InferenceRequest[] {
  return Array.from({ length: count }, (_, index) => ({
    ...request,
    prompt: 'abcdefgh'.slice(0, 1 + (index % 7)),
    temperature: index % 2,
    seed: index,
    maxTokens: 40 - index,
  }));
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'greenlight-scheduler-'));
  const dataset = { train: TINY_TEXTS, validation: [], test: [] };
  artifacts = new ProtocolServer({ configuration: tinyConfiguration(), dataset });
  await artifacts.listen();
  const client = new ServerClient({ serverUrl: artifacts.address, token: 'a-worker-token' });
  files = new FileCache(client, join(folder, 'cache'), 100_000_000);
  requests = [await storedModel(1), await storedModel(2), await storedModel(3)];
});

afterAll(async () => {
  await artifacts.close();
  await rm(folder, { recursive: true, force: true });
});

beforeEach(() => {
  models = new ModelCache(files, { models: 2, bytes: Infinity });
  return () => models.dispose();
});

/** The texts one after the other, and the steps that this took. */
async function oneByOne(asked: readonly InferenceRequest[]): Promise<{ texts: string[]; steps: number }> {
  const scheduler = new TextScheduler(models, LIMITS);
  const texts: string[] = [];
  for (const request of asked) texts.push((await scheduler.write(request, NEVER)).text);
  return { texts, steps: scheduler.decodeSteps };
}

test('requests that arrive together are written in the steps of the longest, each as it is alone', async () => {
  const asked = variants(requests[0] as InferenceRequest, 8);
  const alone = await oneByOne(asked);
  const scheduler = new TextScheduler(models, LIMITS);
  const replies = await Promise.all(asked.map((request) => scheduler.write(request, NEVER)));
  expect(replies.map(({ text }) => text)).toEqual(alone.texts);
  const longest = Math.max(...replies.map(({ tokens }) => tokens));
  expect(longest).toBeGreaterThan(20);
  expect(scheduler.decodeSteps).toBeLessThanOrEqual(longest);
  expect(scheduler.decodeSteps * 4).toBeLessThan(alone.steps);
});

test('over HTTP, concurrent requests to two models give the texts they give alone, in fewer steps', async () => {
  const asked = [...variants(requests[0] as InferenceRequest, 6), ...variants(requests[1] as InferenceRequest, 6)];
  const alone = await oneByOne(asked);
  const scheduler = new TextScheduler(models, LIMITS);
  const foreignModels = new ForeignModels(files, 1);
  const service: Server = createInferenceServer({
    token: TOKEN,
    texts: scheduler,
    classifier: new TextClassifier(models, 1),
    foreignModels,
    log: () => undefined,
  });
  service.listen(0, '127.0.0.1');
  await once(service, 'listening');
  const address = `http://127.0.0.1:${(service.address() as AddressInfo).port}/generate`;
  const headers = { authorization: `Bearer ${TOKEN}`, 'content-type': 'application/json' };
  try {
    const post = (body: InferenceRequest) => fetch(address, { method: 'POST', headers, body: JSON.stringify(body) });
    const responses = await Promise.all(asked.map(post));
    const replies = await Promise.all(responses.map(async (response) => inferenceReply.parse(await response.json())));
    expect(replies.map(({ text }) => text)).toEqual(alone.texts);
    expect(new Set(alone.texts).size).toBeGreaterThan(8);
    expect(scheduler.decodeSteps * 2).toBeLessThan(alone.steps);
  } finally {
    service.closeAllConnections();
    service.close();
  }
});

test('a request joins while another is being written', async () => {
  const [first, second] = variants(requests[0] as InferenceRequest, 2) as [InferenceRequest, InferenceRequest];
  const alone = await oneByOne([first, second]);
  const scheduler = new TextScheduler(models, LIMITS);
  const early = scheduler.write(first, NEVER);
  while (scheduler.decodeSteps < 5) await new Promise(setImmediate);
  const late = scheduler.write(second, NEVER);
  expect([(await early).text, (await late).text]).toEqual(alone.texts);
  expect(scheduler.decodeSteps).toBeLessThan(alone.steps);
});

test('a client that leaves is written no further, and those beside it are as they are alone', async () => {
  const [leaving, staying] = variants(requests[0] as InferenceRequest, 2) as [InferenceRequest, InferenceRequest];
  const alone = await oneByOne([staying]);
  const scheduler = new TextScheduler(models, LIMITS);
  const controller = new AbortController();
  const left = scheduler.write({ ...leaving, maxTokens: 60 }, controller.signal);
  const short = scheduler.write({ ...staying, maxTokens: 10 }, NEVER);
  while (scheduler.decodeSteps < 3) await new Promise(setImmediate);
  controller.abort();
  await expect(left).rejects.toThrow(/abort/i);
  expect(alone.texts[0]?.startsWith((await short).text)).toBe(true);
  expect(scheduler.decodeSteps).toBeLessThan(12);
});

test('a text for which no time is left ends with what was written, and says so', async () => {
  const [request] = requests as [InferenceRequest];
  const scheduler = new TextScheduler(models, LIMITS);
  const whole = await scheduler.write(request, NEVER);
  const late = new AbortController();
  const pieces: TextPiece[] = [];
  const reply = await scheduler.write(request, late.signal, (piece) => {
    pieces.push(piece);
    // What `AbortSignal.timeout` ends with.
    if (piece.tokens >= 10) late.abort(new DOMException('The time is over.', 'TimeoutError'));
  });
  expect(reply).toMatchObject({ finishReason: 'time', stopSequence: null });
  expect(reply.tokens).toBeGreaterThanOrEqual(10);
  expect(reply.tokens).toBeLessThan(whole.tokens);
  expect(whole.text.startsWith(reply.text)).toBe(true);
  expect(request.prompt + pieces.map(({ text }) => text).join('')).toBe(reply.text);
});

test('a client that leaves while its model is fetched does not take the model from the next one', async () => {
  const [first, second] = variants(requests[2] as InferenceRequest, 2) as [InferenceRequest, InferenceRequest];
  const scheduler = new TextScheduler(models, LIMITS);
  const controller = new AbortController();
  const left = scheduler.write(first, controller.signal);
  const next = scheduler.write(second, NEVER);
  controller.abort();
  await expect(left).rejects.toThrow(/abort/i);
  expect((await next).text).toBe((await oneByOne([second])).texts[0]);
});

test('more models than may write at once take turns, and no text takes more room than there is', async () => {
  const asked = requests.flatMap((request) => variants(request, 3));
  const alone = await oneByOne(asked);
  for (const limits of [
    { ...LIMITS, models: 1 },
    { ...LIMITS, texts: 2 },
    { ...LIMITS, cacheBytes: 1 },
  ]) {
    const scheduler = new TextScheduler(models, limits);
    const replies = await Promise.all(asked.map((request) => scheduler.write(request, NEVER)));
    expect(replies.map(({ text }) => text)).toEqual(alone.texts);
    if (limits.cacheBytes === 1) expect(scheduler.decodeSteps).toBe(alone.steps);
    else expect(scheduler.decodeSteps).toBeLessThan(alone.steps);
  }
});

test('a request beyond those that may wait is refused at once', async () => {
  const scheduler = new TextScheduler(models, { ...LIMITS, waiting: 2 });
  const [first, second, third] = variants(requests[0] as InferenceRequest, 3).map((request) =>
    scheduler.write({ ...request, maxTokens: 2 }, NEVER),
  );
  await expect(third).rejects.toThrow(QueueFullError);
  await Promise.all([first, second]);
});

test('a model that cannot be had fails its own requests only', async () => {
  const [good, bad] = requests as [InferenceRequest, InferenceRequest];
  const scheduler = new TextScheduler(models, LIMITS);
  const missing = { ...bad, checkpoint: { artifactId: randomUUID(), sha256: 'a'.repeat(64), step: 1 } };
  const outcomes = await Promise.allSettled([missing, missing, good].map((request) => scheduler.write(request, NEVER)));
  expect(outcomes.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'fulfilled']);
});

test('the pieces of each text are the text that it is alone, shown a token at a time', async () => {
  const asked = variants(requests[0] as InferenceRequest, 6);
  const alone = await oneByOne(asked);
  const scheduler = new TextScheduler(models, LIMITS);
  const told = asked.map((): TextPiece[] => []);
  const replies = await Promise.all(
    asked.map((request, index) => scheduler.write(request, NEVER, (piece) => told[index]?.push(piece))),
  );
  told.forEach((pieces, index) => {
    const reply = replies[index];
    expect((asked[index]?.prompt ?? '') + pieces.map(({ text }) => text).join('')).toBe(alone.texts[index]);
    expect(pieces.length).toBe(reply?.tokens);
    expect(pieces.at(-1)?.tokens).toBe(reply?.tokens);
  });
});

test('a text ends before its stop sequence, is written no further, and says why it ended', async () => {
  const request = { ...(requests[0] as InferenceRequest), maxTokens: 40, temperature: 1 };
  const write = () => new TextScheduler(models, LIMITS).write(request, NEVER);
  let whole = await write();
  for (; whole.finishReason === 'stop'; whole = await write()) request.seed++;
  expect(whole).toMatchObject({ finishReason: 'length', stopSequence: null, tokens: 40 });
  const continuation = whole.text.slice(request.prompt.length);
  const stop = continuation.slice(10, 13);
  const scheduler = new TextScheduler(models, LIMITS);
  const pieces: string[] = [];
  const stopped = await scheduler.write({ ...request, stop: ['never there', stop] }, NEVER, ({ text }) =>
    pieces.push(text),
  );
  const cut = continuation.slice(0, continuation.indexOf(stop));
  expect(stopped).toMatchObject({ text: request.prompt + cut, finishReason: 'stop', stopSequence: stop });
  expect(pieces.join('')).toBe(cut);
  expect(scheduler.decodeSteps).toBeLessThan(14);
});
