import type { CriterionVerdict } from '@greenlight/shared/stages/evaluation/contract.ts';

const PRESSING: readonly CriterionVerdict['verdict'][] = ['fail', 'not-enough-evidence', 'no-evidence', 'pass'];

/** Criteria in the order in which they hold a project up: what fails before what lacks evidence, musts before shoulds, else as written. */
export function pressingFirst(verdicts: readonly CriterionVerdict[]): CriterionVerdict[] {
  const rank = ({ verdict, criterion }: CriterionVerdict) =>
    PRESSING.indexOf(verdict) * 2 + (criterion.level === 'must' ? 0 : 1);
  return verdicts.toSorted((one, other) => rank(one) - rank(other));
}
