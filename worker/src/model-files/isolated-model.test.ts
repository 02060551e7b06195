import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ModelMapping } from '@greenlight/shared/stages/training/imported-models.ts';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { CharacterTokenizer } from '@greenlight/shared/tokenizers/character.ts';
import { writeTokenizerJson } from '@greenlight/shared/tokenizers/write-tokenizer-json.ts';
import { foreignTokenizer } from '../data/encode-text.ts';
import { exportModel } from './export-model.ts';
import { ModelFileError } from './inspect-file.ts';
import { IsolatedModel } from './isolated-model.ts';
import { openOnnxModel } from './onnx-model.ts';
import { endlessModel } from './test-support/endless-model.ts';
import { tinySettings, writeTinyCheckpoint } from './test-support/exported-model.ts';

let folder: string;
const patient = new AbortController().signal;
const tokenizer = new CharacterTokenizer([...'abcdefghij']);

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'greenlight-isolated-'));
  await mkdir(join(folder, 'onnx'));
  const checkpointPath = await writeTinyCheckpoint(folder, tinySettings({ architecture: 'encoder-classifier' }), 3);
  await exportModel({ checkpointPath, folder: join(folder, 'onnx'), producerVersion: '0', lineage: {} });
  await writeFile(join(folder, 'tokenizer.json'), writeTokenizerJson(tokenizer));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

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

const task = () => ({
  modelPath: join(folder, 'onnx', 'model.onnx'),
  tokenizerPath: join(folder, 'tokenizer.json'),
  mapping: TEXT,
});

test('a model answers from its process as it does here, several questions at once', async () => {
  const here = await openOnnxModel(task().modelPath, TEXT, foreignTokenizer(writeTokenizerJson(tokenizer)));
  const there = await IsolatedModel.open(task(), patient);
  const questions = [['abc'], ['abc', 'jij'], ['']].map((texts) => ({ texts }));
  const answers = await Promise.all(questions.map((question) => there.predict(question, patient)));
  for (const [index, question] of questions.entries()) {
    expect(answers[index]).toEqual([...(await here.predict(question))]);
  }
  await expect(there.predict({ features: [[1]] }, patient)).rejects.toThrow('takes texts');
  expect(there.isAlive).toBe(true);
  there.close();
  await here.dispose();
});

test('a file that is refused never becomes a model', async () => {
  const modelPath = join(folder, 'garbage.onnx');
  await writeFile(modelPath, 'nothing of the kind');
  await expect(IsolatedModel.open({ ...task(), modelPath }, patient)).rejects.toThrow(ModelFileError);
});

test('what goes wrong beside the runtime is not told as its words', async () => {
  const opening = IsolatedModel.open({ ...task(), tokenizerPath: join(folder, 'none.json') }, patient);
  await expect(opening).rejects.toMatchObject({
    said: { zh: expect.stringContaining('（原话：“ENOENT'), en: expect.not.stringContaining('ONNX Runtime says') },
  });
});

test('a model is ended when nobody waits any more, whether it opens or answers', async () => {
  const before = new AbortController();
  const opening = IsolatedModel.open(task(), before.signal);
  before.abort(new Error('nobody waits'));
  await expect(opening).rejects.toThrow('nobody waits');
  const modelPath = join(folder, 'endless.onnx');
  await writeFile(modelPath, endlessModel());
  const late = IsolatedModel.open({ ...task(), modelPath }, AbortSignal.timeout(300));
  await expect(late).rejects.toMatchObject({ name: 'TimeoutError' });

  const model = await IsolatedModel.open(task(), patient);
  const during = new AbortController();
  const asked = model.predict({ texts: ['abc'] }, during.signal);
  during.abort(new Error('nobody waits'));
  await expect(asked).rejects.toThrow('nobody waits');
  expect(model.isAlive).toBe(false);
});

test('a process that breaks refuses what was asked and everything after it', async () => {
  const model = await IsolatedModel.open(task(), patient);
  const asked = model.predict({ texts: ['abc'] }, patient);
  model.close();
  await expect(asked).rejects.toThrow('ended unexpectedly (SIGKILL)');
  expect(model.isAlive).toBe(false);
  await expect(model.predict({ texts: ['abc'] }, patient)).rejects.toThrow('ended unexpectedly');
});
