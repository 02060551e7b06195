import type { RunProgress } from '@greenlight/shared/stages/training/contract.ts';
import type { MetricPoint } from '@greenlight/shared/worker-protocol/events.ts';
import { expect, test } from 'vitest';
import { PointBuffer } from './point-buffer.ts';

const PROGRESS: RunProgress = {
  ...{ step: 0, totalSteps: 9, epoch: 0, totalEpochs: 1, elapsedMs: 0 },
  ...{ remainingMs: null, remainingRange: null, tokensPerSecond: null, share: null },
};

test('an event carries every value of its steps, and of those that describe the moment the newest', () => {
  let now = 0;
  const sent: Pick<MetricPoint, 'name' | 'step' | 'value'>[][] = [];
  const buffer = new PointBuffer(
    (payload) => {
      if (payload.type === 'metrics') sent.push(payload.points.map(({ name, step, value }) => ({ name, step, value })));
    },
    () => now,
  );
  buffer.flushWhenDue(() => PROGRESS);
  for (const step of [1, 2, 3]) {
    now += 80;
    buffer.add(step, 0.1, { loss: step === 2 ? Number.NaN : step });
    buffer.addNewest(step, 0.1, { speed: step * 10 });
    buffer.flushWhenDue(() => PROGRESS);
  }
  const points = [
    { name: 'loss', step: 1, value: 1 },
    { name: 'loss', step: 2, value: null },
    { name: 'loss', step: 3, value: 3 },
    { name: 'speed', step: 3, value: 30 },
  ];
  expect(sent).toEqual([points]);
  buffer.flush(PROGRESS);
  expect(sent).toHaveLength(1);
});
