import { expect, test } from 'vitest';
import { correctionOf, featuresOf } from './history.ts';

const features = featuresOf({ flopsPerStep: 1e9, parameters: 1e6, rowsPerStep: 512 });
const runs = (power: number | null, count: number) =>
  Array.from({ length: count }, () => ({
    ...{ device: 'cpu', features },
    ratios: { step: 2, other: 2, memory: 2, power },
  }));

test('a run that others took the processor from says little of the time that one takes, and all of its memory', () => {
  const [quiet, disturbed] = [runs(1, 1), runs(0.5, 1)];
  for (const quantity of ['step', 'other'] as const) {
    expect(correctionOf(quiet, quantity, features, 0.1).factor).toBeCloseTo(Math.SQRT2, 6);
    expect(correctionOf(disturbed, quantity, features, 0.1).factor).toBeLessThan(1.1);
  }
  expect(correctionOf(disturbed, 'memory', features, 0.1).factor).toBeCloseTo(Math.SQRT2, 6);
});

test('where runs are always disturbed, plans follow them in the end; where nothing tells, they count as quiet', () => {
  expect(correctionOf(runs(0.5, 50), 'step', features, 0.1).factor).toBeGreaterThan(1.7);
  expect(correctionOf(runs(null, 1), 'step', features, 0.1)).toEqual(correctionOf(runs(1, 1), 'step', features, 0.1));
});
