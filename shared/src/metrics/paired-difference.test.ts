import { expect, test } from 'vitest';
import { bootstrapIntervals } from './bootstrap.ts';
import { weightedMean } from './classified-items.ts';
import { compare } from './comparison.ts';
import { pairedDifference } from './paired-difference.ts';
import { seededRandom } from './random.ts';

function meanOf(values: readonly number[]) {
  const { mean } = bootstrapIntervals(values.length, (weights) => ({ mean: weightedMean(values, weights) }));
  return { value: weightedMean(values)!, low: mean!.low, high: mean!.high, resampled: mean!.resampled };
}

const random = seededRandom(9);
const first = Array.from({ length: 200 }, () => random());

test('the interval of a paired difference of means is that of the mean of the differences, as wide as Student says', () => {
  const second = first.map((value) => value + 0.05 * (random() - 0.4));
  const paired = pairedDifference(meanOf(first), meanOf(second), [null, null], 200)!;
  const wanted = meanOf(second.map((value, item) => value - first[item]!));
  // The quantile of t with 199 degrees of freedom is 1.97196.
  const wider = (1.97196 / 1.95996) * Math.sqrt(200 / 199);
  expect(paired.value).toBeCloseTo(wanted.value, 12);
  expect(paired.low).toBeCloseTo(wanted.value - wider * (wanted.value - wanted.low), 7);
  expect(paired.high).toBeCloseTo(wanted.value + wider * (wanted.high - wanted.value), 7);
});

test.each([6, 10, 20])('of two equally good models, %d items seldom show one to be better', (items) => {
  const normal = () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
  let [shown, trials] = [0, 600];
  for (let trial = 0; trial < trials; trial++) {
    const [one, other] = [Array.from({ length: items }, normal), Array.from({ length: items }, normal)];
    const pair = pairedDifference(meanOf(one), meanOf(other), [null, null], items);
    if (compare(pair, 'higher') !== 'no-difference-shown') shown++;
  }
  // One in twenty is promised; a percentile interval as it is would show 14, 11 and 8 %.
  expect(shown / trials).toBeLessThan(0.075);
});

test('numbers that were kept with 32 bits and agree are taken to agree', () => {
  const kept = (value: number) => ({ value, resampled: Float32Array.from({ length: 100 }, () => value) });
  expect(pairedDifference(kept(0.3), kept(0.2), [0, null], 300)).toBeNull();
  const [low, high] = [kept(1 / 3), kept(1)];
  expect(compare(pairedDifference(high, low, [0, 1], 5), 'higher')).toBe('no-difference-shown');
});

test('it shows what intervals that overlap hide', () => {
  const second = first.map((value) => value + 0.02 + 0.01 * random());
  const [before, after] = [meanOf(first), meanOf(second)];
  expect(after.low).toBeLessThan(before.high);
  expect(compare(pairedDifference(before, after, [null, null], 200), 'lower')).toBe('worse');
});

test('a difference without spread is only as sure as so many items make it', () => {
  const without = { value: 0, resampled: new Float64Array(100) };
  const all = { value: 1, resampled: new Float64Array(100).fill(1) };
  expect(compare(pairedDifference(without, all, [0, 1], 3), 'higher')).toBe('no-difference-shown');
  expect(compare(pairedDifference(without, all, [0, 1], 300), 'higher')).toBe('better');
  expect(pairedDifference(without, all, [0, null], 300)).toBeNull();
  expect(pairedDifference(all, all, [0, null], 300)).toEqual({ value: 0, low: 0, high: 0 });
});

test('resamples in which either is undefined do not count, and without half of them there is no interval', () => {
  const values = Float64Array.from({ length: 100 }, (_, k) => (k < 40 ? NaN : k));
  const moved = values.map((value) => value + 1 + (value % 2));
  expect(
    pairedDifference({ value: 5, resampled: values }, { value: 6.5, resampled: moved }, [null, null], 1e9),
  ).toEqual({
    ...{ value: 1.5, low: expect.closeTo(1, 7) as number, high: expect.closeTo(2, 7) as number },
  });
  const rare = values.map((value) => (value < 60 ? NaN : value));
  expect(pairedDifference({ value: 5, resampled: rare }, { value: 6.5, resampled: moved }, [null, null], 9)).toBeNull();
});

test('other numbers of resamples are not the same ones', () => {
  const one = { value: 0, resampled: [0] };
  expect(() => pairedDifference(one, { value: 0, resampled: [0, 0] }, [0, 1], 3)).toThrow(RangeError);
});

test.each([
  [{ low: 0.1, high: 0.2 }, 'higher', 'better'],
  [{ low: 0.1, high: 0.2 }, 'lower', 'worse'],
  [{ low: -0.2, high: -0.1 }, 'higher', 'worse'],
  [{ low: -0.2, high: -0.1 }, 'lower', 'better'],
  [{ low: -0.1, high: 0.1 }, 'higher', 'no-difference-shown'],
  [{ low: 0, high: 0.1 }, 'higher', 'no-difference-shown'],
  [null, 'higher', 'no-difference-shown'],
] as const)('a difference of %o, %s being better, is %s', (difference, direction, wanted) => {
  expect(compare(difference, direction)).toBe(wanted);
});
