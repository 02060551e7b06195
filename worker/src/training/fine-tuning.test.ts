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

test('other heads begin as the seed says, and everything that both models have is taken over bit for bit', async () => {
  const heads = [
    { name: 'flags', task: 'multi-label' as const, outputs: 3 },
    { name: 'severity', task: 'regression' as const, outputs: 1 },
  ];
  const base = { ...tinyClassifier({ task: 'single-label', outputs: 3 }, heads), dropout: 0.1 };
  const batch = labelledBatchOf(tinyItems(base, 6, 1));
  const baseOptimiser = { ...OPTIONS.optimiser, auxiliaryWeights: [1, 1] };
  const first = await engineWith({ model: base, optimiser: baseOptimiser });
  for (const step of [1, 2, 3]) await first.step([batch], step);
  const { path, state } = await stateOf(first);

  // The labels are others, severity stays, flags goes, and topic is new.
  const wanted = [heads[1]!, { name: 'topic', task: 'single-label' as const, outputs: 5 }];
  const model = { ...tinyClassifier({ task: 'multi-label', outputs: 4 }, wanted), dropout: 0.1 };
  const options = { model, optimiser: baseOptimiser, seed: 9 };
  const [fresh, tuned] = [
    await stateOf(await engineWith(options)),
    await stateOf(await engineWith({ ...options, startFrom: path, newHeads: [null, 'topic'] })),
  ];
  for (const [name, values] of tuned.state) {
    if (!name.startsWith('0 ')) continue;
    const isNew = /^0 output\.(weight|bias|topic\.\w+)$/.test(name);
    expect([name, values]).toEqual([name, (isNew ? fresh : { state }).state.get(name)]);
  }
  expect(tuned.state.get('0 output.severity.weight')).not.toEqual(fresh.state.get('0 output.severity.weight'));
});

test('a run with other heads that is killed and resumed ends bit for bit as one that never was', async () => {
  const { path } = await stateOf(await engineWith());
  const model = {
    ...tinyClassifier({ task: 'regression', outputs: 1 }, [{ name: 'topic', task: 'single-label', outputs: 2 }]),
    dropout: 0.1,
  };
  const batch = labelledBatchOf(tinyItems(model, 6, 2));
  const optimiser = { ...OPTIONS.optimiser, auxiliaryWeights: [0.5] };
  const options = { model, optimiser, startFrom: path, newHeads: [null, 'topic'] };
  const whole = await engineWith(options);
  const killed = await engineWith(options);
  for (const step of [1, 2]) for (const engine of [whole, killed]) await engine.step([batch], step);
  const { path: checkpoint } = await killed.saveCheckpoint(await mkdtemp(join(folder, 'kept-')), null);
  const resumed = await engineWith({ ...options, checkpoint });
  for (const step of [3, 4]) for (const engine of [whole, resumed]) await engine.step([batch], step);
  expect((await stateOf(resumed)).state).toEqual((await stateOf(whole)).state);
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
