import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fromBinary, toBinary } from '@bufbuild/protobuf';
import type { ModelMapping } from '@greenlight/shared/stages/training/imported-models.ts';
import { ModelProtoSchema } from 'onnx-buf';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { encodeModel } from '../graph/encode.ts';
import { ModelFileError } from './inspect-file.ts';
import { describeOnnxModel, openOnnxModel } from './onnx-model.ts';
import { rawTextModel } from './test-support/raw-text-model.ts';

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'greenlight-calls-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** What a model of texts declares. */
interface Declared {
  inputs: string[];
  rows?: number;
  length?: number;
  outputType?: 'float32' | 'float16';
}

/**
 * A model of texts as another tool might write it, which tells padding from nothing: the mean of each input over the tokens, weighted by its place,
 * gives the logits s and −s.
 */
async function textModel(name: string, { inputs, rows, length, outputType = 'float32' }: Declared): Promise<string> {
  const symbols: Record<number, string> = {};
  if (rows === undefined) symbols[0] = 'N';
  if (length === undefined) symbols[1] = 'T';
  const weights = inputs.map((_, place) => [10 ** -place, -(10 ** -place)]).flat();
  const node = (operator: string, from: string[], to: string, attributes = {}) => ({
    ...{ operator, domain: '', inputs: from, outputs: [to], attributes },
  });
  const bytes = encodeModel({
    nodes: [
      ...inputs.flatMap((input) => [
        node('Cast', [input], `${input}.float`, { to: { int: 1 } }),
        node('ReduceMean', [`${input}.float`, 'axis'], `${input}.mean`, { keepdims: { int: 1 } }),
      ]),
      node(
        'Concat',
        inputs.map((input) => `${input}.mean`),
        'means',
        { axis: { int: 1 } },
      ),
      node('MatMul', ['means', 'w'], 'z'),
      node('Cast', ['z'], 'logits', { to: { int: outputType === 'float32' ? 1 : 10 } }),
    ],
    initialisers: [
      { name: 'axis', shape: [1], type: 'int64', bytes: new Uint8Array(BigInt64Array.of(1n).buffer) },
      {
        ...{ name: 'w', shape: [inputs.length, 2], type: 'float32' },
        bytes: new Uint8Array(Float32Array.from(weights).buffer),
      },
    ],
    inputs: inputs.map((input) => ({ name: input, shape: [rows ?? 1, length ?? 1], type: 'int32', symbols })),
    outputs: [
      {
        name: 'logits',
        shape: [rows ?? 1, 2],
        type: 'float32',
        ...(rows === undefined ? { symbols: { 0: 'N' } } : {}),
      },
    ],
    sequenceOutput: null,
  });
  const model = fromBinary(ModelProtoSchema, bytes);
  const type = model.graph?.output[0]?.type?.value;
  if (type?.case === 'tensorType' && outputType === 'float16') type.value.elemType = 10;
  const path = join(folder, name);
  await writeFile(path, toBinary(ModelProtoSchema, model));
  return path;
}

const PLAIN: Extract<ModelMapping, { input: 'text' }> = {
  ...{ input: 'text', inputIds: 'ids', attentionMask: null, otherInputs: [], output: 'logits', outputKind: 'logits' },
  ...{ task: 'multi-label', labels: ['for', 'against'], before: [], after: [], paddingId: 0, maxTokens: 12 },
};

/** The logit s that a probability came from. */
const logitOf = (probability: number | undefined): number => Math.log((probability ?? 0) / (1 - (probability ?? 0)));

const IDS = [
  Int32Array.of(3),
  Int32Array.of(1, 2, 3, 4),
  Int32Array.of(2, 2),
  Int32Array.of(4, 0, 2),
  Int32Array.of(1),
];
const MEANS = [3, 2.5, 2, 2, 1];

test('inputs that say nothing of the text hold what the mapping says, as BERT wants its token types', async () => {
  const path = await textModel('bert.onnx', { inputs: ['ids', 'types', 'position_ids'] });
  const otherInputs = [
    { name: 'types', fill: 'ones' as const },
    { name: 'position_ids', fill: 'positions' as const },
  ];
  await expect(openOnnxModel(path, PLAIN, null)).rejects.toThrow(
    'nothing is said about the inputs types, position_ids',
  );
  await expect(openOnnxModel(path, { ...PLAIN, otherInputs: [...otherInputs, ...otherInputs] }, null)).rejects.toThrow(
    'named twice',
  );
  const model = await openOnnxModel(path, { ...PLAIN, otherInputs }, null);
  const answers = await model.predictIds(IDS);
  IDS.forEach(({ length }, item) => {
    expect(logitOf(answers[2 * item])).toBeCloseTo((MEANS[item] ?? 0) + 0.1 + (0.01 * (length - 1)) / 2, 4);
  });
  await model.dispose();
});

test('without a mask no text is padded, so that its answer does not depend on the others', async () => {
  const model = await openOnnxModel(await textModel('no-mask.onnx', { inputs: ['ids'] }), PLAIN, null);
  const answers = await model.predictIds(IDS);
  MEANS.forEach((mean, item) => expect(logitOf(answers[2 * item])).toBeCloseTo(mean, 4));
  await model.dispose();
});

test.each([
  ['one row', { rows: 1 }],
  ['two rows', { rows: 2 }],
  ['four tokens', { length: 4 }],
  ['three rows of six tokens', { rows: 3, length: 6 }],
])('a model that takes exactly %s is given them', async (name, sizes) => {
  const path = await textModel(`fixed-${name}.onnx`, { inputs: ['ids'], ...sizes });
  const model = await openOnnxModel(path, PLAIN, null);
  const answers = await model.predictIds(IDS);
  expect(answers).toHaveLength(2 * IDS.length);
  const { length } = { length: null, ...sizes };
  IDS.forEach((ids, item) => {
    const total = ids.reduce((sum, id) => sum + id, 0);
    expect(logitOf(answers[2 * item])).toBeCloseTo(total / (length ?? ids.length), 4);
  });
  await model.dispose();
});

test.each([
  ['rows', { rows: 2 ** 40 }],
  ['tokens', { length: 2 ** 40 }],
])('a model that fixes more %s than there can be refuses to answer, in words', async (name, sizes) => {
  const huge = await textModel(`huge ${name}.onnx`, { inputs: ['ids'], ...sizes });
  const texts = await openOnnxModel(huge, PLAIN, null);
  await expect(texts.predictIds(IDS)).rejects.toThrow(ModelFileError);
  await texts.dispose();
});

test('answers in half precision are understood', async () => {
  const half = await textModel('half.onnx', { inputs: ['ids'], outputType: 'float16' });
  const texts = await openOnnxModel(half, PLAIN, null);
  const answers = await texts.predictIds(IDS);
  MEANS.forEach((mean, item) => expect(logitOf(answers[2 * item])).toBeCloseTo(mean, 2));
  await texts.dispose();
});

/** A model of images as another tool might write it: two logits for each, in as many dimensions as `output` has. */
async function imageModel(name: string, image: (number | string)[], output: number[]): Promise<string> {
  const free = [0, ...image.keys().map((axis) => axis + 1)].filter(
    (axis) => axis === 0 || typeof image[axis - 1] === 'string',
  );
  const shape = [1, ...image.map((size) => (typeof size === 'string' ? 7 : size))];
  const numbers = shape.reduce((product, size) => product * size);
  const node = (operator: string, inputs: string[], to: string) => ({
    ...{ operator, domain: '', inputs, outputs: [to], attributes: {} },
  });
  const int64 = (constant: string, values: number[]) => ({
    ...{ name: constant, shape: [values.length], type: 'int64' as const },
    bytes: new Uint8Array(BigInt64Array.from(values, BigInt).buffer),
  });
  const weights = Float32Array.from(
    { length: 2 * numbers },
    (_, place) => (place % 2 === 0 ? place : -place) / numbers,
  );
  const bytes = encodeModel({
    nodes: [
      node('Flatten', ['image'], 'flat'),
      node('MatMul', ['flat', 'w'], 'z'),
      node('Reshape', ['z', 'to'], 'logits'),
    ],
    initialisers: [
      { name: 'w', shape: [numbers, 2], type: 'float32', bytes: new Uint8Array(weights.buffer) },
      int64('to', [-1, ...output]),
    ],
    inputs: [
      { name: 'image', shape, type: 'float32', symbols: Object.fromEntries(free.map((axis) => [axis, `d${axis}`])) },
    ],
    outputs: [{ name: 'logits', shape: [1, ...output], type: 'float32', symbols: { 0: 'd0' } }],
    sequenceOutput: null,
  });
  const path = join(folder, name);
  await writeFile(path, bytes);
  return path;
}

const IMAGES: Extract<ModelMapping, { input: 'features' }> = {
  ...{ input: 'features', features: 'image', output: 'logits', outputKind: 'logits' },
  ...{ task: 'multi-label', labels: ['for', 'against'] },
};

test.each([
  ['images', [1, 2, 3], [2]],
  ['images, with an answer in as many dimensions', [2, 3, 1], [2, 1, 1]],
  ['rows of a table', [2, 3], [2]],
])('a model of %s is given the numbers of each item in its own dimensions', async (name, image, output) => {
  const model = await openOnnxModel(await imageModel(`${name}.onnx`, image, output), IMAGES, null);
  const features = [
    [1, 0, 0, 0, 0, 2],
    [0, 3, 0, 0, 0, 0],
    [0, 0, 0, 0, 0, 0],
  ];
  const answers = await model.predict({ features });
  [(2 * 10) / 6, (3 * 2) / 6, 0].forEach((logit, item) => expect(logitOf(answers[2 * item])).toBeCloseTo(logit, 5));
  await expect(model.predict({ features: [[1, 2]] })).rejects.toThrow("'image' takes 6 numbers for each item, not 2");
  await model.dispose();
});

test('a model of images of any size is not asked: nothing says what a row of numbers would be', async () => {
  const path = await imageModel('any size.onnx', [1, 'height', 'width'], [2]);
  await expect(openOnnxModel(path, IMAGES, null)).rejects.toThrow("'image' has 4 dimensions, not items and values");
});

const RAW: Extract<ModelMapping, { input: 'raw-text' }> = {
  ...{ input: 'raw-text', texts: 'text', output: 'p', outputKind: 'probabilities' },
  ...{ task: 'single-label', labels: ['ham', 'spam'] },
};

test.each([
  ['a row of texts', ['N']],
  ['a column of texts', ['N', 1]],
  ['two texts at a time', [2, 1]],
])('a model that takes %s as they are is given them, whatever they hold', async (name, shape) => {
  const path = join(folder, `raw ${name}.onnx`);
  const known = { '中奖了🎉 click': 0.75, '': 0.5, 'a\nb': 0.25 };
  await writeFile(path, rawTextModel(known, shape));
  expect((await describeOnnxModel(path)).inputs).toEqual([{ name: 'text', type: 'string', shape }]);
  const model = await openOnnxModel(path, RAW, null);
  const answers = await model.predict({ texts: [...Object.keys(known), 'unknown'] });
  expect([...answers]).toEqual([0.25, 0.75, 0.5, 0.5, 0.75, 0.25, 1, 0]);
  await expect(model.predict({ features: [[1]] })).rejects.toThrow('takes texts');
  await expect(model.predictIds(IDS)).rejects.toThrow('takes texts, not token ids');
  await model.dispose();
});

test('a model of numbers, or of several texts for each item, is not asked with texts as they are', async () => {
  const ids = await textModel('ids.onnx', { inputs: ['ids'] });
  await expect(openOnnxModel(ids, { ...RAW, texts: 'ids', output: 'logits' }, null)).rejects.toThrow(
    "'ids' takes int32, not string",
  );
  const pairs = join(folder, 'pairs.onnx');
  await writeFile(pairs, rawTextModel({ a: 1 }, ['N', 2]));
  await expect(openOnnxModel(pairs, RAW, null)).rejects.toThrow("'text' takes N × 2 texts, not one for each item");
});
