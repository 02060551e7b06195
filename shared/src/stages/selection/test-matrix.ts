import type { Criterion } from '../requirements/contract.ts';
import type { CellInput, MatrixContent, MatrixCriterion } from './matrix.ts';

/** An identifier with a number in it, for tests. */
export const idOf = (number: number): string => `01900000-0000-7000-8000-${String(number).padStart(12, '0')}`;

/** The leading criterion of the moderation classifier's requirement. */
export function recallMust(change: Partial<Criterion> = {}): Criterion {
  return {
    id: idOf(900),
    metric: 'recall-macro',
    operator: '>=',
    threshold: 0.9,
    unit: '',
    slice: null,
    level: 'must',
    decisionMode: 'interval',
    minimumItems: 500,
    reason: { en: 'Missed abuse reaches people.', zh: '漏掉的违规内容会直接伤害用户。' },
    ...change,
  };
}

/** A criterion of a matrix: free, more is better, scale by range. */
export function criterionNumber(number: number, change: Partial<MatrixCriterion> = {}): MatrixCriterion {
  return {
    id: idOf(100 + number),
    name: { en: `Criterion ${number}` },
    metric: null,
    unit: '',
    direction: 'higher',
    weight: 1,
    scale: { kind: 'range' },
    requirement: null,
    ...change,
  };
}

/** A score by one's own judgement. */
export function judged(
  criterion: number,
  candidate: number,
  score: number,
  change: Partial<CellInput> = {},
): CellInput {
  return {
    criterionId: idOf(100 + criterion),
    candidateId: idOf(candidate),
    score,
    low: null,
    high: null,
    items: null,
    evidence: { kind: 'judgement', text: { en: 'Seen in a trial.' } },
    ...change,
  };
}

/** A matrix of judged scores: a row for each candidate, a column for each criterion, null where a score is missing. */
export function matrixOf(criteria: MatrixCriterion[], scores: readonly (readonly (number | null)[])[]): MatrixContent {
  return {
    candidateIds: scores.map((_, candidate) => idOf(candidate + 1)),
    criteria,
    cells: scores.flatMap((row, candidate) =>
      row.flatMap((score, column) => (score === null ? [] : [judged(column + 1, candidate + 1, score)])),
    ),
  };
}
