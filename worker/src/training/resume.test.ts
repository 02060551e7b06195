import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { ModelSettings } from '../model/settings.ts';
import { createEngine } from './create-engine.ts';
import type { Batch, Engine, EngineOptions } from './engine.ts';
import { PLAIN_ADAM, SEVERAL_HEADS, TINY_MODEL, tinyBatch, tinyClassifier } from './test-support/tiny-model.ts';

const SMALL = { encoderLayers: 1, decoderLayers: 1, dropout: 0.2 };

const MODELS: [string, ModelSettings][] = [
  ['encoder–decoder', { ...TINY_MODEL, ...SMALL }],
  ['decoder-only', { ...TINY_MODEL, ...SMALL, architecture: 'decoder-only', positions: 'learned' }],
  ['single-label classifier', { ...tinyClassifier({ task: 'single-label', outputs: 3 }), ...SMALL }],
  ['multi-label classifier', { ...tinyClassifier({ task: 'multi-label', outputs: 3 }), ...SMALL }],
  ['regression', { ...tinyClassifier({ task: 'regression', outputs: 1 }), ...SMALL, normalisation: 'post' }],
  ['several heads', { ...SEVERAL_HEADS, ...SMALL }],
];

/** Steps of a whole run, and the step after which it is interrupted. */
const [STEPS, CUT] = [5, 2];

let folder = '';
const open: Engine[] = [];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'greenlight-resume-'));
});

afterEach(async () => {
  for (const engine of open.splice(0)) await engine.dispose();
  await rm(folder, { recursive: true });
});

async function engineWith(options: EngineOptions): Promise<Engine> {
  const engine = await createEngine(options);
  open.push(engine);
  return engine;
}

/** Two micro-batches of different shapes for every step. */
function microBatches(model: ModelSettings, step: number): Batch[] {
  return [1 + (step % 3), 2].map((count, part) => tinyBatch(model, count, 10 * step + part));
}

async function train(engine: Engine, model: ModelSettings, from: number, to: number): Promise<number[]> {
  const numbers: number[] = [];
  for (let step = from; step <= to; step++) {
    // Every other step has one batch only.
    const { loss, gradientNorm } = await engine.step(microBatches(model, step).slice(step % 2), step);
    numbers.push(loss, gradientNorm);
  }
  return numbers;
}

async function savedBytes(engine: Engine, name: string): Promise<Buffer> {
  return readFile((await engine.saveCheckpoint(join(folder, name), null)).path);
}

describe.each(MODELS)('%s', (_name, model) => {
  test.each(['adam', 'adamw', 'momentum', 'sgd'] as const)(
    '%s: two runs, and one that was interrupted and resumed, end bit-identical',
    async (optimiser) => {
      const learning = { learningRate: 0.01, schedule: 'warmup-cosine' as const, warmupSteps: 2, totalSteps: STEPS };
      const options: EngineOptions = {
        model,
        optimiser: {
          ...PLAIN_ADAM,
          ...learning,
          optimiser,
          weightDecay: 0.01,
          l1: 0.001,
          clipNorm: 1,
          auxiliaryWeights: [0.5, 2, 1],
        },
        seed: 21,
        device: 'cpu',
        // A part of each batch is computed in a thread beside.
        lanes: optimiser === 'adam' ? 2 : 1,
        frozen: ['output.bias'],
      };
      const whole = await engineWith(options);
      const numbers = await train(whole, model, 1, STEPS);
      const interrupted = await engineWith(options);
      const firstNumbers = await train(interrupted, model, 1, CUT);
      const { path } = await interrupted.saveCheckpoint(folder, { batch: CUT });
      const lastNumbers = await train(interrupted, model, CUT + 1, STEPS);
      expect([...firstNumbers, ...lastNumbers]).toEqual(numbers);
      const resumed = await engineWith({ ...options, checkpoint: path });
      expect(await train(resumed, model, CUT + 1, STEPS)).toEqual(lastNumbers);
      const expected = await savedBytes(whole, 'whole');
      expect((await savedBytes(interrupted, 'interrupted')).equals(expected)).toBe(true);
      expect((await savedBytes(resumed, 'resumed')).equals(expected)).toBe(true);
    },
  );
});
