import { runError } from '@greenlight/shared/stages/training/contract.ts';
import { expect, test } from 'vitest';
import { parameterSpecs, shapeSize } from '../model/parameters.ts';
import { tinyConfiguration } from '../test-support/tiny-run.ts';
import { createEngine } from '../training/create-engine.ts';
import { ValueRangeError } from '../data/labels.ts';
import { NonFiniteLossError, NonFiniteOutputError, ShapeError } from '../training/errors.ts';
import { PLAIN_ADAM, TINY_MODEL } from '../training/test-support/tiny-model.ts';
import { runFailureOf } from './run-failure.ts';

const CONFIGURATION = tinyConfiguration({ learningRate: 0.3, clipNorm: 5, warmupSteps: 7 });
const BATCH = { batchSize: 4, sourceLength: 16, targetLength: 24 };

test('a loss that is not finite is told with the same facts in both languages', () => {
  const error = new NonFiniteLossError(41, Number.NaN, 'embedding', 'decoder.0.crossAttention', BATCH, 3);
  const failure = runError.parse(runFailureOf(error, CONFIGURATION));
  for (const language of ['zh', 'en'] as const) {
    const said = failure.message[language] ?? '';
    for (const fact of ['41', 'NaN', '3', 'embedding', 'decoder.0.crossAttention', '4', '16', '24']) {
      expect(said, language).toContain(fact);
    }
    const advice = failure.advice[language] ?? '';
    for (const value of ['0.3', '0.03', '5', '1', '7', '100']) expect(advice, language).toContain(value);
  }
  expect(failure.place).toEqual({
    step: 41,
    microBatch: 3,
    layer: 'decoder.0.crossAttention',
    tensor: 'embedding',
    batch: { rows: 4, sourceTokens: 16, targetTokens: 24 },
  });
});

test('a finite loss is told in four digits', () => {
  const { message } = runFailureOf(
    new NonFiniteLossError(7, 68.73272323608398, 'embedding', null, BATCH, null),
    CONFIGURATION,
  );
  expect(message.zh).toContain('损失为 68.73，');
  expect(message.en).toContain('a loss of 68.73 and');
});

test('what is not known of a loss that is not finite is left out', () => {
  const failure = runFailureOf(new NonFiniteLossError(2, Infinity, null, null, BATCH, null), CONFIGURATION);
  expect(Object.keys(failure.place ?? {})).toEqual(['step', 'batch']);
  expect(failure.message.zh).not.toMatch(/null|微批次|层/);
  expect(failure.message.en).not.toMatch(/null|micro-batch|layer/);
});

test('settings that already are careful are not proposed again', () => {
  const careful = tinyConfiguration({ clipNorm: 0.5, warmupSteps: 500 });
  const { advice } = runFailureOf(new NonFiniteLossError(2, Infinity, null, null, BATCH, null), careful);
  expect(advice.en).toBe('Start a new run and try, in this order: lower the learning rate from 0.01 to 0.001.');
});

test('a regression is told to scale its numbers, and nothing of the learning rate before anything was learnt', () => {
  const regression = tinyConfiguration({
    ...{ architecture: 'encoder-classifier', decoderLayers: 0, task: 'regression', loss: 'mean-squared-error' },
  });
  const adviceAt = (step: number) =>
    runFailureOf(new NonFiniteLossError(step, Infinity, null, 'output', BATCH, null), regression).advice.en;
  expect(adviceAt(1)).toMatch(/^Start a new run and try, in this order: scale the numbers[^;]*\.$/);
  expect(adviceAt(2)).toMatch(/lower the learning rate.*; scale the numbers/);
});

test('a run that fails in its first step is told to begin with another checkpoint where it began with one', () => {
  const started = tinyConfiguration({ startFromArtifactId: '01900000-0000-7000-8000-000000000001' });
  const adviceAt = (step: number) =>
    runFailureOf(new NonFiniteLossError(step, Number.NaN, null, 'encoder.0', BATCH, null), started).advice.en;
  expect(adviceAt(1)).toMatch(/^Start a new run and try, in this order: begin with an earlier checkpoint[^;]*\.$/);
  expect(adviceAt(2)).toMatch(/lower the learning rate.*; begin with an earlier checkpoint/);
  // What a first step left behind is that step's doing.
  const after = runFailureOf(new NonFiniteOutputError(1, null, BATCH), started);
  expect(after.advice.en).toContain('lower the learning rate');
});

test('a number that the engine cannot hold is told by its value', () => {
  const failure = runError.parse(runFailureOf(new ValueRangeError(1e300, 7), CONFIGURATION));
  expect(failure.code).toBe('values-out-of-range');
  for (const language of ['zh', 'en'] as const) expect(failure.message[language]).toContain('1e+300');
});

test('an array of another shape has a code and a sentence of its own, and its name', () => {
  const sentence = { zh: '形状为 [2]。', en: 'It has the shape [2].' };
  const failure = runError.parse(runFailureOf(new ShapeError(sentence, 'embedding'), CONFIGURATION));
  expect(failure).toMatchObject({ code: 'shape-mismatch', place: { tensor: 'embedding' } });
  expect(failure.message.zh).toContain(sentence.zh);
  expect(failure.message.en).toContain(sentence.en);
});

test('a model that the CPU cannot hold is refused with its size, before anything is allocated', async () => {
  const model = { ...TINY_MODEL, dModel: 4096, feedForward: 8192 };
  const options = { model, optimiser: PLAIN_ADAM, seed: 1, device: 'cpu' as const };
  const error = await createEngine(options).catch((refusal: unknown) => refusal);
  const failure = runError.parse(runFailureOf(error, CONFIGURATION));
  expect(failure.code).toBe('out-of-memory');
  // 16 bytes for each value: the parameter, its gradient and two moments.
  const count = parameterSpecs(model).reduce((total, { shape }) => total + shapeSize(shape), 0);
  const gibibytes = ((16 * count) / 2 ** 30).toFixed(1);
  for (const language of ['zh', 'en'] as const) expect(failure.message[language]).toContain(`${gibibytes} GiB`);
});

test('an error that nobody foresaw tells nothing of itself', () => {
  const failure = runFailureOf(new Error('secret at /home/somebody/file.ts:1'), CONFIGURATION);
  expect(failure.code).toBe('worker-error');
  expect(JSON.stringify(failure)).not.toContain('secret');
});
