import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';
import { pathOf } from '@greenlight/shared/api/define-route.ts';
import { downloadPredictions, getEvaluation, listEvaluations } from '@greenlight/shared/stages/evaluation/contract.ts';
import { getTraceability } from '@greenlight/shared/stages/requirements/traceability-contract.ts';
import {
  evaluateModelFile,
  evaluateOnnxJob,
  getModelFile,
  inspectOnnxJob,
  listModelFileEvaluations,
  listModelFiles,
  mapModelFile,
  modelFile,
  predictWithModelFile,
  putModelTokenizer,
  uploadModelFile,
  type ModelDescription,
  type ModelFile,
  type ModelMapping,
} from '@greenlight/shared/stages/training/imported-models.ts';
import { trainTokenizer } from '@greenlight/shared/tokenizers/train-tokenizer.ts';
import { writeTokenizerJson } from '@greenlight/shared/tokenizers/write-tokenizer-json.ts';
import { getServedModelFile, predictionRequest } from '@greenlight/shared/worker-protocol/inference.ts';
import {
  claimJob,
  endJob,
  putJobFile,
  type ClaimedJob,
  type JobOutcome,
} from '@greenlight/shared/worker-protocol/jobs.ts';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Caller } from '../../testing/caller.ts';
import { INFERENCE_TOKEN, startInstallation, type TestInstallation } from '../../testing/installation.ts';
import { signedInAdmin } from '../../testing/people.ts';
import { seededProject, type SeededProject } from '../../testing/runs.ts';
import { TestWorker } from '../../testing/worker.ts';

let installation: TestInstallation;
let inference: Server;
let admin: Caller;
let worker: TestWorker;
let project: SeededProject;
/** What the inference service answers next, and what it was asked last. */
let answer: { status: number; body: unknown };
let asked: unknown;

const checksum = (content: Uint8Array) => createHash('sha256').update(content).digest('hex');
const BINARY = { 'content-type': 'application/octet-stream' };

beforeAll(async () => {
  inference = createServer((request, response) => {
    void (async () => {
      asked = await json(request);
      response.writeHead(answer.status, { 'content-type': 'application/json' }).end(JSON.stringify(answer.body));
    })();
  });
  inference.listen(0, '127.0.0.1');
  await once(inference, 'listening');
  const { port } = inference.address() as AddressInfo;
  installation = await startInstallation({ GREENLIGHT_INFERENCE_URL: `http://127.0.0.1:${port}` });
  admin = await signedInAdmin(installation.url);
  worker = await TestWorker.register(installation.url);
  project = await seededProject(admin);
});
afterAll(async () => {
  await installation.close();
  inference.closeAllConnections();
  inference.close();
});

const DESCRIPTION: ModelDescription = {
  inputs: [
    { name: 'input_ids', type: 'int64', shape: ['batch', 'tokens'] },
    { name: 'attention_mask', type: 'int64', shape: ['batch', 'tokens'] },
  ],
  outputs: [{ name: 'logits', type: 'float32', shape: ['batch', 2] }],
  opset: 17,
  irVersion: 8,
  producer: 'elsewhere',
  metadata: {},
};

const MAPPING: ModelMapping = {
  input: 'text',
  inputIds: 'input_ids',
  attentionMask: 'attention_mask',
  otherInputs: [],
  output: 'logits',
  outputKind: 'logits',
  task: 'single-label',
  labels: ['ham', 'spam'],
  before: [1],
  after: [],
  paddingId: 0,
  maxTokens: 64,
};

function upload(content: Uint8Array, announced: Record<string, string> = {}) {
  const query = { name: 'Spam filter', sha256: checksum(content), sizeBytes: String(content.length), ...announced };
  const params = { projectId: project.projectId };
  return admin.ask(uploadModelFile, { params, query, body: content, headers: BINARY });
}

async function claim(kind: string): Promise<ClaimedJob> {
  const body = { workerId: worker.workerId, kinds: [kind], waitSeconds: 0 };
  const { job } = await worker.caller.call(claimJob, { body });
  if (job === null) throw new Error(`no ${kind} waits`);
  return job;
}

const end = ({ jobId, lease }: ClaimedJob, outcome: JobOutcome) =>
  worker.caller.call(endJob, { params: { jobId }, body: { lease, outcome } });
const get = (modelFileId: string) => admin.call(getModelFile, { params: { modelFileId } });
const map = (modelFileId: string, body: ModelMapping) => admin.ask(mapModelFile, { params: { modelFileId }, body });
const predict = (modelFileId: string, body: object = { texts: ['buy now'] }) =>
  admin.ask(predictWithModelFile, { params: { modelFileId }, body });

async function inspected(content: Uint8Array): Promise<ModelFile> {
  const added = modelFile.parse((await upload(content)).body);
  await end(await claim(inspectOnnxJob.kind), { state: 'finished', result: DESCRIPTION });
  return added;
}

const TOKENIZER = Buffer.from(writeTokenizerJson(trainTokenizer('character', ['buy now'], 30)));

function putTokenizer(modelFileId: string, content: Uint8Array) {
  const query = { sha256: checksum(content), sizeBytes: String(content.length) };
  return admin.ask(putModelTokenizer, { params: { modelFileId }, query, body: content, headers: BINARY });
}

test('a model is kept once, opened by a worker, and says what it declares', async () => {
  const content = randomBytes(2000);
  const first = await upload(content);
  expect([first.status, first.body]).toMatchObject([
    201,
    { state: 'inspecting', name: 'Spam filter', sizeBytes: 2000 },
  ]);
  const added = modelFile.parse(first.body);
  expect(modelFile.parse((await upload(content)).body).id).toBe(added.id);
  const job = await claim(inspectOnnxJob.kind);
  expect(job.inputs).toEqual([{ name: 'model.onnx', sha256: checksum(content), sizeBytes: 2000 }]);
  await end(job, { state: 'finished', result: DESCRIPTION });
  expect(await get(added.id)).toMatchObject({ state: 'ready', description: DESCRIPTION, error: null });
  const { items } = await admin.call(listModelFiles, { params: { projectId: project.projectId } });
  expect(items.map(({ id }) => id)).toContain(added.id);
  const query = { limit: '1' };
  const page = await admin.call(listModelFiles, { params: { projectId: project.projectId }, query });
  expect([page.items.length, page.nextCursor]).toEqual([1, null]);
});

test('a model that the worker refuses says why, and may be brought again', async () => {
  const content = randomBytes(100);
  const added = modelFile.parse((await upload(content)).body);
  const error = { code: 'model-file-refused', message: { en: 'Weights elsewhere.' }, advice: { en: 'One file.' } };
  await end(await claim(inspectOnnxJob.kind), { state: 'failed', error });
  expect(await get(added.id)).toMatchObject({ state: 'refused', error });
  expect((await map(added.id, MAPPING)).body.error.code).toBe('model-not-ready');
  expect(modelFile.parse((await upload(content)).body)).toMatchObject({ id: added.id, state: 'inspecting' });
  await end(await claim(inspectOnnxJob.kind), { state: 'finished', result: DESCRIPTION });
  expect((await get(added.id)).state).toBe('ready');
});

test('content that differs from what was announced, or is too large, is not kept', async () => {
  const content = randomBytes(1000);
  const wrong: [Record<string, string>, string][] = [
    [{ sha256: 'a'.repeat(64) }, 'checksum-mismatch'],
    [{ sizeBytes: '999' }, 'payload-too-large'],
    [{ sizeBytes: String(2 ** 31) }, 'bad-request'],
    [{ name: '' }, 'bad-request'],
  ];
  for (const [announced, code] of wrong) expect((await upload(content, announced)).body.error.code).toBe(code);
});

test('a mapping is held against what the model declares', async () => {
  const { id } = await inspected(randomBytes(300));
  const refused = await map(id, { ...MAPPING, inputIds: 'ids', labels: ['a', 'b', 'c'] });
  expect(refused.status).toBe(400);
  const { fields } = refused.body.error.details as { fields: { field: string }[] };
  expect(fields.map(({ field }) => field)).toEqual(['inputIds', 'input', 'labels']);
  expect((await map(id, MAPPING)).status).toBe(200);
  expect((await get(id)).mapping).toEqual(MAPPING);
});

test.each([
  ['model.type', '{"added_tokens":[],"model":{"type":"Unigram","unk_id":0,"vocab":[["<unk>",0],["▁a",-1.5]]}}'],
  ['added_tokens', '{"model":{}}'],
  ['tokenizer.json', 'no JSON'],
])(
  'a tokenizer that could not be used is refused with its %s when it is brought, and the model keeps the one it has',
  async (key, given) => {
    const { id } = await inspected(randomBytes(300));
    const { status, body } = await putTokenizer(id, Buffer.from(given));
    expect([status, body.error.code]).toEqual([422, 'unsupported-tokenizer']);
    const { fields } = body.error.details as { fields: { field: string }[] };
    expect(fields.map(({ field }) => field)).toContain(key);
    expect((await get(id)).tokenizerSha256).toBeNull();
  },
);

test('a mapped model answers through the inference service, which gets its files from the server', async () => {
  const content = randomBytes(400);
  const { id } = await inspected(content);
  await map(id, MAPPING);
  // Without its tokenizer a model of texts cannot be asked.
  expect((await predict(id)).body.error.code).toBe('model-not-ready');
  expect((await putTokenizer(id, TOKENIZER)).status).toBe(200);

  answer = { status: 200, body: { outputs: [0.25, 0.75, 0.5, 0.5], elapsedMs: 3 } };
  const { body } = await predict(id, { texts: ['buy now', 'hello'] });
  expect(body).toEqual({
    labels: ['ham', 'spam'],
    probabilities: [
      [0.25, 0.75],
      [0.5, 0.5],
    ],
    values: null,
    elapsedMs: 3,
  });
  expect(predictionRequest.parse(asked)).toMatchObject({
    modelFileId: id,
    sha256: checksum(content),
    tokenizerSha256: checksum(TOKENIZER),
    mapping: MAPPING,
    input: { texts: ['buy now', 'hello'] },
  });
  for (const [part, expected] of [
    ['model', content],
    ['tokenizer', TOKENIZER],
  ] as const) {
    const path = pathOf(getServedModelFile.path, { modelFileId: id, part });
    const { headers } = new Caller(installation.url).withToken(INFERENCE_TOKEN);
    const response = await fetch(installation.url + path, { headers });
    expect(checksum(new Uint8Array(await response.arrayBuffer()))).toBe(checksum(expected));
    expect((await fetch(installation.url + path, { headers: worker.caller.headers })).status).toBe(403);
  }

  const reason = { reason: 'The model could not answer.' };
  answer = { status: 422, body: { error: { code: 'model-file-failed', message: 'x', details: reason } } };
  const failed = await predict(id);
  expect([failed.status, failed.body.error.code, failed.body.error.details]).toEqual([
    422,
    'model-file-failed',
    reason,
  ]);
  answer = { status: 500, body: {} };
  expect((await predict(id)).body.error.code).toBe('inference-unavailable');
});

test('a model of one number is mapped as a regression and answers with numbers', async () => {
  const content = randomBytes(450);
  const { id } = modelFile.parse((await upload(content)).body);
  const described = { ...DESCRIPTION, outputs: [{ name: 'score', type: 'float32', shape: ['batch', 1] }] };
  await end(await claim(inspectOnnxJob.kind), { state: 'finished', result: described });
  const mapping: ModelMapping = {
    ...MAPPING,
    output: 'score',
    outputKind: 'values',
    task: 'regression',
    labels: [],
  };
  const refused = await map(id, { ...mapping, labels: ['ham', 'spam'] });
  expect([refused.status, refused.body.error.details]).toMatchObject([400, { fields: [{ field: 'labels' }] }]);
  expect((await map(id, mapping)).status).toBe(200);
  await putTokenizer(id, TOKENIZER);
  answer = { status: 200, body: { outputs: [3.5, -12], elapsedMs: 3 } };
  const { body } = await predict(id, { texts: ['buy now', 'hello'] });
  expect(body).toEqual({ labels: [], probabilities: [], values: [3.5, -12], elapsedMs: 3 });
  expect(predictionRequest.parse(asked).mapping).toEqual(mapping);
});

test('a model that takes texts as they are is asked and measured without a tokenizer', async () => {
  const { id } = modelFile.parse((await upload(randomBytes(470))).body);
  const described = { ...DESCRIPTION, inputs: [{ name: 'text', type: 'string', shape: ['batch', 1] }] };
  await end(await claim(inspectOnnxJob.kind), { state: 'finished', result: described });
  const { output, outputKind, task, labels } = MAPPING;
  const mapping: ModelMapping = { input: 'raw-text', output, outputKind, task, labels, texts: 'text' };
  const refused = await map(id, MAPPING);
  expect([refused.status, refused.body.error.code]).toEqual([400, 'bad-request']);
  expect((await map(id, mapping)).status).toBe(200);
  answer = { status: 200, body: { outputs: [0.25, 0.75], elapsedMs: 3 } };
  expect((await predict(id)).body).toMatchObject({ probabilities: [[0.25, 0.75]] });
  expect(predictionRequest.parse(asked)).toMatchObject({ tokenizerSha256: null, mapping });
  const { datasetVersionId } = project;
  await admin.call(evaluateModelFile, { params: { modelFileId: id }, body: { datasetVersionId } });
  const job = await claim(evaluateOnnxJob.kind);
  expect(job.inputs.map(({ name }) => name)).toEqual(['model.onnx', 'dataset.jsonl']);
});

test('a model of a table is given a field for each input, and told by name which do not fit', async () => {
  const { id } = modelFile.parse((await upload(randomBytes(480))).body);
  const inputs = [
    { name: 'age', type: 'float32', shape: ['batch', 1] },
    { name: 'city', type: 'string', shape: ['batch', 1] },
  ];
  await end(await claim(inspectOnnxJob.kind), { state: 'finished', result: { ...DESCRIPTION, inputs } });
  const { output, outputKind, task, labels } = MAPPING;
  const columnInputs = inputs.map(({ name }) => ({ name, columns: [name] }));
  const mapping: ModelMapping = { input: 'columns', output, outputKind, task, labels, columnInputs };
  const refused = await map(id, { ...mapping, columnInputs: columnInputs.slice(1) });
  expect([refused.status, refused.body.error.details]).toMatchObject([400, { fields: [{ field: 'input' }] }]);
  expect((await map(id, mapping)).status).toBe(200);
  answer = { status: 200, body: { outputs: [0.25, 0.75], elapsedMs: 3 } };
  const rows = [{ age: null, city: 'Bern' }];
  expect((await predict(id, { rows })).body).toMatchObject({ probabilities: [[0.25, 0.75]] });
  expect(predictionRequest.parse(asked)).toMatchObject({ mapping, input: { rows } });
  const wrong = await predict(id, { rows: [...rows, { age: 'old', town: 'Bern' }] });
  expect([wrong.status, wrong.body.error.details]).toEqual([
    400,
    {
      fields: [
        {
          field: 'rows.1.age',
          message: { zh: '输入“age”："old" 不是数值', en: 'the input \'age\': "old" is no number' },
        },
        {
          field: 'rows.1.city',
          message: { zh: '输入“city”：没有给出值', en: "the input 'city': nothing is given for it" },
        },
        { field: 'rows.1.town', message: { zh: '模型没有输入“town”', en: "the model has no input 'town'" } },
      ],
    },
  ]);
  const { datasetVersionId } = project;
  await admin.call(evaluateModelFile, { params: { modelFileId: id }, body: { datasetVersionId } });
  expect(evaluateOnnxJob.payload.parse((await claim(evaluateOnnxJob.kind)).payload)).toMatchObject({ mapping });
});

test('an evaluation is one job for one model, mapping and data', async () => {
  const { id } = await inspected(randomBytes(500));
  const { datasetVersionId } = project;
  const evaluate = () => admin.ask(evaluateModelFile, { params: { modelFileId: id }, body: { datasetVersionId } });
  expect((await evaluate()).body.error.code).toBe('model-not-ready');
  await map(id, MAPPING);
  await putTokenizer(id, TOKENIZER);
  const [first, second] = [await evaluate(), await evaluate()];
  expect(first.status).toBe(201);
  expect(second.body).toMatchObject({ id: (first.body as unknown as { id: string }).id });
  const job = await claim(evaluateOnnxJob.kind);
  expect(job.inputs.map(({ name }) => name)).toEqual(['model.onnx', 'tokenizer.json', 'dataset.jsonl']);
  const metric = { metric: 'f1-macro', value: 0.9, low: 0.8, high: 0.95, items: 41, note: null };
  const predictions = randomBytes(700);
  const predictionsSha256 = checksum(predictions);
  const curve = { kind: 'roc-macro' as const, x: [0, 1], y: [0, 1], weight: null, area: 0.5 };
  const result = {
    ...{ split: 'test', sameAsTraining: false, items: 41, sentences: 41, classes: 2, metrics: [metric] },
    ...{ curves: [curve], confusion: [], samples: [], elapsedMs: 12, predictionsSha256 },
  };
  const outcome: JobOutcome = { state: 'finished', result };
  const { jobId, lease } = job;
  const ending = { params: { jobId }, body: { lease, outcome } };
  // Without the predictions that it rests on, nothing becomes an evaluation.
  expect((await worker.caller.ask(endJob, ending)).body.error.code).toBe('bad-request');
  const query = { lease, sha256: predictionsSha256, sizeBytes: String(predictions.length) };
  await worker.caller.call(putJobFile, {
    params: { jobId, name: 'predictions.npz' },
    query,
    body: predictions,
    headers: BINARY,
  });
  await end(job, outcome);
  const { items } = await admin.call(listModelFileEvaluations, { params: { modelFileId: id } });
  expect(items).toMatchObject([{ state: 'finished', result }]);

  const evaluationId = items[0]?.evaluationId ?? '';
  const listed = await admin.call(listEvaluations, { params: { projectId: project.projectId } });
  expect(listed.items[0]).toMatchObject({
    ...{ id: evaluationId, modelFileId: id, modelFileName: 'Spam filter', datasetVersionId, items: 41 },
    ...{ runId: null, runNumber: null, runName: null, checkpointStep: null, headline: { f1Macro: 0.9 } },
  });
  const evaluation = await admin.call(getEvaluation, { params: { evaluationId } });
  expect(evaluation).toMatchObject({ metrics: [{ ...metric }], curves: [curve], predictionsArtifactId: null });
  expect(evaluation.verdicts.map(({ criterion, verdict }) => [criterion.metric, verdict])).toContainEqual([
    'f1-macro',
    expect.stringMatching(/^(?:pass|fail|not-enough-evidence)$/),
  ]);
  const path = pathOf(downloadPredictions.path, { evaluationId });
  const response = await fetch(installation.url + path, { headers: admin.headers });
  expect(checksum(new Uint8Array(await response.arrayBuffer()))).toBe(predictionsSha256);
  const matrix = await admin.call(getTraceability, { params: { projectId: project.projectId } });
  expect(matrix.sources).toContainEqual(
    expect.objectContaining({ kind: 'evaluation', id: evaluationId, runNumber: null }),
  );
});
