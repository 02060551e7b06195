import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { readCheckpoint } from './test-support/read-checkpoint.ts';
import { createEngine } from './create-engine.ts';
import type { Engine, EngineOptions } from './engine.ts';
import { ShapeError } from './errors.ts';
import { labelledBatchOf, PLAIN_ADAM, tinyClassifier, tinyItems } from './test-support/tiny-model.ts';

const MODEL = tinyClassifier({ task: 'single-label', outputs: 3 });
const OPTIONS: EngineOptions = {
  model: { ...MODEL, dropout: 0.1 },
  optimiser: { ...PLAIN_ADAM, optimiser: 'adamw', learningRate: 0.01, weightDecay: 0.1, l1: 0.001 },
  seed: 5,
  device: 'cpu',
};
const BATCH = labelledBatchOf(tinyItems(MODEL, 6, 1));

let folder = '';
const open: Engine[] = [];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'greenlight-fine-tuning-'));
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

async function train(engine: Engine, from: number, to: number): Promise<void> {
  for (let step = from; step <= to; step++) await engine.step([BATCH], step);
}

/** The whole state by slot and name, and the path of the checkpoint that holds it. */
async function stateOf(engine: Engine): Promise<{ path: string; state: Map<string, Float32Array> }> {
  const { path } = await engine.saveCheckpoint(await mkdtemp(join(folder, 'state-')), null);
  const { arrays } = await readCheckpoint(path);
  return { path, state: new Map(arrays.map(({ slot, name, data }) => [`${slot} ${name}`, data])) };
}

test("a run that starts from a checkpoint has its parameters, and nothing else of the other run's", async () => {
  const first = await engineWith();
  await train(first, 1, 4);
  const { path, state } = await stateOf(first);
  const second = await engineWith({ startFrom: path, seed: 6, optimiser: { ...PLAIN_ADAM } });
  const begun = await stateOf(second);
  for (const [name, values] of begun.state) {
    const expected = name.startsWith('0 ') ? state.get(name) : new Float32Array(values.length);
    expect([name, values]).toEqual([name, expected]);
  }
  expect((await readCheckpoint(begun.path)).metadata.step).toBe(0);
  expect((await second.forward(BATCH)).loss).toBe((await first.forward(BATCH)).loss);
});

test('a checkpoint to go on from counts more than one to start from', async () => {
  const start = await stateOf(await engineWith());
  const tuned = await engineWith({ startFrom: start.path });
  await train(tuned, 1, 3);
  const saved = await stateOf(tuned);
  const resumed = await engineWith({ startFrom: start.path, checkpoint: saved.path });
  expect((await stateOf(resumed)).state).toEqual(saved.state);
});

test('a model of another shape cannot be started from', async () => {
  const { path } = await stateOf(await engineWith());
  const other = { ...MODEL, head: { task: 'single-label' as const, outputs: 4 } };
  await expect(engineWith({ model: other, startFrom: path })).rejects.toThrow(ShapeError);
});

test.each(['adam', 'adamw', 'momentum', 'sgd'] as const)(
  '%s: frozen layers and their moments stay bit for bit, whatever decay and penalties say; all others move',
  async (optimiser) => {
    const frozen = ['embedding', 'encoder.0', 'encoder.1.selfAttentionNorm', 'pooler.weight'];
    const settings = { ...OPTIONS.optimiser, optimiser };
    const engine = await engineWith({ optimiser: settings, frozen });
    const before = await stateOf(engine);
    await train(engine, 1, 2);
    await engine.step([BATCH, BATCH], 3);
    const after = await stateOf(engine);
    expect(after.state.size).toBe(before.state.size);
    for (const [name, values] of after.state) {
      const isFrozen = /^\d (embedding|encoder\.0\..*|encoder\.1\.selfAttentionNorm\..*|pooler\.weight)$/.test(name);
      const isSame = values.every((value, index) => Object.is(value, before.state.get(name)?.[index]));
      expect([name, isSame]).toEqual([name, isFrozen]);
    }
  },
);

test('what cannot be frozen is refused', async () => {
  await expect(engineWith({ frozen: ['decoder'] })).rejects.toThrow("no layer 'decoder'");
  await expect(engineWith({ frozen: ['encoder.0', 'enc'] })).rejects.toThrow("no layer 'enc'");
  const all = ['embedding', 'encoder', 'pooler', 'output'];
  await expect(engineWith({ frozen: all })).rejects.toThrow('nothing can learn');
});
