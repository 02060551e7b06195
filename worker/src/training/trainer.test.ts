import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { writeCheckpoint } from './checkpoint.ts';
import { readCheckpoint } from './test-support/read-checkpoint.ts';
import { createEngine } from './create-engine.ts';
import type { Engine, EngineOptions } from './engine.ts';
import { CheckpointError, NonFiniteLossError } from './errors.ts';
import { batchOf, PLAIN_ADAM, SEVERAL_HEADS, TINY_MODEL, tinyBatch, tinyPairs } from './test-support/tiny-model.ts';

const OPTIONS: EngineOptions = {
  model: { ...TINY_MODEL, dropout: 0.2 },
  optimiser: {
    ...PLAIN_ADAM,
    learningRate: 0.01,
    schedule: 'warmup-cosine',
    warmupSteps: 3,
    totalSteps: 12,
    clipNorm: 1,
  },
  seed: 11,
  device: 'cpu',
};

/** Batches of several shapes, so that more than one recorded graph takes part. */
const BATCHES = [
  batchOf(tinyPairs(TINY_MODEL, 4, 1)),
  batchOf(tinyPairs(TINY_MODEL, 1, 2)),
  batchOf(tinyPairs(TINY_MODEL, 2, 3)),
];

let folder = '';
const open: Engine[] = [];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'greenlight-trainer-'));
});

afterEach(async () => {
  for (const engine of open.splice(0)) await engine.dispose();
  await rm(folder, { recursive: true });
});

async function engineWith(changes: Partial<EngineOptions> = {}): Promise<Engine> {
  const engine = await createEngine({ ...OPTIONS, ...changes });
  open.push(engine);
  return engine;
}

async function train(engine: Engine, from: number, to: number): Promise<number[]> {
  const losses: number[] = [];
  for (let step = from; step <= to; step++) {
    const batch = BATCHES[step % BATCHES.length];
    if (batch !== undefined) losses.push((await engine.step([batch], step)).loss);
  }
  return losses;
}

async function savedBytes(engine: Engine, name: string): Promise<Buffer> {
  const { path } = await engine.saveCheckpoint(join(folder, name), null);
  return readFile(path);
}

describe('determinism', () => {
  test('two runs with the same seed have bit-identical losses and states', async () => {
    const [first, second] = [await engineWith(), await engineWith()];
    expect(await train(first, 1, 12)).toEqual(await train(second, 1, 12));
    expect((await savedBytes(first, 'first')).equals(await savedBytes(second, 'second'))).toBe(true);
  });

  test('another seed gives another run', async () => {
    const losses = await train(await engineWith(), 1, 2);
    expect(await train(await engineWith({ seed: 12 }), 1, 2)).not.toEqual(losses);
  });

  test('repeated ids have exact embedding gradients: many rows of one id give the same run every time', async () => {
    const model = { ...TINY_MODEL, dModel: 128, maxTargetTokens: 64, maxSourceTokens: 64 };
    const ids = Int32Array.from({ length: 16 * 64 }, (_, place) => 3 + (place % 2));
    const batch = { source: ids, sourceLength: 64, targetIn: ids, targetOut: ids, targetLength: 64, batchSize: 16 };
    const run = async (): Promise<number[]> => {
      const engine = await engineWith({ model });
      const losses: number[] = [];
      for (let step = 1; step <= 4; step++) losses.push((await engine.step([batch], step)).gradientNorm);
      return losses;
    };
    const first = await run();
    expect(await run()).toEqual(first);
    expect(await run()).toEqual(first);
  });
});

describe('checkpoints', () => {
  test('a resumed run is bit-identical to one that was never interrupted', async () => {
    const uninterrupted = await engineWith();
    const losses = await train(uninterrupted, 1, 12);
    const interrupted = await engineWith();
    await train(interrupted, 1, 5);
    const { path } = await interrupted.saveCheckpoint(folder, { epoch: 2, order: [2, 0, 1] });
    const resumed = await engineWith({ seed: OPTIONS.seed });
    expect(await resumed.loadCheckpoint(path)).toEqual({ epoch: 2, order: [2, 0, 1] });
    expect(await train(resumed, 6, 12)).toEqual(losses.slice(5));
    expect((await savedBytes(resumed, 'a')).equals(await savedBytes(uninterrupted, 'b'))).toBe(true);
  });

  test('an engine made from a checkpoint for inference computes and writes the same', async () => {
    const trained = await engineWith();
    await train(trained, 1, 6);
    const { path } = await trained.saveCheckpoint(folder, null);
    const inference = await engineWith({ checkpoint: path, inferenceOnly: true });
    const batch = BATCHES[0];
    if (batch === undefined) throw new Error('There is no batch');
    expect(await inference.forward(batch)).toEqual(await trained.forward(batch));
    await expect(inference.step([batch], 7)).rejects.toThrow('inference only');
  });

  test('leaves nothing behind but the checkpoint, and reports its size and digest', async () => {
    const engine = await engineWith();
    const saved = await engine.saveCheckpoint(folder, null);
    expect(await readdir(folder)).toEqual(['checkpoint-00000000.safetensors']);
    const bytes = await readFile(saved.path);
    expect(bytes.length).toBe(saved.sizeBytes);
    const { createHash } = await import('node:crypto');
    expect(createHash('sha256').update(bytes).digest('hex')).toBe(saved.sha256);
  });

  test.each([
    ['a changed byte', (bytes: Buffer) => bytes.fill((bytes.at(-5) ?? 0) ^ 1, bytes.length - 5, bytes.length - 4)],
    ['a missing end', (bytes: Buffer) => bytes.subarray(0, bytes.length - 8)],
    ['a foreign file', () => Buffer.from('this is not a checkpoint at all, but long enough')],
  ])('%s is refused with a reason and changes nothing', async (_damage, damage) => {
    const engine = await engineWith();
    const { path } = await engine.saveCheckpoint(folder, null);
    await writeFile(path, damage(await readFile(path)));
    const before = await savedBytes(await engineWith(), 'before');
    await expect(engine.loadCheckpoint(path)).rejects.toThrow(CheckpointError);
    expect((await savedBytes(engine, 'after')).equals(before)).toBe(true);
  });

  test('a model of another shape is refused', async () => {
    const { path } = await (await engineWith()).saveCheckpoint(folder, null);
    const other = await engineWith({ model: { ...OPTIONS.model, feedForward: 48 } });
    await expect(other.loadCheckpoint(path)).rejects.toThrow(/has the shape \[16, 40\], the model needs \[16, 48\]/);
  });
});

describe('steps', () => {
  test('a loss that is not finite names step, batch and parameter, and leaves the parameters alone', async () => {
    const engine = await engineWith({
      optimiser: { ...PLAIN_ADAM, optimiser: 'sgd', learningRate: 1e30 },
      model: TINY_MODEL,
    });
    const failure = await train(engine, 1, 10).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(NonFiniteLossError);
    const error = failure as NonFiniteLossError;
    expect(error.step).toBeGreaterThan(1);
    expect(error.parameter).toBe('output.bias');
    expect(error.layer).toBe('encoder.0.selfAttention');
    expect(error.batch.batchSize).toBeGreaterThan(0);
    const before = await savedBytes(engine, 'before');
    await expect(train(engine, error.step, error.step)).rejects.toThrow(NonFiniteLossError);
    expect((await savedBytes(engine, 'after')).equals(before)).toBe(true);
  });

  test.each([
    ['the only', TINY_MODEL, 'encoder.1.feedForward.output.bias', 'encoder.1.feedForward'],
    ['only a further', SEVERAL_HEADS, 'output.severity.bias', 'output.severity'],
  ])(
    'an evaluation in which %s head has gone wrong says after which step and in which layer',
    async (_head, model, parameter, layer) => {
      const batch = tinyBatch(model, 2, 9);
      const engine = await engineWith({ model, optimiser: { ...PLAIN_ADAM, auxiliaryWeights: [1, 1, 1] } });
      await engine.step([batch], 1);
      const { path } = await engine.saveCheckpoint(folder, null);
      const { arrays, metadata } = await readCheckpoint(path);
      arrays.find(({ name, slot }) => slot === 0 && name === parameter)?.data.fill(Infinity);
      const broken = await writeCheckpoint(join(folder, 'broken'), arrays, metadata);
      await engine.loadCheckpoint(broken.path);
      await expect(engine.forward(batch)).rejects.toMatchObject({ name: 'NonFiniteOutputError', step: 1, layer });
    },
  );

  test('clipping bounds how far a step of gradient descent moves', async () => {
    const optimiser = { ...PLAIN_ADAM, optimiser: 'sgd' as const, learningRate: 1, clipNorm: 0.01 };
    const engine = await engineWith({ model: TINY_MODEL, optimiser });
    const batch = BATCHES[0];
    if (batch === undefined) throw new Error('There is no batch');
    const before = await engine.forward(batch);
    const { gradientNorm, loss } = await engine.step([batch], 1);
    expect(gradientNorm).toBeGreaterThan(0.1);
    expect(loss).toBeCloseTo(before.loss, 5);
    // A step of length c against a gradient of norm n lowers the loss by about c·n.
    const fall = before.loss - (await engine.forward(batch)).loss;
    expect(fall / (0.01 * gradientNorm)).toBeCloseTo(1, 1);
  });

  test('forward gives one distribution for each target, in order, and the loss they imply', async () => {
    const engine = await engineWith();
    const pairs = tinyPairs(TINY_MODEL, 3, 9);
    const { probabilities, targets, tokens, loss } = await engine.forward(batchOf(pairs));
    const expected = pairs.flatMap((pair) => pair.targetOut);
    expect([...targets]).toEqual(expected);
    expect(tokens).toBe(expected.length);
    let surprise = 0;
    expected.forEach((target, row) => {
      const distribution = probabilities.subarray(
        row * TINY_MODEL.vocabularySize,
        (row + 1) * TINY_MODEL.vocabularySize,
      );
      expect(distribution.reduce((sum, value) => sum + value, 0)).toBeCloseTo(1, 5);
      surprise -= Math.log(distribution[target] ?? 0);
    });
    expect(loss).toBeCloseTo(surprise / expected.length, 5);
  });

  test('padding a batch does not change the loss of its texts', async () => {
    const engine = await engineWith();
    const pairs = tinyPairs(TINY_MODEL, 3, 9);
    const together = await engine.forward(batchOf(pairs));
    let total = 0;
    for (const pair of pairs) {
      const alone = await engine.forward(batchOf([pair]));
      total += alone.loss * alone.tokens;
    }
    expect(together.loss).toBeCloseTo(total / together.tokens, 5);
  });

  test('the layer that first goes wrong is named', async () => {
    const engine = await engineWith({ model: TINY_MODEL });
    const { path } = await engine.saveCheckpoint(folder, null);
    const { arrays, metadata } = await readCheckpoint(path);
    arrays
      .find(({ name, slot }) => slot === 0 && name === 'decoder.1.crossAttention.value.bias')
      ?.data.fill(Number.NaN);
    const poisoned = await writeCheckpoint(join(folder, 'poisoned'), arrays, metadata);
    await engine.loadCheckpoint(poisoned.path);
    await expect(train(engine, 1, 1)).rejects.toMatchObject({ layer: 'decoder.1.crossAttention', step: 1 });
  });

  test('settings that make no model are refused', async () => {
    await expect(engineWith({ model: { ...TINY_MODEL, heads: 3 } })).rejects.toThrow(RangeError);
    await expect(engineWith({ model: { ...TINY_MODEL, dropout: 1 } })).rejects.toThrow(RangeError);
    await expect(engineWith({ model: { ...TINY_MODEL, architecture: 'encoder-classifier' } })).rejects.toThrow(
      RangeError,
    );
  });

  test('a batch that does not fit the model is refused', async () => {
    const engine = await engineWith();
    const batch = batchOf(tinyPairs(TINY_MODEL, 1, 1));
    await expect(engine.step([{ ...batch, source: batch.source.map(() => 99) }], 1)).rejects.toThrow(RangeError);
    await expect(engine.step([{ ...batch, targetOut: batch.targetOut.map(() => 0) }], 1)).rejects.toThrow(RangeError);
    const long = new Int32Array(40).fill(3);
    await expect(engine.step([{ ...batch, source: long, sourceLength: 40 }], 1)).rejects.toThrow(RangeError);
  });
});
