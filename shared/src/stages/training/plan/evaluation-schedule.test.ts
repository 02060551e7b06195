import { expect, test } from 'vitest';
import { runConfiguration, type RunConfiguration } from '../configuration.ts';
import type { Lengths } from './batch-shapes.ts';
import { evaluationScheduleOf, pointsBeforeTheLast, pointsWithSamples } from './evaluation-schedule.ts';

const SETTINGS = runConfiguration.parse({
  ...{ architecture: 'decoder-only', task: 'next-token', dModel: 64, heads: 4, feedForward: 256 },
  ...{ encoderLayers: 0, decoderLayers: 2, batchSize: 16, epochs: 20, maxTokens: 32 },
});

const CLASSIFIER = { architecture: 'encoder-classifier', task: 'single-label', encoderLayers: 1 } as const;

/** The schedule of a model of a million parameters over so many training items of 16 tokens and 400 validation items. */
function scheduleOf(changes: Partial<RunConfiguration>, items = 8000, isAccelerated = false) {
  const settings = { ...SETTINGS, ...changes };
  const steps = Math.ceil(items / settings.batchSize) * settings.epochs;
  const model = { settings, vocabularySize: 1000, outputs: 5 };
  const training: Lengths = [[16, items]];
  const validation: Lengths = [[16, 400]];
  const schedule = evaluationScheduleOf({ model, parameters: 1e6, steps, training, validation, isAccelerated });
  return { ...schedule, points: pointsBeforeTheLast(settings, steps, schedule.everyEpochs) };
}

test('a long training is evaluated on as many items as one point may measure, ten times or more often', () => {
  expect(scheduleOf({ epochs: 100 }, 200_000)).toMatchObject({ everyEpochs: 1, items: 235 });
  expect(scheduleOf({ ...CLASSIFIER, epochs: 200 }, 80_000)).toMatchObject({ everyEpochs: 1, items: 400 });
});

test('a shorter one measures fewer items before it has fewer than ten points, and never fewer than sixteen', () => {
  const shorter = scheduleOf({}, 20_000);
  expect(shorter.points).toBe(9);
  expect(shorter.items).toBeLessThan(235);
  const short = scheduleOf({}, 2000);
  expect(short.points).toBeLessThan(9);
  expect(short.items).toBeGreaterThanOrEqual(16);
});

test('a training for which even sixteen items are too much is evaluated after its last step', () => {
  const model = { vocabularySize: 65_000, outputs: 0, settings: { ...SETTINGS, epochs: 3, maxTokens: 512 } };
  const lengths: Lengths = [[100, 100]];
  const run = { model, parameters: 1e6, steps: 21, training: lengths, validation: lengths, isAccelerated: false };
  expect(evaluationScheduleOf(run)).toMatchObject({ everyEpochs: 3, items: 1 });
});

test('more than two hundred epochs are spread', () => {
  expect(scheduleOf({ ...CLASSIFIER, epochs: 1000 }, 80_000).everyEpochs).toBe(5);
});

test('points that were asked for stay, on fewer items; those that early stopping decides by stay whole', () => {
  const asked = scheduleOf({ evaluateEverySteps: 10 });
  expect(asked).toMatchObject({ points: 999, items: 16 });
  expect(scheduleOf({ earlyStoppingPatience: 3 })).toMatchObject({ everyEpochs: 1, items: 235 });
});

test('sample texts come as often as they fit their part of the time, and after the last step otherwise', () => {
  const often = scheduleOf({ epochs: 200, samplePrompts: ['a'] }, 80_000);
  expect(often.samplesEvery).toBe(1);
  const rarely = scheduleOf({ evaluateEverySteps: 1, samplePrompts: [...'abcdefgh'] });
  expect(pointsWithSamples(rarely.points, rarely)).toBeLessThan(rarely.points);
  expect(pointsWithSamples(5, { everyEpochs: 1, items: 1, samplesEvery: 0 })).toBe(0);
});

test('on an accelerator, where steps are short and metrics are not, points measure less', () => {
  const [onProcessor, accelerated] = [scheduleOf({}, 20_000), scheduleOf({}, 20_000, true)];
  expect(accelerated.points * accelerated.items).toBeLessThan(onProcessor.points * onProcessor.items);
});

test('a training of a second has a curve', () => {
  expect(scheduleOf({ ...CLASSIFIER, epochs: 10 }, 48)).toMatchObject({ everyEpochs: 1 });
});
