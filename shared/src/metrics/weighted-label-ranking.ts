import type { MultiLabelItems } from './multi-label-decisions.ts';

/** Most pairs that can be ranked: a score of 32 bits and a place of 21 are sorted as one number of 53. */
export const MOST_RANKED_PAIRS = 2_000_000;

const PLACES = 2 ** 21;

/** What a ranked pair is, beside its item. */
const IS_TRUE = 1;
const IS_TIED = 2;
const FLAG_BITS = 2;

/** Area under the ROC curve and average precision; null where an outcome they need is missing. */
export interface RankedAreas {
  auc: number | null;
  averagePrecision: number | null;
}

/** Numbers of 32 bits in the order of the scores as floats of 32. */
function sortable(scores: ArrayLike<number>): Uint32Array {
  const floats = new Float32Array(scores.length);
  // -0 and 0 are the same score.
  for (let k = 0; k < floats.length; k++) floats[k] = scores[k]! + 0;
  const bits = new Uint32Array(floats.buffer);
  for (let k = 0; k < bits.length; k++) bits[k] = bits[k]! >>> 31 === 1 ? ~bits[k]! : bits[k]! | 0x8000_0000;
  return bits;
}

/**
 * The areas of pairs ranked from the highest score down, where item i counts `weights[i]` times; those of `areaUnderRoc` and `averagePrecision`
 * over groups of equal score, in one pass that keeps no groups.
 */
function areasOf(ranked: Uint32Array, weights: ArrayLike<number>): RankedAreas {
  let [truePositives, falsePositives, area, precision] = [0, 0, 0, 0];
  let [positives, negatives] = [0, 0];
  for (let k = 0; k <= ranked.length; k++) {
    const entry = k < ranked.length ? ranked[k]! : 0;
    if ((entry & IS_TIED) === 0) {
      area += negatives * (truePositives + positives / 2);
      truePositives += positives;
      falsePositives += negatives;
      if (positives > 0) precision += positives * (truePositives / (truePositives + falsePositives));
      positives = 0;
      negatives = 0;
    }
    if (k === ranked.length) break;
    const weight = weights[entry >>> FLAG_BITS]!;
    if ((entry & IS_TRUE) > 0) positives += weight;
    else negatives += weight;
  }
  return {
    auc: truePositives === 0 || falsePositives === 0 ? null : area / (truePositives * falsePositives),
    averagePrecision: truePositives === 0 ? null : precision / truePositives,
  };
}

/** Ranks the pairs of N items and L labels once (at most `MOST_RANKED_PAIRS`, 8 bytes each); every resample is a pass over them. */
export class WeightedRanking {
  readonly #all: Uint32Array;
  readonly #ofLabel: Uint32Array[];

  constructor({ items, labels, probabilities, truth }: MultiLabelItems) {
    const keys = sortable(probabilities);
    const sorted = new Float64Array(keys.length);
    for (let pair = 0; pair < sorted.length; pair++) sorted[pair] = keys[pair]! * PLACES + pair;
    sorted.sort();
    this.#all = new Uint32Array(sorted.length);
    this.#ofLabel = Array.from({ length: labels }, () => new Uint32Array(items));
    const filled = new Uint32Array(labels);
    const lastOfLabel = new Float64Array(labels).fill(-1);
    let last = -1;
    for (let k = 0; k < sorted.length; k++) {
      const pair = sorted[sorted.length - 1 - k]! % PLACES;
      const label = pair % labels;
      const key = keys[pair]!;
      const entry = (Math.floor(pair / labels) << FLAG_BITS) | (truth[pair]! > 0 ? IS_TRUE : 0);
      this.#all[k] = entry | (key === last ? IS_TIED : 0);
      this.#ofLabel[label]![filled[label]!] = entry | (key === lastOfLabel[label] ? IS_TIED : 0);
      filled[label]! += 1;
      last = key;
      lastOfLabel[label] = key;
    }
  }

  /** The areas over all pairs, where item i counts `weights[i]` times. */
  micro(weights: ArrayLike<number>): RankedAreas {
    return areasOf(this.#all, weights);
  }

  /** The areas of each label. */
  each(weights: ArrayLike<number>): RankedAreas[] {
    return this.#ofLabel.map((ranked) => areasOf(ranked, weights));
  }
}
