import * as tf from '@tensorflow/tfjs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { initialiseParameter, parameterSpecs, shapeSize } from '../model/parameters.ts';
import { readCheckpoint } from './checkpoint.ts';
import { createEngine } from './create-engine.ts';
import type { TextBatch, EngineOptions, OptimiserSettings } from './engine.ts';
import { momentCount, updatedState, updateAt, clippingScale } from './optimiser.ts';
import { learningRateAt } from './schedule.ts';
import { tensorflowGradients } from './test-support/gradients.ts';
import { batchOf, PLAIN_ADAM, TINY_MODEL, tinyPairs } from './test-support/tiny-model.ts';
import { chooseTensorflowCpu } from '../model/test-support/tensorflow-cpu.ts';

const MODEL = { ...TINY_MODEL, encoderLayers: 1, decoderLayers: 1, activation: 'gelu' as const };
const STEPS = 5;

/** The same training with nothing of the engine but the model's definition: tfjs gradients and tfjs updates on tfjs's CPU backend. */
async function referenceRun(
  options: EngineOptions,
  batch: TextBatch,
): Promise<{ losses: number[]; parameters: Map<string, Float32Array> }> {
  await chooseTensorflowCpu();
  const { model, optimiser, seed } = options;
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
  const losses: number[] = [];
  for (let step = 1; step <= STEPS; step++) {
    const { loss, gradients } = await tensorflowGradients(model, optimiser, parameters, batch);
    losses.push(loss);
    const { rule: _rule, clipNorm, ...scalars } = updateAt(optimiser, learningRateAt(optimiser, step), step);
    const squaredNorm = tf.addN([...gradients.values()].map((values) => tf.sum(tf.square(tf.tensor(values)))));
    const tensors = Object.fromEntries(Object.entries(scalars).map(([name, value]) => [name, tf.scalar(value)]));
    const update = {
      ...(tensors as Record<keyof typeof scalars, tf.Tensor>),
      gradientScale: clippingScale(squaredNorm, tf.scalar(clipNorm ?? 3e38)),
    };
    for (const { name, shape } of specs) {
      const gradient = tf.tensor(gradients.get(name) ?? [], shape);
      const state = [tf.tensor(parameters.get(name) ?? [], shape), ...(moments.get(name) ?? [])];
      const [parameter, ...next] = updatedState(state, gradient, update);
      parameters.set(name, Float32Array.from(parameter?.dataSync() ?? []));
      moments.set(name, next);
    }
  }
  return { losses, parameters };
}

const OPTIMISERS: [string, Partial<OptimiserSettings>][] = [
  ['Adam with L2', { weightDecay: 0.01 }],
  [
    'AdamW with clipping and a linear schedule',
    { optimiser: 'adamw', weightDecay: 0.1, clipNorm: 0.3, schedule: 'linear', totalSteps: STEPS },
  ],
  ['momentum', { optimiser: 'momentum', learningRate: 0.1 }],
  ['gradient descent with clipping', { optimiser: 'sgd', learningRate: 0.5, clipNorm: 1 }],
];

test.each(OPTIMISERS)('%s: the engine trains as tfjs does on its own', async (_name, changes) => {
  const optimiser = { ...PLAIN_ADAM, learningRate: 0.01, ...changes };
  const options: EngineOptions = { model: MODEL, optimiser, seed: 3, device: 'cpu' };
  const batch = batchOf(tinyPairs(MODEL, 4, 2));
  const expected = await referenceRun(options, batch);
  const engine = await createEngine(options);
  const folder = await mkdtemp(join(tmpdir(), 'greenlight-reference-'));
  try {
    for (const [index, loss] of expected.losses.entries()) {
      expect(Math.abs((await engine.step([batch], index + 1)).loss - loss)).toBeLessThan(1e-4);
    }
    const { path } = await engine.saveCheckpoint(folder, null);
    const { arrays } = await readCheckpoint(path);
    // A key's bias shifts all scores of a query alike and has no gradient but rounding, which Adam scales up: nothing to compare.
    const compared = arrays.filter(({ name, slot }) => slot === 0 && !name.endsWith('.key.bias'));
    for (const { name, data } of compared) {
      const reference = expected.parameters.get(name) ?? new Float32Array(0);
      const furthest = Math.max(...reference.map((value, index) => Math.abs(value - (data[index] ?? Number.NaN))));
      expect(furthest).toBeLessThan(1e-3);
    }
  } finally {
    await engine.dispose();
    await rm(folder, { recursive: true });
  }
});
