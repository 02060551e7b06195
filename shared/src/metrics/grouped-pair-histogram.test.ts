import { expect, test } from 'vitest';
import { GroupedPairHistogram } from './grouped-pair-histogram.ts';
import { tieErrorBound } from './one-versus-rest.ts';
import { areaUnderRoc } from './roc.ts';
import { groupScores, total } from './score-groups.ts';

/** Scores of so many items and classes, hardly any two of them alike. */
function problem(items: number, classCount: number) {
  const targets = Int32Array.from({ length: items }, (_, item) => item % classCount);
  const probabilities = Float32Array.from({ length: items * classCount }, (_, place) => {
    const noise = ((place * 7919 + 13) % 1_000_003) / 1_000_003;
    const isTarget = place % classCount === targets[Math.floor(place / classCount)];
    return Math.exp(-16 * noise) * (isTarget ? 0.9 : 0.5);
  });
  return { probabilities, targets };
}

test('a weighted histogram counts every pair as often as its group, also where so many groups are binned anew, and its area is the weighted one', () => {
  const [items, classCount] = [1200, 1000];
  const chunk = problem(items, classCount);
  const groups = Int32Array.from({ length: items }, (_, item) => item >> 1);
  const histogram = new GroupedPairHistogram();
  histogram.add(chunk, groups);
  const weighted = histogram.weighting();
  // Over a million entries: bins are wider than at first.
  expect(weighted(new Float64Array(items)).scores.length).toBeLessThan(65_536);
  const weights = Float64Array.from({ length: items >> 1 }, (_, group) => (group % 6 > 2 ? 0 : group % 6));
  const binned = weighted(weights);
  const weightOf = (item: number) => weights[groups[item]!]!;
  const wanted = chunk.targets.reduce((sum, _, item) => sum + weightOf(item), 0);
  expect(total(binned.positives)).toBe(wanted);
  expect(total(binned.negatives)).toBe(wanted * (classCount - 1));
  const counted = [...chunk.probabilities.keys()].flatMap((place) =>
    Array.from({ length: weightOf(Math.floor(place / classCount)) }, () => place),
  );
  const exact = groupScores(
    counted.map((place) => chunk.probabilities[place]!),
    counted.map((place) => place % classCount === chunk.targets[Math.floor(place / classCount)]),
  );
  expect(Math.abs(areaUnderRoc(binned)! - areaUnderRoc(exact)!)).toBeLessThanOrEqual(tieErrorBound(binned) + 1e-12);
});

test('groups of a few pairs and groups of very many are counted alike, in bins that any pair is in', () => {
  const classCount = 6000;
  // More pairs than are sorted, then two items that have a handful.
  const many = problem(2, classCount);
  const few = { probabilities: Float32Array.of(0.5, 0.25, 0.25, 0.125, 0.875, 0.5), targets: Int32Array.of(0, 1) };
  const histogram = new GroupedPairHistogram();
  histogram.add(few, [0, 1]);
  histogram.add(many, [2, 2]);
  histogram.add(few, [3, 3]);
  const weighted = histogram.weighting();
  const alone = weighted([1, 2, 0, 0]);
  const filled = (sides: Float64Array) => [...sides].filter((weight) => weight > 0);
  expect(alone.scores.length).toBeLessThanOrEqual(2 * classCount + 4);
  expect([...alone.scores]).toEqual([...alone.scores].toSorted((a, b) => b - a));
  // From the highest score: 0.875 (positive, twice), 0.5 (once positive, twice not), 0.25 (two negatives), 0.125 (twice).
  expect([filled(alone.positives), filled(alone.negatives)]).toEqual([
    [2, 1],
    [2, 2, 2],
  ]);
  const all = weighted([1, 1, 1, 1]);
  expect([total(all.positives), total(all.negatives)]).toEqual([6, 2 * 4 + 2 * (classCount - 1)]);
});
