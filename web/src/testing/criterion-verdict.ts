import type { CriterionVerdict } from '@greenlight/shared/stages/evaluation/contract.ts';

/** A criterion's verdict with everything that a test does not care about filled in. */
export function criterionVerdict(
  given: Pick<CriterionVerdict, 'verdict'> & {
    readonly criterion?: Partial<CriterionVerdict['criterion']>;
    readonly value?: Partial<NonNullable<CriterionVerdict['value']>> | null;
  },
): CriterionVerdict {
  const criterion = {
    id: '01900000-0000-7000-8000-000000000001',
    metric: 'f1-macro',
    operator: '>=',
    threshold: 0.85,
    unit: '',
    slice: null,
    level: 'must',
    decisionMode: 'interval',
    minimumItems: 30,
    reason: { en: 'Because.' },
    ...given.criterion,
  } as const;
  const value =
    given.value === null
      ? null
      : { metric: criterion.metric, value: 0.79, low: 0.78, high: 0.8, items: 41, note: null, ...given.value };
  return { criterion, verdict: given.verdict, value };
}
