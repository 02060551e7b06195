import { findMetric } from '../../metrics/registry.ts';
import { missesBeyond, mustStanding } from './must-standing.ts';
import { cellFinder, EQUAL, normalisedScores, normaliser, oriented, rankingOf, weightShares } from './ranking.ts';
import type { CellInput, MatrixContent, MatrixCriterion } from './matrix.ts';

/**
 * The range of a number in which the leader stays first, and who is first beyond each end: an end is null where there is none, and nobody is
 * first beyond one where every candidate would be ruled out.
 */
export interface StayingRange {
  readonly low: number | null;
  readonly high: number | null;
  readonly firstBelow: string | null;
  readonly firstAbove: string | null;
}

/** For one criterion: the shares of the weights at which the leader stays first, the other weights keeping their proportions. */
export interface WeightRange extends StayingRange {
  readonly criterionId: string;
  readonly share: number;
  /** True where no other criterion has a weight: then there are no proportions to keep. */
  readonly isOnly: boolean;
}

/** For one score: the scores at which the leader stays first, all else being equal. */
export interface ScoreRange extends StayingRange {
  readonly criterionId: string;
  readonly candidateId: string;
  readonly score: number;
}

/** What would have to change for another candidate to win. */
export interface Sensitivity {
  readonly weights: readonly WeightRange[];
  readonly scores: readonly ScoreRange[];
}

/** A matrix with its leader, every missing score at its worst for the leader. */
interface Setting {
  readonly content: MatrixContent;
  readonly leader: number;
  readonly shares: readonly number[];
  readonly scores: readonly (readonly number[])[];
  readonly ruledOut: ReadonlySet<number>;
}

function settingOf(content: MatrixContent): Setting | null {
  const { leader, rows } = rankingOf(content);
  if (leader === null || leader.challengers.length > 0) return null;
  const leading = content.candidateIds.indexOf(leader.candidateId);
  const scores = normalisedScores(content).map((row, candidate) =>
    row.map((score) => score ?? (candidate === leading ? 0 : 1)),
  );
  const out = rows.filter(({ places }) => places === null).map(({ candidateId }) => candidateId);
  return {
    content,
    leader: leading,
    shares: weightShares(content.criteria),
    scores,
    ruledOut: new Set(out.map((candidateId) => content.candidateIds.indexOf(candidateId))),
  };
}

function weightRange(setting: Setting, column: number): WeightRange {
  const { content, leader, shares, scores, ruledOut } = setting;
  const share = shares[column] ?? 0;
  const criterionId = content.criteria[column]?.id ?? '';
  const none = { criterionId, share, low: null, high: null, firstBelow: null, firstAbove: null };
  if (1 - share < EQUAL) return { ...none, isOnly: true };
  let [low, high, firstBelow, firstAbove]: [number, number, number | null, number | null] = [0, 1, null, null];
  const ahead = (other: number, one: number) => (scores[leader]?.[one] ?? 0) - (scores[other]?.[one] ?? 0);
  content.candidateIds.forEach((_, other) => {
    if (other === leader || ruledOut.has(other)) return;
    // With share t of this criterion, the leader is ahead by t · here + (1 − t) · elsewhere: a line in t.
    const here = ahead(other, column);
    const elsewhere = shares.reduce(
      (total, weight, one) => (one === column ? total : total + (weight / (1 - share)) * ahead(other, one)),
      0,
    );
    const slope = here - elsewhere;
    if (Math.abs(slope) < EQUAL) return;
    const root = -elsewhere / slope;
    if (slope > 0 && root > low) [low, firstBelow] = [Math.min(root, share), other];
    if (slope < 0 && root < high) [high, firstAbove] = [Math.max(root, share), other];
  });
  const nameOf = (candidate: number | null) => (candidate === null ? null : (content.candidateIds[candidate] ?? null));
  return {
    criterionId,
    share,
    low: firstBelow === null ? null : low,
    high: firstAbove === null ? null : high,
    firstBelow: nameOf(firstBelow),
    firstAbove: nameOf(firstAbove),
    isOnly: false,
  };
}

/** Where x is, on the oriented axis of a criterion, between the ends that the other scores or the anchors give. */
type Piece = 'below' | 'within' | 'above';

/**
 * For one score x, all else fixed: how every candidate stands on the criterion, as a function of x, in each piece of the axis. On a scale by
 * range, a score beyond the others stretches the scale: shares are then linear in 1 / (length of the scale).
 */
class MovingScore {
  readonly ends: readonly number[];
  readonly #setting: Setting;
  readonly #criterion: MatrixCriterion;
  readonly #column: number;
  readonly #row: number;
  readonly #others: readonly (number | null)[];

  constructor(setting: Setting, row: number, column: number, criterion: MatrixCriterion) {
    const { content } = setting;
    const cellOf = cellFinder(content.cells);
    this.#setting = setting;
    this.#criterion = criterion;
    this.#column = column;
    this.#row = row;
    this.#others = content.candidateIds.map((id, other) =>
      other === row ? null : (cellOf(id, criterion.id)?.score ?? null),
    );
    const known = this.#others.filter((score) => score !== null).map((score) => oriented(criterion, score));
    const { scale } = criterion;
    this.ends =
      scale.kind === 'anchors'
        ? [oriented(criterion, scale.worst), oriented(criterion, scale.best)]
        : known.length === 0
          ? []
          : [Math.min(...known), Math.max(...known)];
  }

  /** By how much the leader is ahead of another candidate where the score is x (in the criterion's own unit). */
  aheadOf(other: number, x: number): number {
    const { leader, shares, scores } = this.#setting;
    const known = this.#others.filter((score) => score !== null);
    const normalise = normaliser(this.#criterion, [...known, x]);
    const at = (candidate: number) => {
      if (candidate === this.#row) return normalise(x);
      const score = this.#others[candidate] ?? null;
      return score === null ? (candidate === leader ? 0 : 1) : normalise(score);
    };
    return shares.reduce((total, share, column) => {
      const difference =
        column === this.#column
          ? at(leader) - at(other)
          : (scores[leader]?.[column] ?? 0) - (scores[other]?.[column] ?? 0);
      return total + share * difference;
    }, 0);
  }

  /** Places, on the oriented axis, where the leader and another candidate are level; closed form in each piece. */
  levelWith(other: number): number[] {
    const [first, last] = this.ends;
    if (first === undefined || last === undefined) return [];
    const isRange = this.#criterion.scale.kind === 'range';
    const pieces: Piece[] = isRange ? ['below', 'within', 'above'] : ['within'];
    return pieces.flatMap((piece) => this.#levelWithin(other, piece, first, last));
  }

  #levelWithin(other: number, piece: Piece, first: number, last: number): number[] {
    // Two exact values of a line in u give the line; u is x within the ends, and 1 / (length of the scale) beyond them.
    const unit = last - first > 0 ? last - first : 1;
    const toX = (u: number) => (piece === 'within' ? u : piece === 'above' ? first + 1 / u : last - 1 / u);
    const [one, two] =
      piece === 'within' ? [first, last] : last > first ? [1 / (unit * 2), 1 / (unit * 4)] : [1 / unit, 1 / (unit * 2)];
    if (one === two) return [];
    const [atOne, atTwo] = [this.#aheadAt(other, toX(one)), this.#aheadAt(other, toX(two))];
    const slope = (atTwo - atOne) / (two - one);
    if (Math.abs(atTwo - atOne) < EQUAL) return [];
    const root = one - atOne / slope;
    if (piece !== 'within' && !(root > 0)) return [];
    const x = toX(root);
    const isInside = piece === 'within' ? x >= first && x <= last : piece === 'above' ? x > last : x < first;
    return isInside && Number.isFinite(x) ? [x] : [];
  }

  #aheadAt(other: number, x: number): number {
    return this.aheadOf(other, oriented(this.#criterion, x));
  }
}

function scoreRange(setting: Setting, row: number, column: number, cell: CellInput): ScoreRange | undefined {
  const { content, leader, ruledOut } = setting;
  const criterion = content.criteria[column];
  if (criterion === undefined) return undefined;
  const moving = new MovingScore(setting, row, column, criterion);
  const rivals = content.candidateIds.map((_, other) => other).filter((other) => other !== leader);
  const { requirement } = criterion;
  const limit = requirement?.level === 'must' ? missesBeyond(requirement, cell) : null;
  const isOutElsewhere = new Set(
    rankingOf({ ...content, cells: content.cells.filter((one) => one !== cell) })
      .rows.filter(({ missedMusts }) => missedMusts.length > 0)
      .map(({ candidateId }) => content.candidateIds.indexOf(candidateId)),
  );
  const isOut = (candidate: number, x: number) => {
    if (candidate !== row || requirement?.level !== 'must') return ruledOut.has(candidate);
    if (isOutElsewhere.has(candidate)) return true;
    const shift = x - cell.score;
    const shifted = {
      ...cell,
      score: x,
      low: cell.low === null ? null : cell.low + shift,
      high: cell.high === null ? null : cell.high + shift,
    };
    return mustStanding(requirement, shifted) === 'misses';
  };
  /** Who is first at x, null for nobody; undefined where it is still the leader. */
  const overtaking = (x: number): number | null | undefined => {
    const standing = rivals.filter((other) => !isOut(other, x));
    const ahead = standing
      .map((other) => ({ other, by: moving.aheadOf(other, x) }))
      .toSorted((one, two) => one.by - two.by)[0];
    if (isOut(leader, x)) return ahead?.other ?? null;
    return ahead !== undefined && ahead.by < -EQUAL ? ahead.other : undefined;
  };
  const range = findMetric(criterion.metric ?? '')?.range ?? [null, null];
  const turn = (x: number) => oriented(criterion, x);
  const places = [...moving.ends, ...rivals.flatMap((other) => moving.levelWith(other))].map(turn);
  const marks = [...new Set(limit === null ? places : [...places, limit])];
  const walk = (direction: 1 | -1): { at: number; first: number | null } | null => {
    const end = (direction === 1 ? range[1] : range[0]) ?? direction * Infinity;
    const isAhead = (x: number, than: number) => (x - than) * direction > EQUAL * Math.max(1, Math.abs(than));
    const ahead = marks
      .filter((x) => isAhead(x, cell.score) && isAhead(end, x))
      .toSorted((one, two) => (one - two) * direction);
    let from = cell.score;
    for (const to of [...ahead, end]) {
      if (!isAhead(to, from)) continue;
      // Between two marks nothing changes sides, so that one place tells of all.
      const inside = Number.isFinite(to) ? (from + to) / 2 : from + direction * Math.max(1, Math.abs(from));
      const first = overtaking(inside);
      if (first !== undefined) return { at: from, first };
      from = to;
    }
    return null;
  };
  const [below, above] = [walk(-1), walk(1)];
  const nameOf = (candidate: number | null | undefined) => content.candidateIds[candidate ?? -1] ?? null;
  return {
    criterionId: criterion.id,
    candidateId: cell.candidateId,
    score: cell.score,
    low: below?.at ?? null,
    high: above?.at ?? null,
    firstBelow: nameOf(below?.first),
    firstAbove: nameOf(above?.first),
  };
}

/**
 * In closed form, how far each weight and each single score can move before another candidate is first; missing scores are taken at
 * their worst for the leader, and bounds lie within what the metric can measure. Null where nothing leads for certain, or alone.
 */
export function sensitivityOf(content: MatrixContent): Sensitivity | null {
  const setting = settingOf(content);
  if (setting === null || content.candidateIds.length - setting.ruledOut.size < 1 || content.candidateIds.length < 2)
    return null;
  const cellOf = cellFinder(content.cells);
  return {
    weights: content.criteria.map((_, column) => weightRange(setting, column)),
    scores: content.criteria.flatMap((criterion, column) =>
      content.candidateIds.flatMap((candidateId, row) => {
        const cell = cellOf(candidateId, criterion.id);
        const range = cell === undefined ? undefined : scoreRange(setting, row, column, cell);
        return range === undefined ? [] : [range];
      }),
    ),
  };
}
