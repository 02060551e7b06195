import { describe, expect, test } from 'vitest';
import { plannedRun } from '../../../testing/planned-run.ts';
import { sweepOf } from '../../../testing/sweep.ts';
import { translationsIn } from '../../../testing/translations.ts';
import { pointsOf, scaleOf } from './points.ts';
import { sweepVerdict } from './sweep-text.ts';
import { totalsOf } from './totals.ts';

const PROJECT = '01a20a76-a2a3-7a62-8176-708ce0b86c34';

function verdictIn(
  language: 'en' | 'zh',
  ...[runs, change]: [Parameters<typeof sweepOf>[1], Parameters<typeof sweepOf>[2]?]
) {
  const translations = translationsIn(language);
  const t = translations.getFixedT(language, 'sweeps');
  const training = translations.getFixedT(language, 'training');
  return sweepVerdict(sweepOf(PROJECT, runs, change), { t, training, language });
}

describe('the verdict', () => {
  const best = { runId: PROJECT, runNumber: 14, values: { learningRate: 0.001, optimiser: 'adam' }, value: 1.234567 };

  test('names the best run so far with its settings and its value', () => {
    const runs = [
      ['finished', 1.2],
      ['queued', null],
    ] as const;
    expect(verdictIn('en', runs, { best })).toBe(
      'Best value so far, of 1 finished runs of 2: Loss 1.235 on the validation items, by #14 with Learning rate 0.001, Optimiser Adam.',
    );
    expect(verdictIn('zh', runs, { best })).toContain('来自 #14：学习率 0.001，优化器 Adam');
  });

  test('is final once all runs have ended', () => {
    expect(
      verdictIn(
        'en',
        [
          ['finished', 1.2],
          ['failed', null],
        ],
        { best },
      ),
    ).toMatch(/^Best value of 1 finished runs of 2: Loss 1\.235 on the validation items, by #14 /);
  });

  test('counts the others that reach the same value', () => {
    const tied = (language: 'en' | 'zh', count: number) =>
      verdictIn(language, [['running', 1.2], ...Array.from({ length: count }, () => ['finished', 1.2] as const)], {
        best,
      });
    expect(tied('en', 1)).toMatch(/Optimiser Adam\.$/);
    expect(tied('en', 2)).toMatch(/Optimiser Adam\. One other run reaches the same value\.$/);
    expect(tied('en', 3)).toMatch(/Optimiser Adam\. 2 other runs reach the same value\.$/);
    expect(tied('zh', 2)).toMatch(/另有 1 次运行达到相同的值。$/);
  });

  test('says that those which have finished have no value, and what became of the others', () => {
    const runs = [
      ['finished', null],
      ['finished', null],
      ['running', 2],
      ['queued', null],
    ] as const;
    expect(verdictIn('en', runs)).toBe('2 of 4 have finished, none with a value of Loss so far: 1 running, 1 queued.');
    expect(verdictIn('zh', runs)).toContain('4 次中已完成 2 次');
    expect(
      verdictIn('en', [
        ['failed', 1],
        ['cancelled', 1],
        ['running', null],
      ]),
    ).toBe('No run has finished yet: 1 running, 1 failed, 1 cancelled.');
  });

  test('says that nothing has finished yet, or that nothing ever will', () => {
    expect(
      verdictIn('en', [
        ['running', 2],
        ['queued', null],
      ]),
    ).toBe('No run has finished yet: 1 running, 1 queued.');
    expect(
      verdictIn('en', [
        ['failed', 2],
        ['cancelled', null],
      ]),
    ).toBe('All 2 runs have ended, and none has a value to rank by. Open a run below to see why.');
  });
});

function pointsIn(...runs: Parameters<typeof sweepOf>[1]) {
  const points = pointsOf(sweepOf(PROJECT, runs), 'learningRate', ({ run }) => `#${run.number}`);
  return points.map(({ x, y, kind, isBest }) => [x, y, kind, isBest]);
}

test('runs are points where they have begun, those that failed with what they had reached', () => {
  expect(pointsIn(['finished', 1], ['failed', 0.5], ['running', 2], ['queued', null])).toEqual([
    [0.1, 1, 'done', true],
    [0.01, 0.5, 'failed', false],
    [0.001, 2, 'open', false],
  ]);
  expect(pointsIn(['finished', null], ['cancelled', null], ['running', null])).toEqual([
    [0.1, null, 'none', false],
    [0.01, null, 'failed', false],
    [0.001, null, 'none', false],
  ]);
});

test('all that reach the best value stand out', () => {
  expect(
    pointsIn(['finished', 1], ['finished', 2], ['finished', 1], ['running', 1]).map(([, , , best]) => best),
  ).toEqual([true, false, true, false]);
});

test('listed values that span powers of ten, and ranges drawn by them, lie on a logarithmic axis', () => {
  expect(scaleOf({ setting: 'learningRate', values: [0.1, 0.001] })).toBe('logarithmic');
  expect(scaleOf({ setting: 'epochs', values: [2, 20] })).toBe('linear');
  expect(scaleOf({ setting: 'dropout', values: [0, 0.5] })).toBe('linear');
  expect(scaleOf({ setting: 'optimiser', values: ['adam', 'sgd'] })).toBe('linear');
  expect(scaleOf({ setting: 'dropout', low: 0.1, high: 0.2, scale: 'logarithmic' })).toBe('logarithmic');
});

describe('what all runs take together', () => {
  const { parameters, time, energy, cost } = plannedRun();
  const plan = { parameters, time: time!.total, energy: energy!.kilowattHours, cost };
  const planned = { values: {}, problems: [], plan };

  test('is the sum of their plans, without those that are refused', () => {
    const refused = { values: {}, problems: [{ en: 'no', zh: '否' }], plan: null };
    const totals = totalsOf([planned, refused, planned]);
    expect(totals.time?.value).toBe(2 * plan.time.value);
    expect(totals.energy?.high).toBe(2 * plan.energy.high);
    expect(totals.cost).toMatchObject({ currency: 'EUR', amount: { low: 2 * cost!.amount.low } });
  });

  test('is not known where it is not known of one of them', () => {
    expect(totalsOf([planned, { ...planned, plan: { ...plan, time: null } }]).time).toBeNull();
    expect(totalsOf([])).toEqual({ time: null, energy: null, cost: null });
  });
});
