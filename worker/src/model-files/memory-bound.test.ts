import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  evaluateOnnxJob,
  inspectOnnxJob,
  type ModelMapping,
} from '@greenlight/shared/stages/training/imported-models.ts';
import type { JobOutcome } from '@greenlight/shared/worker-protocol/jobs.ts';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Copies } from '../jobs/copies.ts';
import { JobWork } from '../jobs/job-work.ts';
import { ServerClient } from '../report/client.ts';
import { Terminal } from '../report/terminal.ts';
import { JobServer } from '../test-support/job-server.ts';
import { IsolatedModel } from './isolated-model.ts';
import { boundOfAsking, boundOfOpening } from './memory-bound.ts';
import { featureModel } from './test-support/feature-model.ts';
import { swellingModel } from './test-support/swelling-model.ts';

const MEBIBYTE = 1024 ** 2;

/** What processes of small models come to several times over, and the swelling ones go beyond by far. */
const MOST = { bytes: 500 * MEBIBYTE, limitMs: Number.POSITIVE_INFINITY };

const ANSWERS = { output: 'p', outputKind: 'probabilities', task: 'single-label', labels: ['no', 'yes'] } as const;
const FEATURES: ModelMapping = { ...ANSWERS, labels: ['no', 'yes'], input: 'features', features: 'x' };
const COLUMNS: ModelMapping = {
  ...{ ...ANSWERS, labels: ['no', 'yes'], input: 'columns' },
  columnInputs: [{ name: 'x', columns: ['a', 'b'] }],
};

const patient = new AbortController().signal;

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'greenlight-memory-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const opened = (modelPath: string): Promise<IsolatedModel> =>
  IsolatedModel.open({ modelPath, tokenizerPath: null, mapping: FEATURES }, patient, MOST.bytes);

/** Performs a job on a model file as a worker does and returns how it ended. */
async function outcomeOf(kind: string, payload: unknown, modelPath: string): Promise<JobOutcome> {
  const items = [1, 2, 3].map((a) => ({ split: 'test', text: `${a}`, labels: ['no'], columns: { a: `${a}`, b: '0' } }));
  const server = new JobServer(kind, payload, {
    'model.onnx': await readFile(modelPath),
    'dataset.jsonl': Buffer.from(items.map((item) => `${JSON.stringify(item)}\n`).join('')),
  });
  const address = { serverUrl: await server.listen(), token: 'a-token' };
  const terminal = new Terminal({ write: () => undefined });
  const shutdown = new AbortController().signal;
  const context = {
    client: new ServerClient(address),
    terminal,
    workerFolder: folder,
    copies: new Copies(folder),
    shutdown,
  };
  await JobWork.perform(server.job, context, address, MOST);
  const outcome = await server.outcome.promise;
  await server.close();
  return outcome;
}

const ID = '01a20a76-a2a3-7a62-8176-708ce0b86c34';
const inspection = (path: string) => outcomeOf(inspectOnnxJob.kind, {}, path);
const evaluation = (path: string) =>
  outcomeOf(
    evaluateOnnxJob.kind,
    { modelFileId: ID, datasetVersionId: ID, sameAsTraining: false, mapping: COLUMNS },
    path,
  );

describe.runIf(process.platform === 'linux')('a model that fills memory is ended, with what to do', () => {
  test('by the service, while it is opened and while it is asked; others go on meanwhile and afterwards', async () => {
    const other = await opened(await featureModel(folder, 'other.onnx'));
    const question = { features: [[1, 2]] };
    const answer = await other.predict(question, patient);

    const opening = opened(await swellingModel(folder, 'opened'));
    await expect(opening).rejects.toMatchObject({
      name: 'ModelFileError',
      said: {
        zh: expect.stringMatching(/^打开该模型所需的内存超过 [\d.]+ GB，因此已停止。请在导出时/),
        en: expect.stringMatching(
          /^Opening the model takes more than [\d.]+ GB of memory, so it was ended\. Export it/,
        ),
      },
    });
    const swelling = await opened(await swellingModel(folder, 'asked'));
    await expect(swelling.predict(question, patient)).rejects.toMatchObject({
      name: 'ModelFileError',
      said: {
        zh: expect.stringMatching(/^模型回答时所需的内存超过 [\d.]+ GB，因此已停止。请缩短/),
        en: expect.stringMatching(
          /^The model takes more than [\d.]+ GB of memory to answer, so it was ended\. Shorten/,
        ),
      },
    });
    expect([swelling.isAlive, other.isAlive]).toEqual([false, true]);
    expect(await other.predict(question, patient)).toEqual(answer);
    other.close();
  });

  test('in a job that reads what it declares, after which the worker takes the next job', async () => {
    const outcome = await inspection(await swellingModel(folder, 'opened'));
    expect(outcome).toMatchObject({
      state: 'failed',
      error: {
        code: 'model-file-refused',
        message: { en: expect.stringContaining('The model file cannot be used: Opening the model takes more than') },
        advice: { zh: expect.stringContaining('换用内存更大的机器'), en: expect.stringContaining('with more memory') },
      },
    });
    expect(await inspection(await featureModel(folder, 'fine.onnx'))).toMatchObject({ state: 'finished' });
  });

  test('in a job that measures it', async () => {
    expect(await evaluation(await featureModel(folder, 'fine.onnx'))).toMatchObject({ state: 'finished' });
    expect(await evaluation(await swellingModel(folder, 'asked'))).toMatchObject({
      state: 'failed',
      error: {
        code: 'model-file-refused',
        message: { en: expect.stringMatching(/takes more than [\d.]+ GB of memory to answer/) },
        advice: { en: expect.stringContaining('Shorten the longest input') },
      },
    });
  });
});

test('a file gets memory by its size, and a model half of what is free', async () => {
  const path = await featureModel(folder, 'small.onnx');
  const [opening, later] = [await boundOfOpening(path, 0), await boundOfOpening(path, 100)];
  expect(opening.bytes).toBeGreaterThan(512 * MEBIBYTE);
  expect(opening.bytes).toBeLessThan(1025 * MEBIBYTE);
  expect(later.bytes).toBeGreaterThan(512 * MEBIBYTE + 100);
  expect(boundOfAsking(0).bytes).toBeGreaterThanOrEqual(512 * MEBIBYTE);
});
