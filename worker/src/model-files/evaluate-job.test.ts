import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DatasetItem } from '@greenlight/shared/stages/data/content.ts';
import {
  inspectOnnxJob,
  evaluateOnnxJob,
  type ModelMapping,
} from '@greenlight/shared/stages/training/imported-models.ts';
import type { JobOutcome } from '@greenlight/shared/worker-protocol/jobs.ts';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { CharacterTokenizer } from '@greenlight/shared/tokenizers/character.ts';
import { writeTokenizerJson } from '@greenlight/shared/tokenizers/write-tokenizer-json.ts';
import { Copies } from '../jobs/copies.ts';
import { JobWork } from '../jobs/job-work.ts';
import { ServerClient } from '../report/client.ts';
import { Terminal } from '../report/terminal.ts';
import { JobServer } from '../test-support/job-server.ts';
import { exportModel } from './export-model.ts';
import { openOnnxModel } from './onnx-model.ts';
import { tinySettings, writeTinyCheckpoint } from './test-support/exported-model.ts';
import { rawTextModel } from './test-support/raw-text-model.ts';
import { chanceOf, tableModel, type TableItem } from './test-support/table-model.ts';

let folder: string;
let model: Buffer;
const tokenizer = new CharacterTokenizer([...'abcdefghij']);
const tokenizerJson = Buffer.from(writeTokenizerJson(tokenizer));

const MAPPING: ModelMapping = {
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

const TEXTS = Array.from(
  { length: 70 },
  (_, index) => [...'jihgfedcba'].slice(index % 9).join('') + 'abc'.slice(index % 3),
);

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'greenlight-evaluate-'));
  const checkpointPath = await writeTinyCheckpoint(folder, tinySettings({ architecture: 'encoder-classifier' }), 3);
  await exportModel({ checkpointPath, folder: join(folder, 'onnx'), producerVersion: '0', lineage: {} });
  model = await readFile(join(folder, 'onnx', 'model.onnx'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** Performs a job as a worker does and returns how it ended. */
async function outcomeOf(kind: string, payload: unknown, inputs: Record<string, Buffer>): Promise<JobOutcome> {
  const server = new JobServer(kind, payload, inputs);
  const address = { serverUrl: await server.listen(), token: 'a-token' };
  const context = {
    client: new ServerClient(address),
    terminal: new Terminal({ write: () => undefined }),
    workerFolder: folder,
    copies: new Copies(folder),
    shutdown: new AbortController().signal,
  };
  await JobWork.perform(server.job, context, address);
  const outcome = await server.outcome.promise;
  await server.close();
  return outcome;
}

function evaluation(
  answerOf: (text: string, place: number) => Partial<DatasetItem>,
  mapping = MAPPING,
  bytes: Uint8Array = model,
  tokenizerBytes: Buffer | null = tokenizerJson,
): Promise<JobOutcome> {
  const lines = TEXTS.map((text, place) => JSON.stringify({ split: 'test', text, ...answerOf(text, place) }));
  const inputs = {
    'model.onnx': Buffer.from(bytes),
    ...(tokenizerBytes === null ? {} : { 'tokenizer.json': tokenizerBytes }),
    'dataset.jsonl': Buffer.from(`${lines.join('\n')}\n`),
  };
  const id = '01a20a76-a2a3-7a62-8176-708ce0b86c34';
  const payload = { modelFileId: id, datasetVersionId: id, sameAsTraining: false, mapping };
  return outcomeOf(evaluateOnnxJob.kind, payload, inputs);
}

test('a model that is always right has an accuracy of 1, and its loss is its own', async () => {
  const path = join(folder, 'model.onnx');
  await writeFile(path, model);
  const here = await openOnnxModel(path, MAPPING, tokenizer);
  const best = new Map<string, string>();
  let surprise = 0;
  for (const text of TEXTS) {
    const row = [...(await here.predict({ texts: [text] }))];
    const highest = Math.max(...row);
    best.set(text, MAPPING.labels[row.indexOf(highest)] ?? '');
    surprise -= Math.log(highest) / TEXTS.length;
  }
  await here.dispose();
  const outcome = await evaluation((text) => ({ labels: [best.get(text) ?? ''] }));
  const result = evaluateOnnxJob.result.parse('result' in outcome ? outcome.result : outcome);
  const value = (name: string) => result.metrics.find(({ metric }) => metric === name)?.value;
  expect([result.split, result.items, value('accuracy')]).toEqual(['test', TEXTS.length, 1]);
  expect(value('loss')).toBeCloseTo(surprise, 5);
});

test('a model that takes texts as they are is measured without a tokenizer', async () => {
  const isSpam = (text: string) => text.length % 2 === 1;
  const known = Object.fromEntries(TEXTS.map((text) => [text, isSpam(text) ? 0.75 : 0.25]));
  const mapping: ModelMapping = {
    ...{ input: 'raw-text', texts: 'text', output: 'p', outputKind: 'probabilities' },
    ...{ task: 'single-label', labels: ['ham', 'spam'] },
  };
  const labelOf = (text: string) => ({ labels: [isSpam(text) ? 'spam' : 'ham'] });
  const outcome = await evaluation(labelOf, mapping, rawTextModel(known, ['N', 1]), null);
  const result = evaluateOnnxJob.result.parse('result' in outcome ? outcome.result : outcome);
  const value = (name: string) => result.metrics.find(({ metric }) => metric === name)?.value;
  expect([result.items, value('accuracy')]).toEqual([TEXTS.length, 1]);
  expect(value('loss')).toBeCloseTo(-Math.log(0.75), 5);
});

/** An item of a table by its place in the data; some have no city. */
function tableItem(place: number): TableItem {
  const city = ['Bern', 'Roma', 'Oslo', ''][place % 4] ?? '';
  return { age: place, visits: place % 3, city, sizes: [place % 2, -1, 0.5] };
}

/** The cells of such an item as a table has them. */
function cellsOf(place: number): Record<string, string> {
  const { age, visits, city, sizes } = tableItem(place);
  const [left, middle, right] = sizes.map(String);
  const columns = { age: `${age}`, 'visits this year': `${visits}`, left, middle, right };
  return { ...columns, ...(city === '' ? {} : { city }), sizes: JSON.stringify(sizes) } as Record<string, string>;
}

const TABLE: Extract<ModelMapping, { input: 'columns' }> = {
  ...{ input: 'columns', output: 'probability', outputKind: 'probabilities' },
  ...{ task: 'single-label', labels: ['no', 'yes'] },
  columnInputs: [
    { name: 'age', columns: ['age'] },
    { name: 'visits', columns: ['visits this year'] },
    { name: 'city', columns: ['city'] },
    { name: 'sizes', columns: ['left', 'middle', 'right'] },
  ],
};

const truthOf = (place: number) => ({ columns: cellsOf(place), labels: [place % 5 === 0 ? 'yes' : 'no'] });

test.each([
  ['three columns', TABLE],
  [
    'one column that lists its values',
    { ...TABLE, columnInputs: [...TABLE.columnInputs.slice(0, 3), { name: 'sizes', columns: ['sizes'] }] },
  ],
])(
  'a model of a table is measured on the columns of the data, an input of three values from %s',
  async (_name, mapping) => {
    const outcome = await evaluation((_text, place) => truthOf(place), mapping, tableModel(), null);
    const result = evaluateOnnxJob.result.parse('result' in outcome ? outcome.result : outcome);
    const value = (name: string) => result.metrics.find(({ metric }) => metric === name)?.value;
    const places = TEXTS.map((_, place) => place);
    const isRight = (place: number) => chanceOf(tableItem(place)) > 0.5 === (place % 5 === 0);
    expect([result.items, value('accuracy')]).toEqual([
      TEXTS.length,
      expect.closeTo(places.filter(isRight).length / TEXTS.length, 6),
    ]);
    const surprise = (place: number) => {
      const chance = chanceOf(tableItem(place));
      return -Math.log(place % 5 === 0 ? chance : 1 - chance) / TEXTS.length;
    };
    expect(value('loss')).toBeCloseTo(
      places.reduce((sum, place) => sum + surprise(place), 0),
      4,
    );
  },
);

test('columns that the data lacks are named, with those that it has', async () => {
  const columnInputs = [{ name: 'age', columns: ['years'] }, ...TABLE.columnInputs.slice(1)];
  const mapping = { ...TABLE, columnInputs };
  const outcome = await evaluation((_text, place) => truthOf(place), mapping, tableModel(), null);
  expect(outcome).toMatchObject({ state: 'failed', error: { code: 'columns-missing' } });
  expect(JSON.stringify(outcome)).toContain('lacks columns that the model takes: years (→ age). It has: text, age,');
});

test('a cell that an input does not take is named with its item', async () => {
  const withOdd = (_text: string, place: number) => {
    const { columns, labels } = truthOf(place);
    return { labels, columns: place === 4 ? { ...columns, 'visits this year': 'often' } : columns };
  };
  const outcome = await evaluation(withOdd, TABLE, tableModel(), null);
  expect(outcome).toMatchObject({ state: 'failed', error: { code: 'columns-do-not-fit' } });
  expect(JSON.stringify(outcome)).toContain(
    `Held-out item 5 does not fit the input 'visits': \\"often\\" is no number`,
  );
});

test('an input may be filled from the text of the items', async () => {
  const columnInputs = [
    ...TABLE.columnInputs.filter(({ name }) => name !== 'city'),
    { name: 'city', columns: ['text'] },
  ];
  const outcome = await evaluation((_text, place) => truthOf(place), { ...TABLE, columnInputs }, tableModel(), null);
  expect(outcome).toMatchObject({ state: 'finished' });
});

test('rows of numbers whose columns nobody named cannot be measured, and the sentence says how they can', async () => {
  const mapping: ModelMapping = { ...TABLE, input: 'features', features: 'x' };
  const outcome = await evaluation(() => ({ labels: ['no'] }), mapping, tableModel(), null);
  expect(outcome).toMatchObject({ state: 'failed', error: { code: 'features-without-data' } });
  expect(JSON.stringify(outcome)).toContain('list the columns that fill the input');
});

test('labels that the model does not have are named', async () => {
  const outcome = await evaluation(() => ({ labels: ['urgent'] }));
  expect(outcome).toMatchObject({ state: 'failed', error: { code: 'labels-do-not-fit' } });
  expect(JSON.stringify(outcome)).toContain('urgent');
});

test('a tokenizer that cannot be used is named as the reason, with what is wrong in it', async () => {
  const unknown = JSON.stringify({ ...(JSON.parse(tokenizerJson.toString()) as object), normalizer: { type: 'Odd' } });
  const outcome = await evaluation(() => ({ labels: ['ham'] }), MAPPING, model, Buffer.from(unknown));
  expect(outcome).toMatchObject({ state: 'failed', error: { code: 'tokenizer-refused' } });
  expect(JSON.stringify(outcome)).toContain('Odd');
});

const REGRESSION: ModelMapping = { ...MAPPING, outputKind: 'values', task: 'regression', labels: [] };

/** A regression in a file, and what it predicts for each text. */
async function regression(): Promise<{ bytes: Buffer; predicted: Map<string, number> }> {
  const place = join(folder, 'regression');
  await mkdir(place, { recursive: true });
  const settings = tinySettings({ architecture: 'encoder-classifier', head: { task: 'regression', outputs: 1 } });
  const checkpointPath = await writeTinyCheckpoint(place, settings, 3);
  await exportModel({ checkpointPath, folder: place, producerVersion: '0', lineage: {} });
  const here = await openOnnxModel(join(place, 'model.onnx'), REGRESSION, tokenizer);
  const numbers = await here.predict({ texts: TEXTS });
  await here.dispose();
  const predicted = new Map(TEXTS.map((text, index) => [text, numbers[index] ?? Number.NaN]));
  return { bytes: await readFile(join(place, 'model.onnx')), predicted };
}

test('a regression is measured by its errors', async () => {
  const { bytes, predicted } = await regression();
  // Every true number is 2 above what is predicted, or 1 below.
  const offsetOf = (text: string) => (text.length % 2 === 0 ? 2 : -1);
  const outcome = await evaluation((text) => ({ value: predicted.get(text)! + offsetOf(text) }), REGRESSION, bytes);
  const result = evaluateOnnxJob.result.parse('result' in outcome ? outcome.result : outcome);
  const value = (name: string) => result.metrics.find(({ metric }) => metric === name)?.value ?? Number.NaN;
  const meanOf = (of: (text: string) => number) => TEXTS.reduce((sum, text) => sum + of(text), 0) / TEXTS.length;
  const truth = (text: string) => predicted.get(text)! + offsetOf(text);
  const squares = meanOf((text) => offsetOf(text) ** 2);
  expect(value('mean-absolute-error')).toBeCloseTo(
    meanOf((text) => Math.abs(offsetOf(text))),
    4,
  );
  expect(value('mean-squared-error')).toBeCloseTo(squares, 4);
  const mean = meanOf(truth);
  expect(value('r-squared')).toBeCloseTo(1 - squares / meanOf((text) => (truth(text) - mean) ** 2), 3);
  expect([result.items, result.classes, result.curves]).toEqual([TEXTS.length, 0, []]);
});

test('data without numbers cannot measure a regression', async () => {
  const { bytes } = await regression();
  const outcome = await evaluation(() => ({ labels: ['ham'] }), REGRESSION, bytes);
  expect(outcome).toMatchObject({ state: 'failed', error: { code: 'values-missing' } });
});

test('an inspection says what the model declares, or why it is refused', async () => {
  const declared = await outcomeOf(inspectOnnxJob.kind, {}, { 'model.onnx': model });
  expect(declared).toMatchObject({ state: 'finished', result: { opset: 17, outputs: [{ name: 'logits' }] } });
  const refused = await outcomeOf(inspectOnnxJob.kind, {}, { 'model.onnx': Buffer.from('no model') });
  expect(refused).toMatchObject({ state: 'failed', error: { code: 'model-file-refused' } });
});
