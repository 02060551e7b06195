import { runConfiguration, type RunConfiguration } from '@greenlight/shared/stages/training/configuration.ts';
import { LengthProfiler } from '@greenlight/shared/stages/training/plan/length-profile.ts';
import { planRun, type PlannedWorker } from '@greenlight/shared/stages/training/plan/plan-run.ts';
import type { RunPlan } from '@greenlight/shared/stages/training/plan/run-plan.ts';

const WORKER: PlannedWorker = {
  ...{ id: '01a20a76-a2a3-7a62-8176-708ce0b86c34', name: 'one', device: 'cpu', adapter: 'p', cores: 2 },
  memoryBytes: 64e9,
  calibration: {
    measuredAt: '2026-01-01T00:00:00.000Z',
    products: [{ rows: 64, inner: 64, columns: 64, flopsPerSecond: 2e11 }],
    ...{ cacheBytesPerSecond: 1e11, memoryBytesPerSecond: 2e10 },
    ...{ optimiserParametersPerSecond: 5e8, metricPairsPerSecond: 2e7 },
  },
  rates: { ratedWatts: 100, pricePerHour: 36, pricePerKilowattHour: null, currency: 'EUR' },
  ...{ observations: [], measuredWatts: {} },
};

/** The plan of a run on one short text and a worker with a price. */
export function plannedRun(settings: Partial<RunConfiguration> = {}, worker: Partial<PlannedWorker> = {}): RunPlan {
  const profiler = new LengthProfiler();
  profiler.add({ split: 'train', text: 'one text' });
  const data = { profile: profiler.profile(true), items: { train: 1, validation: 1, test: 1 } };
  const sizes = { characters: 8, distinctCharacters: 7, labels: 0 };
  const configuration = runConfiguration.parse(settings);
  return planRun(configuration, { ...data, ...sizes }, { ...WORKER, ...worker }, '2026-01-02T00:00:00.000Z');
}
