import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { create } from '@bufbuild/protobuf';
import { OperatorSetIdProtoSchema, type ModelProto, type TypeProto_Tensor } from 'onnx-buf';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openForeignSession, type ForeignArray } from '../runtime/foreign-session.ts';
import { inspectFile } from './inspect-file.ts';
import { saidByRuntime } from './said-by-runtime.ts';
import { alteredFeatureModel } from './test-support/feature-model.ts';

const FAILED = { zh: '无法打开', en: 'It does not open' };

test.each([
  [
    'core/graph/model.cc:284 onnxruntime::Model::Model(onnx::ModelProto&&, const onnxruntime::ModelOptions&) [ONNXRuntimeError] : 10 : INVALID_GRAPH : Model local function definitions must not be recursive. Cycle detected: a:F -> a:F',
    'Model local function definitions must not be recursive. Cycle detected: a:F -> a:F',
  ],
  ['tensorprotoutils.cc:1422 GetSizeInBytes Out of bounds dimensions (a)', 'Out of bounds dimensions (a)'],
])(
  'what the runtime says seldom is told in its words, marked as such and without the places in its sources',
  (message, said) => {
    expect(saidByRuntime(FAILED, new Error(message))).toEqual({
      zh: `无法打开：ONNX Runtime 的原话是“${said}”`,
      en: `It does not open: ONNX Runtime says “${said}”`,
    });
  },
);

test('memory that ran out is told with what helps', () => {
  const message =
    "Non-zero status code returned while running ConstantOfShape node. Name:'' Status Message: core/framework/bfc_arena.cc:360 void* onnxruntime::BFCArena::AllocateRawInternal(size_t, bool, onnxruntime::Stream*) Failed to allocate memory";
  const { zh, en } = saidByRuntime(FAILED, new Error(message));
  expect(zh).toMatch(/^无法打开：内存不足。/);
  expect(en).toMatch(/^It does not open: memory ran out\./);
});

test('a message that repeats endless names of a file is read to a limit', () => {
  const { en } = saidByRuntime({ zh: '', en: '' }, new Error(`Node ${'a:'.repeat(1e6)}`));
  expect(en.length).toBeLessThan(600);
  const known = saidByRuntime(FAILED, new Error(`${'a'.repeat(1900)}:Run(-1) is not a registered function/op`));
  expect(known.en).toMatch(/it uses Run of the operator set 'a{100}'/);
});

describe('what the runtime really says of models is told in sentences with what to do', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'greenlight-said-'));
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  const inputOf = ({ graph }: ModelProto) => graph!.input[0]!.type!.value.value as TypeProto_Tensor;
  const soft = ({ graph }: ModelProto) => graph!.node[1]!;
  const lookUp = (model: ModelProto) => {
    inputOf(model).elemType = 7;
    Object.assign(model.graph!.node[0]!, { opType: 'Gather', input: ['w', 'x'] });
    model.graph!.output[0]!.type = undefined;
  };
  const float = (shape: number[]): ForeignArray => ({
    type: 'float32',
    numbers: new Float32Array(shape.reduce((size, side) => size * side, 1)),
    shape,
  });
  const whole = (numbers: number[]): ForeignArray => ({ type: 'int64', numbers, shape: [1, numbers.length] });

  test.each<[string, (model: ModelProto) => void, ForeignArray | null, RegExp, RegExp]>([
    [
      'a newer format',
      (model) => (model.irVersion = 99n),
      null,
      /文件格式为 IR 99，而这里最高支持 IR \d+。.*model\.ir_version = \d+/,
      /its format is IR 99, and up to IR \d+ can be read\./,
    ],
    [
      'a newer operator set',
      (model) => (model.opsetImport[0]!.version = 99n),
      null,
      /模型使用算子集 99，而这里最高支持 \d+。.*opset_version=\d+/,
      /it uses operator set 99, and up to \d+ is known\./,
    ],
    [
      'an operator of somebody else',
      (model) => {
        model.opsetImport.push(create(OperatorSetIdProtoSchema, { domain: 'ai.x', version: 1n }));
        Object.assign(soft(model), { domain: 'ai.x', opType: 'Run' });
      },
      null,
      /模型用到了算子集“ai\.x”的 Run，这里没有它。/,
      /it uses Run of the operator set 'ai\.x', which is not known here\./,
    ],
    [
      'an operator set that is not declared',
      (model) => Object.assign(soft(model), { domain: 'ai.x', opType: 'Run' }),
      null,
      /模型用到了算子集“ai\.x”，文件却没有声明它。/,
      /it uses the operator set 'ai\.x' without declaring it\./,
    ],
    [
      'an operator that ONNX lacks',
      (model) => (soft(model).opType = 'Runner'),
      null,
      /算子 Runner 所属算子集的第 \d+ 版中没有它。/,
      /version \d+ of its operator set has no operator Runner\./,
    ],
    [
      'numbers that the processor does not multiply',
      (model) => {
        inputOf(model).elemType = 16;
        Object.assign(model.graph!.initializer[0]!, { dataType: 16, rawData: new Uint8Array(8) });
        (model.graph!.output[0]!.type!.value.value as TypeProto_Tensor).elemType = 16;
      },
      null,
      /处理器上没有算子 MatMul 在该数据类型或该算子集版本下的实现。/,
      /the processor has no MatMul for numbers of this type or of this operator set\./,
    ],
    [
      'too many numbers',
      () => undefined,
      float([1, 3]),
      /输入“x”第 2 维的大小是 3，模型要求 2。/,
      /the input 'x' got 3 in dimension 2, where the model takes 2\./,
    ],
    [
      'other dimensions',
      () => undefined,
      float([2]),
      /输入“x”得到了 1 维，模型要求 2 维。/,
      /the input 'x' has rank 1, where the model takes rank 2\./,
    ],
    [
      'another type',
      () => undefined,
      whole([1, 2]),
      /一个输入得到的类型是 int64，模型要求 float。/,
      /an input got int64, where the model takes float\./,
    ],
    [
      'an id beyond the vocabulary',
      lookUp,
      whole([1, 7]),
      /编号 7 超出了模型的表（最大为 1）。.*tokenizer\.json/,
      /the id 7 is beyond the model's table, which ends at 1\..*tokenizer\.json/,
    ],
    [
      'a number that its type does not hold',
      lookUp,
      whole([0.5]),
      /数值 0\.5 无法用 int64 表示。/,
      /the number 0\.5 is no int64\./,
    ],
  ])('%s', async (_name, change, asked, zh, en) => {
    const { bytes } = await inspectFile(await alteredFeatureModel(folder, 'said.onnx', change));
    const error: unknown = await (async () => {
      const session = await openForeignSession(bytes);
      return asked && session.run({ x: asked }, 'p');
    })().catch((refusal: unknown) => refusal);
    const said = saidByRuntime(FAILED, error);
    expect(said.zh).toMatch(zh);
    expect(said.en).toMatch(en);
    expect(said.zh).not.toContain('ONNX Runtime 的原话');
  });
});
