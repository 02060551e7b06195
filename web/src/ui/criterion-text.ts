import type { Language } from '@greenlight/shared/api/localized-text.ts';
import type { CriterionVerdict } from '@greenlight/shared/stages/evaluation/contract.ts';
import type { Criterion } from '@greenlight/shared/stages/requirements/contract.ts';
import { measureOfCriterion } from '@greenlight/shared/stages/requirements/issue.ts';
import type { TFunction } from 'i18next';
import { formatExactCount, formatMeasured, formatNumber } from './numbers.ts';

/** The signs of the operators as people write them. */
export const OPERATOR_SIGNS = { '>=': '≥', '<=': '≤' } as const;

/** The sign of a criterion's operator as people write it. */
export function operatorSign(criterion: Criterion): string {
  return OPERATOR_SIGNS[criterion.operator];
}

/** A threshold as it was written, with its unit where the unit says something; what a script reckoned has no digits of rounding. */
export function thresholdText(criterion: Criterion): string {
  const number = String(Number(criterion.threshold.toPrecision(12)));
  return criterion.unit === '' || criterion.unit === '1' ? number : `${number} ${criterion.unit}`;
}

/** The number that a criterion is about, by name, with the task that it is measured of. */
export function measureName(criterion: Pick<Criterion, 'metric' | 'task'>, language: Language): string {
  return measureOfCriterion(criterion)[language];
}

/** A criterion in short: "F1 (macro) ≥ 0.85", with the task and the slice that it is about. */
export function criterionText(criterion: Criterion, language: Language, t: TFunction): string {
  const rule = t('criterion.rule', {
    metric: measureName(criterion, language),
    operator: operatorSign(criterion),
    threshold: thresholdText(criterion),
  });
  return criterion.slice === null ? rule : t('criterion.ruleOn', { rule, slice: criterion.slice });
}

/** Why a criterion has its verdict where the numbers alone do not say it; undefined for pass and fail. */
export function evidenceGap({ criterion, verdict, value }: CriterionVerdict, t: TFunction): string | undefined {
  if (verdict === 'no-evidence' || !value)
    return verdict === 'pass' || verdict === 'fail' ? undefined : t('criterion.none');
  if (verdict !== 'not-enough-evidence') return undefined;
  if (value.items < criterion.minimumItems)
    return t('criterion.tooFew', {
      items: formatExactCount(value.items),
      needed: formatExactCount(criterion.minimumItems),
    });
  return t('criterion.unclear', { threshold: thresholdText(criterion) });
}

/** The measured number of a criterion with its interval, or that nothing was measured. */
export function measuredText({ value }: CriterionVerdict, t: TFunction): string {
  if (!value || value.value === null) return t('not.measured');
  return formatMeasured(value.value, value.low, value.high);
}

/** A bare number for sentences: the measured value alone. */
export function shortValue({ value }: CriterionVerdict, t: TFunction): string {
  return value?.value == null ? t('not.measured') : formatNumber(value.value);
}
