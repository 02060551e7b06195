import { expect, test } from 'vitest';
import { learningRateAt } from './schedule.ts';
import { PLAIN_ADAM } from './test-support/tiny-model.ts';

const BASE = { ...PLAIN_ADAM, learningRate: 1, totalSteps: 10 };

function curve(changes: Partial<typeof BASE>): number[] {
  const settings = { ...BASE, ...changes };
  return Array.from({ length: settings.totalSteps }, (_, index) =>
    Number(learningRateAt(settings, index + 1).toFixed(4)),
  );
}

test('constant stays, after a linear warm-up', () => {
  expect(curve({})).toEqual([1, 1, 1, 1, 1, 1, 1, 1, 1, 1]);
  expect(curve({ warmupSteps: 4 })).toEqual([0.25, 0.5, 0.75, 1, 1, 1, 1, 1, 1, 1]);
});

test('linear falls by the same amount each step and would reach 0 one step after the last', () => {
  expect(curve({ schedule: 'linear' })).toEqual(
    [10, 9, 8, 7, 6, 5, 4, 3, 2, 1].map((tenth) => Number((tenth / 11).toFixed(4))),
  );
});

test('warm-up and cosine rise to the peak, pass half of it in the middle of the fall and stay above 0', () => {
  const rates = curve({ schedule: 'warmup-cosine', warmupSteps: 2, totalSteps: 11 });
  expect(rates.slice(0, 2)).toEqual([0.5, 1]);
  expect(rates[6]).toBeCloseTo(0.5, 4);
  expect(rates.at(-1)).toBeGreaterThan(0);
  for (let step = 3; step < rates.length; step++) expect(rates[step]).toBeLessThan(rates[step - 1] ?? 0);
});
