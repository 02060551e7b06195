import * as tf from '@tensorflow/tfjs';
import { existsSync, readdirSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { fusedOperations } from '../graph/fused-operations.ts';
import { record } from '../graph/record.ts';
import { sigmoid, tanh } from '../model/activations.ts';
import { writeCheckpoint } from '../training/checkpoint.ts';
import { createEngine } from '../training/create-engine.ts';
import type { Engine, EngineOptions } from '../training/engine.ts';
import { readCheckpoint } from '../training/test-support/read-checkpoint.ts';
import {
  batchOf,
  labelledBatchOf,
  PLAIN_ADAM,
  TINY_MODEL,
  tinyClassifier,
  tinyItems,
  tinyPairs,
} from '../training/test-support/tiny-model.ts';
import { WEBGPU } from './card-providers.ts';
import { GraphicsProcessor } from './graphics-session.ts';
import { createWebGpuDevice } from './webgpu.ts';

/** Debian's chromium brings a Vulkan driver that computes in software; libvulkan1 loads it. */
const SOFTWARE_DRIVER = '/usr/lib/chromium/vk_swiftshader_icd.json';
const LIBRARY_FOLDER = '/usr/lib/x86_64-linux-gnu';

const hasDriver =
  existsSync(SOFTWARE_DRIVER) &&
  existsSync(LIBRARY_FOLDER) &&
  readdirSync(LIBRARY_FOLDER).some((file) => file.startsWith('libvulkan.so'));

const MODEL = { ...TINY_MODEL, encoderLayers: 1, decoderLayers: 1, dropout: 0.1 };
const OPTIMISER = { ...PLAIN_ADAM, optimiser: 'adamw' as const, learningRate: 0.01, weightDecay: 0.1, clipNorm: 0.5 };
const STEPS = 8;

/** Losses and gradients' norms of some steps, the later of which send captured commands again, and the loss afterwards. */
async function lossCurve(engine: Engine): Promise<{ losses: number[]; norms: number[] }> {
  const batch = batchOf(tinyPairs(MODEL, 3, 3));
  const losses: number[] = [];
  const norms: number[] = [];
  for (let step = 1; step <= STEPS; step++) {
    const { loss, gradientNorm } = await engine.step([batch], step);
    losses.push(loss);
    norms.push(gradientNorm);
  }
  losses.push((await engine.forward(batch)).loss);
  return { losses, norms };
}

async function withEngine<T>(
  device: 'cpu' | 'webgpu',
  work: (engine: Engine) => Promise<T>,
  changes: Partial<EngineOptions> = {},
): Promise<T> {
  const engine = await createEngine({ model: MODEL, optimiser: OPTIMISER, seed: 4, device, ...changes });
  try {
    return await work(engine);
  } finally {
    await engine.dispose();
  }
}

/** A copy of a checkpoint beside it in which the values of one parameter are others. */
async function poisoned(path: string, parameter: string, spoil: (values: Float32Array) => void): Promise<string> {
  const { arrays, metadata } = await readCheckpoint(path);
  const found = arrays.find(({ name, slot }) => slot === 0 && name === parameter);
  if (found === undefined) throw new Error(`There is no parameter '${parameter}'`);
  spoil(found.data);
  return (await writeCheckpoint(`${path}.poisoned`, arrays, metadata)).path;
}

describe.skipIf(!hasDriver)('WebGPU on a software adapter (of chromium, through libvulkan1)', () => {
  const drivers = process.env['VK_DRIVER_FILES'];
  beforeAll(() => {
    process.env['VK_DRIVER_FILES'] = SOFTWARE_DRIVER;
  });
  afterAll(() => {
    if (drivers === undefined) delete process.env['VK_DRIVER_FILES'];
    else process.env['VK_DRIVER_FILES'] = drivers;
  });

  // What is compiled for the adapter is kept as long as somebody uses it: compiling it for each engine anew took four fifths of the time.
  describe('that stays open', () => {
    let processor: GraphicsProcessor;
    beforeAll(async () => {
      processor = await GraphicsProcessor.start(WEBGPU);
    });
    afterAll(() => processor.dispose());

    test('trains along the same loss curve as the CPU, with dropout, clipping and decay, and generates the same', async () => {
      const prompt = Int32Array.of(5, 6, 7);
      const run = async (engine: Engine) => {
        const curve = await lossCurve(engine);
        const ids: number[] = [];
        for await (const id of engine.generate({ prompt, maxTokens: 5, temperature: 0, seed: 1 })) ids.push(id);
        return { ...curve, ids, device: engine.device.device };
      };
      const expected = await withEngine('cpu', run);
      const actual = await withEngine('webgpu', run);
      expect(actual.device).toBe('webgpu');
      expect(actual.losses).toHaveLength(STEPS + 1);
      actual.losses.forEach((loss, step) => expect(Math.abs(loss - (expected.losses[step] ?? 0))).toBeLessThan(1e-3));
      actual.norms.forEach((norm, step) => expect(norm / (expected.norms[step] ?? 0)).toBeCloseTo(1, 3));
      expect(expected.losses.at(-1)).toBeLessThan((expected.losses[0] ?? 0) - 0.5);
      expect(actual.ids).toEqual(expected.ids);
    });

    test.each(['single-label', 'multi-label'] as const)(
      'trains a %s classifier with micro-batches, L1 and frozen layers along the same loss curve as the CPU',
      async (task) => {
        const model = { ...tinyClassifier({ task, outputs: 3 }), encoderLayers: 1, dropout: 0.1 };
        const items = tinyItems(model, 4, 5);
        const [whole, parts] = [[labelledBatchOf(items)], [items.slice(0, 3), items.slice(3)].map(labelledBatchOf)];
        const optimiser = { ...OPTIMISER, l1: 0.001 };
        const changes = { model, optimiser, frozen: ['embedding', 'encoder.0.selfAttention'] };
        const run = async (engine: Engine) => {
          const numbers: number[] = [];
          // Twice in a row with micro-batches: the second time, gathered gradients have to begin anew.
          for (const [index, batches] of [whole, parts, parts].entries()) {
            const { loss, gradientNorm } = await engine.step(batches, index + 1);
            numbers.push(loss, gradientNorm);
          }
          const { outputs, loss } = await engine.forward(labelledBatchOf(items));
          return [...numbers, loss, ...outputs];
        };
        const expected = await withEngine('cpu', run, changes);
        const actual = await withEngine('webgpu', run, changes);
        expect(actual).toHaveLength(expected.length);
        actual.forEach((value, place) => expect(Math.abs(value - (expected[place] ?? Number.NaN))).toBeLessThan(1e-3));
      },
    );

    test('goes on from a checkpoint bit by bit, and names what was not finite without taking the step', async () => {
      const folder = await mkdtemp(join(tmpdir(), 'greenlight-webgpu-'));
      const model = { ...tinyClassifier({ task: 'single-label', outputs: 3 }), encoderLayers: 1, dropout: 0.1 };
      const batch = labelledBatchOf(tinyItems(model, 3, 3));
      const losses = async (engine: Engine, first: number, last: number): Promise<number[]> => {
        const curve: number[] = [];
        for (let step = first; step <= last; step++) curve.push((await engine.step([batch], step)).loss);
        return curve;
      };
      const { path, rest } = await withEngine(
        'webgpu',
        async (engine) => {
          await losses(engine, 1, 2);
          const saved = await engine.saveCheckpoint(folder, null);
          return { path: saved.path, rest: await losses(engine, 3, 4) };
        },
        { model },
      );
      await withEngine(
        'webgpu',
        async (engine) => {
          await engine.loadCheckpoint(path);
          expect(await losses(engine, 3, 4)).toEqual(rest);
        },
        { model },
      );
      const wild = { model, optimiser: { ...PLAIN_ADAM, learningRate: 1e30 } };
      await withEngine(
        'webgpu',
        async (engine) => {
          await engine.step([batch], 1);
          const before = (await engine.saveCheckpoint(folder, null)).path;
          await expect(engine.step([batch], 2)).rejects.toMatchObject({ step: 2, parameter: expect.any(String) });
          const after = (await engine.saveCheckpoint(folder, null)).path;
          expect(await readFile(after)).toEqual(await readFile(before));
        },
        wild,
      );
      await rm(folder, { recursive: true });
    });

    test('engines beside each other learn what each learns alone, and one goes on when the other has ended', async () => {
      const model = { ...MODEL, architecture: 'decoder-only' as const, dropout: 0 };
      const batch = batchOf(tinyPairs(model, 3, 3));
      const open = (seed: number, device: 'cpu' | 'webgpu') =>
        createEngine({ model, optimiser: OPTIMISER, seed, device });
      const losses = async (engine: Engine, steps: number[]): Promise<number[]> => {
        const found: number[] = [];
        for (const step of steps) found.push((await engine.step([batch], step)).loss);
        return found;
      };
      const expected: number[] = [];
      for (const seed of [1, 2]) {
        const engine = await open(seed, 'cpu');
        expected.push(...(await losses(engine, [1, 2, 3, 4])));
        await engine.dispose();
      }
      const [first, second] = [await open(1, 'webgpu'), await open(2, 'webgpu')];
      const [ofFirst, ofSecond] = await Promise.all([losses(first, [1, 2]), losses(second, [1, 2])]);
      ofFirst.push(...(await losses(first, [3, 4])));
      await first.dispose();
      ofSecond.push(...(await losses(second, [3, 4])));
      await second.dispose();
      const actual = [...ofFirst, ...ofSecond];
      actual.forEach((loss, index) => expect(Math.abs(loss - (expected[index] ?? 0))).toBeLessThan(1e-3));
      expect(Math.abs((actual[3] ?? 0) - (actual[7] ?? 0))).toBeGreaterThan(1e-2);
    });

    test('stops before a gradient whose square overflows, and names its parameter', async () => {
      const model = { ...tinyClassifier({ task: 'regression', outputs: 1 }), encoderLayers: 1 };
      const batch = labelledBatchOf(tinyItems(model, 1, 8));
      const far = { ...batch, labels: batch.labels.map(() => 1.5e19) };
      await withEngine(
        'webgpu',
        (engine) => expect(engine.step([far], 1)).rejects.toMatchObject({ layer: 'output', parameter: 'output.bias' }),
        { model, optimiser: PLAIN_ADAM },
      );
    });

    const texts = { ...MODEL, dropout: 0 };
    const classes = { ...tinyClassifier({ task: 'single-label', outputs: 3 }), encoderLayers: 1 };
    test.each([
      ['one value of a text generator', Number.NaN, { model: texts, clipNorm: null, count: 1 }],
      ['all values of a classifier', Number.POSITIVE_INFINITY, { model: classes, clipNorm: 0.5, count: 3 }],
    ] as const)(
      "stops where only the output layer's bias is not finite, which the gradients do not show: %s, %d",
      async (_name, value, { model, clipNorm, count }) => {
        const folder = await mkdtemp(join(tmpdir(), 'greenlight-webgpu-'));
        const batch = model.head === null ? batchOf(tinyPairs(model, 3, 3)) : labelledBatchOf(tinyItems(model, 3, 3));
        await withEngine(
          'webgpu',
          async (engine) => {
            const { path } = await engine.saveCheckpoint(folder, null);
            await engine.loadCheckpoint(
              await poisoned(path, 'output.bias', (bias) => bias.subarray(0, count).fill(value)),
            );
            await expect(engine.step([batch], 1)).rejects.toMatchObject({ layer: 'output', step: 1, microBatch: 1 });
            await expect(engine.step([batch, batch], 1)).rejects.toMatchObject({ layer: 'output', microBatch: 1 });
            await expect(engine.forward(batch)).rejects.toMatchObject({
              name: 'NonFiniteOutputError',
              layer: 'output',
            });
            // The state is as it was, and the engine goes on.
            await engine.loadCheckpoint(path);
            expect((await engine.step([batch], 1)).loss).toBeLessThan(10);
          },
          { model, optimiser: { ...PLAIN_ADAM, clipNorm } },
        );
        await rm(folder, { recursive: true });
      },
    );

    test('measures nothing of a model whose attention is not finite, which its answers do not show', async () => {
      const folder = await mkdtemp(join(tmpdir(), 'greenlight-webgpu-'));
      await withEngine(
        'webgpu',
        async (engine) => {
          const { path } = await engine.saveCheckpoint(folder, null);
          const spoil = (bias: Float32Array) => bias.fill(Number.NaN, 0, 1);
          await engine.loadCheckpoint(await poisoned(path, 'decoder.0.crossAttention.key.bias', spoil));
          const layer = 'decoder.0.crossAttention';
          await expect(engine.forward(batchOf(tinyPairs(texts, 3, 3)))).rejects.toMatchObject({ layer });
          await expect(engine.step([batchOf(tinyPairs(texts, 3, 3))], 1)).rejects.toMatchObject({ layer });
        },
        { model: texts },
      );
      await rm(folder, { recursive: true });
    });
  });

  // Opened anew after the last that used it has gone.
  test('gives gradients of tanh and sigmoid where they are flat as where they are steep', async () => {
    const data = Float32Array.from({ length: 241 }, (_, place) => (place - 120) / 10);
    const graph = record([{ name: 'x', shape: [data.length], type: 'float32' }], ({ inputs }) => {
      const gradientOf = (activation: (x: tf.Tensor) => tf.Tensor): tf.Tensor =>
        tf.grad((x) => tf.sum(activation(x)))(inputs['x'] as tf.Tensor);
      return { tanh: gradientOf(tanh), sigmoid: gradientOf(sigmoid) };
    });
    const state = { parameters: [{ name: 'unused', shape: [1] }], moments: 0, training: false, frozen: new Set([]) };
    const device = await createWebGpuDevice(state, 'software', { zh: '测试要求', en: 'A test asked for it' });
    const results = await (await device.loadInference(graph)).run({ x: { data, shape: [data.length] } });
    data.forEach((x, place) => {
      const [up, down] = [Math.exp(x), Math.exp(-x)];
      expect(((results['tanh']?.[place] ?? 0) * (up + down) ** 2) / 4).toBeCloseTo(1, 5);
      expect((results['sigmoid']?.[place] ?? 0) * (up + 2 + down)).toBeCloseTo(1, 5);
    });
    await device.dispose();
  });

  test('refuses a graph of which a node would fall back to the CPU', async () => {
    const graph = record([{ name: 'x', shape: [2, 3], type: 'float32' }], ({ inputs }) => {
      const { operations } = fusedOperations({
        fusedMatMul: true,
        ownProducts: false,
        sumsInParts: false,
        embeddingRows: true,
      });
      const x = inputs['x']?.reshape([1, 2, 1, 3]);
      if (x === undefined) throw new Error('The graph has no input');
      return { y: operations.attention(x, x, x, null) };
    });
    const processor = await GraphicsProcessor.start(WEBGPU);
    expect(() => processor.open(graph.bytes)).toThrow(/CPU EP/);
    processor.dispose();
  });
});
