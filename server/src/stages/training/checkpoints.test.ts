import { randomBytes } from 'node:crypto';
import { createTextDatasetVersion } from '@greenlight/shared/stages/data/contract.ts';
import { listCheckpoints, startRun } from '@greenlight/shared/stages/training/contract.ts';
import { generateText } from '@greenlight/shared/stages/training/generation.ts';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { newId } from '../../plugins/new-id.ts';
import type { Caller } from '../../testing/caller.ts';
import { startInstallation, type TestInstallation } from '../../testing/installation.ts';
import { signedInAdmin } from '../../testing/people.ts';
import { queueRun, seededProject, type SeededProject } from '../../testing/runs.ts';
import { event, TestWorker } from '../../testing/worker.ts';
import { createArtifactStore } from './artifact-store.ts';

let installation: TestInstallation;
let admin: Caller;
let worker: TestWorker;
let project: SeededProject;

beforeAll(async () => {
  installation = await startInstallation();
  admin = await signedInAdmin(installation.url);
  project = await seededProject(admin);
  worker = await TestWorker.register(installation.url);
});
afterAll(() => installation.close());

const LABELLED = { architecture: 'encoder-classifier', task: 'single-label', decoderLayers: 0 };

async function labelledVersion(items: { text: string; labels?: string[] }[]) {
  const texts = { datasetName: { en: 'Mails' }, source: { en: 'Mails' }, licence: 'none', notes: { en: '' }, seed: 1 };
  return admin.ask(createTextDatasetVersion, {
    params: { projectId: project.projectId },
    body: { ...texts, content: { train: items, validation: [], test: [] } },
  });
}

async function refusedFields(datasetVersionId: string, configuration: object): Promise<string[]> {
  const { projectId } = project;
  const answer = await admin.ask(startRun, { params: { projectId }, body: { datasetVersionId, configuration } });
  expect(answer.status).toBe(422);
  return (answer.body.error.details as { fields: { field: string }[] }).fields.map(({ field }) => field);
}

test('a checkpoint is offered to other runs, given to the worker with its tokenizer, and refused where shapes differ', async () => {
  const run = await worker.mustClaim();
  await worker.upload(run, 'tokenizer', randomBytes(10), { kind: 'tokenizer' });
  await worker.upload(run, 'checkpoint-3', randomBytes(10));
  await worker.mustReport(run, [event(1, { type: 'finished', reason: 'completed' })]);
  const { items } = await admin.call(listCheckpoints, { params: { projectId: project.projectId } });
  expect(items).toMatchObject([{ runId: run.runId, runNumber: 1, step: 3 }]);
  const startFromArtifactId = items[0]?.artifactId ?? '';
  const configuration = { startFromArtifactId, frozenLayers: ['embedding'] };
  const next = await queueRun(admin, project, { configuration });
  const claimed = await worker.mustClaim();
  expect(claimed).toMatchObject({ runId: next.id, configuration });
  expect(claimed.startFrom?.checkpoint.artifactId).toBe(startFromArtifactId);
  expect(claimed.startFrom?.tokenizer.artifactId).not.toBe(startFromArtifactId);
  const version = project.datasetVersionId;
  const other = { startFromArtifactId, dModel: 256, activation: 'gelu' };
  expect(await refusedFields(version, other)).toEqual(['configuration.dModel', 'configuration.activation']);
  const unknown = { startFromArtifactId: newId() };
  expect(await refusedFields(version, unknown)).toEqual(['configuration.startFromArtifactId']);
});

test('a classifier needs labelled items, hears its classes, and is not asked to write', async () => {
  expect(await refusedFields(project.datasetVersionId, LABELLED)).toEqual(['configuration.task']);
  const uneven = await labelledVersion([{ text: 'a', labels: ['ham'] }, { text: 'b' }]);
  expect([uneven.status, uneven.body.error.code]).toEqual([422, 'invalid-labels']);
  const message = { en: expect.stringContaining('no labels'), zh: expect.stringContaining('没有标签') };
  expect(uneven.body.error.details).toEqual({ fields: [{ field: 'content', message }] });
  const one = await labelledVersion([{ text: 'a', labels: ['ham'] }]);
  expect(await refusedFields((one.body as unknown as { id: string }).id, LABELLED)).toEqual(['datasetVersionId']);
  const two = await labelledVersion([
    { text: 'a', labels: ['spam'] },
    { text: 'b', labels: ['ham'] },
  ]);
  const { id, labels, labelKind } = two.body as unknown as { id: string; labels: string[]; labelKind: string };
  expect([labelKind, labels]).toEqual(['single', ['ham', 'spam']]);
  const run = await queueRun(admin, { ...project, datasetVersionId: id }, { configuration: LABELLED });
  expect((await worker.mustClaim()).datasetVersion.labels).toEqual(['ham', 'spam']);
  const asked = await admin.ask(generateText, { params: { runId: run.id }, body: { prompt: 'a' } });
  expect(asked.body.error.code).toBe('writes-no-text');
});

test('the checkpoint that was measured stands for the run, before a newer one', async () => {
  await queueRun(admin, project);
  const run = await worker.mustClaim();
  await worker.upload(run, 'checkpoint-5', randomBytes(10), { step: '5' });
  await worker.upload(run, 'checkpoint-9', randomBytes(10), { step: '9' });
  const store = createArtifactStore(installation.database);
  expect((await store.measured(run.runId))?.step).toBe(9);
  const predictions = await store.findByName(run.runId, 'checkpoint-5');
  await installation.database.evaluation.create({
    data: {
      ...{ id: newId(), projectId: project.projectId, runId: run.runId, checkpointStep: 5, split: 'test' },
      ...{ datasetVersionId: project.datasetVersionId, predictionsArtifactId: predictions?.id ?? '' },
      ...{ sameAsTraining: false, items: 1, sentences: 1, classes: 1, metrics: [], curves: [], confusion: [] },
      ...{ samples: [], elapsedMs: 1 },
    },
  });
  expect((await store.measured(run.runId))?.step).toBe(5);
});
