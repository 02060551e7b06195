import { expect, test } from 'vitest';
import { runConfiguration, type RunConfiguration } from '../configuration.ts';
import type { MachineCalibration } from './calibration.ts';
import { gradientMs } from './step-time.ts';
import { workOf } from './step-work.ts';

/** A machine whose worker has operators of its own, as it was measured. */
const MACHINE: MachineCalibration = {
  measuredAt: '2026-11-27T00:00:00.000Z',
  products: [
    { rows: 16, inner: 512, columns: 2048, flopsPerSecond: 133e9 },
    { rows: 1024, inner: 512, columns: 2048, flopsPerSecond: 321e9 },
  ],
  cacheBytesPerSecond: 73e9,
  memoryBytesPerSecond: 46e9,
  optimiserParametersPerSecond: 752e6,
  metricPairsPerSecond: 8.3e6,
  hasOwnOperators: true,
};

const CLASSIFIER = { architecture: 'encoder-classifier', task: 'single-label', decoderLayers: 0 } as const;
const DECODER = { architecture: 'decoder-only', task: 'next-token', encoderLayers: 0 } as const;

/** Milliseconds that gradients took there, without the optimiser. */
const MEASURED: readonly [
  Partial<RunConfiguration>,
  vocabularySize: number,
  sizes: readonly [batchSize: number, sourceLength: number, targetLength: number],
  lanes: number,
  ms: number,
][] = [
  [{ ...DECODER, dModel: 512, heads: 4, feedForward: 2048, decoderLayers: 3 }, 8000, [1, 0, 48], 1, 12.9],
  [
    { ...CLASSIFIER, dModel: 128, heads: 4, feedForward: 256, encoderLayers: 2, activation: 'gelu' },
    300,
    [4, 96, 0],
    2,
    3.5,
  ],
  [
    { dModel: 128, heads: 4, feedForward: 512, encoderLayers: 3, decoderLayers: 3, activation: 'gelu' },
    1000,
    [4, 96, 96],
    2,
    18.5,
  ],
  [
    { dModel: 256, heads: 4, feedForward: 512, encoderLayers: 4, decoderLayers: 4, dropout: 0.1 },
    300,
    [32, 8, 48],
    2,
    133,
  ],
  [
    { ...DECODER, dModel: 64, heads: 8, feedForward: 256, decoderLayers: 1, activation: 'gelu' },
    40,
    [1, 0, 8],
    1,
    0.24,
  ],
];

test.each(MEASURED)('gradients of %o over %i ids by own operators', (changes, vocabularySize, sizes, lanes, ms) => {
  const [batchSize, sourceLength, targetLength] = sizes;
  const settings = runConfiguration.parse({ maxTokens: 400, dropout: 0, activation: 'relu', ...changes });
  const work = workOf({ settings, vocabularySize, outputs: 4 }, { batchSize, sourceLength, targetLength });
  const planned = gradientMs(work, MACHINE, lanes);
  expect(planned / ms).toBeGreaterThan(0.75);
  expect(planned / ms).toBeLessThan(1.3);
  // Another machine of that speed takes longer: what is done on the way here are operators of their own there.
  expect(gradientMs(work, { ...MACHINE, hasOwnOperators: false }, lanes)).toBeGreaterThan(1.03 * planned);
});
