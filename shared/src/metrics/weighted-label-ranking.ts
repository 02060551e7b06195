import type { MultiLabelItems } from './multi-label-decisions.ts';
import type { ScoreGroups } from './score-groups.ts';
import { weightedRanking } from './weighted-ranking.ts';

/** Ranks the pairs of N items and L labels once; every resample is one pass over them. What it returns is reused by the next call. */
export class WeightedRanking {
  readonly #labels: number;
  readonly #weights: Float64Array;
  readonly #all: (weights: ArrayLike<number>) => ScoreGroups;
  readonly #ofLabel: ((weights: ArrayLike<number>) => ScoreGroups)[];

  constructor({ items, labels, probabilities, truth }: MultiLabelItems) {
    this.#labels = labels;
    this.#weights = new Float64Array(items * labels);
    this.#all = weightedRanking(
      probabilities,
      Uint8Array.from(truth, (value) => Number(value > 0)),
    );
    this.#ofLabel = Array.from({ length: labels }, (_, label) => {
      const isTrue = Uint8Array.from({ length: items }, (__, item) => Number(truth[item * labels + label]! > 0));
      const scores = Float32Array.from({ length: items }, (__, item) => probabilities[item * labels + label]!);
      return weightedRanking(scores, isTrue);
    });
  }

  /** Groups over all pairs, where item i counts `weights[i]` times. */
  micro(weights: Float64Array): ScoreGroups {
    for (let pair = 0, item = 0; item < weights.length; item++) {
      for (const end = pair + this.#labels; pair < end; pair++) this.#weights[pair] = weights[item]!;
    }
    return this.#all(this.#weights);
  }

  /** Groups of each label. */
  each(weights: Float64Array): ScoreGroups[] {
    return this.#ofLabel.map((ranking) => ranking(weights));
  }
}
