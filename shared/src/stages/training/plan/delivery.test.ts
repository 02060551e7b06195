import { expect, test } from 'vitest';
import { runConfiguration, type RunConfiguration } from '../configuration.ts';
import { REFERENCE_MACHINE } from './calibration.ts';
import { comparePlan } from './comparison.ts';
import { LengthProfiler } from './length-profile.ts';
import { planRun } from './plan-run.ts';
import { runPlan } from './run-plan.ts';
import { NO_RATES } from './worker-rates.ts';

const WORKER = {
  ...{ id: '01a20a76-a2a3-7a62-8176-708ce0b86c34', name: 'one', device: 'cpu', adapter: 'a processor', cores: 2 },
  ...{ memoryBytes: 8e9, calibration: REFERENCE_MACHINE, rates: NO_RATES, observations: [], measuredWatts: {} },
};

/** The plan of a decoder of 3.15 million parameters a layer over so many short texts. */
function planOf(settings: Partial<RunConfiguration> = {}, items = 10) {
  const configuration = runConfiguration.parse({
    ...{ architecture: 'decoder-only', task: 'next-token', encoderLayers: 0, decoderLayers: 8 },
    ...{ dModel: 512, heads: 8, feedForward: 2048, maxTokens: 32, epochs: 1, ...settings },
  });
  const profiler = new LengthProfiler();
  for (let item = 0; item < items; item++) profiler.add({ split: 'train', text: 'abcdefghij' });
  const data = {
    profile: profiler.profile(true),
    items: { train: items, validation: items, test: items },
    ...{ characters: 10 * items, distinctCharacters: 10, labels: 0 },
  };
  return planRun(configuration, data, WORKER, '2026-01-02T00:00:00.000Z');
}

const partsOf = (...of: Parameters<typeof planOf>) => planOf(...of).time!.parts;

test('the last checkpoint is waited for as far as its way to the server takes longer than the evaluation beside it', () => {
  const { delivery, finalEvaluation } = partsOf();
  // Measured: 2.1 to 2.7 s for 177 MB, 3.3 s for 284 MB.
  expect(delivery + finalEvaluation).toBeGreaterThan(3500);
  expect(delivery + finalEvaluation).toBeLessThan(5500);
  expect(partsOf({ decoderLayers: 16 }).delivery).toBeGreaterThan(delivery + 2500);
  // Without the two moments of each parameter there is a third of it.
  expect(partsOf({ optimiser: 'sgd' }).delivery).toBeLessThan(delivery / 3);
});

test('a long evaluation hides it', () => {
  expect(partsOf({ decoderLayers: 2 }).delivery).toBeGreaterThan(0);
  expect(partsOf({ decoderLayers: 2 }, 2000).delivery).toBe(0);
});

test('a run that goes on is projected to its end with it', () => {
  const plan = planOf();
  const usage = {
    ...{ wallMs: 20_000, preparationMs: 1000, recordingMs: 500, stepsMs: 9000, steps: 1, tokens: 50, evaluationMs: 0 },
    ...{ evaluations: 0, reportingMs: 0, finalEvaluationMs: 0, peakMemoryBytes: 0, cpuMs: 0 },
    measuredKilowattHours: null,
  };
  const progress = {
    ...{ step: 1, totalSteps: 2, epoch: 1, totalEpochs: 1, elapsedMs: 18_000, remainingMs: 10_000 },
    ...{ remainingRange: null, tokensPerSecond: 500, share: null },
  };
  const { finalEvaluation, delivery } = plan.time!.parts;
  const time = comparePlan(plan, usage, progress, false).find(({ quantity }) => quantity === 'time');
  expect(time!.actual).toBeCloseTo(30_000 + finalEvaluation + delivery, 6);
});

test('plans of earlier versions do not have it', () => {
  const kept = JSON.parse(JSON.stringify(planOf())) as { time: { parts: { delivery?: number } } };
  delete kept.time.parts.delivery;
  expect(runPlan.parse(kept).time!.parts.delivery).toBe(0);
});
