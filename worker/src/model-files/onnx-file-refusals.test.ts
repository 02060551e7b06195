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
