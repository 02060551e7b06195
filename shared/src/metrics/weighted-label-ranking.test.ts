import { expect, test } from 'vitest';
import { averagePrecision } from './precision-recall.ts';
import { seededRandom } from './random.ts';
import { areaUnderRoc } from './roc.ts';
import { groupScores } from './score-groups.ts';
import { WeightedRanking } from './weighted-label-ranking.ts';

const [ITEMS, LABELS] = [80, 5];
const random = seededRandom(4);
const truth = Float32Array.from({ length: ITEMS * LABELS }, () => Number(random() < 0.3));
// Many ties, and scores of either sign around 0.
const probabilities = truth.map((isTrue) => Math.round(8 * (random() + isTrue / 3)) / 8 - 0.25);
probabilities[7] = -0;
const ranking = new WeightedRanking({ items: ITEMS, labels: LABELS, probabilities, truth });

/** The pairs, each as often as its item counts. */
function repeated(weights: ArrayLike<number>, isWanted: (label: number) => boolean) {
  const pairs = [...truth.keys()].filter((pair) => isWanted(pair % LABELS));
  const counted = pairs.flatMap((pair) => Array.from({ length: weights[Math.floor(pair / LABELS)]! }, () => pair));
  return groupScores(
    counted.map((pair) => probabilities[pair]!),
    counted.map((pair) => truth[pair]!),
  );
}

test.each([
  ['every item once', () => 1],
  ['some items several times and others not at all', (item: number) => (item * 7) % 4],
])('areas are those of counting pairs as often as their items: %s', (_, weightOf) => {
  const weights = Float64Array.from({ length: ITEMS }, (__, item) => weightOf(item));
  const all = repeated(weights, () => true);
  expect(ranking.micro(weights)).toEqual({ auc: areaUnderRoc(all), averagePrecision: averagePrecision(all) });
  const each = Array.from({ length: LABELS }, (__, wanted) => repeated(weights, (label) => label === wanted));
  expect(ranking.each(weights)).toEqual(
    each.map((groups) => ({ auc: areaUnderRoc(groups), averagePrecision: averagePrecision(groups) })),
  );
});

test('without an item that has a label there is no area, and without one that has it not no curve', () => {
  const one = new WeightedRanking({ items: 2, labels: 1, probabilities: [0.2, 0.8], truth: [0, 1] });
  expect(one.micro([1, 0])).toEqual({ auc: null, averagePrecision: null });
  expect(one.micro([0, 2])).toEqual({ auc: null, averagePrecision: 1 });
  expect(one.each([1, 1])).toEqual([{ auc: 1, averagePrecision: 1 }]);
});
