import type { MultiLabelItems } from './multi-label-decisions.ts';
import { ScoreGroupsBuilder, type ScoreGroups } from './score-groups.ts';

/** Pairs of items and labels, sorted once by score, so that each resample is one pass over them. */
export class WeightedRanking {
  readonly #given: MultiLabelItems;
  readonly #all: Uint32Array;
  readonly #ofLabel: Uint32Array[];

  constructor(given: MultiLabelItems) {
    this.#given = given;
    const { items, labels, probabilities } = given;
    const descending = (a: number, b: number) => probabilities[b]! - probabilities[a]!;
    this.#all = Uint32Array.from({ length: items * labels }, (_, pair) => pair).sort(descending);
    this.#ofLabel = Array.from({ length: labels }, (_, label) => this.#all.filter((pair) => pair % labels === label));
  }

  /** Groups over all pairs, where item i counts `weights[i]` times. */
  micro(weights: Float64Array): ScoreGroups {
    return this.#groups(this.#all, weights);
  }

  /** Groups of each label. */
  each(weights: Float64Array): ScoreGroups[] {
    return this.#ofLabel.map((order) => this.#groups(order, weights));
  }

  #groups(order: Uint32Array, weights: Float64Array): ScoreGroups {
    const { labels, probabilities, truth } = this.#given;
    const builder = new ScoreGroupsBuilder(order.length);
    let [score, positives, negatives] = [Number.POSITIVE_INFINITY, 0, 0];
    for (const pair of order) {
      const next = probabilities[pair]!;
      if (next !== score) {
        builder.push(score, positives, negatives);
        [score, positives, negatives] = [next, 0, 0];
      }
      const weight = weights[Math.floor(pair / labels)]!;
      if (truth[pair]! > 0) positives += weight;
      else negatives += weight;
    }
    builder.push(score, positives, negatives);
    return builder.finish();
  }
}
