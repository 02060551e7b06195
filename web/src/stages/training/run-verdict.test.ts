import type { MetricSeries, RunProgress } from '@greenlight/shared/stages/training/contract.ts';
import { expect, test } from 'vitest';
import { translationsIn } from '../../testing/translations.ts';
import { runVerdict } from './run-verdict.ts';

const PROGRESS: RunProgress = {
  step: 5,
  totalSteps: 30,
  epoch: 2,
  totalEpochs: 10,
  elapsedMs: 1,
  remainingMs: null,
  remainingRange: null,
  tokensPerSecond: null,
  share: null,
};

function series(name: string, ...mean: (number | null)[]): MetricSeries {
  const step = mean.map((_, index) => index + 1);
  return { name, points: mean.length, step, epoch: step, minimum: mean, maximum: mean, mean };
}

test.each([
  [{ state: 'queued' as const, progress: null }, [], 'Waiting for a worker.'],
  [{ state: 'running' as const, progress: null }, [], 'A worker has taken the run and is preparing it.'],
  [{ state: 'running' as const, progress: PROGRESS }, [], 'Training has begun; the first loss is on its way.'],
  [
    { state: 'running' as const, progress: PROGRESS },
    [series('training/loss', 4, null, 2)],
    'Training: epoch 2 of 10, loss fell from 4.000 to 2.000.',
  ],
  [
    { state: 'running' as const, progress: PROGRESS },
    [series('training/loss', 2, 3)],
    'Training: epoch 2 of 10, loss 3.000.',
  ],
  [
    { state: 'finished' as const, progress: PROGRESS },
    [series('training/epoch-loss', 4.8, 0.05)],
    'Finished: the mean training loss of the last epoch is 0.05000, 4.800 in the first.',
  ],
  [
    { state: 'finished' as const, progress: PROGRESS },
    [series('training/epoch-loss', 1.76)],
    'Finished: the mean training loss of its one epoch is 1.760.',
  ],
  [{ state: 'finished' as const, progress: PROGRESS }, [], 'Finished.'],
  [{ state: 'cancelled' as const, progress: PROGRESS }, [], 'The run was stopped. What was reached before is kept.'],
  [{ state: 'cancelled' as const, progress: null }, [], 'The run was stopped before its first step.'],
  [{ state: 'failed' as const, progress: null }, [], 'The run failed before its first step.'],
])('%#', (run, metrics, sentence) => {
  expect(runVerdict(run, metrics, translationsIn('en').getFixedT('en', 'training'))).toBe(sentence);
});
