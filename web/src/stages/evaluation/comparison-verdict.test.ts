import { expect, test } from 'vitest';
import { comparedNumber, comparisonOf, type Said } from '../../testing/comparison.ts';
import { translationsIn } from '../../testing/translations.ts';
import { comparisonVerdict } from './comparison-verdict.ts';

const NAMES = new Map(['a', 'b', 'c', 'd'].map((id, place) => [id, `#${9 + place}`]));

type Row = readonly [metric: string, ...cells: readonly (Said | null)[]];

/** What is said of evaluations a, b, …, of which the first is the baseline, with values that fall from one to the next. */
function saidOf(language: 'en' | 'zh', rows: readonly Row[], seen: readonly string[] = []): string {
  const ids = [...NAMES.keys()].slice(0, rows[0]!.length);
  const comparison = comparisonOf(
    'project',
    ids,
    rows.map(([metric, ...others]) => ({
      metric,
      cells: [null, ...others].map((said, place) =>
        place > 0 && said === null ? null : comparedNumber(metric, 0.9 - place / 10, said),
      ),
    })),
  );
  const evaluations = comparison.evaluations.map((one) => ({ ...one, sameAsTraining: seen.includes(one.id) }));
  return comparisonVerdict(
    { ...comparison, evaluations },
    NAMES,
    language,
    translationsIn(language).getFixedT(language, ['comparison', 'common']),
  );
}

const same = (count: number): Row[] =>
  Array.from({ length: count }, (_, place) => [`other-${place}`, 'no-difference-shown']);

test.each([
  [
    'better and worse',
    [['f1-macro', 'better'], ['auc-micro', 'better'], ['calibration-error', 'worse'], ...same(7)],
    '#10 is better than #9 in F1 (macro) and AUC (micro), worse in Calibration error; in 7 other metrics no difference is shown.',
    '与 #9 相比，#10 的 F1（宏平均）和 AUC（微平均）更好，校准误差更差；另有 7 项看不出差异。',
  ],
  [
    'only better, and a number that cannot be compared',
    [['f1-macro', 'better'], ['slice-gap', 'no-interval'], ...same(1)],
    '#10 is better than #9 in F1 (macro); in 1 other metric no difference is shown; 1 metric cannot be compared.',
    '与 #9 相比，#10 的 F1（宏平均）更好；另有 1 项看不出差异；1 项无法比较。',
  ],
  [
    'no difference in the headline of what writes text',
    [
      ['loss', 'no-difference-shown'],
      ['bleu', 'better'],
      ['memorisation', 'no-difference-shown'],
    ],
    '#10 is better than #9 in BLEU; in Loss and 1 other metric no difference is shown.',
    '与 #9 相比，#10 的 BLEU 更好；损失及另外 1 项看不出差异。',
  ],
  [
    'no difference in the headline alone',
    [
      ['f1-macro', 'no-difference-shown'],
      ['loss', 'better'],
    ],
    '#10 is better than #9 in Loss; in F1 (macro) no difference is shown.',
    '与 #9 相比，#10 的损失更好；F1（宏平均）看不出差异。',
  ],
  ['only worse', [['loss', 'worse']], '#10 is worse than #9 in Loss.', '与 #9 相比，#10 的损失更差。'],
  [
    'more than a sentence holds',
    ['loss', 'accuracy', 'f1-macro', 'f1-micro', 'auc-micro', 'auc-macro'].map((metric): Row => [metric, 'better']),
    '#10 is better than #9 in F1 (macro), AUC (micro), Accuracy and 3 more.',
    '与 #9 相比，#10 的 F1（宏平均）、AUC（微平均）、准确率及另外 3 项更好。',
  ],
  [
    'no difference',
    same(3),
    'No difference between #10 and #9 is shown in any of the 3 metrics that can be compared.',
    '在可比较的 3 项指标上，#10 与 #9 都看不出差异。',
  ],
  [
    'other items',
    [
      ['loss', 'other-items'],
      ['accuracy', 'other-items'],
      ['slice-gap', 'no-interval'],
    ],
    'Whether #10 or #9 is better cannot be said: they measured other items, or were asked something else of them.',
    '无法判断 #10 与 #9 孰优孰劣：它们测量的条目不同，或所问的问题不同。',
  ],
  [
    'measured too early',
    [['loss', 'not-kept']],
    'Whether #10 or #9 is better cannot be said: one of them was measured before it was kept what comparing needs.',
    '无法判断 #10 与 #9 孰优孰劣：其中有评估在测量时还没有保存比较所需的信息。',
  ],
  [
    'nothing in common',
    [['loss', null]],
    'The two have no metric in common, so nothing can be compared: choose evaluations of the same task.',
    '两次评估没有共同的指标，无法比较：请选择同一任务的评估。',
  ],
] as const satisfies readonly (readonly [string, readonly Row[], string, string])[])(
  'of two: %s',
  (_, rows, en, zh) => {
    expect(saidOf('en', rows)).toBe(en);
    expect(saidOf('zh', rows)).toBe(zh);
  },
);

test.each([
  [
    'the highest is the baseline',
    [['f1-macro', 'worse', 'no-difference-shown', 'other-items']],
    'Of the 4 evaluations that measured it, #9 has the highest F1 (macro) (0.900); it is the baseline; by this metric 1 of the others is shown to be worse; for 1 of the others no difference is shown; 1 cannot be compared with it.',
  ],
  [
    'the lowest loss of what writes text, shown',
    [
      ['f1-macro', 'worse', 'worse'],
      ['loss', 'no-difference-shown', 'better'],
      ['memorisation', 'better', 'better'],
    ],
    'Of the 3 evaluations that measured it, #11 has the lowest Loss (0.700); by this metric it is shown to be better than the baseline #9.',
  ],
  [
    'the lowest, not shown',
    [['loss', 'better', 'no-difference-shown']],
    'Of the 3 evaluations that measured it, #11 has the lowest Loss (0.700); by this metric no difference from the baseline #9 is shown.',
  ],
  [
    'the lowest of other items',
    [['loss', 'better', 'other-items']],
    'Of the 3 evaluations that measured it, #11 has the lowest Loss (0.700); whether it is better than the baseline #9 by this metric cannot be said: they measured other items, or were asked something else of them.',
  ],
  [
    'nothing that one could be put first by',
    [['loss', null, null]],
    '3 evaluations have no number in common that one could be put first by.',
  ],
] as const satisfies readonly (readonly [string, readonly Row[], string])[])('of more: %s', (_, rows, en) => {
  expect(saidOf('en', rows)).toBe(en);
});

test('the highest of more is said in Chinese', () => {
  expect(saidOf('zh', [['f1-macro', 'no-difference-shown', 'worse']])).toBe(
    '在测量了该指标的 3 次评估中，#9 的 F1（宏平均）最高（0.900）；它就是基线；按该指标，其余评估中有 1 次不如它；另有 1 次看不出差异。',
  );
});

test('numbers of what was trained on are no evidence, whatever they say', () => {
  expect(saidOf('en', [['loss', 'better']], ['a', 'b'])).toBe(
    '#10 is better than #9 in Loss. But this is no evidence for new texts: of what was measured for #9 and #10, some was also trained on, or nobody can tell.',
  );
  expect(saidOf('zh', [['loss', 'better']], ['b'])).toBe(
    '与 #9 相比，#10 的损失更好。但这不能作为面对新文本的证据：#10 所测内容中有参与过训练的，或无从判断。',
  );
});
