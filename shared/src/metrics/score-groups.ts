/**
 * Scores of a binary problem, grouped by rank: group k holds what is tied (or may be treated as tied without changing a curve),
 * groups run from the highest score to the lowest. `scores[k]` is the smallest score in the group; `positives[k]` and
 * `negatives[k]` are counts, or sums of weights.
 */
export interface ScoreGroups {
  scores: Float64Array;
  positives: Float64Array;
  negatives: Float64Array;
}

/** Groups N scores by distinct value; `isPositive[i]` is truthy where item i is a positive. Throws RangeError on unequal lengths or NaN. */
export function groupScores(scores: ArrayLike<number>, isPositive: ArrayLike<number | boolean>): ScoreGroups {
  if (scores.length !== isPositive.length) {
    throw new RangeError(`${scores.length} scores but ${isPositive.length} outcomes`);
  }
  const { positives, negatives } = splitByOutcome(scores, isPositive);
  // Two sorts of plain numbers are several times faster than one sort of indices.
  positives.sort();
  negatives.sort();
  const builder = new ScoreGroupsBuilder(scores.length);
  let p = positives.length - 1;
  let n = negatives.length - 1;
  while (p >= 0 || n >= 0) {
    const score = Math.max(p >= 0 ? positives[p]! : -Infinity, n >= 0 ? negatives[n]! : -Infinity);
    let positiveCount = 0;
    let negativeCount = 0;
    for (; p >= 0 && positives[p] === score; p--) positiveCount++;
    for (; n >= 0 && negatives[n] === score; n--) negativeCount++;
    builder.push(score, positiveCount, negativeCount);
  }
  return builder.finish();
}

function splitByOutcome(scores: ArrayLike<number>, isPositive: ArrayLike<number | boolean>) {
  let positiveCount = 0;
  for (let i = 0; i < isPositive.length; i++) if (isPositive[i]) positiveCount++;
  const positives = new Float64Array(positiveCount);
  const negatives = new Float64Array(scores.length - positiveCount);
  let p = 0;
  let n = 0;
  for (let i = 0; i < scores.length; i++) {
    const score = scores[i]!;
    if (Number.isNaN(score)) throw new RangeError(`score ${i} is not a number`);
    if (isPositive[i]) positives[p++] = score;
    else negatives[n++] = score;
  }
  return { positives, negatives };
}

/** Collects groups in descending order of score, skipping empty ones. */
export class ScoreGroupsBuilder {
  readonly #scores: Float64Array;
  readonly #positives: Float64Array;
  readonly #negatives: Float64Array;
  #length = 0;

  constructor(capacity: number) {
    this.#scores = new Float64Array(capacity);
    this.#positives = new Float64Array(capacity);
    this.#negatives = new Float64Array(capacity);
  }

  /** Appends one group; a group without items is left out. */
  push(score: number, positiveCount: number, negativeCount: number): void {
    if (positiveCount === 0 && negativeCount === 0) return;
    this.#scores[this.#length] = score;
    this.#positives[this.#length] = positiveCount;
    this.#negatives[this.#length] = negativeCount;
    this.#length++;
  }

  /** Returns the groups collected so far. */
  finish(): ScoreGroups {
    return {
      scores: this.#scores.slice(0, this.#length),
      positives: this.#positives.slice(0, this.#length),
      negatives: this.#negatives.slice(0, this.#length),
    };
  }
}

/** Returns the sum of a typed array of counts or weights. */
export function total(values: Float64Array): number {
  let sum = 0;
  for (const value of values) sum += value;
  return sum;
}
