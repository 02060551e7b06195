/** The part of an acceptance criterion that decides. */
export interface VerdictRule {
  operator: '>=' | '<=';
  threshold: number;
  /** 'interval': the whole 95 % interval must be on one side; 'point': the point estimate decides. */
  decisionMode: 'interval' | 'point';
  minimumItems: number;
}

/** The part of a measurement that a verdict rests on; null where undefined. */
interface VerdictEvidence {
  value: number | null;
  low: number | null;
  high: number | null;
  items: number;
}

/** What a criterion says about a measurement; 'no-evidence' means that nothing was measured yet. */
export type Verdict = 'pass' | 'fail' | 'not-enough-evidence' | 'no-evidence';

/**
 * Pass where the whole interval meets the threshold, fail where none of it does, otherwise not enough evidence; the threshold itself
 * meets both operators. Fewer items than the minimum, an undefined value or a missing interval is never a pass or a fail, except that
 * a criterion may let the point estimate decide.
 */
export function verdictOf(rule: VerdictRule, evidence: VerdictEvidence | null): Verdict {
  if (evidence === null) return 'no-evidence';
  const { value, low, high, items } = evidence;
  if (value === null || items < rule.minimumItems) return 'not-enough-evidence';
  if (rule.decisionMode === 'point') return meets(rule, value) ? 'pass' : 'fail';
  if (low === null || high === null) return 'not-enough-evidence';
  const [lowMeets, highMeets] = [meets(rule, low), meets(rule, high)];
  if (lowMeets !== highMeets) return 'not-enough-evidence';
  return lowMeets ? 'pass' : 'fail';
}

function meets({ operator, threshold }: VerdictRule, value: number): boolean {
  return operator === '>=' ? value >= threshold : value <= threshold;
}
