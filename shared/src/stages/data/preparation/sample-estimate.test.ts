import { expect, test } from 'vitest';
import { seededRandom } from '../../../metrics/random.ts';
import { estimateFrom } from './sample-estimate.ts';

const alone = (size: number) => Uint32Array.from({ length: size }, (_, item) => item);

test('a whole is counted, not estimated', () => {
  expect(estimateFrom(Uint8Array.of(1, 0, 1), alone(3), 3)).toEqual({ value: 2, low: 2, high: 2 });
});

test('a sample of 2,000 with 100 marks gives the Wilson interval of 5 %', () => {
  const marks = new Uint8Array(2000).fill(1, 0, 100);
  // Computed with statsmodels: proportion_confint(100, 2000, method='wilson') = (0.0412908…, 0.0604286…)
  const { value, low, high } = estimateFrom(marks, alone(2000), 1_000_000);
  expect(value).toBe(50_000);
  expect(low / 1e6).toBeCloseTo(0.04129, 4);
  expect(high / 1e6).toBeCloseTo(0.06043, 4);
});

test('nothing seen is not nothing there', () => {
  const { value, low, high } = estimateFrom(new Uint8Array(2000), alone(2000), 1_000_000);
  expect([value, low]).toEqual([0, 0]);
  expect(high).toBeGreaterThan(1500);
});

test('the interval holds the truth in 95 of 100 samples, also where neighbours are alike', () => {
  const random = seededRandom(5);
  const [blocks, each, clusters] = [2000, 20, 100];
  // Marked blocks of neighbours, as in a file that is sorted.
  const isMarked = Array.from({ length: blocks }, () => random() < 0.1);
  const truth = isMarked.filter(Boolean).length * each;
  let held = 0;
  for (let round = 0; round < 300; round++) {
    const drawn = Array.from({ length: clusters }, () => Math.floor(random() * blocks));
    const marks = Uint8Array.from(
      drawn.flatMap((block) => Array.from({ length: each }, () => (isMarked[block]! ? 1 : 0))),
    );
    const ofClusters = Uint32Array.from(marks, (_, item) => Math.floor(item / each));
    const { low, high } = estimateFrom(marks, ofClusters, blocks * each);
    if (low <= truth && truth <= high) held++;
  }
  expect(held / 300).toBeGreaterThan(0.92);
});
