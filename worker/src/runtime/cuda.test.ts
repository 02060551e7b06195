import { fromBinary } from '@bufbuild/protobuf';
import { ModelProtoSchema } from 'onnx-buf';
import { expect, test, vi } from 'vitest';
import type { ModelSettings } from '../model/settings.ts';
import { createEngine, createEngineOn } from '../training/create-engine.ts';
import type { Batch, Engine, EngineOptions, OptimiserSettings } from '../training/engine.ts';
import {
  batchOf,
  labelledBatchOf,
  PLAIN_ADAM,
  TINY_MODEL,
  tinyClassifier,
  tinyItems,
  tinyPairs,
} from '../training/test-support/tiny-model.ts';
import { CUDA, type CardProvider } from './card-providers.ts';
import { CUDA_DIALECT, findCuda } from './cuda.ts';
import { GraphicsProcessor } from './graphics-session.ts';
import { createResidentDevice } from './resident-device.ts';

/** The processor in a card's place: arrays lie in ONNX Runtime's own memory, and graphs written for CUDA run on them. */
const PROCESSOR: CardProvider = { memory: 'Cpu', splitsQuickly: false, choose: () => {} };

/** Operators with kernels of ONNX Runtime's for CUDA, for the types that graphs have here (docs/OperatorKernels.md of its repository, opset 18). */
const KERNELS = new Set(
  (
    'Abs Add Cast Concat Div Equal Erf Exp Expand Gather GatherElements Greater HardSigmoid Identity LayerNormalization Log MatMul Max Min Mul Neg ' +
    'Pad Reciprocal ReduceMax ReduceMean ReduceSum Relu Reshape ScatterElements Sigmoid Slice Softmax Split Sqrt Sub Tanh Transpose FusedMatMul'
  ).split(' '),
);

/** An engine on a device that keeps its state where CUDA's would be, and the operators of every graph that it opens. */
async function engineAsOnCuda(options: Omit<EngineOptions, 'device'>): Promise<{ engine: Engine; used: Set<string> }> {
  const processor = await GraphicsProcessor.start(PROCESSOR);
  const open = processor.open.bind(processor);
  const used = new Set<string>();
  processor.open = (bytes, captures) => {
    for (const { opType } of fromBinary(ModelProtoSchema, bytes).graph?.node ?? []) used.add(opType);
    return open(bytes, captures);
  };
  const report = { device: 'cuda' as const, adapter: 'none', reason: { zh: '测试要求', en: 'A test asked for it' } };
  const engine = await createEngineOn(
    (shape) => Promise.resolve(createResidentDevice(processor, shape, report, CUDA_DIALECT)),
    { ...options, device: 'cuda' },
  );
  return { engine, used };
}

/** Losses of steps with one batch and with micro-batches, and of a forward pass. */
async function lossCurve(engine: Engine, batch: Batch): Promise<number[]> {
  const losses: number[] = [];
  for (let step = 1; step <= 4; step++) losses.push((await engine.step([batch], step)).loss);
  for (let step = 5; step <= 6; step++) losses.push((await engine.step([batch, batch], step)).loss);
  return [...losses, (await engine.forward(batch)).loss];
}

const OPTIMISER: OptimiserSettings = {
  ...PLAIN_ADAM,
  optimiser: 'adamw',
  learningRate: 0.01,
  weightDecay: 0.1,
  l1: 0.001,
  clipNorm: 0.5,
  labelSmoothing: 0.1,
};

const writing = (changes: Partial<ModelSettings>): [ModelSettings, Batch] => {
  const model = { ...TINY_MODEL, encoderLayers: 1, decoderLayers: 1, dropout: 0.1, ...changes };
  return [model, batchOf(tinyPairs(model, 3, 3))];
};
const labelling = (task: 'single-label' | 'multi-label' | 'regression', changes: Partial<ModelSettings>) => {
  const model = { ...tinyClassifier({ task, outputs: 3 }), encoderLayers: 1, dropout: 0.1, ...changes };
  return [model, labelledBatchOf(tinyItems(model, 4, 5))] as [ModelSettings, Batch];
};

test.each<[string, [ModelSettings, Batch], Partial<OptimiserSettings>]>([
  ['an encoder and decoder', writing({ activation: 'gelu' }), {}],
  ['a decoder alone', writing({ architecture: 'decoder-only', encoderLayers: 0, positions: 'learned' }), {}],
  ['a single-label classifier', labelling('single-label', { activation: 'tanh' }), { optimiser: 'adam' }],
  ['a multi-label classifier', labelling('multi-label', { normalisation: 'post' }), { optimiser: 'momentum' }],
  ['a regression', labelling('regression', { activation: 'sigmoid' }), { optimiser: 'sgd' }],
])(
  'graphs for CUDA train %s along the same losses as the CPU, by operators that have kernels there',
  async (_name, [model, batch], changes) => {
    const options = { model, optimiser: { ...OPTIMISER, ...changes }, seed: 4, frozen: ['embedding'] };
    const expected = await createEngine({ ...options, device: 'cpu' });
    const { engine: actual, used } = await engineAsOnCuda(options);
    const [wanted, got] = [await lossCurve(expected, batch), await lossCurve(actual, batch)];
    expect(got).toHaveLength(wanted.length);
    got.forEach((loss, place) => expect(Math.abs(loss - (wanted[place] ?? 0))).toBeLessThan(1e-4));
    if (model.head === null) {
      const prompt = Int32Array.of(5, 6, 7);
      const written = async (engine: Engine) => {
        const ids: number[] = [];
        for await (const id of engine.generate({ prompt, maxTokens: 5, temperature: 0, seed: 1 })) ids.push(id);
        return ids;
      };
      expect(await written(actual)).toEqual(await written(expected));
    }
    expect([...used].filter((operator) => !KERNELS.has(operator))).toEqual([]);
    await expected.dispose();
    await actual.dispose();
  },
);

test('a card that has no room for the state is given back with what was there already', async () => {
  const processor = await GraphicsProcessor.start(PROCESSOR);
  const array = processor.array.bind(processor);
  let made = 0;
  processor.array = (shape) => {
    if (++made > 3) throw new Error('no room');
    return array(shape);
  };
  const dispose = vi.spyOn(processor, 'dispose');
  const parameters = [
    { name: 'a', shape: [2] },
    { name: 'b', shape: [3, 2] },
  ];
  const shape = { parameters, moments: 2, training: true, frozen: new Set<string>() };
  const report = { device: 'cuda' as const, adapter: 'none', reason: { zh: '测试要求', en: 'A test asked for it' } };
  expect(() => createResidentDevice(processor, shape, report, CUDA_DIALECT)).toThrow('no room');
  expect(dispose).toHaveBeenCalledOnce();
  // Everything has gone: giving it back again does nothing.
  processor.dispose();
});

test("CUDA without ONNX Runtime's files for it is an error that says so, time and again", async () => {
  if ((await findCuda()).state !== 'not-installed') return;
  for (let attempt = 0; attempt < 3; attempt++) {
    await expect(GraphicsProcessor.start(CUDA)).rejects.toThrow(/libonnxruntime_providers/);
  }
});
