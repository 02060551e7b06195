import { describe, expect, test } from 'vitest';
import { seededRandom } from '../../../metrics/random.ts';
import { trainTokenizer } from '../../../tokenizers/train-tokenizer.ts';
import { runConfiguration, type RunConfiguration } from '../configuration.ts';
import {
  matrixRate,
  REFERENCE_MACHINE,
  REFERENCE_RATES,
  secondsPerWeight,
  speedOf,
  type MachineCalibration,
} from './calibration.ts';
import { finalEvaluationMs } from './evaluation-time.ts';
import { learnedVocabulary, LengthProfiler, tokensPerCharacter } from './length-profile.ts';
import { eagerMemory, memoryOf } from './memory.ts';
import { metricsMs, resamplingMs } from './metrics-time.ts';
import { gradientMs, updateMs } from './step-time.ts';
import { workOf } from './step-work.ts';

const CLASSIFIER = { architecture: 'encoder-classifier', task: 'single-label', decoderLayers: 0 } as const;
const DECODER = { architecture: 'decoder-only', task: 'next-token', encoderLayers: 0 } as const;

function settingsOf(changes: Partial<RunConfiguration>): RunConfiguration {
  return runConfiguration.parse({ maxTokens: 400, ...changes });
}

/** A model's settings and batch, and the milliseconds that its gradients took. */
type Measured = readonly [
  Partial<RunConfiguration>,
  vocabularySize: number,
  sizes: readonly [batchSize: number, sourceLength: number, targetLength: number],
  lanes: number,
  ms: number,
];

/** Milliseconds that gradients took on the reference machine, without the optimiser. */
const MEASURED: readonly Measured[] = [
  [
    { ...CLASSIFIER, dModel: 128, heads: 4, feedForward: 128, encoderLayers: 1, activation: 'gelu' },
    32,
    [24, 120, 0],
    2,
    18.5,
  ],
  [
    { ...CLASSIFIER, dModel: 128, heads: 4, feedForward: 512, encoderLayers: 1, activation: 'gelu', dropout: 0.1 },
    4000,
    [48, 288, 0],
    2,
    193,
  ],
  [
    { ...CLASSIFIER, dModel: 512, heads: 8, feedForward: 1024, encoderLayers: 3, activation: 'gelu' },
    32,
    [2, 320, 0],
    2,
    131,
  ],
  [
    { ...DECODER, dModel: 192, heads: 4, feedForward: 768, decoderLayers: 3, activation: 'gelu', dropout: 0.1 },
    32,
    [2, 0, 48],
    2,
    5.35,
  ],
  [{ ...DECODER, dModel: 32, heads: 2, feedForward: 64, decoderLayers: 1 }, 5000, [16, 0, 56], 2, 8.1],
  [{ dModel: 384, heads: 2, feedForward: 768, encoderLayers: 1, decoderLayers: 1 }, 4000, [2, 40, 48], 1, 16.5],
  [
    { dModel: 512, heads: 8, feedForward: 1024, encoderLayers: 2, decoderLayers: 3, activation: 'gelu', dropout: 0.2 },
    600,
    [16, 48, 56],
    2,
    341,
  ],
];

test.each(MEASURED)('gradients of %o over %i ids take what they took', (changes, vocabularySize, sizes, lanes, ms) => {
  const [batchSize, sourceLength, targetLength] = sizes;
  const model = { settings: settingsOf(changes), vocabularySize, outputs: 5 };
  const work = workOf(model, { batchSize, sourceLength, targetLength });
  const alone = gradientMs(work, REFERENCE_MACHINE, lanes);
  expect(alone / ms).toBeGreaterThan(0.75);
  expect(alone / ms).toBeLessThan(1.3);
});

/** A machine whose worker has operators of its own, as it was measured. */
const OWN_MACHINE: MachineCalibration = {
  measuredAt: '2026-11-27T00:00:00.000Z',
  products: [
    { rows: 16, inner: 512, columns: 2048, flopsPerSecond: 137e9 },
    { rows: 1024, inner: 512, columns: 2048, flopsPerSecond: 300e9 },
  ],
  cacheBytesPerSecond: 71e9,
  memoryBytesPerSecond: 40e9,
  optimiserParametersPerSecond: 1.65e9,
  metricPairsPerSecond: 8e6,
  hasOwnOperators: true,
};

/** Milliseconds that gradients took there, without the optimiser. */
const MEASURED_BY_OWN: readonly Measured[] = [
  [{ ...DECODER, dModel: 512, heads: 4, feedForward: 2048, decoderLayers: 3 }, 8000, [1, 0, 48], 1, 20.5],
  [
    { ...CLASSIFIER, dModel: 128, heads: 4, feedForward: 256, encoderLayers: 2, activation: 'gelu' },
    300,
    [4, 96, 0],
    2,
    4.3,
  ],
  [
    { dModel: 128, heads: 4, feedForward: 512, encoderLayers: 3, decoderLayers: 3, activation: 'gelu' },
    1000,
    [4, 96, 96],
    2,
    22.2,
  ],
  [
    { dModel: 256, heads: 4, feedForward: 512, encoderLayers: 4, decoderLayers: 4, dropout: 0.1 },
    300,
    [32, 8, 48],
    2,
    132,
  ],
  [
    { ...DECODER, dModel: 64, heads: 8, feedForward: 256, decoderLayers: 1, activation: 'gelu' },
    40,
    [1, 0, 8],
    1,
    0.29,
  ],
  [
    // Clipping, because the graph multiplied all gradients when this was measured.
    { dModel: 512, heads: 8, feedForward: 2048, encoderLayers: 2, decoderLayers: 2, clipNorm: 1 },
    60,
    [1, 16, 16],
    1,
    14,
  ],
];

test.each(MEASURED_BY_OWN)(
  'gradients of %o over %i ids by own operators',
  (changes, vocabularySize, sizes, lanes, ms) => {
    const [batchSize, sourceLength, targetLength] = sizes;
    const settings = settingsOf({ dropout: 0, activation: 'relu', ...changes });
    const work = workOf({ settings, vocabularySize, outputs: 4 }, { batchSize, sourceLength, targetLength });
    const planned = gradientMs(work, OWN_MACHINE, lanes);
    expect(planned / ms).toBeGreaterThan(0.75);
    expect(planned / ms).toBeLessThan(1.3);
    // Another machine of that speed takes longer: what is done on the way here are operators of their own there.
    const { optimiserParametersPerSecond } = REFERENCE_MACHINE;
    const other = { ...OWN_MACHINE, optimiserParametersPerSecond, hasOwnOperators: false };
    expect(gradientMs(work, other, lanes)).toBeGreaterThan(1.03 * planned);
  },
);

test('the weights of a large model take their time however few rows they are multiplied with', () => {
  const model = {
    settings: settingsOf({ dModel: 512, feedForward: 2048, batchSize: 1 }),
    vocabularySize: 39,
    outputs: 0,
  };
  const few = workOf(model, { batchSize: 1, sourceLength: 8, targetLength: 16 });
  // Measured on the engine alone: 30 ms a step, of which an update of 14.8 million parameters takes 12.
  const ms = gradientMs(few, REFERENCE_MACHINE, 1);
  expect(ms).toBeGreaterThan(14);
  expect(ms).toBeLessThan(22);
  // Where only products of many rows were measured, nothing is known of it.
  const [, large] = REFERENCE_MACHINE.products;
  const untold = { ...REFERENCE_MACHINE, products: [large!] };
  expect(secondsPerWeight(untold)).toBe(0);
  expect(gradientMs(few, untold, 1)).toBeLessThan(0.8 * ms);
});

test('gradients that an update multiplies out cost no way to memory and back', () => {
  const of = (changes: object, rows: number) => {
    const settings = settingsOf({
      dModel: 512,
      heads: 8,
      feedForward: 2048,
      encoderLayers: 2,
      decoderLayers: 2,
      ...changes,
    });
    const work = workOf(
      { settings, vocabularySize: 10_000, outputs: 0 },
      { batchSize: 1, sourceLength: rows, targetLength: rows },
    );
    return gradientMs(work, OWN_MACHINE, 1);
  };
  // Measured: 13 instead of 18 to 20 ms.
  const share = of({}, 16) / of({ clipNorm: 1 }, 16);
  expect(share).toBeGreaterThan(0.6);
  expect(share).toBeLessThan(0.8);
  for (const changes of [{ l1: 0.1 }, { optimiser: 'sgd' }, { gradientAccumulation: 2 }])
    expect(of(changes, 16)).toBe(of({ clipNorm: 1 }, 16));
  expect(of({}, 17)).toBe(of({ clipNorm: 1 }, 17));
});

test('each further head of a classifier costs a step its operators, and the last evaluation its metrics', () => {
  const auxiliaryTasks = ['tone', 'flags'].map((name) => ({ name, weight: 1 }));
  const modelOf = (changes: object) => ({
    settings: settingsOf({ ...CLASSIFIER, dModel: 64, ...changes }),
    vocabularySize: 900,
    outputs: 9,
  });
  const [one, three] = [modelOf({}), modelOf({ auxiliaryTasks })];
  const gradients = (model: typeof one) =>
    gradientMs(workOf(model, { batchSize: 16, sourceLength: 24, targetLength: 0 }), REFERENCE_MACHINE, 2);
  expect(gradients(three) - gradients(one)).toBeGreaterThan(0.2);
  // Measured: 415 to 438 ms with one head, 800 to 917 with three.
  const last = (model: typeof one) => finalEvaluationMs(model, [[20, 100]], REFERENCE_MACHINE);
  expect(last(three) - last(one)).toBeCloseTo(420, -1);
});

test('an update passes over the gradients once more only where they are clipped', () => {
  const msOf = (clipNorm: number | null): number =>
    updateMs(1e6, { optimiser: 'adam', clipNorm }, 1, REFERENCE_MACHINE);
  expect(msOf(null)).toBeCloseTo(1e9 / REFERENCE_MACHINE.optimiserParametersPerSecond, 9);
  expect(msOf(1)).toBeGreaterThan(1.1 * msOf(null));
});

test('a machine is as quick as its rates are together, and small products say nothing of its matrix rate', () => {
  expect(speedOf(REFERENCE_MACHINE)).toBeCloseTo(1, 9);
  expect(
    speedOf({ ...REFERENCE_MACHINE, cacheBytesPerSecond: 2 * REFERENCE_MACHINE.cacheBytesPerSecond }),
  ).toBeLessThan(1.2);
  const tiny = { rows: 64, inner: 64, columns: 256, flopsPerSecond: 2e13 };
  expect(matrixRate({ ...REFERENCE_MACHINE, products: [tiny, ...REFERENCE_MACHINE.products] })).toBe(
    REFERENCE_RATES.matrixFlopsPerSecond,
  );
  expect(matrixRate({ ...REFERENCE_MACHINE, products: [tiny] })).toBe(2e13);
});

test('metrics of many classes cost less for each of them, and intervals many times what the numbers do', () => {
  const few = { items: 100, predictions: 4000, classes: 32 };
  const many = { items: 100, predictions: 800, classes: 5000 };
  // Measured: 23 and 122 ms.
  expect(metricsMs(few, REFERENCE_MACHINE)).toBeCloseTo(30, -1.2);
  expect(metricsMs(many, REFERENCE_MACHINE)).toBeCloseTo(122, -1.7);
  for (const sample of [few, many])
    expect(resamplingMs('next-token', sample, REFERENCE_MACHINE)).toBeGreaterThan(
      5 * metricsMs(sample, REFERENCE_MACHINE),
    );
});

/** Milliseconds that the intervals of so many items with so many predictions each took, by themselves. */
const RESAMPLED = [
  ['next-token', 3, 14, 39, 60],
  ['next-token', 10, 16, 904, 210],
  ['next-token', 150, 16, 904, 2408],
  ['next-token', 100, 190, 25, 2235],
  ['next-token', 68, 34, 8697, 2616],
  ['next-token', 2000, 20, 60, 6434],
  ['single-label', 100, 1, 5, 18],
  ['single-label', 10_000, 1, 4, 894],
  ['multi-label', 1000, 1, 20, 442],
  ['regression', 10_000, 1, 1, 187],
] as const;

const COLD_MS = 65;

test.each(RESAMPLED)(
  'intervals of %s over %i items of %i predictions and %i classes',
  (task, items, each, classes, ms) => {
    const planned = resamplingMs(task, { items, predictions: items * each, classes }, REFERENCE_MACHINE);
    // The first milliseconds are code that is still cold, in a run always.
    expect(planned).toBeGreaterThan(0.75 * ms - COLD_MS);
    expect(planned).toBeLessThan(1.35 * ms + COLD_MS);
  },
);

test('the last evaluation of three short sentences takes less than half a second, and of 150 some', () => {
  const model = { settings: settingsOf({ dModel: 512, heads: 8 }), vocabularySize: 39, outputs: 0 };
  // Measured in the product, without the texts that they are continued by: 390 to 490 ms of three sentences, 300 of them intervals that take 60 since.
  expect(finalEvaluationMs(model, [[13, 3]], OWN_MACHINE)).toBeGreaterThan(110);
  expect(finalEvaluationMs(model, [[13, 3]], OWN_MACHINE)).toBeLessThan(250);
  const small = { settings: settingsOf({ ...DECODER, dModel: 64 }), vocabularySize: 904, outputs: 0 };
  // Measured: 2.7 to 4.1 s, of which intervals take 0.88 since.
  expect(finalEvaluationMs(small, [[15, 150]], OWN_MACHINE)).toBeGreaterThan(2200);
  expect(finalEvaluationMs(small, [[15, 150]], OWN_MACHINE)).toBeLessThan(4000);
});

const NOTHING = { shapes: [], answers: 0, predictions: 0 };

// What a thread of the worker grew by while it measured predictions with intervals, in megabytes.
test.each([
  [3500, 600, 36],
  [5000, 4000, 128],
  [33_333, 600, 125],
  [500_000, 40, 378],
])('the last evaluation holds of %i tokens of %i what was measured', (predictions, classes, megabytes) => {
  const model = { settings: settingsOf({ ...DECODER, dModel: 64 }), vocabularySize: classes, outputs: 0 };
  const afterwards = { shapes: [], answers: predictions * classes, predictions };
  const runShapes = { steps: [], trainingBytes: 0, sharedBytes: null, point: null, afterwards, writesTexts: false };
  const { evaluation } = memoryOf(model, 1e6, runShapes);
  expect(evaluation / 1e6 / megabytes).toBeGreaterThan(0.75);
  expect(evaluation / 1e6 / megabytes).toBeLessThan(1.25);
});

test.each([
  ['1.2M, 16 texts of 64 tokens', { dModel: 128, heads: 4, feedForward: 512 }, 1000, 1.18e6, 16, 64, 900],
  ['25M, one text of 16 tokens', { dModel: 512, heads: 8, feedForward: 2048 }, 10_000, 25e6, 1, 16, 1850],
] as const)(
  'operation by operation, %s take what was measured',
  (_, sizes, vocabularySize, parameters, batchSize, length, megabytes) => {
    const settings = settingsOf({ ...sizes, encoderLayers: 2, decoderLayers: 2, dropout: 0 });
    const model = { settings, vocabularySize, outputs: 0 };
    const steps = [{ batchSize, sourceLength: length, targetLength: length }];
    const onGraphs = memoryOf(model, parameters, {
      ...{ steps, trainingBytes: 1e6, sharedBytes: 1e6, point: null, afterwards: NOTHING, writesTexts: false },
    });
    const planned = Object.values(eagerMemory(onGraphs, model, steps)).reduce(
      (sum: number, bytes: number) => sum + bytes,
      0,
    );
    expect(planned / 1e6 / megabytes).toBeGreaterThan(0.85);
    expect(planned / 1e6 / megabytes).toBeLessThan(1.15);
  },
);

test('forward graphs take no more than themselves where those of training leave them room to work in', () => {
  const model = { settings: settingsOf({ ...DECODER, dModel: 64 }), vocabularySize: 60, outputs: 0 };
  const shapes = [256, 512].map((targetLength) => ({ batchSize: 32, sourceLength: 0, targetLength }));
  const evaluation = (sharedBytes: number): number =>
    memoryOf(model, 1e5, {
      ...{
        steps: [],
        trainingBytes: 2e9,
        sharedBytes,
        point: { ...NOTHING, shapes },
        afterwards: NOTHING,
        writesTexts: false,
      },
    }).evaluation;
  expect(evaluation(2e9) / 1e6).toBeLessThan(12);
  expect(evaluation(1e6)).toBeGreaterThan(evaluation(2e9));
});

describe('a tokenizer that is not learned yet', () => {
  const syllables = [
    'ra',
    'to',
    'mi',
    'en',
    'sol',
    'ka',
    'ur',
    'bel',
    'dan',
    'ix',
    'os',
    'ty',
    'gre',
    'lin',
    'pa',
    'we',
  ];
  const next = seededRandom(3);
  /** A number below the limit, low ones more often, as common words and signs are. */
  const below = (limit: number): number => Math.floor(next() ** 2 * limit);
  const times = <Value>(count: number, make: () => Value): Value[] => Array.from({ length: count }, make);
  const words = times(2000, () => times(1 + below(3), () => syllables[below(16)]).join(''));
  const spaced = times(300, () => times(40, () => words[below(2000)]).join(' '));
  const chinese = times(600, () => String.fromCodePoint(...times(20, () => 0x4e00 + below(3000))));

  function profileOf(texts: readonly string[]) {
    const profiler = new LengthProfiler();
    for (const text of texts) profiler.add({ split: 'train', text });
    return profiler.profile(true);
  }

  test.each([
    ['wordpiece', 'words', spaced],
    ['bpe', 'words', spaced],
    ['wordpiece', 'ideographs', chinese],
    ['bpe', 'ideographs', chinese],
  ] as const)('%s over %s knows no more than the texts hold, whatever its limit', (tokenizer, _, texts) => {
    const learned = trainTokenizer(tokenizer, texts, 20_000).size;
    const planned = learnedVocabulary(profileOf(texts), { tokenizer, vocabularySize: 20_000 });
    expect(planned / learned).toBeGreaterThan(0.75);
    expect(planned / learned).toBeLessThan(1.3);
    expect(learnedVocabulary(profileOf(texts), { tokenizer, vocabularySize: 300 })).toBe(300);
  });

  test('of byte pairs needs more than one token for an ideograph that is none by itself', () => {
    const learned = trainTokenizer('bpe', chinese, 700);
    const tokens = chinese.reduce((sum, text) => sum + learned.encode(text).length, 0);
    const distinct = new Set(chinese.join('')).size;
    const planned = tokensPerCharacter(profileOf(chinese), { tokenizer: 'bpe', vocabularySize: 700 }, distinct);
    expect(planned).toBeGreaterThan(1);
    expect(planned / (tokens / (600 * 20))).toBeGreaterThan(0.75);
    expect(planned / (tokens / (600 * 20))).toBeLessThan(1.3);
  });
});
