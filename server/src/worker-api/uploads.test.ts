import { createHash, randomBytes } from 'node:crypto';
import { access, readdir, readFile, readlink, rm, writeFile } from 'node:fs/promises';
import { request } from 'node:http';
import { join } from 'node:path';
import { MAX_JOB_FILE_BYTES } from '@greenlight/shared/jobs/contract.ts';
import { createTextDatasetVersion } from '@greenlight/shared/stages/data/contract.ts';
import { downloadPredictions, getEvaluation } from '@greenlight/shared/stages/evaluation/contract.ts';
import { downloadArtifact, getRun } from '@greenlight/shared/stages/training/contract.ts';
import { generateText } from '@greenlight/shared/stages/training/generation.ts';
import { pathOf, type Route } from '@greenlight/shared/api/define-route.ts';
import {
  BEST_CHECKPOINT,
  getDatasetContent,
  getWorkerArtifact,
  postEvaluation,
  putArtifact,
  type ClaimedRun,
} from '@greenlight/shared/worker-protocol/contract.ts';
import { getServedArtifact } from '@greenlight/shared/worker-protocol/inference.ts';
import { afterAll, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { lockContent } from '../stages/data/store.ts';
import { Caller } from '../testing/caller.ts';
import { INFERENCE_TOKEN, startInstallation, type TestInstallation } from '../testing/installation.ts';
import { signedInAdmin } from '../testing/people.ts';
import { queueRun, seededProject } from '../testing/runs.ts';
import { event, TestWorker } from '../testing/worker.ts';

let installation: TestInstallation;
let admin: Caller;
let worker: TestWorker;
let run: ClaimedRun;

beforeAll(async () => {
  installation = await startInstallation();
  admin = await signedInAdmin(installation.url);
  worker = await TestWorker.register(installation.url);
  await worker.mustClaim();
});
beforeEach(async () => {
  await queueRun(admin, await seededProject(admin));
  run = await worker.mustClaim();
});
afterAll(() => installation.close());

const checksum = (content: Uint8Array) => createHash('sha256').update(content).digest('hex');
const incoming = () => readdir(join(installation.dataFolder, 'files', 'incoming'));
const idOf = ({ body }: { body: unknown }) => (body as { artifactId: string }).artifactId;
const pathInStorage = (sha256: string) => join(installation.dataFolder, 'files', sha256.slice(0, 2), sha256);

async function download(artifactId: string): Promise<Buffer> {
  const path = pathOf(downloadArtifact.path, { artifactId });
  const response = await fetch(installation.url + path, { headers: admin.headers });
  return Buffer.from(await response.arrayBuffer());
}

test('what is uploaded comes back byte for byte, and is offered for resuming', async () => {
  const content = randomBytes(3_000_000);
  const answer = await worker.upload(run, 'checkpoint-3', content);
  expect(answer.status).toBe(200);
  expect(checksum(await download(idOf(answer)))).toBe(checksum(content));
  expect(await incoming()).toEqual([]);
  const { artifacts } = await admin.call(getRun, { params: { runId: run.runId } });
  expect(artifacts).toMatchObject([{ name: 'checkpoint-3', kind: 'checkpoint', step: 3, sizeBytes: 3_000_000 }]);

  await installation.services.leases.releaseHeldBy(worker.workerId);
  const again = await worker.mustClaim();
  const resumed = again.runId === run.runId ? again : await worker.mustClaim();
  expect(resumed.resumeFrom).toEqual({ artifactId: idOf(answer), step: 3, sha256: checksum(content) });
});

test('a file that goes before it has a row, as with a run that repeats this one, is asked for again', async () => {
  const content = randomBytes(1000);
  const place = pathInStorage(checksum(content));
  const { sending } = await installation.database.$transaction(
    async (transaction) => {
      await lockContent(transaction, checksum(content));
      const upload = worker.upload(run, 'checkpoint-3', content);
      await vi.waitFor(() => access(place), 10_000);
      await rm(place);
      return { sending: upload };
    },
    { timeout: 20_000 },
  );
  expect((await sending).status).toBe(503);
  expect((await admin.call(getRun, { params: { runId: run.runId } })).artifacts).toEqual([]);
  const again = await worker.upload(run, 'checkpoint-3', content);
  expect(checksum(await download(idOf(again)))).toBe(checksum(content));
});

test('the best checkpoint is offered beside the newest, the next best takes its place, and it goes when the run has ended', async () => {
  const best = (content: Uint8Array, step: number) =>
    worker.upload(run, 'best-checkpoint.safetensors', content, { kind: BEST_CHECKPOINT, step: `${step}` });
  const claimAgain = async () => {
    await installation.services.leases.releaseHeldBy(worker.workerId);
    for (;;) {
      const claimed = await worker.mustClaim();
      if (claimed.runId === run.runId) return claimed;
    }
  };
  const isKept = (content: Uint8Array) =>
    readFile(pathInStorage(checksum(content))).then(
      () => true,
      () => false,
    );
  const [first, second, newest] = [randomBytes(1000), randomBytes(1100), randomBytes(1200)];
  const firstId = idOf(await best(first, 2));
  const newestId = idOf(await worker.upload(run, 'checkpoint-3', newest));
  run = await claimAgain();
  expect(run).toMatchObject({
    resumeFrom: { artifactId: newestId, step: 3 },
    best: { artifactId: firstId, step: 2, sha256: checksum(first) },
  });
  // A better one may come before the checkpoint that names it: the run goes on from it then.
  expect(idOf(await best(second, 4))).toBe(firstId);
  expect([await isKept(first), await isKept(second)]).toEqual([false, true]);
  run = await claimAgain();
  expect([run.resumeFrom, run.best]).toEqual(
    Array.from({ length: 2 }, () => ({ artifactId: firstId, step: 4, sha256: checksum(second) })),
  );
  const path = pathOf(getWorkerArtifact.path, { artifactId: firstId });
  const fetched = await fetch(installation.url + path, { headers: worker.caller.headers });
  expect(checksum(new Uint8Array(await fetched.arrayBuffer()))).toBe(checksum(second));
  const { artifacts } = await admin.call(getRun, { params: { runId: run.runId } });
  expect(artifacts.map(({ kind }) => kind)).toEqual(['checkpoint']);

  await installation.services.artifacts.removeBestOfEnded();
  expect(await isKept(second)).toBe(true);
  const failed = { code: 'worker-error', message: { en: 'It broke.' }, advice: { en: 'Try again.' } };
  await worker.mustReport(run, [event(run.lastSequence + 1, { type: 'failed', error: failed })]);
  await installation.services.artifacts.removeBestOfEnded();
  expect([await isKept(second), await isKept(newest)]).toEqual([false, true]);
});

test('the same file again answers with the artifact that exists; other content takes its place', async () => {
  const first = await worker.upload(run, 'model', randomBytes(100));
  const other = randomBytes(200);
  const second = await worker.upload(run, 'model', other);
  const third = await worker.upload(run, 'model', other);
  expect([idOf(second), idOf(third)]).toEqual([idOf(first), idOf(first)]);
  expect(checksum(await download(idOf(first)))).toBe(checksum(other));
});

test('a wrong checksum, size or lease is refused and leaves nothing', async () => {
  const content = randomBytes(5000);
  const wrong: [Record<string, string>, string][] = [
    [{ sha256: 'a'.repeat(64) }, 'checksum-mismatch'],
    [{ sizeBytes: '5001' }, 'checksum-mismatch'],
    [{ sizeBytes: '4999' }, 'payload-too-large'],
    [{ lease: 'x'.repeat(43) }, 'lease-lost'],
    [{ sizeBytes: String(MAX_JOB_FILE_BYTES + 1) }, 'bad-request'],
    [{ kind: 'weights' }, 'bad-request'],
  ];
  for (const [announced, code] of wrong) {
    const answer = await worker.upload(run, 'refused', content, announced);
    expect(answer.body.error.code).toBe(code);
  }
  expect(await incoming()).toEqual([]);
  expect((await admin.call(getRun, { params: { runId: run.runId } })).artifacts).toEqual([]);
});

test('names that would leave the folder are no names', async () => {
  for (const name of ['..%2f..%2fetc', '.hidden', 'UPPER', 'a%00b', 'a%5cb', '%2e%2e', 'a'.repeat(150)]) {
    const path = `/api/worker/runs/${run.runId}/artifacts/${name}?lease=${run.lease}`;
    const answer = await worker.caller.send('PUT', path, 'x', { 'content-type': 'application/octet-stream' });
    expect([400, 404]).toContain(answer.status);
  }
});

test('an upload that breaks off leaves nothing', async () => {
  const search = new URLSearchParams({
    lease: run.lease,
    kind: 'other',
    sha256: 'b'.repeat(64),
    sizeBytes: '1000000',
  });
  const path = `${pathOf(putArtifact.path, { runId: run.runId, name: 'broken' })}?${search.toString()}`;
  const upload = request(installation.url + path, {
    method: 'PUT',
    headers: { ...worker.caller.headers, 'content-type': 'application/octet-stream', 'content-length': '1000000' },
  });
  upload.on('error', () => undefined);
  upload.write(randomBytes(200_000));
  await expect.poll(incoming).toHaveLength(1);
  upload.destroy();
  await expect.poll(incoming).toEqual([]);
});

test('a file that was altered on disk is never delivered whole, and who asks again hears why', async () => {
  const content = randomBytes(300_000);
  const answer = await worker.upload(run, 'altered', content);
  const path = pathInStorage(checksum(content));
  const stored = await readFile(path);
  stored[stored.length - 20] = stored[stored.length - 20]! ^ 1;
  await writeFile(path, stored);
  await expect(download(idOf(answer))).rejects.toThrow(/terminated|other side closed/);
  const again = await admin.ask(downloadArtifact, { params: { artifactId: idOf(answer) } });
  expect(again).toMatchObject({
    status: 410,
    body: { error: { code: 'content-damaged', details: { file: checksum(content) } } },
  });
  stored[20] = stored[20]! ^ 1;
  await writeFile(path, stored);
  const atOnce = await admin.ask(downloadArtifact, { params: { artifactId: idOf(answer) } });
  expect(atOnce).toMatchObject({ status: 410, body: { error: { code: 'content-damaged' } } });
});

test('an evaluation is stored once, with its predictions, and judged by the requirement', async () => {
  const predictions = randomBytes(1000);
  const uploaded = await worker.upload(run, 'predictions.npz', predictions, { kind: 'predictions' });
  const metric = (name: string, value: number) => ({
    metric: name,
    value,
    low: value - 0.01,
    high: value + 0.01,
    items: 41,
    note: null,
  });
  const result = {
    checkpointStep: 30,
    split: 'train',
    sameAsTraining: true,
    items: 41,
    sentences: 3,
    classes: 39,
    metrics: [metric('loss', 0.05), metric('accuracy', 0.5)],
    curves: [{ kind: 'roc-micro', x: [0, 1], y: [0, 1], weight: null, area: 0.5 }],
    confusion: [],
    samples: [],
    elapsedMs: 12.5,
  };
  const post = () =>
    worker.caller.call(postEvaluation, {
      params: { runId: run.runId },
      body: { lease: run.lease, result, predictionsArtifactId: idOf(uploaded) },
    });
  const { evaluationId } = await post();
  expect((await post()).evaluationId).toBe(evaluationId);

  const evaluation = await admin.call(getEvaluation, { params: { evaluationId } });
  const verdicts = Object.fromEntries(evaluation.verdicts.map(({ criterion, verdict }) => [criterion.metric, verdict]));
  expect(verdicts).toEqual({ loss: 'pass', accuracy: 'fail', 'f1-macro': 'no-evidence', 'auc-micro': 'no-evidence' });
  expect((await admin.call(getRun, { params: { runId: run.runId } })).evaluationId).toBe(evaluationId);

  const path = pathOf(downloadPredictions.path, { evaluationId });
  const response = await fetch(installation.url + path, { headers: admin.headers });
  expect(response.headers.get('content-disposition')).toBe('attachment; filename="predictions.npz"');
  expect(checksum(Buffer.from(await response.arrayBuffer()))).toBe(checksum(predictions));

  // What an evaluation rests on is not replaced by what a later attempt brings.
  await worker.upload(run, 'predictions.npz', randomBytes(10), { kind: 'predictions' });
  expect(checksum(await download(idOf(uploaded)))).toBe(checksum(predictions));
});

test('predictions of another run are no evidence', async () => {
  const foreign = idOf(await worker.upload(run, 'foreign', randomBytes(10)));
  await queueRun(admin, await seededProject(admin));
  const other = await worker.mustClaim();
  const answer = await worker.caller.ask(postEvaluation, {
    params: { runId: other.runId },
    body: { lease: other.lease, result: {}, predictionsArtifactId: foreign },
  });
  expect(answer.body.error.code).toBe('bad-request');
});

test('numbers of fewer than no items are no measurement', async () => {
  const predictionsArtifactId = idOf(await worker.upload(run, 'p.npz', randomBytes(10), { kind: 'predictions' }));
  const metrics = [{ metric: 'accuracy', value: 0.5, low: null, high: null, items: -1, note: null }];
  const empty = { metrics: [], curves: [], confusion: [], samples: [], elapsedMs: 1 };
  const result = {
    checkpointStep: 1,
    split: 'test',
    sameAsTraining: true,
    items: 1,
    sentences: 1,
    classes: 2,
    ...empty,
  };
  for (const change of [
    { metrics },
    { items: -1 },
    { classes: -1 },
    { confusion: [{ actual: 'a', predicted: 'b', count: -1 }] },
  ]) {
    const body = { lease: run.lease, result: { ...result, ...change }, predictionsArtifactId };
    const { status } = await worker.caller.ask(postEvaluation, { params: { runId: run.runId }, body });
    expect(status, JSON.stringify(change)).toBe(400);
  }
});

test('a dataset comes back as it was added', async () => {
  const params = { datasetVersionId: run.datasetVersion.id };
  const response = await fetch(installation.url + pathOf(getDatasetContent.path, params), {
    headers: worker.caller.headers,
  });
  const bytes = Buffer.from(await response.arrayBuffer());
  expect(checksum(bytes)).toBe(run.datasetVersion.contentSha256);
  const items = bytes
    .toString()
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as { split: string });
  expect(items.map(({ split }) => split)).toEqual(['train', 'train', 'train']);
});

/** The stored files that the process holds open, where the system says so. */
async function openFiles(): Promise<string[]> {
  const numbers = await readdir('/proc/self/fd').catch(() => []);
  const paths = await Promise.all(numbers.map((number) => readlink(`/proc/self/fd/${number}`).catch(() => '')));
  return paths.filter((path) => path.startsWith(join(installation.dataFolder, 'files')));
}

test('data and files of runs that no worker holds, and predictions, are not a worker’s to read', async () => {
  const read = async (route: Route, params: Record<string, string>) =>
    (await worker.caller.ask(route, { params })).status;
  const uploaded = async (name: string, kind: 'checkpoint' | 'predictions') =>
    idOf(await worker.upload(run, name, Buffer.from(`"${name}"`), { kind, step: '1' }));
  const version = { datasetVersionId: run.datasetVersion.id };
  const checkpoint = { artifactId: await uploaded('checkpoint-1', 'checkpoint') };
  const predictions = { artifactId: await uploaded('evaluation.npz', 'predictions') };
  const statuses = async () => [
    await read(getDatasetContent, version),
    await read(getWorkerArtifact, checkpoint),
    await read(getWorkerArtifact, predictions),
  ];
  expect(await statuses()).toEqual([200, 200, 404]);
  const inference = new Caller(installation.url).withToken(INFERENCE_TOKEN);
  const served = async (params: Record<string, string>) => (await inference.ask(getServedArtifact, { params })).status;

  const { database } = installation;
  const held = await database.run.findMany({
    where: { leaseSha256: { not: null } },
    select: { id: true, leaseSha256: true },
  });
  await database.run.updateMany({ data: { leaseSha256: null } });
  expect(await statuses()).toEqual([404, 404, 404]);
  expect([await served(checkpoint), await served(predictions)]).toEqual([200, 404]);
  await expect.poll(openFiles).toEqual([]);
  await served(predictions);
  expect(await openFiles()).toEqual([]);
  // A run that begins with a checkpoint is held, and no other.
  const [other] = await database.run.findMany({ where: { id: { not: run.runId } }, take: 1 });
  const { configuration } = other as { configuration: object };
  const begin = (startFromArtifactId: string | null, leaseSha256: string | null) =>
    database.run.update({
      where: { id: other?.id ?? '' },
      data: { configuration: { ...configuration, startFromArtifactId }, leaseSha256 },
    });
  await begin(checkpoint.artifactId, 'held');
  expect((await statuses()).slice(1)).toEqual([200, 404]);
  await begin(null, null);
  for (const { id, leaseSha256 } of held) await database.run.update({ where: { id }, data: { leaseSha256 } });
  expect(await statuses()).toEqual([200, 200, 404]);
});

test('what a run is made of is closed to workers as soon as the run has ended', async () => {
  const { projectId } = await seededProject(admin);
  const described = {
    datasetName: { en: 'Its own' },
    source: { en: 'a test' },
    licence: '',
    notes: { en: '' },
    seed: 1,
  };
  const content = { train: ['one', 'two'], validation: [], test: [] };
  const { id: datasetVersionId } = await admin.call(createTextDatasetVersion, {
    params: { projectId },
    body: { ...described, content },
  });
  const version = { datasetVersionId };
  const { id } = await queueRun(admin, { projectId, datasetVersionId });
  const ending = await worker.mustClaim();
  expect(ending.runId).toBe(id);
  const checkpoint = { artifactId: idOf(await worker.upload(ending, 'checkpoint-2', randomBytes(10))) };
  const statuses = async () => [
    (await worker.caller.ask(getDatasetContent, { params: version })).status,
    (await worker.caller.ask(getWorkerArtifact, { params: checkpoint })).status,
  ];
  expect(await statuses()).toEqual([200, 200]);
  await worker.mustReport(ending, [event(1, { type: 'finished', reason: 'completed' })]);
  expect(await statuses()).toEqual([404, 404]);
});

test('a run that has ended takes no more files', async () => {
  await worker.mustReport(run, [event(1, { type: 'finished', reason: 'completed' })]);
  const answer = await worker.upload(run, 'late', randomBytes(10));
  expect(answer.body.error.code).toBe('lease-lost');
});

test('text is generated only from a checkpoint, and only while the inference service answers', async () => {
  const generate = () => admin.ask(generateText, { params: { runId: run.runId }, body: { prompt: '你好' } });
  expect((await generate()).body.error.code).toBe('no-checkpoint');
  await worker.upload(run, 'checkpoint-3', randomBytes(10));
  await worker.upload(run, 'tokenizer', randomBytes(10), { kind: 'tokenizer' });
  const unavailable = await generate();
  expect([unavailable.status, unavailable.body.error.code]).toEqual([503, 'inference-unavailable']);
});
