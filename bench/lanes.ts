/**
 * Batches in two lanes against whole ones: `npm run bench -- lanes`. Encoder–decoders of several sizes and batches, two engines for each in
 * alternation; says what dividing saves, and whether the rule in shared/src/stages/training/plan/lanes.ts divides that batch.
 */
import { lanesOf, MOST_LANES } from '@greenlight/shared/stages/training/plan/lanes.ts';
import { createEngine } from '../worker/src/training/create-engine.ts';
import type { Engine } from '../worker/src/training/engine.ts';
import { writeResult } from './results.ts';
import { waitForQuietMachine } from './support/quiet-machine.ts';
import { quantile, rounded } from './support/statistics.ts';
import { ADAM, encoderDecoder, randomBatch, TRAINING_CASES, type TrainingCase } from './support/training-models.ts';
import { engineTurns, medianStepMs } from './support/training-turns.ts';

const ROUNDS = 5;
const TURN_MS = 600;
/** Steps before the rounds, which open the graphs and say how many make a turn. */
const FIRST_STEPS = 4;
const PATIENCE_MS = 120_000;

/** d_model, layers on each side, vocabulary, batch size, tokens. */
const SIZES: readonly (readonly [number, number, number, number, number])[] = [
  [32, 1, 500, 2, 16],
  [32, 1, 500, 16, 16],
  [64, 2, 500, 4, 16],
  [64, 2, 500, 16, 32],
  [128, 2, 1000, 2, 32],
  [128, 2, 1000, 8, 32],
  [256, 2, 500, 4, 32],
  [256, 2, 500, 16, 32],
  [256, 2, 500, 32, 64],
  [512, 2, 2000, 4, 32],
  [512, 2, 2000, 8, 64],
  [512, 2, 10_000, 16, 64],
  [512, 4, 2000, 8, 128],
];

const cases: readonly TrainingCase[] = [
  ...TRAINING_CASES.filter(({ batchSize }) => batchSize > 1),
  ...SIZES.map(([dModel, layers, vocabularySize, batchSize, length]) => ({
    name: `d ${dModel}, ${layers} + ${layers} layers, B${batchSize} T${length}`,
    model: encoderDecoder({ dModel, vocabularySize, heads: 4, encoderLayers: layers, feedForward: 4 * dModel }, length),
    batchSize,
    length,
  })),
];

async function compare(subject: TrainingCase) {
  const batch = randomBatch(subject, 1);
  const open = (lanes: number): Promise<Engine> =>
    createEngine({ model: subject.model, optimiser: ADAM, seed: 1, device: 'cpu', lanes });
  const [whole, divided] = [await open(1), await open(MOST_LANES)];
  const trainers = { whole: engineTurns(whole, batch), divided: engineTurns(divided, batch) };
  const times: Record<keyof typeof trainers, number[]> = { whole: [], divided: [] };
  try {
    const usualMs = {
      whole: quantile((await trainers.whole(FIRST_STEPS)).stepMs, 0.5),
      divided: quantile((await trainers.divided(FIRST_STEPS)).stepMs, 0.5),
    };
    for (let round = 0; round < ROUNDS; round++) {
      await waitForQuietMachine(PATIENCE_MS);
      for (const name of ['whole', 'divided'] as const)
        times[name].push(await medianStepMs(trainers[name], usualMs[name], TURN_MS));
    }
  } finally {
    await whole.dispose();
    await divided.dispose();
  }
  const ms = { whole: quantile(times.whole, 0.5), divided: quantile(times.divided, 0.5) };
  const lengths = { sourceLength: subject.length, targetLength: subject.length };
  const lanes = lanesOf(subject.model, whole.parameterCount, { batchSize: subject.batchSize, ...lengths });
  const quicker = rounded(ms.whole / ms.divided, 3);
  console.error(`${subject.name}: in two lanes ${quicker} times as fast; the rule takes ${lanes}`);
  return {
    name: subject.name,
    parameters: whole.parameterCount,
    stepMs: { whole: rounded(ms.whole, 2), divided: rounded(ms.divided, 2) },
    dividedIsFasterBy: quicker,
    lanesOfTheRule: lanes,
  };
}

const results = [];
for (const subject of cases) results.push(await compare(subject));
await writeResult('lanes', {
  command: 'npm run bench -- lanes',
  cases: results,
  method: `Medians of ${ROUNDS} rounds in alternation, each of at least ${TURN_MS} ms on either side.`,
});
