import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { create } from '@bufbuild/protobuf';
import {
  AttributeProto_AttributeType,
  AttributeProtoSchema,
  FunctionProtoSchema,
  NodeProtoSchema,
  TensorProto_DataLocation,
  TensorProtoSchema,
  type ModelProto,
  type TypeProto_Tensor,
} from 'onnx-buf';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { describeOnnxModel } from './onnx-model.ts';
import { alteredFeatureModel } from './test-support/feature-model.ts';

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'greenlight-refused-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const altered = (name: string, change: (model: ModelProto) => void): Promise<string> =>
  alteredFeatureModel(folder, name, change);

describe('a file that must not be opened is refused before the runtime sees it', () => {
  const elsewhere = (location: string) =>
    create(TensorProtoSchema, {
      name: 'w',
      dims: [2n, 2n],
      dataType: 1,
      dataLocation: TensorProto_DataLocation.EXTERNAL,
      externalData: [{ key: 'location', value: location }],
    });

  test.each(['../../etc/passwd', '/etc/passwd', 'weights.bin'])('weights in %s', async (location) => {
    const path = await altered('outside.onnx', (model) => (model.graph!.initializer = [elsewhere(location)]));
    await expect(describeOnnxModel(path)).rejects.toThrow("The weight 'w' lies in another file");
  });

  test('a constant inside a node, inside a function', async () => {
    const constant = create(NodeProtoSchema, {
      opType: 'Constant',
      output: ['c'],
      attribute: [
        create(AttributeProtoSchema, {
          name: 'value',
          type: AttributeProto_AttributeType.TENSOR,
          t: elsewhere('/etc/passwd'),
        }),
      ],
    });
    const inNode = await altered('node.onnx', (model) => model.graph!.node.push(constant));
    await expect(describeOnnxModel(inNode)).rejects.toThrow('another file');
    const inFunction = await altered('function.onnx', (model) => {
      model.functions = [create(FunctionProtoSchema, { name: 'f', node: [constant] })];
    });
    await expect(describeOnnxModel(inFunction)).rejects.toThrow('another file');
  });

  test.each([
    ['text', Buffer.from('just a text')],
    ['nothing', Buffer.alloc(0)],
    ['zeros', Buffer.alloc(1000)],
    ['a cut message', Buffer.from([0x3a, 0xff, 0xff, 0xff, 0x7f, 1, 2])],
  ])('%s', async (_name, content) => {
    const path = join(folder, 'garbage.onnx');
    await writeFile(path, content);
    await expect(describeOnnxModel(path)).rejects.toThrow('This is not an ONNX file');
  });
});

test('operators that the runtime does not have are no way in', async () => {
  const path = await altered('custom.onnx', (model) => {
    model.opsetImport.push({ $typeName: 'onnx.OperatorSetIdProto', domain: 'evil', version: 1n });
    for (const node of model.graph!.node)
      if (node.opType === 'Softmax') Object.assign(node, { domain: 'evil', opType: 'Run' });
  });
  await expect(describeOnnxModel(path)).rejects.toThrow('ONNX Runtime does not open the model');
});

test('a size beyond what numbers hold is refused as the file’s, with its input', async () => {
  const path = await altered('endless-size.onnx', ({ graph }) => {
    const [size] = (graph!.input[0]!.type!.value.value as TypeProto_Tensor).shape!.dim;
    size!.value = { case: 'dimValue', value: 2n ** 62n };
  });
  await expect(describeOnnxModel(path)).rejects.toThrow("'x' declares a size that is beyond all that can be used");
});

describe('names that no question could spell are refused before the runtime cuts them', () => {
  /** The model with its input or output, and all that reads or makes it, under another name. */
  const renamed = (from: 'x' | 'p', to: string) =>
    altered('renamed.onnx', ({ graph }) => {
      const other = (name: string) => (name === from ? to : name);
      for (const node of graph!.node) {
        node.input = node.input.map(other);
        node.output = node.output.map(other);
      }
      for (const value of [...graph!.input, ...graph!.output]) value.name = other(value.name);
    });

  test.each([
    ['NUL', 'a\0b', "the name of the input 'a\ufffdb' holds control characters"],
    ['an end of line', 'a\nb', 'holds control characters'],
    ['DEL', 'a\u007fb', 'holds control characters'],
    ['a separator of lines', 'a\u2028b', 'holds control characters'],
    ['half a character', '\ud800', 'is not valid UTF-8'],
    ['nothing', '', 'an input has no name'],
    ['a word of JavaScript’s', '__proto__', 'is a reserved word'],
    ['201 characters', 'z'.repeat(201), `the name of the input '${'z'.repeat(40)}…' is too long, with 201 characters`],
  ])('%s', async (_name, to, said) => {
    await expect(describeOnnxModel(await renamed('x', to))).rejects.toThrow(said);
    const output = describeOnnxModel(await renamed('p', to));
    await expect(output).rejects.toThrow(said.replace('input', 'output'));
    await expect(output).rejects.toThrow('Give each input and output a plain name');
  });

  test.each(['z'.repeat(200), '输入 é', 'constructor', 'dense/BiasAdd:0'])('but %s is a name', async (to) => {
    const { inputs, outputs } = await describeOnnxModel(await renamed('x', to));
    expect([inputs[0]?.name, outputs[0]?.name]).toEqual([to, 'p']);
  });

  test.each(['input', 'output'] as const)('the same %s twice', async (side) => {
    const path = await altered('twice.onnx', ({ graph }) => graph![side].push(graph![side][0]!));
    await expect(describeOnnxModel(path)).rejects.toThrow(
      `there are two of the ${side} '${side[0] === 'i' ? 'x' : 'p'}'`,
    );
  });

  test('more inputs and outputs than a question can have', async () => {
    const path = await altered('many.onnx', ({ graph }) => {
      for (let index = 0; index < 1000; index++) graph!.input.push({ ...graph!.input[0]!, name: `x${index}` });
    });
    await expect(describeOnnxModel(path)).rejects.toThrow(
      'the model has 1001 inputs, of which 1000 at most can be used',
    );
  });

  test('a weight among the inputs is nobody’s business', async () => {
    const path = await altered('weights.onnx', ({ graph }) => {
      const weight = graph!.initializer[0]!;
      graph!.input.push({ ...graph!.input[0]!, name: 'v\0' });
      graph!.initializer.push({ ...weight, name: 'v\0' });
    });
    await expect(describeOnnxModel(path)).resolves.toMatchObject({ inputs: [{ name: 'x' }] });
  });

  test('is said in both languages', async () => {
    const error: unknown = await describeOnnxModel(await renamed('x', 'a\0b')).catch((refusal: unknown) => refusal);
    expect(error).toMatchObject({
      said: { zh: expect.stringContaining('输入“a\ufffdb”的名称含有控制字符或不是有效的 UTF-8，因此无法向模型提问。') },
    });
  });
});

test('why a file is refused is said in both languages', async () => {
  const path = await altered('elsewhere.onnx', ({ graph }) => {
    graph!.initializer[0]!.dataLocation = TensorProto_DataLocation.EXTERNAL;
  });
  const error: unknown = await describeOnnxModel(path).catch((refusal: unknown) => refusal);
  expect(error).toMatchObject({
    said: {
      zh: '权重“w”存放在另一个文件中；模型必须是单个文件。',
      en: "The weight 'w' lies in another file; the model must be one file.",
    },
  });
});
