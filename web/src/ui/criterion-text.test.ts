import type { Criterion } from '@greenlight/shared/stages/requirements/contract.ts';
import { expect, test } from 'vitest';
import { criterionVerdict } from '../testing/criterion-verdict.ts';
import { translationsIn } from '../testing/translations.ts';
import { criterionText, evidenceGap, measuredText, thresholdText } from './criterion-text.ts';

test('a criterion in short, in both languages', () => {
  const { criterion } = criterionVerdict({ verdict: 'pass' });
  expect(criterionText(criterion, 'en', translationsIn('en').getFixedT('en'))).toBe('F1 (macro) ≥ 0.85');
  expect(criterionText(criterion, 'zh', translationsIn('zh').getFixedT('zh'))).toBe('F1（宏平均） ≥ 0.85');
});

test('a threshold keeps its unit, whatever letters that has', () => {
  const emissions = { metric: 'training-emissions-grams', operator: '<=', threshold: 500_000, unit: 'gCO₂e' } as const;
  const { criterion } = criterionVerdict({ verdict: 'pass', criterion: emissions });
  expect(criterionText(criterion, 'en', translationsIn('en').getFixedT('en'))).toBe(
    'Training emissions ≤ 500000 gCO₂e',
  );
});

test.each([
  [
    'too few items',
    criterionVerdict({ verdict: 'not-enough-evidence', criterion: { minimumItems: 1000 }, value: { items: 40 } }),
    'Not enough evidence: 40 items, 1,000 needed',
  ],
  [
    'an interval on both sides',
    criterionVerdict({ verdict: 'not-enough-evidence' }),
    'Not enough evidence: the interval lies on both sides of 0.85',
  ],
  [
    'nothing measured',
    criterionVerdict({ verdict: 'no-evidence', value: null }),
    'No evidence yet: nothing measured this',
  ],
  ['a pass', criterionVerdict({ verdict: 'pass' }), undefined],
])('why there is no verdict: %s', (_, verdict, gap) => {
  expect(evidenceGap(verdict, translationsIn('en').getFixedT('en'))).toBe(gap);
});

test('a number that could not be computed says so', () => {
  const t = translationsIn('en').getFixedT('en');
  expect(measuredText(criterionVerdict({ verdict: 'no-evidence', value: { value: null } }), t)).toBe('not measured');
  expect(measuredText(criterionVerdict({ verdict: 'fail' }), t)).toBe('0.790 ± 0.010');
});

test('a threshold that a script reckoned is shown without digits of rounding', () => {
  expect(thresholdText({ threshold: 0.9 - 0.06, unit: '' } as Criterion)).toBe('0.84');
});
