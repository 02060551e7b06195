import * as tf from '@tensorflow/tfjs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { initialiseParameter, parameterSpecs, shapeSize } from '../model/parameters.ts';
import type { ModelSettings } from '../model/settings.ts';
import { readCheckpoint } from './test-support/read-checkpoint.ts';
import { createEngine } from './create-engine.ts';
import type { Batch, EngineOptions, OptimiserSettings } from './engine.ts';
import { momentCount, updatedState, updateAt, clippingScale } from './optimiser.ts';
import { learningRateAt } from './schedule.ts';
import { tensorflowGradients } from './test-support/gradients.ts';
import {
  batchOf,
  labelledBatchOf,
  PLAIN_ADAM,
  TINY_MODEL,
  tinyClassifier,
  tinyItems,
  tinyPairs,
} from './test-support/tiny-model.ts';
import { chooseTensorflowCpu } from '../model/test-support/tensorflow-cpu.ts';

const MODEL: ModelSettings = { ...TINY_MODEL, encoderLayers: 1, decoderLayers: 1, activation: 'gelu' };
const STEPS = 5;

/** The same training with nothing of the engine but the model's definition: tfjs gradients and tfjs updates on tfjs's CPU backend. */
async function referenceRun(
  options: EngineOptions,
  batch: Batch,
): Promise<{ losses: number[]; gradientNorms: number[]; parameters: Map<string, Float32Array> }> {
  await chooseTensorflowCpu();
  const { model, optimiser, seed, frozen = [] } = options;
  const specs = parameterSpecs(model);
  const parameters = new Map(
    specs.map((spec, index) => {
      const values = new Float32Array(shapeSize(spec.shape));
      initialiseParameter(spec, index, seed, values);
      return [spec.name, values] as const;
    }),
  );
  const moments = new Map(
    specs.map(({ name, shape }) => [
      name,
      Array.from({ length: momentCount(optimiser.optimiser) }, () => tf.zeros(shape)),
    ]),
  );
  const moving = specs.filter(({ name }) => !frozen.some((layer) => name === layer || name.startsWith(`${layer}.`)));
  const [losses, gradientNorms]: [number[], number[]] = [[], []];
  for (let step = 1; step <= STEPS; step++) {
    const { loss, gradients } = await tensorflowGradients(model, optimiser, parameters, batch);
    losses.push(loss);
    const { rule: _rule, clipNorm, ...scalars } = updateAt(optimiser, learningRateAt(optimiser, step), step);
    const squares = moving.map(({ name }) => tf.sum(tf.square(tf.tensor(gradients.get(name) ?? []))));
    const squaredNorm = tf.addN(squares);
    gradientNorms.push(Math.sqrt(squaredNorm.dataSync()[0] ?? Number.NaN));
    const tensors = Object.fromEntries(Object.entries(scalars).map(([name, value]) => [name, tf.scalar(value)]));
    const update = {
      ...(tensors as Record<keyof typeof scalars, tf.Tensor>),
      gradientScale: clippingScale(squaredNorm, tf.scalar(clipNorm ?? 3e38)),
    };
    for (const { name, shape } of moving) {
      const gradient = tf.tensor(gradients.get(name) ?? [], shape);
      const state = [tf.tensor(parameters.get(name) ?? [], shape), ...(moments.get(name) ?? [])];
      const [parameter, ...next] = updatedState(state, gradient, update);
      parameters.set(name, Float32Array.from(parameter?.dataSync() ?? []));
      moments.set(name, next);
    }
  }
  return { losses, gradientNorms, parameters };
}

/** One way of training, as the engine does it and as tfjs alone does it on all texts at once. */
interface Case {
  optimiser: Partial<OptimiserSettings>;
  model?: ModelSettings;
  frozen?: string[];
  /** Sizes of the micro-batches that the engine gets instead of one batch. */
  microBatches?: number[];
}

const CASES: Record<string, Case> = {
  'Adam with L2': { optimiser: { weightDecay: 0.01 } },
  'Adam with L1 and L2': { optimiser: { weightDecay: 0.01, l1: 0.02 } },
  'AdamW with clipping and a linear schedule': {
    optimiser: { optimiser: 'adamw', weightDecay: 0.1, clipNorm: 0.3, schedule: 'linear', totalSteps: STEPS },
  },
  momentum: { optimiser: { optimiser: 'momentum', learningRate: 0.1 } },
  'gradient descent with clipping': { optimiser: { optimiser: 'sgd', learningRate: 0.5, clipNorm: 1 } },
  'AdamW with L1, clipping and three micro-batches of different shapes': {
    optimiser: { optimiser: 'adamw', weightDecay: 0.1, l1: 0.01, clipNorm: 0.3, labelSmoothing: 0.1 },
    microBatches: [1, 1, 2],
  },
  'momentum with frozen layers and two micro-batches': {
    optimiser: { optimiser: 'momentum', learningRate: 0.1, weightDecay: 0.1, l1: 0.05, clipNorm: 1 },
    frozen: ['embedding', 'encoder.0'],
    microBatches: [3, 1],
  },
  'AdamW with a frozen output': {
    optimiser: { optimiser: 'adamw', weightDecay: 0.5 },
    frozen: ['output', 'decoder.0.selfAttention'],
  },
  'a single-label classifier in two micro-batches': {
    optimiser: { optimiser: 'sgd', learningRate: 0.3, l1: 0.01 },
    model: { ...tinyClassifier({ task: 'single-label', outputs: 3 }), activation: 'gelu' },
    microBatches: [2, 2],
  },
  'a multi-label classifier': {
    optimiser: { weightDecay: 0.1, clipNorm: 0.5 },
    model: { ...tinyClassifier({ task: 'multi-label', outputs: 3 }), activation: 'tanh' },
  },
  'a regression with a frozen encoder in two micro-batches': {
    optimiser: { optimiser: 'momentum', learningRate: 0.05 },
    model: { ...tinyClassifier({ task: 'regression', outputs: 2 }), activation: 'gelu' },
    frozen: ['embedding', 'encoder'],
    microBatches: [1, 3],
  },
};

/** Four texts as one batch, and as the engine gets them. */
function batchesOf({ microBatches = [4] }: Case, model: ModelSettings): { whole: Batch; parts: Batch[] } {
  let start = 0;
  const slices = microBatches.map((size) => [start, (start += size)] as const);
  if (model.head === null) {
    const pairs = tinyPairs(model, 4, 2);
    return { whole: batchOf(pairs), parts: slices.map(([from, to]) => batchOf(pairs.slice(from, to))) };
  }
  const items = tinyItems(model, 4, 2);
  return { whole: labelledBatchOf(items), parts: slices.map(([from, to]) => labelledBatchOf(items.slice(from, to))) };
}

test.each(Object.entries(CASES))('%s: the engine trains as tfjs does on its own', async (_name, given) => {
  const { model = MODEL, frozen = [] } = given;
  const optimiser = { ...PLAIN_ADAM, learningRate: 0.01, ...given.optimiser };
  const options: EngineOptions = { model, optimiser, seed: 3, device: 'cpu', frozen };
  const { whole, parts } = batchesOf(given, model);
  const expected = await referenceRun(options, whole);
  const engine = await createEngine(options);
  const folder = await mkdtemp(join(tmpdir(), 'greenlight-reference-'));
  try {
    for (const [index, loss] of expected.losses.entries()) {
      const result = await engine.step(parts, index + 1);
      if (optimiser.labelSmoothing === 0) expect(Math.abs(result.loss - loss)).toBeLessThan(1e-4);
      expect(Math.abs(result.gradientNorm / (expected.gradientNorms[index] ?? 0) - 1)).toBeLessThan(1e-3);
    }
    const { path } = await engine.saveCheckpoint(folder, null);
    const { arrays } = await readCheckpoint(path);
    // A key's bias shifts all scores of a query alike and has no gradient but rounding, which Adam scales up: nothing to compare.
    const compared = arrays.filter(({ name, slot }) => slot === 0 && !name.endsWith('.key.bias'));
    for (const { name, data } of compared) {
      const reference = expected.parameters.get(name) ?? new Float32Array(0);
      const furthest = Math.max(...reference.map((value, index) => Math.abs(value - (data[index] ?? Number.NaN))));
      expect(furthest).toBeLessThan(1e-3);
      if (frozen.includes(name)) expect(furthest).toBe(0);
    }
  } finally {
    await engine.dispose();
    await rm(folder, { recursive: true });
  }
});
