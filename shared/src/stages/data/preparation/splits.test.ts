import { expect, test } from 'vitest';
import { duplicatesOf } from './duplicates.ts';
import { hashOfText, hashText } from './hashing.ts';
import { leakageBetween } from './leakage.ts';
import { drawSplits, splitPlan, type SplitInput } from './splits.ts';

function inputOf(texts: readonly string[], labels: readonly number[] = [], given: readonly number[] = []): SplitInput {
  const hashes = texts.map((text) => {
    hashText(text);
    return { ...hashOfText };
  });
  return {
    high: Uint32Array.from(hashes, ({ high }) => high),
    low: Uint32Array.from(hashes, ({ low }) => low),
    ...duplicatesOf(texts),
    label: Uint32Array.from(texts, (_, index) => labels[index] ?? 0),
    given: Uint8Array.from(texts, (_, index) => given[index] ?? 0),
  };
}

const plan = (given: Record<string, unknown> = {}) =>
  splitPlan.parse({ seed: 7, shares: { train: 0.8, validation: 0.1, test: 0.1 }, ...given });
const texts = Array.from({ length: 20_000 }, (_, index) => `${index * 7919} 条内容 number ${index ** 2 % 10_007}`);
const sharesOf = (splits: Uint8Array) =>
  [0, 1, 2].map((split) => splits.filter((one) => one === split).length / splits.length);

test.each(['content', 'index'])(
  'gives every split its share by %s, the same for the same seed and another for another',
  (by) => {
    const input = inputOf(texts.slice(0, 5000));
    const options = { by, together: 'none' };
    const splits = drawSplits(input, plan(options));
    for (const [index, share] of sharesOf(splits).entries()) expect(share).toBeCloseTo([0.8, 0.1, 0.1][index]!, 1);
    expect(drawSplits(input, plan(options))).toEqual(splits);
    expect(drawSplits(input, plan({ ...options, seed: 8 }))).not.toEqual(splits);
  },
);

test('the same content stays in its split when other items come and go', () => {
  const options = { by: 'content', together: 'exact' };
  const few = texts.slice(1000, 2000);
  const splits = drawSplits(inputOf(texts.slice(0, 5000)), plan(options));
  expect(drawSplits(inputOf(few), plan(options))).toEqual(splits.slice(1000, 2000));
});

test('every label gets its share to the item where that is asked for', () => {
  const labels = texts.slice(0, 1100).map((_, index) => (index < 100 ? 1 : 2));
  const splits = drawSplits(inputOf(texts.slice(0, 1100), labels), plan({ stratify: true, together: 'none' }));
  for (const [label, expected] of [
    [1, [80, 10, 10]],
    [2, [800, 100, 100]],
  ] as const) {
    expect(
      [0, 1, 2].map((split) => splits.filter((one, index) => one === split && labels[index] === label).length),
    ).toEqual(expected);
  }
});

test('near-duplicates stay together, and the leakage check finds those that do not', () => {
  const base = Array.from(
    { length: 2000 },
    (_, index) => `The ${index * 31} story of a ${(index * 17) % 997} people in ${index} towns`,
  );
  const all = [...base, ...base.slice(0, 300), ...base.slice(300, 600).map((text) => `${text}!!`)];
  const input = inputOf(all);
  const check = (splits: Uint8Array) => leakageBetween(splits, input.same, input.group, []);
  expect(check(drawSplits(input, plan({ together: 'near', by: 'index' }))).isClean).toBe(true);
  const exactOnly = check(drawSplits(input, plan({ together: 'exact', by: 'index' })));
  expect(exactOnly.isClean).toBe(false);
  expect(exactOnly.leaks.map(({ exact }) => exact)).toEqual([0, 0, 0]);
  expect(check(drawSplits(input, plan({ together: 'none', by: 'index' }))).leaks[1]!.exact).toBeGreaterThan(10);
});

test('a group larger than a held-out split goes to training, whatever lot it draws; smaller ones are held out', () => {
  const template = (index: number) => `您的快件 ${75_031_188_204_417 + index * 7919} 已到驿站，请今晚八点前来取。`;
  const alike = Array.from({ length: 60 }, (_, index) => template(index));
  const others = Array.from({ length: 40 }, (_, index) =>
    Array.from({ length: 20 }, (_one, place) =>
      String.fromCharCode(0x4e00 + ((index * 7919 + place * 104_729) % 9973)),
    ).join(''),
  );
  for (let seed = 0; seed < 30; seed++) {
    for (const stratify of [false, true]) {
      expect(drawSplits(inputOf(alike), plan({ seed, stratify }))).toEqual(new Uint8Array(60));
      const splits = drawSplits(inputOf([...alike, ...others]), plan({ seed, stratify }));
      expect(splits.subarray(0, 60)).toEqual(new Uint8Array(60));
      if (stratify)
        for (const [split, share] of [0.8, 0.1, 0.1].entries()) expect(sharesOf(splits)[split]).toBeCloseTo(share, 1);
    }
  }
  // A pair has room in a tenth of a hundred items.
  const pairs = Array.from({ length: 100 }, (_, index) => `${texts[index >>> 1]}`);
  const ofPairs = drawSplits(inputOf(pairs), plan({ seed: 1 }));
  expect(ofPairs.some((split) => split > 0)).toBe(true);
  // Where nothing is for training, the lot stays.
  expect(drawSplits(inputOf(alike), plan({ shares: { train: 0, validation: 0.5, test: 0.5 } }))).not.toContain(0);
});

test('counts each held item once, exact before near, with the lines of both', () => {
  const items = [
    'alpha beta gamma delta epsilon',
    'zeta eta theta iota kappa',
    'alpha beta gamma delta epsilon',
    'zeta eta theta iota kappa!',
    'new thing',
  ];
  const { same, group } = duplicatesOf(items);
  const report = leakageBetween(Uint8Array.of(0, 0, 2, 2, 2), same, group, [{ first: 1, second: 3, similarity: 0.95 }]);
  expect(report.isClean).toBe(false);
  expect(report.leaks[1]).toEqual({
    held: 'test',
    from: 'train',
    exact: 1,
    near: 1,
    contained: null,
    heldItems: 3,
    examples: [
      { heldLine: 3, fromLine: 1, similarity: 1 },
      { heldLine: 4, fromLine: 2, similarity: 0.95 },
    ],
  });
});

test('what the source says stays, and takes its duplicates along', () => {
  const items = ['one', 'two', 'one', 'three'];
  expect([
    ...drawSplits(
      inputOf(items, [], [0, 2, 3, 1]),
      plan({ together: 'exact', shares: { train: 1, validation: 0, test: 0 } }),
    ),
  ]).toEqual([2, 1, 2, 0]);
});

test('shares must add up', () => {
  expect(splitPlan.safeParse({ seed: 1, shares: { train: 0.5, validation: 0.1, test: 0.1 } }).success).toBe(false);
});
