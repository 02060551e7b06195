import { mustStanding, type Standing } from './must-standing.ts';
import type { CellInput, MatrixContent, MatrixCriterion } from './matrix.ts';

/** Sums of a few hundred shares differ by less than this where they are equal. */
export const EQUAL = 1e-9;

/** A range of shares; both ends are the same where nothing is missing. */
export interface TotalRange {
  readonly low: number;
  readonly high: number;
}

/** What one criterion gives to one candidate. */
export interface Contribution {
  readonly criterionId: string;
  /** The score on its scale, from 0 (worst) to 1 (best); null where it is missing, or where there is no other to compare it with yet. */
  readonly normalised: number | null;
  /** That times the share of the weight. */
  readonly contribution: number | null;
  /** Against the acceptance criterion behind it; null for a free criterion. */
  readonly standing: Standing | null;
}

/** A candidate in the ranking. */
export interface RankedCandidate {
  readonly candidateId: string;
  /** Best and worst place that the missing scores allow; null for a candidate that is ruled out. */
  readonly places: { readonly best: number; readonly worst: number } | null;
  readonly total: TotalRange;
  readonly contributions: readonly Contribution[];
  /** Criteria without a score, in their order. */
  readonly missing: readonly string[];
  /** Must-criteria that it certainly misses: with one of them, it is ruled out. */
  readonly missedMusts: readonly string[];
}

/** The candidates in order, and who leads. */
export interface Ranking {
  /** Share of each weight in their sum, in the order of the criteria; all 0 where the sum is. */
  readonly shares: readonly { readonly criterionId: string; readonly share: number }[];
  /** By total, by the middle of its range where scores are missing; those that are ruled out last. */
  readonly rows: readonly RankedCandidate[];
  /**
   * The first of the rows, unless nothing decides; `challengers` could overtake it once the missing scores are known, `tiedWith`
   * have the same total.
   */
  readonly leader: {
    readonly candidateId: string;
    readonly challengers: readonly string[];
    readonly tiedWith: readonly string[];
  } | null;
}

/** A score turned so that more is better. */
export function oriented({ direction }: Pick<MatrixCriterion, 'direction'>, score: number): number {
  return direction === 'higher' ? score : -score;
}

/**
 * The scale of a criterion over the known scores of all candidates: worst scores 0, best scores 1, beyond the ends of given anchors nothing
 * is gained or lost. Scores that are all alike score 1: none is worse than the best.
 */
export function normaliser(criterion: MatrixCriterion, scores: readonly number[]): (score: number) => number {
  const { scale } = criterion;
  const known = scores.map((score) => oriented(criterion, score));
  const [worst, best] =
    scale.kind === 'anchors'
      ? [oriented(criterion, scale.worst), oriented(criterion, scale.best)]
      : [Math.min(...known), Math.max(...known)];
  if (!(best > worst)) return () => 1;
  return (score) => Math.min(1, Math.max(0, (oriented(criterion, score) - worst) / (best - worst)));
}

/** The cells of a matrix by candidate and criterion. */
export function cellFinder<Cell extends CellInput>(
  cells: readonly Cell[],
): (candidateId: string, criterionId: string) => Cell | undefined {
  const known = new Map(cells.map((cell) => [`${cell.candidateId} ${cell.criterionId}`, cell]));
  return (candidateId, criterionId) => known.get(`${candidateId} ${criterionId}`);
}

/** Share of each weight in their sum. */
export function weightShares(criteria: readonly MatrixCriterion[]): number[] {
  const whole = criteria.reduce((total, { weight }) => total + weight, 0);
  return criteria.map(({ weight }) => (whole > 0 ? weight / whole : 0));
}

/** Whether the scores of a column say nothing about who is better: some are missing, and the known ones span no scale. */
function isWithoutScale({ scale }: MatrixCriterion, scores: readonly (number | null)[]): boolean {
  const known = new Set(scores.filter((score) => score !== null));
  return scale.kind === 'range' && scores.includes(null) && known.size < 2;
}

/**
 * Every score of a matrix on its scale: a row for each candidate, a column for each criterion, null where it is missing or where nothing
 * is known yet to compare it with.
 */
export function normalisedScores({ candidateIds, criteria, cells }: MatrixContent): (number | null)[][] {
  const cellOf = cellFinder(cells);
  const columns = criteria.map((criterion) => {
    const scores = candidateIds.map((id) => cellOf(id, criterion.id)?.score ?? null);
    const normalise = normaliser(
      criterion,
      scores.filter((score) => score !== null),
    );
    const isOpen = isWithoutScale(criterion, scores);
    return scores.map((score) => (score === null || isOpen ? null : normalise(score)));
  });
  return candidateIds.map((_, row) => columns.map((column) => column[row] ?? null));
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

function rowOf(content: MatrixContent, row: number, scores: readonly (number | null)[], shares: readonly number[]) {
  const candidateId = content.candidateIds[row] ?? '';
  const cellOf = cellFinder(content.cells);
  const contributions = content.criteria.map((criterion, column): Contribution => {
    const normalised = scores[column] ?? null;
    const standing =
      criterion.requirement === null ? null : mustStanding(criterion.requirement, cellOf(candidateId, criterion.id));
    const contribution = normalised === null ? null : normalised * (shares[column] ?? 0);
    return { criterionId: criterion.id, normalised, contribution, standing };
  });
  const low = sum(contributions.map(({ contribution }) => contribution ?? 0));
  const open = sum(
    contributions.map(({ contribution }, column) => (contribution === null ? (shares[column] ?? 0) : 0)),
  );
  const isMust = (column: number) => content.criteria[column]?.requirement?.level === 'must';
  return {
    candidateId,
    total: { low, high: low + open },
    contributions,
    missing: content.criteria.filter(({ id }) => cellOf(candidateId, id) === undefined).map(({ id }) => id),
    missedMusts: contributions
      .filter(({ standing }, column) => standing === 'misses' && isMust(column))
      .map(({ criterionId }) => criterionId),
  };
}

/**
 * The candidates of a matrix by weighted total. A missing score is taken to lie anywhere on the scale that the known ones span, so that
 * totals are ranges; candidates that certainly miss a must-criterion are ruled out and stand last.
 */
export function rankingOf(content: MatrixContent): Ranking {
  const shares = weightShares(content.criteria);
  const scores = normalisedScores(content);
  const rows = content.candidateIds.map((_, row) => rowOf(content, row, scores[row] ?? [], shares));
  const standing = rows.filter(({ missedMusts }) => missedMusts.length === 0);
  const middle = ({ total }: (typeof rows)[number]) => total.low + total.high;
  const ordered = rows.toSorted((one, two) => {
    const ruledOut = Math.sign(one.missedMusts.length) - Math.sign(two.missedMusts.length);
    const ahead = middle(two) - middle(one);
    return ruledOut !== 0 ? ruledOut : Math.abs(ahead) < EQUAL ? 0 : ahead;
  });
  const ranked = ordered.map((row): RankedCandidate => {
    const others = standing.filter((other) => other !== row);
    const surelyAhead = others.filter((other) => other.total.low > row.total.high + EQUAL).length;
    const maybeAhead = others.filter((other) => other.total.high > row.total.low + EQUAL).length;
    const places = row.missedMusts.length > 0 ? null : { best: 1 + surelyAhead, worst: 1 + maybeAhead };
    return { ...row, places };
  });
  return {
    shares: content.criteria.map(({ id }, column) => ({ criterionId: id, share: shares[column] ?? 0 })),
    rows: ranked,
    leader: sum(shares) > 0 ? leaderOf(ranked) : null,
  };
}

function leaderOf(rows: readonly RankedCandidate[]): Ranking['leader'] {
  const [first, ...others] = rows.filter(({ places }) => places !== null);
  if (first === undefined) return null;
  const isOpen = ({ total }: RankedCandidate) => total.high - total.low > EQUAL;
  // With a missing score, drawing level is enough: it may turn out to be better than all that are known.
  const challengers = others.filter((other) => {
    const gap = other.total.high - first.total.low;
    return isOpen(other) ? gap > -EQUAL : gap > EQUAL;
  });
  const tied = others.filter(
    (other) => !isOpen(other) && !isOpen(first) && Math.abs(other.total.low - first.total.low) <= EQUAL,
  );
  return {
    candidateId: first.candidateId,
    challengers: challengers.map(({ candidateId }) => candidateId),
    tiedWith: tied.map(({ candidateId }) => candidateId),
  };
}
