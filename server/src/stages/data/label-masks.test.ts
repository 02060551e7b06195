import { createHash, randomUUID } from 'node:crypto';
import { createProject } from '@greenlight/shared/projects/contract.ts';
import { createTextDatasetVersion, getDatasetVersion } from '@greenlight/shared/stages/data/contract.ts';
import { listDatasetItems, readRawItems } from '@greenlight/shared/stages/data/items-contract.ts';
import { startPreparation } from '@greenlight/shared/stages/data/preparation-contract.ts';
import { previewRecipeOnVersion } from '@greenlight/shared/stages/data/recipe-preview-contract.ts';
import { getEvaluation } from '@greenlight/shared/stages/evaluation/contract.ts';
import { downloadArtifact } from '@greenlight/shared/stages/training/contract.ts';
import { getModelFile, mapModelFile } from '@greenlight/shared/stages/training/imported-models.ts';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { allRoutes } from '../../testing/all-routes.ts';
import type { Caller } from '../../testing/caller.ts';
import { startInstallation, type TestInstallation } from '../../testing/installation.ts';
import { addPerson, signedInAdmin } from '../../testing/people.ts';
import { resultFor } from '../../testing/preparations.ts';
import { queueRun } from '../../testing/runs.ts';
import { createLabelMasks } from './label-masks-service.ts';

const LABEL = 'lin.yue@example.org';
const OTHER = 'wang.fang@example.org';
const SHOWN = /^\[EMAIL\] [a-p]{8}$/;

let installation: TestInstallation;
let admin: Caller;
let viewer: Caller;
/** Ids of the project and of what is in it, by the names of the parameters of routes. */
let ids: Record<
  'projectId' | 'datasetVersionId' | 'runId' | 'evaluationId' | 'modelFileId' | 'jobId' | 'artifactId',
  string
>;
let masked: string;

beforeAll(async () => {
  installation = await startInstallation();
  const { database, url } = installation;
  admin = await signedInAdmin(url);
  const { id: projectId } = await admin.call(createProject, {
    body: { name: 'Senders', goal: { en: 'who wrote it' } },
  });
  viewer = await addPerson(installation, 'viewer@example.com', { projectId, roles: ['viewer'] });
  const item = (text: string, label: string) => ({
    ...{ text, labels: [label], tasks: { sender: label } },
    // A file without a header had its first row taken for one.
    columns: { [LABEL]: `written to ${LABEL}` },
  });
  const version = await admin.call(createTextDatasetVersion, {
    params: { projectId },
    body: {
      ...{ datasetName: { en: 'Mails' }, source: { en: 'a test' }, licence: 'own', notes: { en: '' }, seed: 3 },
      content: {
        train: [item('the first', LABEL), item('the second', OTHER), item('the third', 'news')],
        ...{ validation: [], test: [item('the last', LABEL)] },
      },
    },
  });
  const configuration = { architecture: 'encoder-classifier', task: 'single-label' };
  const run = await queueRun(admin, { projectId, datasetVersionId: version.id }, { configuration });
  const words = { en: `cannot read ${LABEL}` };
  const failure = { code: 'odd', message: words, advice: words };
  const at = new Date();
  const sample = { step: 1, prompt: `to ${LABEL}`, text: `to ${LABEL} and ${OTHER}`, at: at.toISOString() };
  const events = [
    { type: 'sample', samples: [sample] },
    { type: 'log', level: 'info', message: words },
    { type: 'failed', error: failure },
  ];
  await database.runEvent.createMany({
    data: events.map((payload, index) => ({
      ...{ runId: run.id, sequence: index + 1, type: payload.type, at, payload },
    })),
  });
  await database.sample.create({ data: { ...sample, runId: run.id, at } });
  await database.run.update({ where: { id: run.id }, data: { error: failure } });
  const artifact = await database.artifact.create({
    data: {
      ...{
        id: randomUUID(),
        projectId,
        runId: run.id,
        kind: 'other',
        name: 'a',
        sha256: 'f'.repeat(64),
        sizeBytes: 1n,
      },
    },
  });
  const confusion = [{ actual: LABEL, predicted: OTHER, count: 1 }];
  const head = {
    name: 'sender',
    task: 'single-label',
    weight: 1,
    items: 1,
    classes: 2,
    metrics: [],
    curves: [],
    confusion,
  };
  const evaluation = await database.evaluation.create({
    data: {
      ...{ id: randomUUID(), projectId, runId: run.id, datasetVersionId: version.id, checkpointStep: 1, split: 'test' },
      ...{ sameAsTraining: false, items: 1, sentences: 1, classes: 3, metrics: [], curves: [], confusion },
      ...{ predictionsArtifactId: artifact.id, heads: [head], samples: [sample], elapsedMs: 1 },
    },
  });
  const content = Buffer.from('x');
  const result = resultFor(content, 1);
  const counted = {
    ...result.profile.after,
    labels: { ...result.profile.after.labels, counts: [{ label: LABEL, count: 2 }] },
  };
  const mapping = {
    ...{ input: 'features', features: 'in', output: 'out', outputKind: 'probabilities', task: 'single-label' },
    labels: [LABEL, 'news'],
  };
  const tensor = (name: string) => ({ name, type: 'float32', shape: ['batch', 2] });
  const described = {
    inputs: [tensor('in')],
    outputs: [tensor('out')],
    opset: 17,
    irVersion: 8,
    producer: `the tool of ${LABEL}`,
    metadata: { author: LABEL, [OTHER]: 'x' },
  };
  const addJob = (kind: string, made: object) =>
    database.job.create({
      data: {
        ...{ id: randomUUID(), projectId, kind, key: kind, payload: {}, inputs: [], state: 'finished' },
        ...{ result: JSON.parse(JSON.stringify(made)) as object, finishedAt: new Date(), error: failure },
        progress: { share: 1, message: words },
      },
    });
  const job = await addJob('prepare-dataset', {
    ...result,
    profile: { before: counted, after: counted },
    version: { ...result.version, labels: [LABEL] },
  });
  const inspection = await addJob('inspect-onnx', described);
  const sha256 = createHash('sha256').update(content).digest('hex');
  const modelFile = await database.modelFile.create({
    data: { id: randomUUID(), projectId, name: 'm', sha256, sizeBytes: 1n, inspectionId: inspection.id, mapping },
  });
  await database.job.create({
    data: {
      ...{ id: randomUUID(), projectId, kind: 'evaluate-onnx', key: 'evaluate', inputs: [], state: 'finished' },
      payload: { modelFileId: modelFile.id },
      result: { confusion, samples: [sample] },
    },
  });
  ids = {
    ...{ projectId, datasetVersionId: version.id, runId: run.id, evaluationId: evaluation.id },
    ...{ modelFileId: modelFile.id, jobId: job.id, artifactId: artifact.id },
  };
  masked = (await viewer.call(getDatasetVersion, { params: { datasetVersionId: version.id } })).labels[0]!;
});
afterAll(() => installation.close());

test('no reply holds a person who stands in labels, columns, models and what work left behind, whoever asks', async () => {
  expect(masked).toMatch(SHOWN);
  const known: Record<string, string> = ids;
  const read = allRoutes.filter(
    ({ method, path, stream }) =>
      method === 'GET' && stream === undefined && [...path.matchAll(/\{(\w+)\}/g)].every(([, name]) => known[name!]),
  );
  const answered: string[] = [];
  for (const caller of [admin, viewer]) {
    for (const route of read) {
      const params = Object.fromEntries([...route.path.matchAll(/\{(\w+)\}/g)].map(([, name]) => [name, known[name!]]));
      const { status, body } = await caller.ask(route, { params });
      const text = JSON.stringify(body);
      expect([route.id, text.includes(LABEL), text.includes(OTHER)]).toEqual([route.id, false, false]);
      if (status === 200 && text.includes(masked)) answered.push(route.id);
    }
  }
  expect(answered).toEqual(
    expect.arrayContaining([
      ...['listDatasetVersions', 'getDatasetVersion', 'listDatasetItems', 'getEvaluation', 'listModelFiles'],
      ...['getModelFile', 'getJob'],
    ]),
  );
  const { confusion, heads } = await viewer.call(getEvaluation, { params: { evaluationId: ids.evaluationId } });
  expect(heads[0]?.confusion).toEqual(confusion);
  expect(confusion[0]?.predicted).toMatch(SHOWN);
  expect([confusion[0]?.actual, confusion[0]?.predicted === masked]).toEqual([masked, false]);
});

test('a masked label can be chosen by, and only by what is shown', async () => {
  const params = { datasetVersionId: ids.datasetVersionId };
  const textsWith = async (label: string) =>
    (await viewer.call(listDatasetItems, { params, query: { label } })).items.map(({ text }) => text);
  expect(await textsWith(masked)).toEqual(['the first', 'the last']);
  expect(await textsWith(LABEL)).toEqual([]);
  expect(await textsWith('news')).toEqual(['the third']);

  const recipe = { version: 1, steps: [{ type: 'map-labels', map: { [masked]: 'a person' } }] };
  const preview = await admin.call(previewRecipeOnVersion, { params, body: { recipe } });
  expect(preview.steps[0]).toMatchObject({
    changed: 2,
    examples: [{ labels: { before: [masked], after: ['a person'] } }, {}],
  });
  // One is renamed; the answers of the task still name both.
  expect(preview.personalLabels).toEqual({ count: 2, examples: [expect.stringMatching(SHOWN), masked] });
  const origin = { kind: 'version', datasetVersionId: ids.datasetVersionId };
  const started = await admin.call(startPreparation, {
    params: { projectId: ids.projectId },
    body: { origin, recipe, splits: null },
  });
  expect(started.recipe.steps[0]).toMatchObject({ map: { [masked]: 'a person' } });
  const { payload } = await installation.database.job.findUniqueOrThrow({ where: { id: started.jobId } });
  expect(payload).toMatchObject({ plan: { recipe: { steps: [{ map: { [LABEL]: 'a person' } }] } } });

  // What came masked goes back masked, and means the same.
  const ofModel = { params: { modelFileId: ids.modelFileId } };
  const { mapping } = await admin.call(getModelFile, ofModel);
  expect(mapping?.labels).toEqual([masked, 'news']);
  await admin.call(mapModelFile, { ...ofModel, body: { ...mapping!, labels: [masked, 'other'] } });
  const kept = await installation.database.modelFile.findUniqueOrThrow({ where: { id: ids.modelFileId } });
  expect(kept.mapping).toMatchObject({ labels: [LABEL, 'other'] });
});

test('whoever may read personal data reads it for a purpose, also in the files of a classifier, and the log does not repeat it', async () => {
  const params = { datasetVersionId: ids.datasetVersionId };
  const body = { purpose: 'to see who is meant', label: LABEL };
  const { items } = await admin.call(readRawItems, { params, body });
  expect(items.map(({ labels, personalData }) => [labels, personalData])).toEqual([
    [[LABEL], ['e-mail']],
    [[LABEL], ['e-mail']],
  ]);
  expect((await viewer.ask(readRawItems, { params, body })).status).toBe(403);
  const engineer = await addPerson(installation, 'engineer@example.com', {
    projectId: ids.projectId,
    roles: ['engineer'],
  });
  const file = { params: { artifactId: ids.artifactId } };
  expect((await engineer.ask(downloadArtifact, file)).body.error.code).toBe('personal-data-inside');
  expect((await admin.ask(downloadArtifact, file)).body.error.code).toBe('purpose-needed');
  const log = JSON.stringify(await installation.database.auditEvent.findMany({ select: { details: true } }));
  expect([log.includes(LABEL), log.includes('[EMAIL]')]).toEqual([false, true]);
});

test('the folder that an image lies in is a label too, and a mark says nothing to another installation', () => {
  const masks = createLabelMasks('one secret');
  const label = masks.shown('张伟');
  expect(label).toMatch(/^\[NAME\] [a-p]{8}$/);
  expect(['张伟/1.png', 'cats/1.png', 'no/path'].map(masks.shownPath)).toEqual([
    ...[`${label}/1.png`, 'cats/1.png', 'no/path'],
  ]);
  const { reply } = getDatasetVersion;
  expect(masks.inReplies(reply!)?.({ preview: ['张伟/1.png'], labels: ['cats', '张伟'], items: 3 })).toEqual({
    ...{ preview: [`${label}/1.png`], labels: ['cats', label], items: 3 },
  });
  const item = { text: 'a', labels: ['张伟'], tasks: { who: ['张伟', 'cats'], age: 3 } };
  expect(masks.inReplies(listDatasetItems.reply!)?.({ items: [item] })).toEqual({
    items: [{ ...item, labels: [label], tasks: { who: [label, 'cats'], age: 3 } }],
  });
  expect(createLabelMasks('another').shown('张伟')).not.toBe(label);
  expect(masks.shown(label)).toBe(label);
});
