/**
 * Optimisers and schedules against PyTorch's: `npm run bench -- optimisers`. The same model from the same weights on the same batches, with torch.optim and
 * torch.optim.lr_scheduler there; losses, gradient norms and learning rates of every step are compared.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createEngine } from '../worker/src/training/create-engine.ts';
import type { OptimiserSettings } from '../worker/src/training/engine.ts';
import { writeResult } from './results.ts';
import { PytorchProcess, type PytorchFacts } from './support/pytorch.ts';
import { ADAM, randomBatch, type TrainingCase } from './support/training-models.ts';

const STEPS = 60;
const TOLERANCE = 1e-3;
const SUBJECT: TrainingCase = {
  name: 'tiny',
  model: {
    ...{
      architecture: 'encoder-decoder',
      vocabularySize: 61,
      dModel: 32,
      heads: 4,
      encoderLayers: 1,
      decoderLayers: 1,
    },
    ...{ feedForward: 70, activation: 'relu', normalisation: 'pre', positions: 'sinusoidal', dropout: 0 },
    ...{ maxSourceTokens: 16, maxTargetTokens: 16, head: null },
  },
  batchSize: 3,
  length: 16,
};

const base: OptimiserSettings = { ...ADAM, totalSteps: STEPS, learningRate: 1e-3 };
const CASES: Record<string, Partial<OptimiserSettings> & { microBatches?: number[] }> = {
  SGD: { optimiser: 'sgd', learningRate: 0.05 },
  'SGD with L2, clipping, linear after a warm-up': {
    ...{ optimiser: 'sgd', learningRate: 0.2, weightDecay: 0.01, clipNorm: 0.5, schedule: 'linear', warmupSteps: 10 },
  },
  'momentum with L1': { optimiser: 'momentum', learningRate: 0.01, l1: 0.001 },
  'momentum, cosine without warm-up': { optimiser: 'momentum', learningRate: 0.01, schedule: 'warmup-cosine' },
  Adam: {},
  'Adam with L2 and clipping': { weightDecay: 0.01, clipNorm: 1 },
  'Adam, cosine after a warm-up': { schedule: 'warmup-cosine', warmupSteps: 12 },
  AdamW: { optimiser: 'adamw', weightDecay: 0.1 },
  'AdamW, linear after a warm-up of one step, label smoothing, three micro-batches': {
    ...{
      optimiser: 'adamw',
      weightDecay: 0.05,
      schedule: 'linear',
      warmupSteps: 1,
      labelSmoothing: 0.1,
      clipNorm: 0.7,
    },
    microBatches: [1, 3, 2],
  },
  'AdamW, cosine, warm-up of all steps': { optimiser: 'adamw', schedule: 'warmup-cosine', warmupSteps: STEPS },
};

interface Curve {
  losses: number[];
  gradientNorms: number[];
  learningRates: number[];
}

const furthest = (a: readonly number[], b: readonly number[]): number =>
  Math.max(...a.map((value, place) => Math.abs(value - (b[place] ?? Number.NaN)) / Math.max(Math.abs(value), 1e-12)));

const python = new PytorchProcess('pytorch_optimisers.py');
const folder = await mkdtemp(join(tmpdir(), 'greenlight-optimisers-'));
const results: Record<string, unknown> = {};
let isEqual = true;
try {
  const pytorch = await python.ask<PytorchFacts>({ call: 'facts' });
  for (const [name, { microBatches = [SUBJECT.batchSize], ...changes }] of Object.entries(CASES)) {
    const optimiser = { ...base, ...changes };
    const engine = await createEngine({ model: SUBJECT.model, optimiser, seed: 7, device: 'cpu' });
    const { path } = await engine.saveCheckpoint(folder, null);
    // A few batches again and again, so that they are learned.
    const steps = Array.from({ length: STEPS }, (_, step) =>
      microBatches.map((batchSize, part) => randomBatch({ ...SUBJECT, batchSize }, (step % 4) * 10 + part)),
    );
    const ours: Curve = { losses: [], gradientNorms: [], learningRates: [] };
    for (const [index, batches] of steps.entries()) {
      const { loss, gradientNorm, learningRate } = await engine.step(batches, index + 1);
      ours.losses.push(loss);
      ours.gradientNorms.push(gradientNorm);
      ours.learningRates.push(learningRate);
    }
    await engine.dispose();
    const asked = steps.map((batches) =>
      batches.map(({ batchSize, source, targetIn, targetOut }) => ({
        ...{ batchSize, source: [...source], targetIn: [...targetIn], targetOut: [...targetOut] },
      })),
    );
    const case_ = { model: SUBJECT.model, length: SUBJECT.length, checkpoint: path, optimiser, steps: asked };
    const theirs = await python.ask<Curve>({ call: 'train', ...case_, ownModules: true, double: false });
    const precise = await python.ask<Curve>({ call: 'train', ...case_, ownModules: false, double: true });
    const differences = {
      firstLoss: ours.losses[0],
      lastLoss: ours.losses.at(-1),
      loss: furthest(ours.losses, theirs.losses),
      lossAgainstFloat64: furthest(ours.losses, precise.losses),
      pytorchLossAgainstFloat64: furthest(theirs.losses, precise.losses),
      gradientNorm: furthest(ours.gradientNorms, theirs.gradientNorms),
      learningRate: furthest(ours.learningRates, theirs.learningRates),
    };
    console.log(name, differences);
    isEqual &&= differences.loss <= TOLERANCE && differences.learningRate < 1e-6;
    results[name] = differences;
  }
  await writeResult('optimisers', { command: 'npm run bench -- optimisers', pytorch, steps: STEPS, isEqual, results });
} finally {
  python.close();
  await rm(folder, { recursive: true });
}
