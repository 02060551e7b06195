import { createHash, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ModelMapping } from '@greenlight/shared/stages/training/imported-models.ts';
import { predictionReply, type PredictionRequest } from '@greenlight/shared/worker-protocol/inference.ts';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { CharacterTokenizer } from '@greenlight/shared/tokenizers/character.ts';
import { writeTokenizerJson } from '@greenlight/shared/tokenizers/write-tokenizer-json.ts';
import { exportModel } from '../model-files/export-model.ts';
import { openOnnxModel } from '../model-files/onnx-model.ts';
import { tinySettings, writeTinyCheckpoint } from '../model-files/test-support/exported-model.ts';
import { ServerClient } from '../report/client.ts';
import { FileCache } from './file-cache.ts';
import { ForeignModels } from './foreign-models.ts';
import { createInferenceServer } from './http-server.ts';
import { ModelCache } from './model-cache.ts';
import { TextClassifier } from './text-classifier.ts';
import { TextScheduler } from './text-scheduler.ts';

const TOKEN = 'the-token-of-the-inference-service';
const tokenizer = new CharacterTokenizer([...'abcdefghij']);
const checksum = (content: Buffer) => createHash('sha256').update(content).digest('hex');
const addressOf = (server: Server) => `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

const TEXT: ModelMapping = {
  input: 'text',
  inputIds: 'input_ids',
  attentionMask: 'attention_mask',
  otherInputs: [],
  output: 'logits',
  outputKind: 'logits',
  task: 'single-label',
  labels: ['ham', 'spam', 'other'],
  before: [1],
  after: [],
  paddingId: 0,
  maxTokens: 12,
};

let folder: string;
let storage: Server;
let service: Server;
let foreignModels: ForeignModels;
let request: PredictionRequest;
let modelPath: string;
/** Content by model file and part, as the server keeps it. */
const contents = new Map<string, Buffer>();

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'greenlight-foreign-'));
  const checkpointPath = await writeTinyCheckpoint(folder, tinySettings({ architecture: 'encoder-classifier' }), 3);
  await exportModel({ checkpointPath, folder: join(folder, 'onnx'), producerVersion: '0', lineage: {} });
  modelPath = join(folder, 'onnx', 'model.onnx');
  const [model, tokenizerJson] = [await readFile(modelPath), Buffer.from(writeTokenizerJson(tokenizer))];
  const modelFileId = randomUUID();
  contents.set(`${modelFileId}/model`, model);
  contents.set(`${modelFileId}/tokenizer`, tokenizerJson);
  storage = createServer((asked, response) => {
    const content = contents.get(asked.url?.split('/').slice(-2).join('/') ?? '');
    response.writeHead(content === undefined ? 404 : 200).end(content);
  });
  storage.listen(0, '127.0.0.1');
  await once(storage, 'listening');
  const client = new ServerClient({ serverUrl: addressOf(storage), token: 'a-worker-token' });
  const files = new FileCache(client, join(folder, 'cache'), 10_000_000);
  foreignModels = new ForeignModels(files, 1);
  const texts = new TextScheduler(new ModelCache(files, { models: 1, bytes: Infinity }), {
    waiting: 1,
    texts: 1,
    cacheBytes: 0,
    models: 1,
  });
  const classifier = new TextClassifier(new ModelCache(files, { models: 1, bytes: Infinity }), 1);
  service = createInferenceServer({ token: TOKEN, texts, classifier, foreignModels, log: () => undefined });
  service.listen(0, '127.0.0.1');
  await once(service, 'listening');
  const [sha256, tokenizerSha256] = [checksum(model), checksum(tokenizerJson)];
  request = { modelFileId, sha256, tokenizerSha256, mapping: TEXT, input: { texts: ['abc', 'jihg'] } };
});
afterAll(async () => {
  await foreignModels.dispose();
  for (const server of [service, storage]) {
    server.closeAllConnections();
    server.close();
  }
  await rm(folder, { recursive: true, force: true });
});

function ask(body: unknown, token = TOKEN): Promise<Response> {
  return fetch(`${addressOf(service)}/predict`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}` },
    body: JSON.stringify(body),
  });
}

const refusalOf = async (response: Response) =>
  [response.status, ((await response.json()) as { error: { code: string } }).error.code] as const;

test('an imported model answers through the service as it does in this process', async () => {
  const here = await openOnnxModel(modelPath, TEXT, tokenizer);
  const expected = [...(await here.predict(request.input))];
  await here.dispose();
  const response = await ask(request);
  expect(response.status).toBe(200);
  expect(predictionReply.parse(await response.json()).outputs).toEqual(expected);
});

test('whoever lacks the token, or asks for something else, is refused', async () => {
  expect(await refusalOf(await ask(request, 'another'))).toEqual([401, 'not-signed-in']);
  expect(await refusalOf(await ask({ ...request, mapping: { input: 'text' } }))).toEqual([400, 'bad-request']);
});

test('a file that is no model is refused with the reason, and the service goes on', async () => {
  const garbage = Buffer.from('no model at all');
  const modelFileId = randomUUID();
  contents.set(`${modelFileId}/model`, garbage);
  const broken = { ...request, modelFileId, sha256: checksum(garbage), tokenizerSha256: null };
  const response = await ask(broken);
  expect(response.status).toBe(422);
  const { error } = (await response.json()) as { error: { details: object } };
  const message = {
    zh: expect.stringContaining('这不是 ONNX 文件') as string,
    en: expect.stringContaining('not an ONNX file') as string,
  };
  expect(error.details).toEqual({ fields: [{ field: 'model', message }] });
  expect((await ask(request)).status).toBe(200);
});

test('a model that asks for what it does not take says so', async () => {
  expect(await refusalOf(await ask({ ...request, input: { features: [[1, 2]] } }))).toEqual([422, 'model-file-failed']);
});

test('a model that takes too long is itself refused, and the service is not said to be away', async () => {
  const late = foreignModels.predict(request, AbortSignal.timeout(0));
  await expect(late).rejects.toThrow('The model gave no answer within the time that it has');
  expect((await ask(request)).status).toBe(200);
});

test('more models than have room come and go without disturbing each other', async () => {
  const other = { ...request, mapping: { ...TEXT, labels: ['x', 'y', 'z'] } };
  const responses = await Promise.all([ask(request), ask(other), ask(request), ask(other)]);
  expect(responses.map(({ status }) => status)).toEqual([200, 200, 200, 200]);
});

test('a model asked again while another opens does not make room for itself', async () => {
  const patience = AbortSignal.timeout(60_000);
  const other = { ...request, mapping: { ...TEXT, labels: ['u', 'v', 'w'] } };
  await foreignModels.predict(request, patience);
  const [again, opening] = [foreignModels.predict(request, patience), foreignModels.predict(other, patience)];
  await again;
  expect((await foreignModels.predict(request, patience)).outputs).toHaveLength(2 * 3);
  expect((await opening).outputs).toHaveLength(2 * 3);
});
