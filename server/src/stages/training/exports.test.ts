import { createHash, randomBytes } from 'node:crypto';
import { pathOf } from '@greenlight/shared/api/define-route.ts';
import { cancelJob, type JobFile } from '@greenlight/shared/jobs/contract.ts';
import { downloadArtifact, getRun } from '@greenlight/shared/stages/training/contract.ts';
import { exportOnnxJob, exportRun, listRunExports } from '@greenlight/shared/stages/training/model-files.ts';
import type { ClaimedRun } from '@greenlight/shared/worker-protocol/contract.ts';
import { claimJob, endJob, putJobFile, type ClaimedJob } from '@greenlight/shared/worker-protocol/jobs.ts';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { Caller } from '../../testing/caller.ts';
import { startInstallation, type TestInstallation } from '../../testing/installation.ts';
import { signedInAdmin } from '../../testing/people.ts';
import { queueRun, seededProject } from '../../testing/runs.ts';
import { TestWorker } from '../../testing/worker.ts';

let installation: TestInstallation;
let admin: Caller;
let worker: TestWorker;
let run: ClaimedRun;

const checksum = (content: Uint8Array) => createHash('sha256').update(content).digest('hex');
const idOf = ({ body }: { body: unknown }) => (body as { artifactId: string }).artifactId;
const params = () => ({ runId: run.runId });
const askForExport = (body: object = {}) => admin.call(exportRun, { params: params(), body });

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

async function claim(): Promise<ClaimedJob> {
  const body = { workerId: worker.workerId, kinds: [exportOnnxJob.kind], waitSeconds: 0 };
  const { job } = await worker.caller.call(claimJob, { body });
  if (job === null) throw new Error('no export waits');
  return job;
}

async function uploadCheckpoint(step: number): Promise<{ artifactId: string; sha256: string }> {
  const content = randomBytes(100);
  const answer = await worker.upload(run, `checkpoint-${step}`, content, { step: String(step) });
  return { artifactId: idOf(answer), sha256: checksum(content) };
}

const uploadTokenizer = () => worker.upload(run, 'tokenizer.json', Buffer.from('{}'), { kind: 'tokenizer' });

async function finish(job: ClaimedJob, files: Record<string, Uint8Array>, announced = Object.keys(files)) {
  const { jobId, lease } = job;
  const described: JobFile[] = [];
  for (const [name, content] of Object.entries(files)) {
    const query = { lease, sha256: checksum(content), sizeBytes: String(content.length) };
    const headers = { 'content-type': 'application/octet-stream' };
    described.push(await worker.caller.call(putJobFile, { params: { jobId, name }, query, body: content, headers }));
  }
  const payload = exportOnnxJob.payload.parse(job.payload);
  const { checkpointStep, checkpointSha256 } = payload;
  const named = announced.map((name) => described.find((file) => file.name === name) ?? { ...described[0], name });
  const result = { checkpointStep, checkpointSha256, opset: 17, irVersion: 8, files: named };
  return worker.caller.ask(endJob, { params: { jobId }, body: { lease, outcome: { state: 'finished', result } } });
}

test('without a checkpoint or a tokenizer there is nothing to export', async () => {
  const ask = () => admin.ask(exportRun, { params: params(), body: {} });
  expect((await ask()).body.error.code).toBe('no-checkpoint');
  await uploadCheckpoint(3);
  expect((await ask()).body.error.code).toBe('no-checkpoint');
  await uploadTokenizer();
  expect((await ask()).status).toBe(201);
  await admin.call(cancelJob, { params: { jobId: (await askForExport()).id } });
});

test('the model of a run that began with a checkpoint says which', async () => {
  const base = { ...(await uploadCheckpoint(4)), runId: run.runId };
  await uploadTokenizer();
  await queueRun(admin, await seededProject(admin), { configuration: { startFromArtifactId: base.artifactId } });
  run = await worker.mustClaim();
  await uploadCheckpoint(6);
  await uploadTokenizer();
  await askForExport();
  const { lineage } = exportOnnxJob.payload.parse((await claim()).payload);
  expect(lineage).toMatchObject({
    'greenlight.run-id': run.runId,
    'greenlight.start-run-id': base.runId,
    'greenlight.start-checkpoint-step': '4',
    'greenlight.start-checkpoint-sha256': base.sha256,
  });
});

test('an exported checkpoint becomes files of its run that keep their names, with where they come from', async () => {
  const { sha256 } = await uploadCheckpoint(3);
  await uploadTokenizer();
  const queued = await askForExport();
  expect(queued).toMatchObject({ kind: 'export-onnx', state: 'queued' });
  expect((await askForExport()).id).toBe(queued.id);

  const job = await claim();
  const tokenizerSha256 = checksum(Buffer.from('{}'));
  expect(job.inputs).toEqual([
    { name: 'checkpoint.safetensors', sha256, sizeBytes: 100 },
    { name: 'tokenizer.json', sha256: tokenizerSha256, sizeBytes: 2 },
  ]);
  const { lineage } = exportOnnxJob.payload.parse(job.payload);
  expect(lineage).toMatchObject({
    'greenlight.run-id': run.runId,
    'greenlight.checkpoint-sha256': sha256,
    'greenlight.tokenizer-sha256': tokenizerSha256,
    'greenlight.dataset-sha256': run.datasetVersion.contentSha256,
  });
  expect(JSON.parse(lineage['greenlight.configuration'] ?? '')).toMatchObject({ dModel: 512 });

  const model = randomBytes(5000);
  expect((await finish(job, { 'decoder_model.onnx': model }, ['decoder_model.onnx', 'other.onnx'])).status).toBe(400);
  expect((await finish(job, { 'decoder_model.onnx': model, 'weights.onnx_data': randomBytes(10) })).status).toBe(200);
  const { artifacts } = await admin.call(getRun, { params: params() });
  const files = artifacts.filter(({ kind }) => kind === 'onnx');
  const folder = `onnx-3-${sha256.slice(0, 8)}`;
  expect(files.map(({ name, step }) => [name, step])).toEqual([
    [`${folder}/decoder_model.onnx`, 3],
    [`${folder}/weights.onnx_data`, 3],
  ]);
  const path = pathOf(downloadArtifact.path, { artifactId: files[0]?.id ?? '' });
  const response = await fetch(installation.url + path, { headers: admin.headers });
  expect(response.headers.get('content-disposition')).toBe('attachment; filename="decoder_model.onnx"');
  expect(checksum(new Uint8Array(await response.arrayBuffer()))).toBe(checksum(model));

  const { items } = await admin.call(listRunExports, { params: params() });
  expect(items).toMatchObject([{ id: queued.id, state: 'finished', result: { opset: 17, irVersion: 8 } }]);
  expect((await askForExport()).state).toBe('finished');
  const audit = await installation.services.audit.list(undefined, 10);
  expect(audit.items).toContainEqual(
    expect.objectContaining({ action: 'model.export-requested', target: `run:${run.runId}` }),
  );
});

test('the checkpoint is the one that the evaluation measured, unless another is named', async () => {
  const { projectId } = await seededProject(admin);
  const measured = await uploadCheckpoint(3);
  const newest = await uploadCheckpoint(9);
  await uploadTokenizer();
  const predictions = idOf(await worker.upload(run, 'predictions.npz', randomBytes(10), { kind: 'predictions' }));
  await installation.database.evaluation.create({
    data: {
      id: crypto.randomUUID(),
      projectId,
      runId: run.runId,
      datasetVersionId: run.datasetVersion.id,
      predictionsArtifactId: predictions,
      checkpointStep: 3,
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
  await askForExport();
  expect((await claim()).inputs[0]?.sha256).toBe(measured.sha256);
  await askForExport({ artifactId: newest.artifactId });
  expect((await claim()).inputs[0]?.sha256).toBe(newest.sha256);
  const foreign = await admin.ask(exportRun, { params: params(), body: { artifactId: predictions } });
  expect(foreign.body.error.code).toBe('no-checkpoint');
});
