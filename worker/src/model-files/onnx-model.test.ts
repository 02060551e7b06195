import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { create } from '@bufbuild/protobuf';
import type { ModelMapping } from '@greenlight/shared/stages/training/imported-models.ts';
import {
  AttributeProto_AttributeType,
  AttributeProtoSchema,
  NodeProtoSchema,
  OperatorSetIdProtoSchema,
  TensorProtoSchema,
  ValueInfoProtoSchema,
  type ModelProto,
} from 'onnx-buf';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { encodeModel } from '../graph/encode.ts';
import { CharacterTokenizer } from '@greenlight/shared/tokenizers/character.ts';
import { exportModel } from './export-model.ts';
import { ModelFileError } from './inspect-file.ts';
import { describeOnnxModel, openOnnxModel } from './onnx-model.ts';
import { tinySettings, writeTinyCheckpoint } from './test-support/exported-model.ts';
import { alteredFeatureModel, featureModel } from './test-support/feature-model.ts';

let folder: string;
let classifier: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'greenlight-import-'));
  await mkdir(join(folder, 'classifier'));
  const checkpointPath = await writeTinyCheckpoint(folder, tinySettings({ architecture: 'encoder-classifier' }), 3);
  await exportModel({
    checkpointPath,
    folder: join(folder, 'classifier'),
    producerVersion: '9',
    lineage: { from: 'here' },
  });
  classifier = join(folder, 'classifier', 'model.onnx');
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

const tokenizer = new CharacterTokenizer([...'abcdefghij']);

const altered = (name: string, change: (model: ModelProto) => void): Promise<string> =>
  alteredFeatureModel(folder, name, change);

const FEATURES: ModelMapping = {
  input: 'features',
  features: 'x',
  output: 'p',
  outputKind: 'probabilities',
  task: 'single-label',
  labels: ['no', 'yes'],
};

test('what a model declares is read from the file', async () => {
  expect(await describeOnnxModel(classifier)).toMatchObject({
    inputs: [
      { name: 'input_ids', type: 'int64', shape: ['batch_size', 'encoder_sequence_length'] },
      { name: 'attention_mask', type: 'int64', shape: ['batch_size', 'encoder_sequence_length'] },
    ],
    outputs: [{ name: 'logits', type: 'float32', shape: ['batch_size', 3] }],
    opset: 17,
    irVersion: 8,
    producer: 'greenlight 9',
    metadata: { from: 'here', 'greenlight.architecture': 'encoder-classifier' },
  });
});

test('texts are answered with probabilities that do not depend on what else is asked', async () => {
  const model = await openOnnxModel(classifier, TEXT, tokenizer);
  const together = await model.predict({ texts: ['abc', 'jihgfedcbaabcdefghij', ''] });
  expect(together.length).toBe(9);
  for (const [index, text] of ['abc', 'jihgfedcbaabcdefghij', ''].entries()) {
    const row = [...together.subarray(index * 3, index * 3 + 3)];
    expect(row.reduce((sum, value) => sum + value, 0)).toBeCloseTo(1, 6);
    const alone = await model.predict({ texts: [text] });
    row.forEach((value, column) => expect(value).toBeCloseTo(alone[column] ?? Number.NaN, 5));
  }
  await expect(model.predict({ features: [[1, 2]] })).rejects.toThrow('takes texts');
  await model.dispose();
});

test('logits of several labels become sigmoids', async () => {
  const single = await openOnnxModel(classifier, TEXT, tokenizer);
  const several = await openOnnxModel(classifier, { ...TEXT, task: 'multi-label' }, tokenizer);
  const [p, q] = [await single.predict({ texts: ['abc'] }), await several.predict({ texts: ['abc'] })];
  // softmax(z) is proportional to exp(z), and σ(z) / (1 − σ(z)) is exp(z).
  const odds = [...q].map((value) => value / (1 - value));
  const total = odds.reduce((sum, value) => sum + value, 0);
  odds.forEach((value, index) => expect(value / total).toBeCloseTo(p[index] ?? Number.NaN, 5));
  await Promise.all([single.dispose(), several.dispose()]);
});

test('features are answered as they are', async () => {
  const model = await openOnnxModel(await featureModel(folder, 'features.onnx'), FEATURES, null);
  const probabilities = await model.predict({
    features: [
      [1, 0],
      [0, 2],
    ],
  });
  const sigmoid = (x: number) => 1 / (1 + Math.exp(-x));
  [sigmoid(2), sigmoid(-2), sigmoid(-3), sigmoid(3)].forEach((value, index) =>
    expect(probabilities[index]).toBeCloseTo(value, 6),
  );
  await expect(model.predict({ features: [[1, 2], [1]] })).rejects.toThrow('different numbers of features');
  await expect(model.predict({ features: [[1, 2, 3]] })).rejects.toThrow('could not answer');
  await expect(model.predict({ texts: ['a'] })).rejects.toThrow(ModelFileError);
  await model.dispose();
});

test('a NUL byte in what a file says of itself is shown as its picture, which the server can keep', async () => {
  const path = await altered('nul.onnx', (model) => {
    Object.assign(model, { producerName: 'odd\0tool', producerVersion: '' });
    model.metadataProps.push({ $typeName: 'onnx.StringStringEntryProto', key: 'a\0', value: '\0' });
  });
  const { producer, metadata } = await describeOnnxModel(path);
  expect([producer, metadata['a\u2400']]).toEqual(['odd\u2400tool', '\u2400']);
});

test('a model without inputs or outputs is refused when it is opened', async () => {
  const noOutput = await altered('no-output.onnx', ({ graph }) => (graph!.output = []));
  await expect(describeOnnxModel(noOutput)).rejects.toThrow('declares no output');
  const noInput = await altered('no-input.onnx', ({ graph }) => {
    const weights = graph!.initializer[0]!;
    graph!.input = [];
    graph!.initializer.push(create(TensorProtoSchema, { ...weights, name: 'x' }));
  });
  await expect(describeOnnxModel(noInput)).rejects.toThrow('declares no input');
});

test.each([
  ['int8', 3, -100, 200],
  ['uint8', 2, 200, -1],
  ['int16', 5, -3000, 40_000],
  ['uint16', 4, 60_000, 1.5],
  ['uint32', 12, 4_000_000_000, 2 ** 32],
  ['uint64', 13, 2 ** 50, -1],
  ['bool', 9, 1, 2],
] as const)(
  'rows of numbers are taken as %s, and refused where it does not hold them',
  async (type, code, held, notHeld) => {
    const path = await altered(`${type}.onnx`, ({ graph }) => {
      const { type: declared } = graph!.input[0]!;
      if (declared?.value.case === 'tensorType') declared.value.value.elemType = code;
      graph!.node.unshift(
        create(NodeProtoSchema, {
          opType: 'Cast',
          input: ['x'],
          output: ['number'],
          attribute: [create(AttributeProtoSchema, { name: 'to', type: AttributeProto_AttributeType.INT, i: 1n })],
        }),
      );
      for (const node of graph!.node) if (node.opType === 'MatMul') node.input[0] = 'number';
    });
    const rows = await openOnnxModel(path, FEATURES, null);
    // The first class is certain above zero, and the second below it.
    const [first] = await rows.predict({ features: [[held, 0]] });
    expect(Math.round(first ?? 0.5)).toBe(held > 0 ? 1 : 0);
    await expect(rows.predict({ features: [[notHeld, 0]] })).rejects.toThrow(`the number ${notHeld} is no ${type}`);
    await rows.dispose();
  },
);

test('rows of numbers and answers in double and in half precision are taken, and the model is described as it is', async () => {
  const retyped = (name: string, type: number, weights: ArrayBuffer) =>
    altered(name, ({ graph }) => {
      for (const weight of graph?.initializer ?? []) {
        Object.assign(weight, { dataType: type, rawData: new Uint8Array(weights) });
      }
      for (const { type: declared } of [...(graph?.input ?? []), ...(graph?.output ?? [])]) {
        if (declared?.value.case === 'tensorType') declared.value.value.elemType = type;
      }
    });
  const double = await retyped('double.onnx', 11, Float64Array.of(1, -1, 0.5, 2).buffer);
  const rows = await openOnnxModel(double, FEATURES, null);
  expect((await rows.predict({ features: [[1, 0]] }))[0]).toBeCloseTo(1 / (1 + Math.exp(-2)), 6);
  await rows.dispose();
  const halves = await retyped('halves.onnx', 10, Float16Array.of(1, -1, 0.5, 2).buffer);
  expect((await describeOnnxModel(halves)).inputs).toEqual([{ name: 'x', type: 'float16', shape: ['N', 2] }]);
  const halfRows = await openOnnxModel(halves, FEATURES, null);
  expect((await halfRows.predict({ features: [[1, 0]] }))[0]).toBeCloseTo(1 / (1 + Math.exp(-2)), 3);
  await expect(halfRows.predict({ features: [[1e6, 0]] })).rejects.toThrow('the number 1000000 is no float16');
  await halfRows.dispose();
});

test('the maps that classifiers of scikit-learn end in are read as the probabilities that they were made of', async () => {
  const path = await altered('zipmap.onnx', (model) => {
    const { graph } = model;
    const classes = { name: 'classlabels_strings', type: AttributeProto_AttributeType.STRINGS };
    const strings = ['否', 'yes'].map((text) => new TextEncoder().encode(text));
    graph?.node.push(
      create(NodeProtoSchema, {
        ...{ opType: 'ZipMap', domain: 'ai.onnx.ml', input: ['p'], output: ['maps'] },
        attribute: [{ ...classes, strings }],
      }),
    );
    const map = { keyType: 8, valueType: { value: { case: 'tensorType' as const, value: { elemType: 1 } } } };
    const elemType = { value: { case: 'mapType' as const, value: map } };
    const type = { value: { case: 'sequenceType' as const, value: { elemType } } };
    graph?.output.push(create(ValueInfoProtoSchema, { name: 'maps', type }));
    model.opsetImport.push(create(OperatorSetIdProtoSchema, { domain: 'ai.onnx.ml', version: 1n }));
  });
  const { outputs } = await describeOnnxModel(path);
  expect(outputs).toContainEqual({ name: 'maps', type: 'float32', shape: ['N', 2], columns: ['否', 'yes'] });
  const [maps, plain] = [
    await openOnnxModel(path, { ...FEATURES, output: 'maps' }, null),
    await openOnnxModel(path, FEATURES, null),
  ];
  const input = {
    features: [
      [1, 0],
      [-3, 0.5],
    ],
  };
  expect([...(await maps.predict(input))]).toEqual([...(await plain.predict(input))]);
  await maps.dispose();
  await plain.dispose();
});

/** A regression as another tool might write it: x₁ − x₂ / 2, as [N, 1] or, without its second dimension, as [N]. */
async function regressionModel(name: string, isFlat: boolean): Promise<string> {
  const bytes = encodeModel({
    nodes: [
      { operator: 'MatMul', domain: '', inputs: ['x', 'w'], outputs: [isFlat ? 'z' : 'y'], attributes: {} },
      ...(isFlat ? [{ operator: 'Squeeze', domain: '', inputs: ['z', 'axes'], outputs: ['y'], attributes: {} }] : []),
    ],
    initialisers: [
      { name: 'w', shape: [2, 1], type: 'float32', bytes: new Uint8Array(Float32Array.of(1, -0.5).buffer) },
      { name: 'axes', shape: [1], type: 'int64', bytes: new Uint8Array(BigInt64Array.of(1n).buffer) },
    ],
    inputs: [{ name: 'x', shape: [1, 2], type: 'float32', symbols: { 0: 'N' } }],
    outputs: [{ name: 'y', shape: isFlat ? [1] : [1, 1], type: 'float32', symbols: { 0: 'N' } }],
    sequenceOutput: null,
  });
  const path = join(folder, name);
  await writeFile(path, bytes);
  return path;
}

const NUMBERS: ModelMapping = {
  input: 'features',
  features: 'x',
  output: 'y',
  outputKind: 'values',
  task: 'regression',
  labels: [],
};

describe.each([
  ['a column', false],
  ['a row of numbers', true],
])('a regression whose output is %s', (_shape, isFlat) => {
  test('is answered with its numbers as they are', async () => {
    const model = await openOnnxModel(await regressionModel(`regression-${isFlat}.onnx`, isFlat), NUMBERS, null);
    const features = [
      [1, 4],
      [-7, 0],
      [3e6, 2],
    ];
    expect([...(await model.predict({ features }))]).toEqual([-1, -7, 2_999_999]);
    await expect(model.predict({ features: [[Number.MAX_VALUE, 0]] })).rejects.toThrow('not finite');
    await model.dispose();
  });
});

test.each([
  [{ labels: ['one'] }, '1 labels for numbers'],
  [{ outputKind: 'logits' as const }, 'a regression output does not give logits'],
  [{ task: 'single-label' as const, labels: ['a', 'b', 'c'] }, '1 columns for 3 labels'],
  [{ task: 'multi-label' as const, outputKind: 'logits' as const, labels: [] }, '0 labels for classes'],
  [{ task: 'single-label' as const, outputKind: 'logits' as const, labels: ['a'] }, '1 labels for classes'],
])('a regression mapped as %o is refused', async (change, said) => {
  const path = await regressionModel('mapped.onnx', false);
  await expect(openOnnxModel(path, { ...NUMBERS, ...change }, null)).rejects.toThrow(said);
});

test.each([
  ['a column', false],
  ['a row of numbers', true],
])('an output that is %s for two classes speaks of the second, and for one label of that', async (_shape, isFlat) => {
  const path = await regressionModel(`binary-${isFlat}.onnx`, isFlat);
  // The model's numbers are −1 and 0.25.
  const features = [
    [1, 4],
    [0.5, 0.5],
  ];
  const sigmoid = (x: number) => 1 / (1 + Math.exp(-x));
  const answersAs = async (change: Partial<ModelMapping>, asked = features) => {
    const model = await openOnnxModel(path, { ...NUMBERS, ...change } as ModelMapping, null);
    try {
      return [...(await model.predict({ features: asked }))];
    } finally {
      await model.dispose();
    }
  };
  const close = (values: number[]) => values.map((value) => expect.closeTo(value, 6) as number);
  const binary = { task: 'single-label' as const, labels: ['no', 'yes'] };
  const odds = [sigmoid(1), sigmoid(-1), sigmoid(-0.25), sigmoid(0.25)];
  expect(await answersAs({ ...binary, outputKind: 'logits' })).toEqual(close(odds));
  const probabilities = { ...binary, outputKind: 'probabilities' as const };
  expect(await answersAs(probabilities, features.slice(1))).toEqual(close([0.75, 0.25]));
  await expect(answersAs(probabilities)).rejects.toThrow('said to hold probabilities, but the model answered -1');
  if (isFlat) return;
  const one = { task: 'multi-label' as const, labels: ['yes'], outputKind: 'logits' as const };
  expect(await answersAs(one)).toEqual(close([sigmoid(-1), sigmoid(0.25)]));
});

test('an output of several columns is no regression', async () => {
  const mapping: ModelMapping = { ...NUMBERS, output: 'p' };
  await expect(openOnnxModel(await featureModel(folder, 'wide.onnx'), mapping, null)).rejects.toThrow(
    'not one number for each',
  );
});

describe('a mapping that does not fit is refused with the part that does not', () => {
  const wrong: [Partial<Extract<ModelMapping, { input: 'text' }>>, string][] = [
    [{ inputIds: 'ids' }, "no input 'ids'"],
    [{ attentionMask: null }, 'nothing is said about the inputs attention_mask'],
    [{ output: 'scores' }, "no output 'scores'"],
    [{ labels: ['ham', 'spam'] }, '3 columns for 2 labels'],
    [{ labels: ['a', 'b', 'a'] }, 'the same name'],
  ];
  test.each(wrong)('%o', async (change, said) => {
    await expect(openOnnxModel(classifier, { ...TEXT, ...change }, tokenizer)).rejects.toThrow(said);
  });
});
