import type { CriterionVerdict } from './contract.ts';

/** What measured numbers say about a requirement, and which of its criteria say so. */
export interface RequirementVerdict {
  readonly verdict: 'ready' | 'not-ready' | 'not-enough-evidence' | 'no-criteria';
  readonly failing: CriterionVerdict[];
  /** With too little evidence or none. */
  readonly unclear: CriterionVerdict[];
}

/**
 * Only must-criteria decide, and only they are reasons: one that fails decides against; without one, each must pass on items that were not trained on, or the
 * evidence is not enough.
 */
export function requirementVerdict(verdicts: readonly CriterionVerdict[], sameAsTraining: boolean): RequirementVerdict {
  const musts = verdicts.filter(({ criterion }) => criterion.level === 'must');
  const failing = musts.filter(({ verdict }) => verdict === 'fail');
  const unclear = musts.filter(({ verdict }) => verdict !== 'fail' && verdict !== 'pass');
  if (musts.length === 0) return { verdict: 'no-criteria', failing, unclear };
  if (failing.length > 0) return { verdict: 'not-ready', failing, unclear };
  return { verdict: unclear.length > 0 || sameAsTraining ? 'not-enough-evidence' : 'ready', failing, unclear };
}
