import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { ModelSettings } from '../model/settings.ts';
import { ownOperators } from '../products/own-operators.ts';
import { createCpuDevice } from '../runtime/cpu.ts';
import type { Device, GraphDialect, StateShape } from '../runtime/device.ts';
import { writeCheckpoint } from './checkpoint.ts';
import { createEngineOn } from './create-engine.ts';
import type { Batch, Engine, OptimiserSettings } from './engine.ts';
import { NonFiniteLossError } from './errors.ts';
import { recordTraining } from './graphs.ts';
import { readCheckpoint } from './test-support/read-checkpoint.ts';
import { PLAIN_ADAM, TINY_MODEL, tinyBatch } from './test-support/tiny-model.ts';

/** Weights large enough that their gradients are left to the update, in blocks of which the last one is smaller. */
const WIDE: ModelSettings = {
  ...TINY_MODEL,
  dModel: 256,
  feedForward: 300,
  encoderLayers: 1,
  decoderLayers: 1,
  dropout: 0.1,
};

const reason = { zh: '测试。', en: 'A test.' };

let folder = '';
const open: Engine[] = [];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'greenlight-factors-'));
});

afterEach(async () => {
  for (const engine of open.splice(0)) await engine.dispose();
  await rm(folder, { recursive: true });
});

interface Wanted {
  optimiser?: Partial<OptimiserSettings>;
  helpers?: number;
  /** Whether updates may multiply gradients out; otherwise graphs do, as they do everywhere else. */
  weightFactors?: boolean;
  checkpoint?: string;
}

async function engineWith({ optimiser, helpers, weightFactors = true, checkpoint }: Wanted = {}): Promise<Engine> {
  const options = { model: WIDE, optimiser: { ...PLAIN_ADAM, ...optimiser }, seed: 3, device: 'cpu' } as const;
  const makeDevice = async (shape: StateShape): Promise<Device> => {
    const device = await createCpuDevice(shape, reason, helpers === undefined ? {} : { helpers });
    return { ...device, dialect: { ...device.dialect, weightFactors } };
  };
  const engine = await createEngineOn(makeDevice, { ...options, ...(checkpoint === undefined ? {} : { checkpoint }) });
  open.push(engine);
  return engine;
}

/** One text, whose length differs from step to step. */
function textOf(step: number): Batch {
  return tinyBatch(WIDE, 1, step);
}

async function train(engine: Engine, from: number, to: number): Promise<number[]> {
  const losses: number[] = [];
  for (let step = from; step <= to; step++) losses.push((await engine.step([textOf(step)], step)).loss);
  return losses;
}

async function saved(engine: Engine, name: string): Promise<{ path: string; bytes: Buffer }> {
  const { path } = await engine.saveCheckpoint(join(folder, name), null);
  return { path, bytes: await readFile(path) };
}

/** The arrays of every slot, but for those of biases and gains, whose sums are taken by another operator. */
async function matrices(engine: Engine, name: string): Promise<Map<string, Buffer>> {
  const { arrays } = await readCheckpoint((await saved(engine, name)).path);
  const large = arrays.filter(({ shape }) => shape.length === 2);
  return new Map(large.map(({ name: array, slot, data }) => [`${array} ${slot}`, Buffer.from(data.slice().buffer)]));
}

/** Names of the outputs of a training graph that begin so. */
function outputsOf(batchSize: number, optimiser: Partial<OptimiserSettings>, prefix: string): string[] {
  const dialect: GraphDialect = {
    fusedMatMul: true,
    ownProducts: true,
    sumsInParts: false,
    weightFactors: true,
    embeddingRows: true,
    updatesInGraph: false,
    blocks: false,
    packedMasks: false,
    sequenceOutput: false,
    shapeArithmetic: true,
  };
  const shape = { batchSize, sourceLength: 8, targetLength: 8 };
  const learning = { optimiser: { ...PLAIN_ADAM, ...optimiser }, frozen: [] };
  const { graph } = recordTraining(WIDE, learning, shape, dialect);
  return graph.outputs.map(({ name }) => name).filter((name) => name.startsWith(prefix));
}

test('large weights over few rows are left to updates that take them, and no others', () => {
  const left = outputsOf(2, {}, 'factor.x.');
  expect(left).toHaveLength(12 + 4);
  expect(left).not.toContain('factor.x.output.weight');
  for (const name of left) expect(outputsOf(2, {}, 'factor.dy.')).toContain(name.replace('.x.', '.dy.'));
  for (const name of left) expect(outputsOf(2, {}, 'gradient.')).not.toContain(name.replace('factor.x', 'gradient'));
  expect(outputsOf(3, {}, 'factor.')).toEqual([]);
  for (const optimiser of [{ optimiser: 'sgd' as const }, { l1: 0.1 }, { clipNorm: 1 }])
    expect(outputsOf(2, optimiser, 'factor.')).toEqual([]);
});

describe.skipIf((await ownOperators()) === null)('updates that multiply gradients out', () => {
  test('are what a device on the processor has', async () => {
    const shape = { parameters: [{ name: 'weight', shape: [256, 256] }], moments: 2, frozen: new Set<string>() };
    for (const training of [true, false]) {
      const device = await createCpuDevice({ ...shape, training }, reason);
      expect(device.dialect.weightFactors).toBe(training);
      await device.dispose();
    }
  });

  test.each([{}, { optimiser: 'adamw' as const, weightDecay: 0.1 }, { weightDecay: 0.1 }])(
    'leave the same bits in every matrix as gradients that the graph multiplies (%o)',
    async (optimiser) => {
      const [here, there] = [await engineWith({ optimiser }), await engineWith({ optimiser, weightFactors: false })];
      const [outcome, expected] = [await here.step([textOf(1)], 1), await there.step([textOf(1)], 1)];
      expect(outcome.loss).toBe(expected.loss);
      expect(outcome.gradientNorm).toBeCloseTo(expected.gradientNorm, 6);
      expect(await matrices(here, 'here')).toEqual(await matrices(there, 'there'));
    },
  );

  test('leave the same bits whatever the number of threads', async () => {
    const [alone, together] = [await engineWith({ helpers: 0 }), await engineWith({ helpers: 3 })];
    expect(await train(alone, 1, 4)).toEqual(await train(together, 1, 4));
    expect((await saved(alone, 'alone')).bytes.equals((await saved(together, 'together')).bytes)).toBe(true);
  });

  test('end bit-identical after an interruption', async () => {
    const whole = await engineWith();
    const losses = await train(whole, 1, 5);
    const first = await engineWith();
    await train(first, 1, 2);
    const second = await engineWith({ checkpoint: (await saved(first, 'cut')).path });
    expect(await train(second, 3, 5)).toEqual(losses.slice(2));
    expect((await saved(second, 'resumed')).bytes.equals((await saved(whole, 'whole')).bytes)).toBe(true);
  });

  test('take what several micro-batches have gathered', async () => {
    const [here, there] = [await engineWith(), await engineWith({ weightFactors: false })];
    for (const engine of [here, there]) await engine.step([textOf(1), textOf(2), textOf(5)], 1);
    expect(await matrices(here, 'here')).toEqual(await matrices(there, 'there'));
  });

  test.each([
    ['encoder.0.feedForward.hidden.weight', 'encoder.0.feedForward'],
    ['decoder.0.selfAttention.query.weight', 'decoder.0.selfAttention'],
  ])('stop with the layer where %s is not finite, and keep what there was', async (parameter, layer) => {
    const failures: unknown[] = [];
    for (const weightFactors of [true, false]) {
      const engine = await engineWith({ weightFactors });
      const { arrays, metadata } = await readCheckpoint((await saved(engine, 'whole')).path);
      arrays.find(({ name, slot }) => slot === 0 && name === parameter)?.data.fill(Infinity, 0, 1);
      const broken = await writeCheckpoint(join(folder, 'broken'), arrays, metadata);
      await engine.loadCheckpoint(broken.path);
      const before = await saved(engine, 'before');
      failures.push(await engine.step([textOf(1)], 1).catch((error: unknown) => error));
      expect((await saved(engine, 'after')).bytes.equals(before.bytes)).toBe(true);
    }
    const [here, there] = failures as [NonFiniteLossError, NonFiniteLossError];
    expect(here).toBeInstanceOf(NonFiniteLossError);
    expect(here.layer).toBe(layer);
    expect(here).toMatchObject({ step: 1, layer: there.layer, parameter: there.parameter });
  });

  test('that find gradients without bounds name the parameter', async () => {
    const parameters: (string | null)[] = [];
    for (const weightFactors of [true, false]) {
      const engine = await engineWith({ weightFactors });
      const { arrays, metadata } = await readCheckpoint((await saved(engine, 'whole')).path);
      // Finite outputs, and products of finite numbers that are not.
      for (const { name, slot, data } of arrays) if (slot === 0 && name === 'decoder.finalNorm.gain') data.fill(3e37);
      const broken = await writeCheckpoint(join(folder, 'broken'), arrays, metadata);
      await engine.loadCheckpoint(broken.path);
      const failure: unknown = await engine.step([textOf(1)], 1).catch((error: unknown) => error);
      expect(failure).toBeInstanceOf(NonFiniteLossError);
      parameters.push((failure as NonFiniteLossError).parameter);
    }
    expect(parameters[0]).not.toBeNull();
    expect(parameters[0]).toBe(parameters[1]);
  });
});
