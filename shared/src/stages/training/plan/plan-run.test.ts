import { describe, expect, test } from 'vitest';
import { runConfiguration, type RunConfiguration } from '../configuration.ts';
import { drawLengths, drawShapes } from './batch-shapes.ts';
import { comparePlan, deviationOf } from './comparison.ts';
import { continuedTokens } from './evaluation-time.ts';
import { correctionOf, featuresOf } from './history.ts';
import { LengthProfiler, tokensPerCharacter } from './length-profile.ts';
import { planRun, type PlannedWorker } from './plan-run.ts';
import { trainingFlops, workOf } from './step-work.ts';
import { totalUsage, type RunUsage } from './usage.ts';
import { NO_RATES } from './worker-rates.ts';

const SETTINGS = runConfiguration.parse({
  architecture: 'decoder-only',
  task: 'next-token',
  dModel: 8,
  heads: 2,
  encoderLayers: 0,
  decoderLayers: 1,
  feedForward: 16,
  maxTokens: 32,
  batchSize: 4,
  epochs: 3,
  samplePrompts: [],
});

const CALIBRATION = {
  measuredAt: '2026-01-01T00:00:00.000Z',
  products: [{ rows: 64, inner: 64, columns: 64, flopsPerSecond: 2e11 }],
  cacheBytesPerSecond: 1e11,
  memoryBytesPerSecond: 2e10,
  optimiserParametersPerSecond: 5e8,
  metricPairsPerSecond: 2e7,
};

const WORKER: PlannedWorker = {
  id: '01a20a76-a2a3-7a62-8176-708ce0b86c34',
  name: 'one',
  device: 'cpu',
  adapter: 'a processor',
  cores: 2,
  memoryBytes: 8e9,
  calibration: CALIBRATION,
  rates: NO_RATES,
  observations: [],
  measuredWatts: {},
};

const NOW = '2026-01-02T00:00:00.000Z';

function dataOf(texts: readonly string[], labels = 0) {
  const profiler = new LengthProfiler();
  for (const text of texts) profiler.add({ split: 'train', text });
  return {
    profile: profiler.profile(true),
    items: { train: texts.length, validation: texts.length, test: texts.length },
    characters: texts.join('').length,
    distinctCharacters: new Set(texts.join('')).size,
    labels,
  };
}

const TEXTS = Array.from({ length: 10 }, (_, index) => 'abcdefghij'.repeat(3).slice(0, 3 * (index + 1)));
const plan = (settings: Partial<RunConfiguration> = {}, worker: PlannedWorker | null = WORKER) =>
  planRun({ ...SETTINGS, ...settings }, dataOf(TEXTS), worker, NOW);

describe('work is counted product by product, with padding', () => {
  const shape = { batchSize: 2, sourceLength: 0, targetLength: 5 };
  const attention = 4 * 2 * 10 * 8 * 8 + 4 * 10 * 5 * 8;
  const feedForward = 2 * 2 * 10 * 8 * 16;

  test('of a decoder', () => {
    const work = workOf({ settings: SETTINGS, vocabularySize: 20, outputs: 0 }, shape);
    expect(work.forwardFlops).toBe(attention + feedForward + 2 * 10 * 8 * 20);
    expect(trainingFlops(work)).toBe(3 * work.forwardFlops);
    expect(work).toMatchObject({ attentionWeights: 2 * 2 * 5 * 5, hiddenValues: 10 * 16, logits: 10 * 20 });
    expect(work).toMatchObject({ dropoutValues: 0, subLayers: 2, embeddingValues: 80 });
  });

  test('of an encoder–decoder, whose decoder also attends to the source', () => {
    const settings = { ...SETTINGS, architecture: 'encoder-decoder', encoderLayers: 1 } as const;
    const work = workOf({ settings, vocabularySize: 20, outputs: 0 }, { ...shape, sourceLength: 3 });
    const encoder = 4 * 2 * 6 * 8 * 8 + 4 * 6 * 3 * 8 + 2 * 2 * 6 * 8 * 16;
    const cross = 2 * 2 * 10 * 8 * 8 + 2 * 2 * 6 * 8 * 8 + 4 * 10 * 3 * 8;
    expect(work.forwardFlops).toBe(encoder + attention + cross + feedForward + 2 * 10 * 8 * 20);
  });

  test('of a classifier, which pools and labels one position of an item', () => {
    const settings = { ...SETTINGS, architecture: 'encoder-classifier', encoderLayers: 1, dropout: 0.1 } as const;
    const work = workOf(
      { settings, vocabularySize: 20, outputs: 3 },
      { batchSize: 2, sourceLength: 5, targetLength: 0 },
    );
    expect(work.forwardFlops).toBe(attention + feedForward + 2 * 2 * 8 * 8 + 2 * 2 * 8 * 3);
    expect(work.dropoutValues).toBe(work.streamValues + work.embeddingValues);
  });
});

test('batches are drawn as training makes them: all items each epoch, the like together, the end sign on top', () => {
  const lengths = drawLengths([
    [4, 6],
    [20, 4],
  ]);
  expect(lengths).toHaveLength(10);
  const drawn = drawShapes(SETTINGS, lengths);
  expect(drawn.batches).toBe(9);
  expect(drawn.tokens).toBe(3 * (6 * 5 + 4 * 21));
  expect(drawn.shapes.map(({ shape }) => shape.targetLength).toSorted((a, b) => a - b)).toEqual([8, 24, 24]);
  expect(drawn.paddedTokens).toBe(3 * (4 * 8 + 4 * 24 + 2 * 24));
});

test('a large dataset is drawn from evenly', () => {
  const lengths = drawLengths(
    [
      [10, 90_000],
      [50, 10_000],
    ],
    1000,
  );
  expect(lengths).toHaveLength(1000);
  expect(lengths.filter((length) => length === 50)).toHaveLength(100);
});

test('characters are tokens; of subwords there are fewer the more the vocabulary holds', () => {
  const { profile } = dataOf(Array.from({ length: 50 }, (_, index) => `common word number${index} again`));
  expect(tokensPerCharacter(profile, { tokenizer: 'character', vocabularySize: 100 }, 20)).toBe(1);
  const small = tokensPerCharacter(profile, { tokenizer: 'wordpiece', vocabularySize: 60 }, 20);
  const large = tokensPerCharacter(profile, { tokenizer: 'wordpiece', vocabularySize: 5000 }, 20);
  expect(large).toBeLessThan(small);
  expect(large).toBeCloseTo(4 / 'common word numberNN again'.length, 1);
});

describe('a plan', () => {
  test('has the exact parameters and steps, and its parts add up', () => {
    const { time, memory, ...rest } = plan();
    expect(rest).toMatchObject({ steps: 9, epochs: 3, vocabularySize: 14, isExact: true, tokens: 3 * (165 + 10) });
    const parts = Object.values(time!.parts).reduce((sum, part) => sum + part, 0);
    expect(time!.total.value).toBeCloseTo(parts, 6);
    expect(time!.total.low).toBeLessThan(time!.total.value);
    expect(time!.total.high - time!.total.value, 'room for a page that somebody opens meanwhile').toBeGreaterThan(800);
    expect(memory.parts).toMatchObject({ parameters: 4 * rest.parameters, moments: 8 * rest.parameters });
    expect(plan({ optimiser: 'sgd' }).memory.parts.moments).toBe(0);
  });

  test('counts the gradients of lanes and of micro-batches, which wait beside those that they are added to', () => {
    const gradients = (changes: Parameters<typeof plan>[0]): number => {
      const { memory, parameters } = plan(changes);
      return memory.parts.gradients / parameters;
    };
    expect(gradients({ batchSize: 1 })).toBe(4);
    expect(gradients({ batchSize: 1, gradientAccumulation: 2 })).toBe(8);
    const deep = { dModel: 64, encoderLayers: 4, decoderLayers: 4 };
    expect(gradients(deep)).toBe(8);
    expect(gradients({ ...deep, gradientAccumulation: 2 })).toBe(12);
  });

  test('takes longer with more layers and on a slower machine', () => {
    const total = (of: ReturnType<typeof plan>) => of.time!.parts.steps;
    expect(total(plan({ decoderLayers: 4 }))).toBeGreaterThan(1.5 * total(plan()));
    const slow = { ...WORKER, calibration: { ...CALIBRATION, cacheBytesPerSecond: 4e9, memoryBytesPerSecond: 1e9 } };
    expect(total(plan({}, slow))).toBeGreaterThan(2 * total(plan()));
  });

  test('has no time without a worker, or before its speed is known', () => {
    for (const worker of [null, { ...WORKER, calibration: null }]) {
      expect(plan({}, worker)).toMatchObject({ time: null, energy: null, cost: null, basis: { stepMs: null } });
    }
  });

  test('energy is power times time, from the driver, the settings or the number of cores', () => {
    const hours = plan().time!.total.value / 3_600_000;
    const rated = { ...WORKER, rates: { ...NO_RATES, ratedWatts: 100 } };
    expect(plan().energy).toMatchObject({ source: 'assumed', fullWatts: 20 });
    expect(plan({}, rated).energy).toMatchObject({ source: 'rated', fullWatts: 100 });
    // Nearly all of this short run is one thread's work; a long one keeps both cores busy.
    expect(plan({}, rated).energy!.watts).toBeCloseTo(60, 0);
    expect(plan({ epochs: 9000 }, rated).energy!.watts).toBeGreaterThan(80);
    const { energy } = plan({}, { ...rated, measuredWatts: { cpu: 50, cuda: 300 } });
    expect(energy).toMatchObject({ source: 'measured', watts: 50 });
    expect(energy!.kilowattHours.value).toBeCloseTo(0.05 * hours, 9);
  });

  test('the share of the cores that earlier runs kept at work corrects it', () => {
    const { basis, energy } = plan();
    const ratios = { step: null, other: null, memory: null, power: 0.5 };
    const observations = Array.from({ length: 50 }, () => ({ device: 'cpu', features: basis.features, ratios }));
    expect(plan({}, { ...WORKER, observations }).energy!.watts / energy!.watts).toBeCloseTo(0.5, 1);
  });

  test('cost is the price of the time and of the energy', () => {
    const rates = { ratedWatts: 1000, pricePerHour: 2, pricePerKilowattHour: 3, currency: 'EUR' };
    const { cost, time, energy } = plan({}, { ...WORKER, rates });
    expect(cost!.currency).toBe('EUR');
    const { value } = energy!.kilowattHours;
    expect(cost!.amount.value).toBeCloseTo((2 * time!.total.value) / 3_600_000 + 3 * value, 9);
    expect(plan().cost).toBeNull();
  });

  test('says its assumptions in both languages', () => {
    for (const sentence of plan().assumptions) expect([sentence.zh, sentence.en].every(Boolean)).toBe(true);
    expect(plan({ tokenizer: 'wordpiece' }).assumptions.length).toBe(plan().assumptions.length + 1);
  });
});

describe('finished runs correct the estimate', () => {
  const near = featuresOf({ flopsPerStep: 1e9, parameters: 1e6, rowsPerStep: 512 });
  const far = featuresOf({ flopsPerStep: 1e13, parameters: 1e8, rowsPerStep: 65_536 });
  const seen = (ratio: number, features = near) => ({
    ...{ device: 'cpu', features },
    ratios: { step: ratio, other: null, memory: null, power: null },
  });

  test('not at all without any', () => {
    expect(correctionOf([], 'step', near, 0.2)).toEqual({ factor: 1, deviation: 0.2, runs: 0 });
    expect(correctionOf([seen(2)], 'memory', near, 0.2).runs).toBe(0);
  });

  test('the more of them agree the further and the more surely', () => {
    const one = correctionOf([seen(2)], 'step', near, 0.2);
    const many = correctionOf(
      Array.from({ length: 20 }, () => seen(2)),
      'step',
      near,
      0.2,
    );
    expect(one.factor).toBeCloseTo(2 ** (1 / 2), 6);
    expect(many.factor).toBeGreaterThan(1.9);
    expect(many.deviation).toBeLessThan(one.deviation);
  });

  test('runs of quite another size do not count, and disagreement widens the interval', () => {
    expect(correctionOf([seen(2, far)], 'step', near, 0.2)).toMatchObject({ factor: 1, runs: 0 });
    const apart = [0.5, 2].flatMap((ratio) => Array.from({ length: 10 }, () => seen(ratio)));
    expect(correctionOf(apart, 'step', near, 0.2).deviation).toBeGreaterThan(0.6);
  });

  test('a plan takes them over', () => {
    const { basis, time } = plan();
    const observations = Array.from({ length: 50 }, () => ({
      ...{ device: 'cpu', features: basis.features },
      ratios: { step: 3, other: 1, memory: 1, power: 1 },
    }));
    const corrected = plan({}, { ...WORKER, observations });
    expect(corrected.time!.stepMs.value / time!.stepMs.value).toBeCloseTo(3, 0);
    expect(corrected.basis).toMatchObject({ runs: 50, stepMs: basis.stepMs });
  });
});

const USAGE: RunUsage = {
  wallMs: 20_000,
  preparationMs: 1000,
  recordingMs: 500,
  stepsMs: 9000,
  steps: 9,
  tokens: 4500,
  evaluationMs: 100,
  evaluations: 3,
  reportingMs: 100,
  finalEvaluationMs: 0,
  peakMemoryBytes: 3e8,
  cpuMs: 36_000,
  measuredKilowattHours: null,
};

const PROGRESS = {
  ...{ step: 5, totalSteps: 9, epoch: 2, totalEpochs: 3, elapsedMs: 18_000, remainingMs: 10_000 },
  ...{ remainingRange: null, tokensPerSecond: 500, share: null },
};

describe('a worker with a graphics card', () => {
  const card = { ...WORKER, device: 'webgpu' };
  const width = (of: ReturnType<typeof plan>) => of.time!.stepMs.high / of.time!.stepMs.low;
  const seen = (device: string, basis: ReturnType<typeof plan>['basis']) => [
    { device, features: basis.features, ratios: { step: 4, other: 1, memory: 1, power: null } },
  ];

  test('is guessed at before any run, widely, and by its first run closely', () => {
    const guess = plan({}, card);
    expect(guess).toMatchObject({ device: 'webgpu', basis: { runs: 0 } });
    expect(width(guess)).toBeGreaterThan(8);
    expect(guess.assumptions.some(({ en }) => en?.includes('three times more or less'))).toBe(true);
    const known = plan({}, { ...card, observations: seen('webgpu', guess.basis) });
    expect(known.time!.stepMs.value / guess.time!.stepMs.value).toBeGreaterThan(3.5);
    expect(width(known)).toBeLessThan(width(guess) / 2);
  });

  test('is planned as a processor where the processor was asked for, from runs there alone', () => {
    const made = plan({ device: 'cpu' }, { ...card, observations: seen('webgpu', plan().basis) });
    expect(made.time).toEqual(plan().time);
    expect(made.device).toBe('cpu');
  });

  test('draws what its driver measured on that device, and otherwise more than a processor', () => {
    expect(plan({}, { ...card, measuredWatts: { cpu: 30, webgpu: 200 } }).energy!.watts).toBe(200);
    expect(plan({}, card).energy!.watts).toBe(0.9 * 170);
  });

  test('takes many times as long, and more memory, where operations run one by one on a library of its own', () => {
    const [made, onGraphs] = [plan({ device: 'tfjs-node' }), plan()];
    expect(made.time!.stepMs.value).toBeGreaterThan(2 * onGraphs.time!.stepMs.value);
    expect(made.memory.total.value).toBeGreaterThan(onGraphs.memory.total.value + 1.5e8);
    expect(width(made)).toBeGreaterThan(8);
    expect(made.assumptions.some(({ en }) => en?.includes('operation by operation on another processor'))).toBe(true);
  });

  test('is not planned where another kind of card was asked for', () => {
    const made = plan({ device: 'cuda' }, card);
    expect(made).toMatchObject({ device: null, time: null });
    expect(made.assumptions.some(({ en }) => en?.includes('where it has none, the run fails'))).toBe(true);
  });
});

describe('texts that the last evaluation has written', () => {
  const lengths = [[42, 10]] as const;

  test('of items whose end comes often are shorter than items; a model that was hardly trained may write to the limit', () => {
    expect(continuedTokens(lengths, 500, 512)).toEqual({ value: 14, low: 0, high: 42 });
    expect(continuedTokens(lengths, 100, 512)).toEqual({ value: 14, low: 0, high: 491 });
  });

  test('of items whose end comes seldom go on to the limit, however long was trained', () => {
    const long = [[200, 10]] as const;
    expect(continuedTokens(long, 10, 512)).toEqual({ value: 412, low: 100, high: 412 });
    expect(continuedTokens(long, 100_000, 512)).toEqual({ value: 412, low: 100, high: 412 });
    // A longer prompt is cut, so that there is room to write.
    expect(continuedTokens(long, 10, 128)).toEqual({ value: 64, low: 64, high: 64 });
  });

  test('take the more time the more room there is, and the interval holds both lengths', () => {
    const texts = Array.from({ length: 10 }, () => 'abcdefghij'.repeat(10));
    const planned = (maxTokens: number) => planRun({ ...SETTINGS, maxTokens }, dataOf(texts), WORKER, NOW).time!;
    const [little, much] = [planned(110), planned(1000)];
    const longer = much.parts.finalEvaluation - little.parts.finalEvaluation;
    expect(longer).toBeGreaterThan(0);
    expect(much.total.high - little.total.high).toBeGreaterThan(longer);
    expect(much.total.low).toBeLessThan(little.total.value);
  });
});

test('a run that ended early is compared with the plan for as many steps', () => {
  const made = plan();
  const { parts, total } = made.time!;
  const usage = { ...USAGE, steps: 3, finalEvaluationMs: 500 };
  const planned = (of: RunUsage, ended = true) =>
    comparePlan(made, of, PROGRESS, ended).find(({ quantity }) => quantity === 'time')!.planned;
  const left = parts.steps + parts.evaluations + parts.reporting;
  expect(planned(usage).value).toBeCloseTo(total.value - (2 / 3) * left, 6);
  expect(planned({ ...usage, finalEvaluationMs: 0 }).value).toBeCloseTo(
    total.value - (2 / 3) * left - parts.finalEvaluation,
    6,
  );
  expect(planned({ ...usage, steps: 9 }).value).toBeCloseTo(total.value, 6);
  expect(planned(usage, false).value).toBeCloseTo(total.value, 6);
});

test('a run that goes on is compared by how it will end, one that has ended by what it took', () => {
  const made = plan();
  const rows = (ended: boolean, usage: RunUsage | null = USAGE) =>
    Object.fromEntries(comparePlan(made, usage, PROGRESS, ended).map((row) => [row.quantity, row]));
  expect(rows(true)['time']).toMatchObject({ actual: 20_000, isProjected: false });
  expect(rows(false)['time']!.actual).toBeCloseTo(30_000 + made.time!.parts.finalEvaluation, 6);
  // What follows the last step has begun, and takes longer than planned.
  const finalEvaluationMs = made.time!.parts.finalEvaluation + 1000;
  expect(rows(false, { ...USAGE, finalEvaluationMs })['time']!.actual).toBe(30_000);
  expect(rows(false)['time']!.isProjected).toBe(true);
  expect(rows(true)).toMatchObject({
    stepMs: { actual: 1000 },
    tokensPerSecond: { actual: 500 },
    memory: { actual: 3e8 },
    energy: { isEstimated: true },
  });
  // 36 s of processor time on two cores of 10 W each.
  expect(rows(true)['energy']!.actual).toBeCloseTo(360 / 3.6e6, 12);
  expect(rows(true, { ...USAGE, measuredKilowattHours: 0.2 })['energy']).toMatchObject({
    actual: 0.2,
    isEstimated: false,
  });
  expect(rows(false, null)['time']!.actual).toBeNull();
  expect(rows(true)['cost']).toBeUndefined();
});

test.each([
  [102, 'as-planned'],
  [115, 'within'],
  [130, 'above'],
  [70, 'below'],
] as const)('an actual of %d against 100 (90 to 120) is %s', (actual, word) => {
  expect(deviationOf({ value: 100, low: 90, high: 120 }, actual).word).toBe(word);
});

test('attempts add up, except for the peak of memory', () => {
  const second = { ...USAGE, peakMemoryBytes: 4e8, measuredKilowattHours: 1 };
  expect(totalUsage([])).toBeNull();
  expect(totalUsage([USAGE, second])).toMatchObject({
    wallMs: 40_000,
    steps: 18,
    peakMemoryBytes: 4e8,
    measuredKilowattHours: null,
  });
});
