import { createHash, randomBytes } from 'node:crypto';
import { createTextDatasetVersion } from '@greenlight/shared/stages/data/contract.ts';
import { getEvaluation, listEvaluations } from '@greenlight/shared/stages/evaluation/contract.ts';
import {
  evaluateModelFile,
  evaluateOnnxJob,
  inspectOnnxJob,
  mapModelFile,
  modelFile,
  uploadModelFile,
} from '@greenlight/shared/stages/training/imported-models.ts';
import { claimJob, endJob, putJobFile, type JobOutcome } from '@greenlight/shared/worker-protocol/jobs.ts';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Caller } from '../../testing/caller.ts';
import { startInstallation, type TestInstallation } from '../../testing/installation.ts';
import { signedInAdmin } from '../../testing/people.ts';
import { queueRun, seededProject } from '../../testing/runs.ts';
import { TestWorker } from '../../testing/worker.ts';

let installation: TestInstallation;
let admin: Caller;
let worker: TestWorker;
let projectId: string;
/** The version that the run trained on, and others with its training items among their test items, and without. */
let versions: { trained: string; overlapping: string; apart: string };
let run: { id: string; number: number };

const checksum = (content: Uint8Array) => createHash('sha256').update(content).digest('hex');
const headers = { 'content-type': 'application/octet-stream' };
const textsOf = (from: number, to: number) =>
  Array.from({ length: to - from }, (_, k) => ({ text: `mail ${from + k}` }));

async function versionOf(train: [number, number], held: [number, number]): Promise<string> {
  const about = { datasetName: { en: 'Mails' }, source: { en: 'Ours' }, licence: 'none', notes: { en: '' }, seed: 1 };
  const content = { train: textsOf(...train), validation: textsOf(9000, 9010), test: textsOf(...held) };
  return (await admin.call(createTextDatasetVersion, { params: { projectId }, body: { ...about, content } })).id;
}

beforeAll(async () => {
  installation = await startInstallation();
  admin = await signedInAdmin(installation.url);
  worker = await TestWorker.register(installation.url);
  ({ projectId } = await seededProject(admin));
  versions = {
    trained: await versionOf([0, 50], [50, 60]),
    // Two of its own test items are its own training items.
    overlapping: await versionOf([100, 152], [40, 60]),
    apart: await versionOf([200, 252], [250, 270]),
  };
  run = await queueRun(admin, { projectId, datasetVersionId: versions.trained });
});
afterAll(() => installation.close());

async function work(kind: string, outcome: JobOutcome, files: Record<string, Uint8Array> = {}): Promise<void> {
  const { job } = await worker.caller.call(claimJob, {
    body: { workerId: worker.workerId, kinds: [kind], waitSeconds: 0 },
  });
  const { jobId, lease } = job!;
  for (const [name, content] of Object.entries(files)) {
    const query = { lease, sha256: checksum(content), sizeBytes: String(content.length) };
    await worker.caller.call(putJobFile, { params: { jobId, name }, query, body: content, headers });
  }
  await worker.caller.call(endJob, { params: { jobId }, body: { lease, outcome } });
}

/** Brings a file that says this of itself, and measures it on a version. */
async function measured(content: Buffer, metadata: Record<string, string>, datasetVersionId: string) {
  const query = { name: 'A model', sha256: checksum(content), sizeBytes: String(content.length) };
  const file = await admin.call(uploadModelFile, { params: { projectId }, query, body: content, headers });
  const { id: modelFileId, state } = modelFile.parse(file);
  const tensor = { name: 'texts', type: 'string', shape: ['batch'] };
  const outputs = [{ name: 'logits', type: 'float32', shape: ['batch', 2] }];
  if (state === 'inspecting') {
    const description = { inputs: [tensor], outputs, opset: 17, irVersion: 8, producer: '', metadata };
    await work(inspectOnnxJob.kind, { state: 'finished', result: description });
    const answers = {
      output: 'logits',
      outputKind: 'logits' as const,
      task: 'single-label' as const,
      labels: ['a', 'b'],
    };
    const body = { input: 'raw-text' as const, texts: 'texts', ...answers };
    await admin.call(mapModelFile, { params: { modelFileId }, body });
  }
  await admin.call(evaluateModelFile, { params: { modelFileId }, body: { datasetVersionId } });
  const predictions = randomBytes(50);
  const counts = { items: 20, sentences: 20, classes: 2, metrics: [], curves: [], confusion: [], samples: [] };
  const result = {
    split: 'test',
    sameAsTraining: false,
    ...counts,
    elapsedMs: 1,
    predictionsSha256: checksum(predictions),
  };
  await work(evaluateOnnxJob.kind, { state: 'finished', result }, { 'predictions.npz': predictions });
  const { items } = await admin.call(listEvaluations, { params: { projectId } });
  const { sameAsTraining, seenInTraining } = await admin.call(getEvaluation, {
    params: { evaluationId: items[0]?.id ?? '' },
  });
  return { sameAsTraining, seen: seenInTraining };
}

const NONE = { texts: 20, exact: 0, elsewhere: 0, near: null, isDataGone: false, origin: null };

test('a model of which nobody knows where it is from is compared with the training items of the version that it is measured on', async () => {
  expect(await measured(randomBytes(40), {}, versions.overlapping)).toEqual({ sameAsTraining: false, seen: NONE });
  const seen = { ...NONE, exact: 2 };
  expect(await measured(randomBytes(40), {}, versions.apart)).toEqual({ sameAsTraining: true, seen });
});

test('a model that says which run it was exported from is compared with what that run trained on as well', async () => {
  const origin = { runId: run.id, runNumber: run.number, isProven: false };
  const says = { 'greenlight.run-id': run.id };
  const seen = { ...NONE, elsewhere: 10, origin };
  expect(await measured(randomBytes(41), says, versions.overlapping)).toEqual({ sameAsTraining: true, seen });
  const own = { ...NONE, exact: 2, origin };
  expect(await measured(randomBytes(41), says, versions.apart)).toEqual({ sameAsTraining: true, seen: own });
});

test.each([
  ['no run of the project', crypto.randomUUID()],
  ['something that is no id', 'run 7'],
])('a file that names %s says nothing', async (_, named) => {
  const said = await measured(randomBytes(42), { 'greenlight.run-id': named }, versions.overlapping);
  expect(said).toEqual({ sameAsTraining: false, seen: NONE });
});

test('a file that is an export of a run, byte for byte, is known to be of that run, and trained on nothing else', async () => {
  const content = randomBytes(43);
  const file = { kind: 'onnx', name: 'onnx-1/decoder_model.onnx', sha256: checksum(content), sizeBytes: 43n };
  await installation.database.artifact.create({ data: { id: crypto.randomUUID(), projectId, runId: run.id, ...file } });
  const origin = { runId: run.id, runNumber: run.number, isProven: true };
  const seen = { ...NONE, elsewhere: 10, origin };
  expect(await measured(content, {}, versions.overlapping)).toEqual({ sameAsTraining: true, seen });
  const apart = { ...NONE, origin };
  expect(await measured(content, {}, versions.apart)).toEqual({ sameAsTraining: false, seen: apart });
});
