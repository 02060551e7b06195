import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import {
  binCounts,
  jensenShannonDivergence,
  populationStabilityIndex,
  PSI_ALERT,
  PSI_WATCH,
  referenceBinEdges,
} from './drift.ts';
import { emissionsGrams, energy } from './energy.ts';
import { latencyPercentiles } from './latency.ts';
import { discordantCounts, mcnemarExact } from './mcnemar.ts';
import { sliceGap } from './slice-gap.ts';

const golden = JSON.parse(readFileSync(new URL('./golden/statistics.json', import.meta.url), 'utf8')) as {
  mcnemar: { onlyFirst: number; onlySecond: number; pValue: number }[];
  drift: {
    name: string;
    reference: number[];
    current: number[];
    edges: number[];
    psi: number;
    jensenShannon: number;
  }[];
  latency: { timesMs: number[]; percentiles: [number, number, number] }[];
};

test.each(golden.mcnemar)(
  'McNemar $onlyFirst against $onlySecond agrees with SciPy',
  ({ onlyFirst, onlySecond, pValue }) => {
    expect(Math.abs(mcnemarExact(onlyFirst, onlySecond) - pValue)).toBeLessThan(1e-9);
  },
);

test('discordant items are those that one model alone got right', () => {
  expect(discordantCounts([1, 1, 0, 0, 1], [1, 0, 1, 0, 0])).toEqual({ onlyFirst: 2, onlySecond: 1 });
  expect(() => discordantCounts([1], [1, 0])).toThrow(RangeError);
});

describe.each(golden.drift)('drift, $name', ({ reference, current, edges, psi, jensenShannon }) => {
  const actualEdges = referenceBinEdges(reference);
  const before = binCounts(reference, actualEdges);
  const now = binCounts(current, actualEdges);

  test('bins and both divergences agree with NumPy and SciPy', () => {
    expect(actualEdges.length).toBe(edges.length);
    for (const [k, edge] of edges.entries()) expect(actualEdges[k]).toBeCloseTo(edge, 12);
    expect(Math.abs(populationStabilityIndex(before, now)! - psi)).toBeLessThan(1e-9);
    expect(Math.abs(jensenShannonDivergence(before, now)! - jensenShannon)).toBeLessThan(1e-9);
  });
});

test('an unchanged window is below the watch level, a disjoint one far above the alert level', () => {
  expect(populationStabilityIndex([5, 5], [50, 50])).toBeLessThan(PSI_WATCH);
  expect(populationStabilityIndex([5, 0], [0, 5])).toBeGreaterThan(PSI_ALERT);
  expect(populationStabilityIndex([0, 0], [1, 2])).toBeNull();
  expect(jensenShannonDivergence([1, 2], [0, 0])).toBeNull();
});

test.each(golden.latency)('latency percentiles agree with NumPy', ({ timesMs, percentiles: [p50, p95, p99] }) => {
  const actual = latencyPercentiles(timesMs)!;
  expect(actual.p50Ms).toBeCloseTo(p50, 9);
  expect(actual.p95Ms).toBeCloseTo(p95, 9);
  expect(actual.p99Ms).toBeCloseTo(p99, 9);
});

test('without measurements there are no percentiles', () => {
  expect(latencyPercentiles([])).toBeNull();
});

test('a slice gap spans the slices of 30 items or more', () => {
  const slices = [
    { slice: 'short', value: 0.9, items: 30 },
    { slice: 'long', value: 0.6, items: 80 },
    { slice: 'tiny', value: 0.1, items: 29 },
    { slice: 'undefined', value: null, items: 90 },
    { slice: 'middle', value: 0.7, items: 40 },
  ];
  const { gap, lowest, highest } = sliceGap(slices)!;
  expect(gap).toBeCloseTo(0.3, 12);
  expect([lowest, highest]).toEqual(['long', 'short']);
  expect(sliceGap(slices.slice(0, 1))).toBeNull();
});

test('energy is measured power over time, or an estimate from the rated power', () => {
  const measured = { durationSeconds: 3_600, measuredWatts: 200, ratedWatts: 400, utilisation: 0.5 };
  expect(energy([measured, measured])).toEqual({ kilowattHours: 0.4, isEstimated: false });
  expect(energy([measured, { ...measured, measuredWatts: null, utilisation: 0.25 }])).toEqual({
    kilowattHours: 0.3,
    isEstimated: true,
  });
  expect(energy([])).toEqual({ kilowattHours: 0, isEstimated: false });
  expect(emissionsGrams(0.4, 580)).toBeCloseTo(232, 9);
});
