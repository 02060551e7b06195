import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';
import { createTextDatasetVersion, getDatasetVersion } from '@greenlight/shared/stages/data/contract.ts';
import { classifyTexts } from '@greenlight/shared/stages/training/classification.ts';
import { getRun, getRunRoc, listCheckpoints } from '@greenlight/shared/stages/training/contract.ts';
import { classificationRequest } from '@greenlight/shared/worker-protocol/inference.ts';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Caller } from '../../testing/caller.ts';
import { startInstallation, type TestInstallation } from '../../testing/installation.ts';
import { signedInAdmin } from '../../testing/people.ts';
import { queueRun, seededProject, type SeededProject } from '../../testing/runs.ts';
import { event, TestWorker } from '../../testing/worker.ts';

let installation: TestInstallation;
let inference: Server;
let admin: Caller;
let worker: TestWorker;
let project: SeededProject;
/** What the inference service answers next, and what it was asked last. */
let answers: { outputs: number[]; furtherOutputs?: number[][]; tokens: number; isCut: boolean }[];
let asked: unknown;

beforeAll(async () => {
  inference = createServer((request, response) => {
    void (async () => {
      asked = { path: request.url, body: await json(request) };
      response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ answers, elapsedMs: 2 }));
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

const ITEMS = {
  labels: [
    { text: 'a', labels: ['spam'] },
    { text: 'b', labels: ['ham'] },
  ],
  several: [
    { text: 'a', labels: ['spam', 'ham'] },
    { text: 'b', labels: [] },
  ],
  value: [
    { text: 'a', value: 1 },
    { text: 'b', value: 2 },
  ],
  tasks: [
    { text: 'a', labels: ['spam'], tasks: { flags: ['x', 'y'], severity: 2 } },
    { text: 'b', labels: ['ham'], tasks: { flags: [] } },
    { text: 'c', labels: ['ham'], tasks: { language: 'en' } },
  ],
  other: [
    { text: 'a', labels: ['spam'], tasks: { flags: ['x', 'z'] } },
    { text: 'b', labels: ['ham'] },
  ],
  renamed: [
    { text: 'a', labels: ['junk'] },
    { text: 'b', labels: ['ham'] },
  ],
  partly: [
    { text: 'a', labels: ['spam'], tasks: { flags: ['x'] } },
    { text: 'b', labels: ['ham'] },
    { text: 'c', tasks: { flags: ['y'] } },
  ],
};

/** A run that a worker has taken, with no file yet. */
async function classifierRun(items: keyof typeof ITEMS, task: string, loss: string, settings: object = {}) {
  const texts = { datasetName: { en: items }, source: { en: 'x' }, licence: 'none', notes: { en: '' }, seed: 1 };
  const { id } = await admin.call(createTextDatasetVersion, {
    params: { projectId: project.projectId },
    body: { ...texts, content: { train: ITEMS[items], validation: [], test: [] } },
  });
  const configuration = { architecture: 'encoder-classifier', decoderLayers: 0, task, loss, ...settings };
  await queueRun(admin, { ...project, datasetVersionId: id }, { configuration });
  let claimed = await worker.mustClaim();
  while (claimed.datasetVersion.id !== id) claimed = await worker.mustClaim();
  return claimed;
}

const ask = (runId: string, body: object) => admin.ask(classifyTexts, { params: { runId }, body });

test('a classifier is asked with its labels, checkpoint and tokenizer, and answers with what is predicted', async () => {
  const run = await classifierRun('labels', 'single-label', 'cross-entropy');
  const early = await ask(run.runId, { texts: ['Buy!'] });
  expect([early.status, early.body.error.code]).toEqual([409, 'no-checkpoint']);
  await worker.upload(run, 'checkpoint-3', randomBytes(10));
  await worker.upload(run, 'tokenizer', randomBytes(10), { kind: 'tokenizer' });
  answers = [
    { outputs: [0.25, 0.75], tokens: 4, isCut: false },
    { outputs: [0.5, 0.5], tokens: 9, isCut: true },
  ];
  const reply = await ask(run.runId, { texts: ['Buy!', 'Hello'] });
  expect(reply.body).toEqual({
    ...{ task: 'single-label', labels: ['ham', 'spam'], threshold: 0.5, checkpointStep: 3, elapsedMs: 2 },
    heads: [],
    answers: [
      { probabilities: [0.25, 0.75], predicted: ['spam'], value: null, tokens: 4, isCut: false },
      { probabilities: [0.5, 0.5], predicted: ['ham'], value: null, tokens: 9, isCut: true },
    ],
  });
  const { path, body } = asked as { path: string; body: unknown };
  expect(path).toBe('/classify');
  expect(classificationRequest.parse(body)).toMatchObject({ labels: ['ham', 'spam'], texts: ['Buy!', 'Hello'] });
});

test('the threshold decides which of several labels are given', async () => {
  const run = await classifierRun('several', 'multi-label', 'binary-cross-entropy');
  await worker.upload(run, 'checkpoint-3', randomBytes(10));
  await worker.upload(run, 'tokenizer', randomBytes(10), { kind: 'tokenizer' });
  answers = [{ outputs: [0.3, 0.6], tokens: 4, isCut: false }];
  const predicted = async (threshold: number) => {
    const { body } = await ask(run.runId, { texts: ['x'], threshold });
    return (body as unknown as { answers: { predicted: string[] }[] }).answers[0]?.predicted;
  };
  expect([await predicted(0.5), await predicted(0.2), await predicted(0.9)]).toEqual([['spam'], ['ham', 'spam'], []]);
});

test('a regression answers with its number', async () => {
  const run = await classifierRun('value', 'regression', 'mean-squared-error');
  await worker.upload(run, 'checkpoint-3', randomBytes(10));
  await worker.upload(run, 'tokenizer', randomBytes(10), { kind: 'tokenizer' });
  answers = [{ outputs: [-1.5], tokens: 4, isCut: false }];
  const { body } = await ask(run.runId, { texts: ['x'] });
  expect(body).toMatchObject({ labels: [], answers: [{ probabilities: [], predicted: [], value: -1.5 }] });
});

test('a text generator gives no labels, and what is asked is checked', async () => {
  const run = await queueRun(admin, project);
  const refused = await ask(run.id, { texts: ['x'] });
  expect([refused.status, refused.body.error.code]).toEqual([409, 'gives-no-labels']);
  for (const body of [{}, { texts: [] }, { texts: [''] }, { texts: ['x'], threshold: 2 }]) {
    expect((await ask(run.id, body)).status).toBe(400);
  }
});

describe('several heads', () => {
  const auxiliaryTasks = [{ name: 'severity', weight: 0.5 }, { name: 'flags' }];

  test('a run carries its tasks to the worker, its curves and metrics by head to the page, and answers for each', async () => {
    const run = await classifierRun('tasks', 'single-label', 'cross-entropy', { auxiliaryTasks });
    expect(run.datasetVersion.tasks).toEqual([
      { name: 'flags', kind: 'multiple', labels: ['x', 'y'], items: 2 },
      { name: 'language', kind: 'single', labels: ['en'], items: 1 },
      { name: 'severity', kind: 'value', labels: [], items: 1 },
    ]);
    const curve = { step: 1, average: 'micro' as const, auc: 0.5, falsePositiveRate: [0, 1], truePositiveRate: [0, 1] };
    const point = { step: 1, epoch: 1, at: new Date().toISOString() };
    await worker.mustReport(run, [
      event(1, { type: 'metrics', points: [{ ...point, name: 'validation/loss@flags', value: 0.7 }], progress: null }),
      event(2, { type: 'roc', snapshots: [curve] }),
      event(3, { type: 'roc', snapshots: [{ ...curve, head: 'flags' }] }),
    ]);
    const params = { params: { runId: run.runId } };
    expect((await admin.call(getRunRoc, params)).snapshots).toEqual([curve, { ...curve, head: 'flags' }]);
    expect((await admin.call(getRun, params)).finalMetrics).toEqual({ 'validation/loss@flags': 0.7 });

    await worker.upload(run, 'checkpoint-3', randomBytes(10));
    await worker.upload(run, 'tokenizer', randomBytes(10), { kind: 'tokenizer' });
    answers = [{ outputs: [0.25, 0.75], furtherOutputs: [[1.5], [0.9, 0.1]], tokens: 4, isCut: false }];
    const reply = await ask(run.runId, { texts: ['Buy!'] });
    expect(reply.body).toMatchObject({
      answers: [{ predicted: ['spam'] }],
      heads: [
        { name: 'severity', task: 'regression', labels: [], answers: [{ probabilities: [], value: 1.5 }] },
        { name: 'flags', task: 'multi-label', labels: ['x', 'y'], answers: [{ predicted: ['x'], value: null }] },
      ],
    });
    const { body } = asked as { body: unknown };
    expect(classificationRequest.parse(body).heads.map(({ name }) => name)).toEqual(['severity', 'flags']);
  });

  test('items that answer further tasks only are trained with the others, and the version says how many have a label', async () => {
    const run = await classifierRun('partly', 'single-label', 'cross-entropy', { auxiliaryTasks: [{ name: 'flags' }] });
    const params = { datasetVersionId: run.datasetVersion.id };
    expect(await admin.call(getDatasetVersion, { params })).toMatchObject({
      ...{ items: 3, labelledItems: 2, labelKind: 'single', labels: ['ham', 'spam'] },
      tasks: [{ name: 'flags', kind: 'multiple', labels: ['x', 'y'], items: 2 }],
    });
  });

  test('a run that begins with a checkpoint may have other heads, and the worker hears which begin anew', async () => {
    const first = await classifierRun('tasks', 'single-label', 'cross-entropy', { auxiliaryTasks });
    await worker.upload(first, 'tokenizer', randomBytes(10), { kind: 'tokenizer' });
    await worker.upload(first, 'checkpoint-3', randomBytes(10));
    const { items } = await admin.call(listCheckpoints, { params: { projectId: project.projectId } });
    const startFromArtifactId = items.find(({ runId }) => runId === first.runId)?.artifactId ?? '';
    const newHeads = async (given: keyof typeof ITEMS, settings: object) =>
      (await classifierRun(given, 'single-label', 'cross-entropy', { startFromArtifactId, ...settings })).startFrom
        ?.newHeads;
    expect(await newHeads('tasks', { auxiliaryTasks })).toEqual([]);
    expect(await newHeads('tasks', { auxiliaryTasks: [{ name: 'severity' }] })).toEqual([]);
    // The same labels, and a task of the same name whose only list of classes is another one.
    expect(await newHeads('other', { auxiliaryTasks: [{ name: 'flags' }] })).toEqual(['flags']);
    expect(await newHeads('renamed', {})).toEqual([null]);
    const begun = await classifierRun('renamed', 'single-label', 'cross-entropy', { startFromArtifactId });
    const shown = (runId: string) => admin.call(getRun, { params: { runId } });
    const { number: runNumber, startedFrom } = await shown(first.runId);
    expect(startedFrom).toBeNull();
    expect((await shown(begun.runId)).startedFrom).toEqual({
      runId: first.runId,
      runNumber,
      step: 3,
      newHeads: [null],
    });
    const frozen = { startFromArtifactId, frozenLayers: ['output'] };
    await expect(classifierRun('renamed', 'single-label', 'cross-entropy', frozen)).rejects.toThrow('frozenLayers');
  });

  test.each([
    ['a task that the data does not have', { auxiliaryTasks: [{ name: 'tone' }] }],
    ['a task with one label', { auxiliaryTasks: [{ name: 'language' }] }],
  ])('%s is refused by its name', async (_what, settings) => {
    await expect(classifierRun('tasks', 'single-label', 'cross-entropy', settings)).rejects.toThrow('auxiliaryTasks');
  });
});
