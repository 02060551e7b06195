import { JoinedGroups } from './joined-groups.ts';
import type { BandCandidates, CandidatePairs } from './near-duplicate-candidates.ts';

/** Two items that were compared and found alike. */
export interface SimilarPair {
  readonly first: number;
  readonly second: number;
  readonly similarity: number;
  /** An image that is mirrored or turned by quarters against the other. */
  readonly isTurned?: true;
}

const REJECTED_SLOTS = 2 ** 20;
/** Pairs that are compared before the groups are looked at again; the outcome depends on it. */
const BLOCK_PAIRS = 16_384;
/** A band may have one pair for every four items compared, and this many where there are few items. */
const FEWEST_PAIRS_A_BAND = 50_000;

/**
 * Groups items that are near-duplicates, directly or through others (connected components), from the pairs that each band
 * proposes: about 10 bytes an item. Who calls it compares the pairs exactly, so that the comparing can be spread over threads; the
 * outcome depends on the order of the items alone.
 */
export class NearDuplicateGroups {
  readonly #groups: JoinedGroups;
  /** 1 for items of which a pair was left out. */
  readonly #isPartlyCompared: Uint8Array;
  readonly #isJoined: Uint8Array;
  readonly #threshold: number;
  readonly #rejectedFirst = new Uint32Array(REJECTED_SLOTS);
  readonly #rejectedSecond = new Uint32Array(REJECTED_SLOTS);
  readonly #joined: SimilarPair[] = [];

  /** `count` items, of which those with a similarity of at least `threshold` belong together. */
  constructor(count: number, threshold: number) {
    this.#groups = new JoinedGroups(count);
    this.#isPartlyCompared = new Uint8Array(count);
    this.#isJoined = new Uint8Array(count);
    this.#threshold = threshold;
  }

  /** The pairs of items that were found alike and joined two groups, at most one fewer than there are items. */
  get joined(): readonly SimilarPair[] {
    return this.#joined;
  }

  /** Items without a near-duplicate for which more seemed alike than were compared: theirs may have been missed. */
  partlyCompared(): Uint32Array {
    const items = new Uint32Array(this.#isJoined.length);
    let length = 0;
    for (let item = 0; item < items.length; item++) {
      if (this.#isPartlyCompared[item] === 1 && this.#isJoined[item] === 0) items[length++] = item;
    }
    return items.slice(0, length);
  }

  /** Takes over what an earlier search has found: pairs that are alike, and items that it compared with some of their likes only. */
  takeOver(pairs: readonly SimilarPair[], partlyCompared: Uint32Array): void {
    for (const pair of pairs) this.#join(pair);
    for (const item of partlyCompared) this.#isPartlyCompared[item] = 1;
  }

  /** The first item of the group that an item belongs to; itself where it is alone. */
  groupOf(item: number): number {
    return this.#groups.groupOf(item);
  }

  /**
   * Takes what a band proposes: yields the pairs that are to be compared, block by block, and gets the similarity (0…1) of each back.
   * Pairs beyond what a band may have compared, the least promising ones, are left out and noted.
   */
  *settle({ first, second, crowded }: BandCandidates): Generator<CandidatePairs, void, Float32Array> {
    for (const item of crowded) this.#isPartlyCompared[item] = 1;
    const most = Math.max(FEWEST_PAIRS_A_BAND, this.#isJoined.length >>> 2);
    let [compared, next] = [0, 0];
    while (next < first.length && compared < most) {
      const room = Math.min(BLOCK_PAIRS, most - compared, first.length - next);
      const [ones, others] = [new Uint32Array(room), new Uint32Array(room)];
      let length = 0;
      for (; next < first.length && length < room; next++) {
        const [one, other] = [first[next]!, second[next]!];
        if (!this.#isOpen(one, other)) continue;
        ones[length] = one;
        others[length++] = other;
      }
      if (length === 0) break;
      const block = { first: ones.subarray(0, length), second: others.subarray(0, length) };
      const similarities = yield block;
      for (let pair = 0; pair < length; pair++) {
        const [one, other, similarity] = [ones[pair]!, others[pair]!, similarities[pair]!];
        if (similarity >= this.#threshold) this.#join({ first: one, second: other, similarity });
        else this.#reject(one, other);
      }
      compared += length;
    }
    for (; next < first.length; next++) {
      if (this.#isOpen(first[next]!, second[next]!)) this.#isPartlyCompared[second[next]!] = 1;
    }
  }

  #join(pair: SimilarPair): void {
    const { first: one, second: item } = pair;
    if (!this.#groups.join(one, item)) return;
    this.#isJoined[one] = 1;
    this.#isJoined[item] = 1;
    this.#joined.push(pair);
  }

  /** Remembers the latest pairs that were not alike, so that the next bands need not have them compared again. */
  #reject(one: number, item: number): void {
    const slot = slotOfPair(one, item);
    this.#rejectedFirst[slot] = one + 1;
    this.#rejectedSecond[slot] = item;
  }

  #isOpen(one: number, item: number): boolean {
    const slot = slotOfPair(one, item);
    if (this.#rejectedFirst[slot] === one + 1 && this.#rejectedSecond[slot] === item) return false;
    return this.groupOf(one) !== this.groupOf(item);
  }
}

function slotOfPair(one: number, item: number): number {
  return (Math.imul(one, 0x9e3779b1) ^ Math.imul(item, 0x85ebca6b)) & (REJECTED_SLOTS - 1);
}
