import type { AnchorTable } from './anchor-table.ts';
import { anchoredCounts, type ClassGroups } from './anchored-counts.ts';
import { LogOddsHistograms } from './log-odds-histograms.ts';
import { copyChecked, type ProbabilityChunk } from './probability-chunk.ts';
import { areaUnderRoc } from './roc.ts';
import { type ScoreGroups, total } from './score-groups.ts';

/**
 * Ranked counts of a multi-class problem: all (item, class) pairs together, and per class among the targets. In a histogram, groups are
 * bins of log-odds; an exact result also holds what it was computed from.
 */
export type OneVersusRest = { micro: ScoreGroups; classes: ClassGroups[] } & (
  | { method: 'exact'; chunks: readonly ProbabilityChunk[]; classAnchors: AnchorTable }
  | { method: 'histogram' }
);

/** Number of (item, class) pairs up to which areas are exact. */
const EXACT_PAIR_LIMIT = 5e7;

/**
 * Collects predicted distributions chunk by chunk. Up to the limit of pairs the matrix is kept (4 bytes a pair) and the result is exact;
 * beyond it, memory stays at 256 KiB a class however many items follow.
 */
export class OneVersusRestAccumulator {
  readonly #classCount: number;
  readonly #exactPairLimit: number;
  #chunks: ProbabilityChunk[] = [];
  #pairCount = 0;
  #histograms: LogOddsHistograms | null = null;

  constructor(classCount: number, exactPairLimit = EXACT_PAIR_LIMIT) {
    if (classCount < 2) throw new RangeError(`a classification has at least 2 classes, not ${classCount}`);
    this.#classCount = classCount;
    this.#exactPairLimit = exactPairLimit;
  }

  /** Adds a chunk and returns the checked copy; the caller may reuse its arrays. Throws RangeError as `copyChecked`. */
  add(chunk: ProbabilityChunk): ProbabilityChunk {
    const copy = copyChecked(chunk, this.#classCount);
    this.#pairCount += copy.probabilities.length;
    this.#chunks.push(copy);
    if (this.#pairCount > this.#exactPairLimit) {
      this.#histograms ??= new LogOddsHistograms(this.#classCount);
      for (const kept of this.#chunks) this.#histograms.add(kept);
      this.#chunks = [];
    }
    return copy;
  }

  /** The groups of everything added so far. */
  result(): OneVersusRest {
    if (this.#histograms !== null) return { method: 'histogram', ...this.#histograms.groups() };
    return { method: 'exact', chunks: this.#chunks, ...anchoredCounts(this.#chunks, this.#classCount) };
  }
}

/** An area with how far it may be from the exact one (0 where it is exact). */
export interface BoundedArea {
  value: number;
  errorBound: number;
}

/** Micro AUC over all (item, class) pairs, and macro and prevalence-weighted means of the classes' AUC; null where undefined. */
interface OneVersusRestAreas {
  micro: BoundedArea | null;
  macro: BoundedArea | null;
  weighted: BoundedArea | null;
  /** Classes with both outcomes, which macro and weighted are means over. */
  classCount: number;
}

/** AUC as scikit-learn `roc_auc_score(multi_class='ovr')`, over the classes that have both outcomes. */
export function oneVersusRestAreas({ method, micro, classes }: OneVersusRest): OneVersusRestAreas {
  const boundOf = (groups: ScoreGroups) => (method === 'exact' ? 0 : tieErrorBound(groups));
  const microArea = areaUnderRoc(micro);
  let [count, support, macro, macroBound, weighted, weightedBound] = [0, 0, 0, 0, 0, 0];
  for (const { groups } of classes) {
    const area = areaUnderRoc(groups);
    if (area === null) continue;
    const bound = boundOf(groups);
    const positives = total(groups.positives);
    count++;
    support += positives;
    macro += area;
    macroBound += bound;
    weighted += positives * area;
    weightedBound += positives * bound;
  }
  return {
    micro: microArea === null ? null : { value: microArea, errorBound: boundOf(micro) },
    macro: count === 0 ? null : { value: macro / count, errorBound: macroBound / count },
    weighted: count === 0 ? null : { value: weighted / support, errorBound: weightedBound / support },
    classCount: count,
  };
}

/** Largest error of an AUC whose groups are bins: a positive and a negative in one bin count one half, in truth 0, one half or 1. */
export function tieErrorBound({ positives, negatives }: ScoreGroups): number {
  let undecided = 0;
  for (let k = 0; k < positives.length; k++) undecided += positives[k]! * negatives[k]!;
  return undecided / 2 / (total(positives) * total(negatives));
}
