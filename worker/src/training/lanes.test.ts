import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { ModelSettings } from '../model/settings.ts';
import { createCpuDevice } from '../runtime/cpu.ts';
import type { Device, StateArray, StateShape } from '../runtime/device.ts';
import { createEngine, createEngineOn } from './create-engine.ts';
import type { Engine, EngineOptions } from './engine.ts';
import { readCheckpoint } from './test-support/read-checkpoint.ts';
import { PLAIN_ADAM, SEVERAL_HEADS, TINY_MODEL, tinyBatch, tinyClassifier } from './test-support/tiny-model.ts';

const MODELS: [string, ModelSettings][] = [
  ['an encoder–decoder', { ...TINY_MODEL, dropout: 0.3 }],
  ['a decoder-only model', { ...TINY_MODEL, architecture: 'decoder-only', positions: 'learned', dropout: 0.3 }],
  ['a multi-label classifier', { ...tinyClassifier({ task: 'multi-label', outputs: 3 }), dropout: 0.3 }],
  ['several heads', { ...SEVERAL_HEADS, dropout: 0.3 }],
];

let folder = '';

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'greenlight-lanes-'));
});

afterAll(() => rm(folder, { recursive: true }));

/** What three steps leave behind: one of an odd batch, one of three micro-batches, one of a batch again. */
async function trained(engine: Engine, model: ModelSettings): Promise<{ losses: number[]; arrays: StateArray[] }> {
  try {
    const losses: number[] = [];
    for (const [index, sizes] of [[5], [4, 1, 3], [2]].entries()) {
      losses.push(
        (
          await engine.step(
            sizes.map((count, seed) => tinyBatch(model, count, seed)),
            index + 1,
          )
        ).loss,
      );
    }
    const { path } = await engine.saveCheckpoint(folder, null);
    return { losses, arrays: (await readCheckpoint(path)).arrays };
  } finally {
    await engine.dispose();
  }
}

function optionsOf(model: ModelSettings, lanes: number): EngineOptions {
  // Plain descent: Adam would blow rounding up where a gradient is nearly nothing.
  const optimiser = { ...PLAIN_ADAM, optimiser: 'sgd' as const, learningRate: 0.1, clipNorm: 1 };
  return { model, optimiser, seed: 5, device: 'cpu', lanes };
}

function largestDifference(a: readonly StateArray[], b: readonly StateArray[]): number {
  return Math.max(
    ...a.map(({ data }, index) =>
      data.reduce((most, value, place) => Math.max(most, Math.abs(value - (b[index]?.data[place] ?? Infinity))), 0),
    ),
  );
}

test.each(MODELS)('%s learns the same in two lanes as in one, but for rounding', async (_name, model) => {
  const whole = await trained(await createEngine(optionsOf(model, 1)), model);
  const divided = await trained(await createEngine(optionsOf(model, 2)), model);
  divided.losses.forEach((loss, step) => expect(loss).toBeCloseTo(whole.losses[step] ?? Number.NaN, 5));
  expect(largestDifference(whole.arrays, divided.arrays)).toBeLessThan(2e-6);
});

test.each(MODELS)("%s learns the same where this project's own operators do not run", async (_name, model) => {
  const reason = { zh: '测试。', en: 'A test.' };
  const makeDevice = (ownProducts: boolean) => (shape: StateShape) => createCpuDevice(shape, reason, { ownProducts });
  const own = await trained(await createEngineOn(makeDevice(true), optionsOf(model, 2)), model);
  const plain = await trained(await createEngineOn(makeDevice(false), optionsOf(model, 2)), model);
  plain.losses.forEach((loss, step) => expect(loss).toBeCloseTo(own.losses[step] ?? Number.NaN, 5));
  expect(largestDifference(plain.arrays, own.arrays)).toBeLessThan(2e-6);
});

test('one thread that computes both lanes gives the same bits as two', async () => {
  const model = { ...TINY_MODEL, dropout: 0.3 };
  const reason = { zh: '测试。', en: 'A test.' };
  const trainedWith = async (helpers: number) => {
    const makeDevice = (shape: StateShape): Promise<Device> => createCpuDevice(shape, reason, { helpers });
    return trained(await createEngineOn(makeDevice, optionsOf(model, 2)), model);
  };
  const [beside, alone] = [await trainedWith(1), await trainedWith(0)];
  expect(alone.losses).toEqual(beside.losses);
  expect(largestDifference(alone.arrays, beside.arrays)).toBe(0);
});
