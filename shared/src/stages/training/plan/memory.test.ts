import { expect, test } from 'vitest';
import { runConfiguration, type RunConfiguration } from '../configuration.ts';
import { REFERENCE_MACHINE } from './calibration.ts';
import { LengthProfiler } from './length-profile.ts';
import { planRun } from './plan-run.ts';
import { NO_RATES } from './worker-rates.ts';

const WORKER = {
  ...{ id: '01a20a76-a2a3-7a62-8176-708ce0b86c34', name: 'one', device: 'cpu', adapter: 'a processor', cores: 2 },
  ...{ memoryBytes: 8e9, calibration: { ...REFERENCE_MACHINE, hasOwnOperators: true }, rates: NO_RATES },
  ...{ observations: [], measuredWatts: {} },
};

const CLASSIFIER = { architecture: 'encoder-classifier', task: 'single-label', decoderLayers: 0 } as const;
const DECODER = { architecture: 'decoder-only', task: 'next-token', encoderLayers: 0 } as const;

/** So many items for training and a number for each other split, of evenly many lengths, over so many signs. */
interface Items {
  readonly train: number;
  readonly held: number;
  readonly shortest: number;
  readonly longest: number;
  readonly signs: number;
  readonly labels?: number;
}

const SHORT: Items = { train: 1200, held: 150, shortest: 6, longest: 23, signs: 900 };
const WIDE: Items = { train: 800, held: 100, shortest: 14, longest: 55, signs: 9000 };
const LABELLED: Items = { train: 500, held: 100, shortest: 110, longest: 440, signs: 21, labels: 5 };

function plannedBytes(
  changes: Partial<RunConfiguration>,
  { train, held, shortest, longest, signs, labels = 0 }: Items,
) {
  const profiler = new LengthProfiler();
  let [sign, characters] = [0, 0];
  const nextSign = (): number => 0x4e00 + (sign++ % signs);
  const items = { train, validation: held, test: held };
  for (const split of ['train', 'validation', 'test'] as const) {
    for (let item = 0; item < items[split]; item++) {
      const length = shortest + ((7 * item) % (longest - shortest + 1));
      characters += length;
      profiler.add({ split, text: String.fromCodePoint(...Array.from({ length }, nextSign)) });
    }
  }
  const settings = runConfiguration.parse({ dropout: 0, activation: 'relu', device: 'cpu', ...changes });
  const data = { profile: profiler.profile(true), items, characters, distinctCharacters: signs, labels };
  return planRun(settings, data, WORKER, '2026-01-02T00:00:00.000Z').memory.total.value;
}

/** Settings, items and the megabytes that the worker's process held at most; runs came one after another. */
const MEASURED: readonly (readonly [string, Partial<RunConfiguration>, Items, megabytes: number])[] = [
  [
    'a classifier of two layers',
    {
      ...{ ...CLASSIFIER, dModel: 256, heads: 8, feedForward: 1024, encoderLayers: 2 },
      ...{ batchSize: 8, epochs: 1, maxTokens: 128 },
    },
    LABELLED,
    513,
  ],
  [
    'a classifier that hardly needs anything',
    {
      ...{ ...CLASSIFIER, dModel: 128, heads: 4, feedForward: 256, encoderLayers: 1, optimiser: 'sgd' },
      ...{ batchSize: 2, epochs: 40, maxTokens: 48 },
    },
    LABELLED,
    348,
  ],
  [
    'a decoder, which writes texts at the end',
    {
      ...{ ...DECODER, dModel: 64, heads: 4, feedForward: 256, decoderLayers: 1 },
      ...{ batchSize: 32, epochs: 30, maxTokens: 128 },
    },
    SHORT,
    451,
  ],
  [
    'a decoder over many signs, which is evaluated often',
    {
      ...{ ...DECODER, dModel: 96, heads: 4, feedForward: 192, decoderLayers: 1, optimiser: 'adamw' },
      ...{ batchSize: 8, epochs: 48, maxTokens: 96, vocabularySize: 1500, evaluateEverySteps: 25 },
    },
    WIDE,
    422,
  ],
];

test.each(MEASURED)('%s takes the memory that was measured', (_, settings, items, megabytes) => {
  const ratio = plannedBytes(settings, items) / 1e6 / megabytes;
  expect(ratio).toBeGreaterThan(0.88);
  expect(ratio).toBeLessThan(1.12);
});
