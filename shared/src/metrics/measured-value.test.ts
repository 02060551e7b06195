import { expect, test } from 'vitest';
import { classificationReport } from './classification-report.ts';
import { measuredValue } from './measured-value.ts';
import { regressionReport } from './regression-report.ts';
import { multiLabelReport } from './multi-label-report.ts';
import { textReport } from './text-report.ts';
import { verdictOf } from './verdict.ts';

const bootstrap = { resamples: 200, seed: 1 };

/** Sentences of four tokens, each told with probability 0.9. */
function flawless(sentences: number) {
  const targets = Int32Array.from({ length: sentences * 4 }, (_, token) => token % 2);
  const probabilities = Float32Array.from({ length: targets.length * 2 }, (_, place) =>
    targets[place >> 1] === place % 2 ? 0.9 : 0.1,
  );
  const groups = Int32Array.from(targets, (_, token) => token >> 2);
  const { metrics } = classificationReport({ probabilities, targets, groups }, 2, bootstrap);
  return (name: string) => metrics.find(({ metric }) => metric === name)!;
}

/** The share p with 1 − p = z √(p (1 − p) / n), Wilson's definition, found by bisection. */
const WILSON = { 3: 0.438_502_968_24, 40: 0.912_378_398_8 } as const;

test.each([3, 40] as const)('%d sentences without a mistake leave room for others with mistakes', (sentences) => {
  const measured = flawless(sentences);
  for (const metric of ['accuracy', 'f1-macro', 'f1-micro', 'auc-micro', 'auc-macro']) {
    const { value, low, high, items, note } = measured(metric);
    expect([metric, value, high, items]).toEqual([metric, 1, 1, sentences * 4]);
    expect(low, metric).toBeCloseTo(WILSON[sentences], 9);
    expect(note).toContain(`no-spread=${sentences}`);
  }
});

test('such an interval decides a criterion only where so many sentences can', () => {
  const rule = { operator: '>=', threshold: 0.9, decisionMode: 'interval', minimumItems: 10 } as const;
  expect(verdictOf(rule, flawless(3)('accuracy'))).toBe('not-enough-evidence');
  expect(verdictOf(rule, flawless(40)('accuracy'))).toBe('pass');
  expect(verdictOf({ ...rule, operator: '<=', threshold: 0.95 }, flawless(40)('accuracy'))).toBe('not-enough-evidence');
});

test('no mistake at all is bounded from the other side, a value in between from both', () => {
  expect(measuredValue('memorisation', 0, 3, { low: 0, high: 0 })).toMatchObject({
    low: 0,
    high: expect.closeTo(1 - WILSON[3], 9),
  });
  const between = measuredValue('accuracy', 0.5, 80, { low: 0.5, high: 0.5 + 1e-12 }, [], 40);
  expect([between.low, between.high]).toEqual([
    expect.closeTo(0.5 * WILSON[40], 9),
    expect.closeTo(1 - 0.5 * WILSON[40], 9),
  ]);
  // BLEU goes to 100.
  expect(measuredValue('bleu', 100, 3, { low: 100, high: 100 }).low).toBeCloseTo(100 * WILSON[3], 7);
});

test('a number without a largest value has no interval then, and decides nothing', () => {
  const { 'mean-squared-error': error } = Object.fromEntries(
    regressionReport([1, 2, 3], [2, 3, 4], bootstrap).map((one) => [one.metric, one]),
  );
  expect(error).toMatchObject({ value: 1, low: null, high: null, note: 'no-spread-no-bound=3' });
  const rule = { operator: '<=', threshold: 2, decisionMode: 'interval', minimumItems: 1 } as const;
  expect(verdictOf(rule, error!)).toBe('not-enough-evidence');
});

test('labels and texts are treated alike', () => {
  const given = { items: 3, labels: 2, probabilities: [0.9, 0.1, 0.9, 0.1, 0.1, 0.9], truth: [1, 0, 1, 0, 0, 1] };
  const { metrics } = multiLabelReport(
    { ...given, probabilities: Float32Array.from(given.probabilities), truth: Uint8Array.from(given.truth) },
    bootstrap,
  );
  expect(metrics.find(({ metric }) => metric === 'subset-accuracy')).toMatchObject({
    ...{ value: 1, low: expect.closeTo(WILSON[3], 9), high: 1 },
  });
  const texts = ['天地玄黄', '宇宙洪荒', '日月盈昃'].map((text) => ({ text, reference: text }));
  const rouge = textReport(texts, [], bootstrap).metrics.find(({ metric }) => metric === 'rouge-l');
  expect(rouge).toMatchObject({ value: 1, low: expect.closeTo(WILSON[3], 9), high: 1 });
});

test('a spread that was seen is the interval as before', () => {
  expect(measuredValue('accuracy', 0.9, 50, { low: 0.8, high: 1 })).toMatchObject({ low: 0.8, high: 1, note: null });
});
