import '../../../testing/browser-stubs.ts';
import type { ModelFile, ModelMapping } from '@greenlight/shared/stages/training/imported-models.ts';
import { fireEvent, screen, waitFor } from '@testing-library/react';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { renderPart } from '../../../testing/render.tsx';
import { translationsIn } from '../../../testing/translations.ts';
import { mappingValues } from '../mapping-values.ts';
import { ModelFilePanel } from './model-file-panel.tsx';
import { ModelFileUpload } from './model-file-upload.tsx';

const PROJECT_ID = '01a20a76-a2a3-7a62-8176-708ce0b86c34';
const request = vi.fn<typeof fetch>();
const addressOf = (address: RequestInfo | URL): string =>
  address instanceof Request ? address.url : address.toString();
const wishes = () => request.mock.calls.filter(([, init]) => init?.method !== 'GET');

const MAPPING: ModelMapping = {
  input: 'text',
  inputIds: 'input_ids',
  attentionMask: null,
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

function fileWith(changes: Partial<ModelFile>): ModelFile {
  return {
    id: PROJECT_ID,
    projectId: PROJECT_ID,
    name: 'Filter',
    sha256: 'a'.repeat(64),
    sizeBytes: 2048,
    state: 'ready',
    description: {
      inputs: [{ name: 'input_ids', type: 'int64', shape: ['batch', ''] }],
      outputs: [{ name: 'logits', type: 'float32', shape: ['batch', 2] }],
      opset: 17,
      irVersion: 8,
      producer: 'elsewhere',
      metadata: {},
    },
    mapping: null,
    tokenizerSha256: null,
    error: null,
    createdAt: '2026-01-01T00:00:00.000Z',
    ...changes,
  };
}

beforeEach(() => {
  vi.stubGlobal('fetch', request);
  translationsIn('en');
  request.mockImplementation(async (address) =>
    addressOf(address).endsWith('/predict')
      ? Response.json({ labels: ['ham', 'spam'], probabilities: [[0.25, 0.75]], values: null, elapsedMs: 3 })
      : Response.json({ items: [], nextCursor: null }),
  );
});
afterEach(() => {
  vi.unstubAllGlobals();
  vi.resetAllMocks();
});

test('a refused model says why and what to do, and offers nothing', () => {
  const error = { code: 'x', message: { en: 'Weights elsewhere.' }, advice: { en: 'Use one file.' } };
  renderPart(<ModelFilePanel file={fileWith({ state: 'refused', description: null, error })} />);
  expect(screen.getByText('Weights elsewhere.')).toBeTruthy();
  expect(screen.getByText('Use one file.')).toBeTruthy();
  expect(screen.queryByTestId('mapping-save')).toBeNull();
});

test('a model that was opened shows what it declares, and is asked only with a mapping and its tokenizer', () => {
  renderPart(<ModelFilePanel file={fileWith({ mapping: MAPPING })} />);
  expect(screen.getByText('Opset 17, IR version 8')).toBeTruthy();
  expect(screen.getByText('batch × ?')).toBeTruthy();
  expect(screen.getByText('A model of texts needs its tokenizer.')).toBeTruthy();
  expect(screen.queryByTestId('model-ask')).toBeNull();
});

test('a mapped model is asked, and answers with a share for each class', async () => {
  renderPart(<ModelFilePanel file={fileWith({ mapping: MAPPING, tokenizerSha256: 'b'.repeat(64) })} />);
  fireEvent.change(screen.getByTestId('model-text'), { target: { value: 'buy now' } });
  fireEvent.click(screen.getByTestId('model-ask'));
  expect(await screen.findByText('75 %')).toBeTruthy();
  const asked = wishes().find(([address]) => addressOf(address).endsWith('/predict'));
  expect(JSON.parse(asked?.[1]?.body as string)).toEqual({ texts: ['buy now'] });
});

test('why a model cannot answer is read on the page', async () => {
  const message = { zh: '模型给出的数值不是有限数。', en: 'The model answered with numbers that are not finite.' };
  const details = { fields: [{ field: 'model', message }] };
  request.mockImplementation(async (address) =>
    addressOf(address).endsWith('/predict')
      ? Response.json({ error: { code: 'model-file-failed', message: 'It failed.', details } }, { status: 422 })
      : Response.json({ items: [], nextCursor: null }),
  );
  renderPart(<ModelFilePanel file={fileWith({ mapping: MAPPING, tokenizerSha256: 'b'.repeat(64) })} />);
  fireEvent.change(screen.getByTestId('model-text'), { target: { value: 'buy now' } });
  fireEvent.click(screen.getByTestId('model-ask'));
  expect((await screen.findByTestId('field-problems')).textContent).toBe(`The model: ${message.en}`);
});

const REGRESSION: ModelMapping = { ...MAPPING, outputKind: 'values', task: 'regression', labels: [] };

test('a regression is mapped without classes, and answers with its number', async () => {
  request.mockImplementation(async (address) =>
    addressOf(address).endsWith('/predict')
      ? Response.json({ labels: [], probabilities: [], values: [-3.25], elapsedMs: 3 })
      : Response.json({ items: [], nextCursor: null }),
  );
  renderPart(<ModelFilePanel file={fileWith({ mapping: REGRESSION, tokenizerSha256: 'b'.repeat(64) })} />);
  expect(screen.getByText('one number (regression)')).toBeTruthy();
  expect(screen.queryByLabelText('Names of the classes, in the order of the output’s columns')).toBeNull();
  fireEvent.change(screen.getByTestId('model-text'), { target: { value: 'buy now' } });
  fireEvent.click(screen.getByTestId('model-ask'));
  expect((await screen.findByTestId('model-value')).textContent).toContain('3.25');
  fireEvent.click(screen.getByTestId('mapping-save'));
  await waitFor(() => expect(wishes().filter(([, init]) => init?.method === 'PUT')).toHaveLength(1));
  const saved = wishes().find(([, init]) => init?.method === 'PUT');
  expect(JSON.parse(saved?.[1]?.body as string)).toEqual(REGRESSION);
});

test('a model that takes strings is proposed to be given texts as they are, and wants no tokenizer', async () => {
  const { description } = fileWith({});
  const inputs = [{ name: 'text', type: 'string', shape: ['N', 1] }];
  const mapping: ModelMapping = {
    ...{ input: 'raw-text', texts: 'text', output: 'logits', outputKind: 'logits' },
    ...{ task: 'single-label', labels: ['ham', 'spam'] },
  };
  const opened = description === null ? null : { ...description, inputs };
  const { unmount } = renderPart(<ModelFilePanel file={fileWith({ description: opened })} />);
  expect(screen.getByText('texts as they are')).toBeTruthy();
  expect(screen.queryByText('A model of texts needs its tokenizer.')).toBeNull();
  unmount();
  renderPart(<ModelFilePanel file={fileWith({ description: opened, mapping })} />);
  expect(screen.getByTestId('model-ask')).toBeTruthy();
  fireEvent.click(screen.getByTestId('mapping-save'));
  await waitFor(() => expect(wishes()).toHaveLength(1));
  expect(JSON.parse(wishes()[0]?.[1]?.body as string)).toEqual(mapping);
});

test('a model of a table is asked with a field for each input, and the page says how a program asks it', async () => {
  const { description } = fileWith({});
  const inputs = [
    { name: 'age', type: 'float32', shape: ['N', 1] },
    { name: 'city', type: 'string', shape: ['N', 1] },
    { name: 'sizes', type: 'float32', shape: ['N', 3] },
  ];
  const mapping: ModelMapping = {
    ...{ input: 'columns', output: 'logits', outputKind: 'logits', task: 'single-label', labels: ['ham', 'spam'] },
    columnInputs: [
      { name: 'age', columns: ['years'] },
      { name: 'city', columns: ['city'] },
      { name: 'sizes', columns: ['left', 'middle', 'right'] },
    ],
  };
  renderPart(<ModelFilePanel file={fileWith({ description: description && { ...description, inputs }, mapping })} />);
  expect(screen.getByText('years')).toBeTruthy();
  expect(screen.getByTestId('model-evaluate')).toBeTruthy();
  const [address, body] = screen.getByTestId('model-call').textContent.split('\n');
  expect(address).toBe(`POST /api/model-files/${PROJECT_ID}/predict`);
  expect(JSON.parse(body ?? '')).toEqual({ rows: [{ age: 0, city: 'a', sizes: [0, 0, 0] }] });
  for (const [label, value] of [
    ['age', '30.5'],
    ['city', 'Bern'],
    ['sizes', '1, 2, 3'],
  ] as const) {
    fireEvent.change(screen.getByLabelText(label), { target: { value } });
  }
  fireEvent.click(screen.getByTestId('model-ask'));
  expect(await screen.findByText('75 %')).toBeTruthy();
  const asked = wishes().find(([to]) => addressOf(to).endsWith('/predict'));
  expect(JSON.parse(asked?.[1]?.body as string)).toEqual({
    rows: [{ age: '30.5', city: 'Bern', sizes: ['1', '2', '3'] }],
  });
  fireEvent.click(screen.getByTestId('mapping-save'));
  await waitFor(() => expect(wishes().filter(([, init]) => init?.method === 'PUT')).toHaveLength(1));
  const saved = wishes().find(([, init]) => init?.method === 'PUT');
  expect(JSON.parse(saved?.[1]?.body as string)).toEqual(mapping);
});

test('an output that can be measured is proposed, with the classes that the file names', () => {
  const { description } = fileWith({});
  const outputs = [
    { name: 'label', type: 'string', shape: ['N'] },
    { name: 'probability', type: 'float32', shape: ['N', 2], columns: ['ham', 'spam'] },
  ];
  const proposed = description === null ? null : mappingValues({ ...description, outputs }, null);
  expect(proposed).toMatchObject({ output: 'probability', outputKind: 'probabilities', labels: ['ham', 'spam'] });
});

test('an evaluation names its metrics as the other pages do', async () => {
  const at = '2026-01-01T00:00:00.000Z';
  const metric = { metric: 'accuracy', value: 0.75, low: 0.5, high: 1, items: 8, note: null };
  const result = {
    ...{ split: 'test', sameAsTraining: false, items: 8, sentences: 8, classes: 2, metrics: [metric], curves: [] },
    ...{ confusion: [], samples: [], elapsedMs: 5, predictionsSha256: 'c'.repeat(64) },
  };
  const job = {
    ...{ id: PROJECT_ID, projectId: PROJECT_ID, kind: 'evaluate-onnx', state: 'finished', attempts: 1, result },
    ...{ progress: null, error: null, cancelRequestedAt: null, createdAt: at, startedAt: at, finishedAt: at },
    evaluationId: null,
  };
  request.mockImplementation(async (address) =>
    Response.json({ items: addressOf(address).endsWith('/evaluations') ? [job] : [], nextCursor: null }),
  );
  renderPart(<ModelFilePanel file={fileWith({ mapping: MAPPING, tokenizerSha256: 'b'.repeat(64) })} />);
  expect(await screen.findByRole('button', { name: 'Accuracy' })).toBeTruthy();
});

test('the mapping that is shown is the one that is saved', async () => {
  renderPart(<ModelFilePanel file={fileWith({ mapping: MAPPING })} />);
  fireEvent.click(screen.getByTestId('mapping-save'));
  await waitFor(() => expect(wishes()).toHaveLength(1));
  expect(JSON.parse(wishes()[0]?.[1]?.body as string)).toEqual(MAPPING);
});

test('a file is sent with its name, size and checksum', async () => {
  renderPart(<ModelFileUpload projectId={PROJECT_ID} />);
  fireEvent.click(screen.getByTestId('model-file-upload'));
  expect(await screen.findByText('Give the model a name.')).toBeTruthy();
  fireEvent.change(screen.getByTestId('model-file'), { target: { files: [new File(['abc'], 'filter.onnx')] } });
  fireEvent.click(screen.getByTestId('model-file-upload'));
  await waitFor(() => expect(wishes()).toHaveLength(1));
  const url = new URL(addressOf(wishes()[0]?.[0] ?? ''), 'http://localhost');
  expect(Object.fromEntries(url.searchParams)).toEqual({
    name: 'filter',
    // SHA-256 of "abc", from FIPS 180-4.
    sha256: 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad',
    sizeBytes: '3',
  });
});
