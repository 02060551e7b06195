/**
 * Memory over a long training: `npm run bench -- training-memory`. 5,000 steps of a small model; the resident size must stay flat after
 * warm-up. Then the article's model: its peak against its parameters.
 */
import { createEngine } from '../worker/src/training/create-engine.ts';
import { writeResult } from './results.ts';
import { rounded } from './support/statistics.ts';
import { ADAM, randomBatch, TRAINING_CASES, type TrainingCase } from './support/training-models.ts';

const STEPS = 5000;
/** Steps until buffers, compiled code and the heap have found their size. */
const WARM_UP_STEPS = 1000;
const SAMPLE_EVERY = 250;
const MEGABYTE = 1e6;

function caseNamed(part: string): TrainingCase {
  const found = TRAINING_CASES.find(({ name }) => name.includes(part));
  if (found === undefined) throw new Error(`There is no model '${part}'`);
  return found;
}

/** Trains for so many steps and returns the resident size in bytes after each sample. */
async function residentSizes(
  subject: TrainingCase,
  steps: number,
  sampleEvery: number,
): Promise<{ sizes: number[]; parameters: number }> {
  const engine = await createEngine({ model: subject.model, optimiser: ADAM, seed: 1, device: 'cpu' });
  const sizes: number[] = [];
  for (let step = 1; step <= steps; step++) {
    // A different batch of the same shape every step, as in training.
    await engine.step([randomBatch(subject, step)], step);
    if (step % sampleEvery === 0) sizes.push(process.memoryUsage.rss());
  }
  await engine.dispose();
  return { sizes, parameters: engine.parameterCount };
}

const small = { ...caseNamed('small'), batchSize: 4, length: 16 };
const { sizes } = await residentSizes(small, STEPS, SAMPLE_EVERY);
const warm = sizes[WARM_UP_STEPS / SAMPLE_EVERY - 1] ?? Number.NaN;
const beforeBytes = process.memoryUsage.rss();
const article = caseNamed('article 25M B8');
const trained = await residentSizes(article, 20, 1);
const peakBytes = Math.max(...trained.sizes);
const parameterBytes = trained.parameters * 4;

await writeResult('training-memory', {
  command: 'npm run bench -- training-memory',
  growthMegabytes: rounded(((sizes.at(-1) ?? Number.NaN) - warm) / MEGABYTE, 2),
  steps: STEPS,
  warmUpSteps: WARM_UP_STEPS,
  residentMegabytes: sizes.map((size) => rounded(size / MEGABYTE, 1)),
  article: {
    batch: article.name,
    parametersMegabytes: rounded(parameterBytes / MEGABYTE, 1),
    peakMegabytes: rounded((peakBytes - beforeBytes) / MEGABYTE, 1),
    peakPerParameterByte: rounded((peakBytes - beforeBytes) / parameterBytes, 2),
  },
});
