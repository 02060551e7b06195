/**
 * Step times of many configurations against the plan's formula: `npm run bench -- step-times`. Sizes are drawn at random, each
 * configuration takes some steps on the engine alone, and the formula's factors are fitted anew by relative least squares without negative
 * ones, so that those in shared/src/stages/training/plan/step-time.ts can be checked and moved.
 */
import type { RunConfiguration } from '@greenlight/shared/stages/training/configuration.ts';
import { matrixRate, speedOf, type MachineCalibration } from '@greenlight/shared/stages/training/plan/calibration.ts';
import { lanesOf } from '@greenlight/shared/stages/training/plan/lanes.ts';
import type { BatchShape } from '@greenlight/shared/stages/training/plan/padding.ts';
import { computed, gradientMs, updateMs } from '@greenlight/shared/stages/training/plan/step-time.ts';
import { trainingFlops, workOf, type PlannedModel } from '@greenlight/shared/stages/training/plan/step-work.ts';
import { runConfiguration } from '@greenlight/shared/stages/training/configuration.ts';
import { measureMachine } from '../worker/src/calibration/measure-machine.ts';
import { modelSettingsOf } from '../worker/src/jobs/engine-options.ts';
import { randomKey, uniformAt } from '../worker/src/model/random.ts';
import { createEngine } from '../worker/src/training/create-engine.ts';
import type { Batch } from '../worker/src/training/engine.ts';
import { writeResult } from './results.ts';
import { quantile, rounded } from './support/statistics.ts';
import { ADAM } from './support/training-models.ts';

const CONFIGURATIONS = 120;
/** Larger steps would take too long, and smaller ones say nothing but the fixed cost. */
const MOST_FLOPS = 6e10;
const MOST_MS = 400;
const FEWEST_STEPS = 4;
/** Tokens of a source or target: short ones, where threads wait for each other, and long ones, where attention is most of the work. */
const LENGTHS = [8, 16, 48, 96, 192, 384];
const CLASSES = ['a', 'b', 'c', 'd'];

const key = randomKey(2026, 9);
let drawn = 0;
const pick = <Value>(values: readonly Value[]): Value =>
  values[Math.floor(uniformAt(key, drawn++) * values.length)] as Value;

interface Subject {
  model: PlannedModel;
  shape: BatchShape;
}

function drawSubject(): Subject {
  const architecture = pick(['encoder-decoder', 'decoder-only', 'encoder-classifier'] as const);
  const task = (
    {
      'encoder-decoder': 'prefix-to-whole',
      'decoder-only': 'next-token',
      'encoder-classifier': 'single-label',
    } as const
  )[architecture];
  const dModel = pick([32, 64, 128, 256, 512]);
  const layers = pick([1, 2, 3, 4]);
  const settings: RunConfiguration = runConfiguration.parse({
    ...{ architecture, task, dModel, heads: pick([2, 4, 8]), feedForward: dModel * pick([2, 4]) },
    encoderLayers: architecture === 'decoder-only' ? 0 : layers,
    decoderLayers: architecture === 'encoder-classifier' ? 0 : layers,
    ...{ dropout: pick([0, 0.1]), activation: pick(['relu', 'gelu'] as const), maxTokens: 511 },
  });
  const [source, target] = [pick(LENGTHS), pick(LENGTHS)];
  return {
    model: { settings, vocabularySize: pick([40, 300, 1000, 3000, 8000]), outputs: CLASSES.length },
    shape: {
      batchSize: pick([1, 4, 16, 32]),
      sourceLength: architecture === 'decoder-only' ? 0 : source,
      targetLength: architecture === 'encoder-classifier' ? 0 : target,
    },
  };
}

function batchOf({ model, shape }: Subject): Batch {
  const ids = (length: number): Int32Array =>
    Int32Array.from(
      { length: shape.batchSize * length },
      (_, place) => 4 + ((place * 7919) % (model.vocabularySize - 4)),
    );
  const { batchSize, sourceLength, targetLength } = shape;
  const source = { source: ids(sourceLength), sourceLength, batchSize };
  if (targetLength === 0) return { ...source, labels: Int32Array.from({ length: batchSize }, (_, row) => row % 4) };
  return { ...source, targetIn: ids(targetLength), targetOut: ids(targetLength), targetLength };
}

/** Median time of a step in milliseconds, after the first, and the model's parameters. */
async function measureSteps(subject: Subject): Promise<{ ms: number; parameters: number }> {
  const { settings, vocabularySize } = subject.model;
  const model = modelSettingsOf(settings, vocabularySize, settings.task === 'single-label' ? CLASSES : []);
  const engine = await createEngine({ model, optimiser: ADAM, seed: 1, device: 'cpu' });
  const batch = batchOf(subject);
  await engine.step([batch], 1);
  const times: number[] = [];
  const started = performance.now();
  for (let step = 2; times.length < FEWEST_STEPS || performance.now() - started < MOST_MS; step++) {
    const before = performance.now();
    await engine.step([batch], step);
    times.push(performance.now() - before);
  }
  await engine.dispose();
  return { ms: quantile(times, 0.5), parameters: engine.parameterCount };
}

const VALUES = ['streamValues', 'hiddenValues', 'curvedValues', 'attentionWeights', 'logits', 'dropoutValues'] as const;
const FACTORS = ['flops', 'attentionFlops', ...VALUES, 'subLayerMs', 'fixedMs'];

/** What each factor is multiplied with, in milliseconds, as the formula has them. */
function termsOf({ model, shape }: Subject, calibration: MachineCalibration): number[] {
  const work = computed(workOf(model, shape), calibration);
  const productMs = (flops: number): number => (3000 * flops) / matrixRate(calibration);
  const valuesMs = VALUES.map((count) => work[count] / 1e6);
  const elsewhere = [...valuesMs, work.subLayers, 1].map((ms) => ms / speedOf(calibration));
  return [productMs(work.forwardFlops - work.attentionFlops), productMs(work.attentionFlops), ...elsewhere];
}

/** Least squares of Σ factor · term = 1 over rows, without negative factors, by coordinate descent. */
function fitted(rows: readonly (readonly number[])[]): number[] {
  const factors = FACTORS.map(() => 0.5);
  const at = (row: readonly number[]): number =>
    row.reduce((sum, term, place) => sum + term * (factors[place] ?? 0), 0);
  for (let round = 0; round < 4000; round++) {
    factors.forEach((factor, place) => {
      let [up, down] = [0, 1e-12];
      for (const row of rows) {
        up += (row[place] ?? 0) * (1 - at(row));
        down += (row[place] ?? 0) ** 2;
      }
      factors[place] = Math.max(0, factor + up / down);
    });
  }
  return factors;
}

const calibration = await measureMachine();
const ratios: number[] = [];
/** Terms of each configuration whose batch is whole (1) or in two lanes (2), as shares of its measured time. */
const rows: Record<number, number[][]> = { 1: [], 2: [] };
while (ratios.length < CONFIGURATIONS) {
  const subject = drawSubject();
  if (trainingFlops(workOf(subject.model, subject.shape)) > MOST_FLOPS) continue;
  const { ms, parameters } = await measureSteps(subject);
  const lanes = lanesOf(subject.model.settings, parameters, subject.shape);
  const update = updateMs(parameters, { optimiser: 'adam', clipNorm: null }, lanes, calibration);
  const alone = gradientMs(workOf(subject.model, subject.shape), calibration, lanes);
  ratios.push(ms / (alone + update));
  rows[lanes]?.push(termsOf(subject, calibration).map((term) => term / Math.max(1e-3, ms - update)));
}
const logarithms = ratios.map(Math.log);
const mean = logarithms.reduce((sum, value) => sum + value, 0) / logarithms.length;
await writeResult('step-times', {
  command: 'npm run bench -- step-times',
  configurations: ratios.length,
  measuredOverPlanned: {
    geometricMean: rounded(Math.exp(mean), 3),
    deviation: rounded(Math.sqrt(logarithms.reduce((sum, value) => sum + (value - mean) ** 2, 0) / ratios.length), 3),
    quantiles: [0, 0.1, 0.5, 0.9, 1].map((share) => rounded(quantile(ratios, share), 3)),
    withinThirtyPercent: ratios.filter((ratio) => Math.abs(ratio - 1) <= 0.3).length,
  },
  fittedFactors: Object.fromEntries(
    Object.entries(rows).map(([lanes, terms]) => [
      lanes === '1' ? 'whole' : 'divided',
      Object.fromEntries(fitted(terms).map((factor, place) => [FACTORS[place], rounded(factor, 3)])),
    ]),
  ),
  calibration: {
    matrixGflops: rounded(matrixRate(calibration) / 1e9, 1),
    cacheGigabytesPerSecond: rounded(calibration.cacheBytesPerSecond / 1e9, 1),
  },
});
