import * as tf from '@tensorflow/tfjs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { chooseTensorflowCpu } from '../model/test-support/tensorflow-cpu.ts';
import type { ModelSettings } from '../model/settings.ts';
import { writeCheckpoint } from '../training/checkpoint.ts';
import { createEngine, createEngineOn } from '../training/create-engine.ts';
import type { Batch, Engine, EngineOptions } from '../training/engine.ts';
import { NonFiniteLossError } from '../training/errors.ts';
import { readCheckpoint } from '../training/test-support/read-checkpoint.ts';
import { PLAIN_ADAM, TINY_MODEL, tinyBatch, tinyClassifier } from '../training/test-support/tiny-model.ts';
import type { Device, StateShape } from './device.ts';
import { createEagerDevice } from './eager.ts';
import { createTfjsNodeDevice, findTfjsNode, tfjsNodeRefusal } from './tfjs-node.ts';

const TOLERANCE = 1e-4;
const SMALL = { encoderLayers: 1, decoderLayers: 1, dropout: 0.2, activation: 'gelu' as const };

const MODELS: [string, ModelSettings][] = [
  ['encoder–decoder', { ...TINY_MODEL, ...SMALL }],
  ['decoder-only', { ...TINY_MODEL, ...SMALL, architecture: 'decoder-only', encoderLayers: 0, positions: 'learned' }],
  ['single-label classifier', { ...tinyClassifier({ task: 'single-label', outputs: 3 }), ...SMALL, decoderLayers: 0 }],
  ['multi-label classifier', { ...tinyClassifier({ task: 'multi-label', outputs: 3 }), ...SMALL, decoderLayers: 0 }],
  [
    'regression',
    { ...tinyClassifier({ task: 'regression', outputs: 2 }), ...SMALL, decoderLayers: 0, normalisation: 'post' },
  ],
];

const finding = findTfjsNode();

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'greenlight-eager-'));
  await chooseTensorflowCpu();
});
afterAll(() => rm(folder, { recursive: true }));

const REASON = { zh: '测试要求', en: 'A test asked for it' };

/** The eager device on the backend that is always there. */
const onTfjsCpu = (shape: StateShape): Promise<Device> =>
  Promise.resolve(createEagerDevice(shape, { device: 'tfjs-node', adapter: 'tfjs', reason: REASON }, 'cpu'));

function optionsFor(model: ModelSettings, changes: Partial<EngineOptions> = {}): EngineOptions {
  const learning = { learningRate: 0.01, schedule: 'warmup-cosine' as const, warmupSteps: 2, totalSteps: 6 };
  const optimiser = {
    ...PLAIN_ADAM,
    ...learning,
    optimiser: 'adamw' as const,
    weightDecay: 0.1,
    l1: 0.001,
    clipNorm: 1,
  };
  return { model, optimiser, seed: 4, device: 'cpu', frozen: ['output.bias'], ...changes };
}

function batchesOf(model: ModelSettings): Batch[] {
  return [3, 1].map((count, part) => tinyBatch(model, count, part));
}

/** Everything that training, evaluation and writing give: whole batches, micro-batches, a pass without dropout and a text. */
async function numbersOf(engine: Engine, model: ModelSettings): Promise<{ numbers: number[]; ids: number[] }> {
  const [whole, part] = batchesOf(model) as [Batch, Batch];
  const numbers: number[] = [];
  for (const [index, batches] of [[whole], [whole, part], [part], [part, whole], [whole]].entries()) {
    const { loss, gradientNorm } = await engine.step(batches, index + 1);
    numbers.push(loss, gradientNorm);
  }
  const forward = await engine.forward(whole);
  numbers.push(forward.loss, ...('outputs' in forward ? forward.outputs : forward.probabilities));
  const ids: number[] = [];
  if (model.head === null) {
    const request = { prompt: Int32Array.of(5, 6, 7), maxTokens: 6, temperature: 0, seed: 1 };
    for await (const id of engine.generate(request)) ids.push(id);
  }
  return { numbers, ids };
}

async function expectSame(makeDevice: (shape: StateShape) => Promise<Device>, model: ModelSettings): Promise<void> {
  const graphs = await createEngine(optionsFor(model));
  const expected = await numbersOf(graphs, model);
  const eager = await createEngineOn(makeDevice, optionsFor(model));
  const actual = await numbersOf(eager, model);
  expect(actual.numbers).toHaveLength(expected.numbers.length);
  actual.numbers.forEach((value, place) => {
    expect(Math.abs(value - (expected.numbers[place] ?? Number.NaN))).toBeLessThan(TOLERANCE);
  });
  expect(actual.ids).toEqual(expected.ids);
  await graphs.dispose();
  await eager.dispose();
}

/** What is true of an eager device, on whichever of tfjs's backends it computes. */
function behavesAsGraphs(makeDevice: (shape: StateShape) => Promise<Device>): void {
  test.each(MODELS)('%s: trains, evaluates and writes as the recorded graphs do', async (_name, model) => {
    await expectSame(makeDevice, model);
  });

  test('goes on from a checkpoint bit-identical, on graphs too, and a step leaves no tensor behind', async () => {
    const model = { ...TINY_MODEL, ...SMALL };
    const [batch, part] = batchesOf(model) as [Batch, Batch];
    const whole = await createEngineOn(makeDevice, optionsFor(model));
    await whole.step([batch, part], 1);
    const { path } = await whole.saveCheckpoint(folder, null);
    const { loss } = await whole.step([batch], 2);
    const held = tf.memory().numTensors;
    const after = await whole.step([batch, part], 3);
    expect(tf.memory().numTensors).toBe(held);
    const resumed = await createEngineOn(makeDevice, optionsFor(model, { checkpoint: path }));
    expect((await resumed.step([batch], 2)).loss).toBe(loss);
    expect((await resumed.step([batch, part], 3)).loss).toBe(after.loss);
    const graphs = await createEngine(optionsFor(model, { checkpoint: path }));
    expect(Math.abs((await graphs.step([batch], 2)).loss - loss)).toBeLessThan(TOLERANCE);
    for (const engine of [whole, resumed, graphs]) await engine.dispose();
  });

  test('a loss that is not finite names its layer and changes nothing', async () => {
    const optimiser = { ...PLAIN_ADAM, optimiser: 'sgd' as const, learningRate: 1e30 };
    const model: ModelSettings = { ...TINY_MODEL, ...SMALL, activation: 'relu' };
    const engine = await createEngineOn(makeDevice, optionsFor(model, { optimiser }));
    const [batch] = batchesOf(model) as [Batch];
    const failure = await (async () => {
      for (let step = 1; step < 10; step++) await engine.step([batch], step);
    })().catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(NonFiniteLossError);
    const { step, layer } = failure as NonFiniteLossError;
    expect(layer).toMatch(/^(?:embedding$|encoder\.|decoder\.)/);
    const first = await engine.saveCheckpoint(join(folder, 'first'), null);
    await expect(engine.step([batch], step)).rejects.toThrow(NonFiniteLossError);
    expect((await engine.saveCheckpoint(join(folder, 'second'), null)).sha256).toBe(first.sha256);
    await engine.dispose();
  });

  test('the layer that is named is the first one that goes wrong', async () => {
    const model: ModelSettings = { ...TINY_MODEL, ...SMALL };
    const engine = await createEngineOn(makeDevice, optionsFor(model));
    const { arrays, metadata } = await readCheckpoint((await engine.saveCheckpoint(folder, null)).path);
    for (const layer of ['decoder.0.crossAttention', 'encoder.0.feedForward']) {
      const spoilt = arrays.find(({ name, slot }) => slot === 0 && name === `${layer}.output.bias`);
      spoilt?.data.fill(Number.NaN);
      const { path } = await writeCheckpoint(join(folder, layer), arrays, metadata);
      await engine.loadCheckpoint(path);
      await expect(engine.step(batchesOf(model), 1)).rejects.toMatchObject({ name: 'NonFiniteLossError', layer });
    }
    await engine.dispose();
  });
}

describe("the eager device on tfjs's own backend", () => {
  behavesAsGraphs(onTfjsCpu);
});

test.skipIf(finding.state === 'ready')(
  'without the package (where it is not installed) the device is refused with what to install',
  async () => {
    await expect(createEngine(optionsFor(TINY_MODEL, { device: 'tfjs-node' }))).rejects.toMatchObject({
      name: 'DeviceUnavailableError',
      sentence: { en: expect.stringContaining('@tensorflow/tfjs-node'), zh: expect.stringContaining('tfjs-node') },
    });
  },
);

const needed = finding.state === 'ready' ? '' : ` (${tfjsNodeRefusal(finding).en})`;
describe.skipIf(finding.state !== 'ready')(`tfjs-node${needed}`, () => {
  behavesAsGraphs((shape) => Promise.resolve(createTfjsNodeDevice(shape)));
});
