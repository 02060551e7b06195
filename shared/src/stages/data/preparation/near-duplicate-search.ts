/** Pairs of items to be compared: item `first[k]` with the later item `second[k]`. */
export interface CandidatePairs {
  readonly first: Uint32Array;
  readonly second: Uint32Array;
}

/** Two items that were compared and found alike. */
export interface SimilarPair {
  readonly first: number;
  readonly second: number;
  readonly similarity: number;
}

const REJECTED_SLOTS = 2 ** 20;

/**
 * Groups items that are near-duplicates, directly or through others (connected components), from the bands of their
 * signatures, one band at a time: about 32 bytes an item. Who calls it compares the proposed pairs, so that the comparing can
 * be spread over threads; the outcome depends on the order of the items alone.
 */
export class NearDuplicateSearch {
  readonly #parent: Uint32Array;
  readonly #threshold: number;
  readonly #rejectedFirst = new Uint32Array(REJECTED_SLOTS);
  readonly #rejectedSecond = new Uint32Array(REJECTED_SLOTS);
  readonly #joined: SimilarPair[] = [];
  #alternatives: Uint32Array = new Uint32Array(0);

  /** `count` items, of which those with a similarity of at least `threshold` belong together. */
  constructor(count: number, threshold: number) {
    this.#parent = Uint32Array.from({ length: count }, (_, index) => index);
    this.#threshold = threshold;
  }

  /** The pairs of items that were found alike and joined two groups, at most one fewer than there are items. */
  get joined(): readonly SimilarPair[] {
    return this.#joined;
  }

  /** The first item of the group that an item belongs to; itself where it is alone. */
  groupOf(item: number): number {
    const parent = this.#parent;
    let root = item;
    while (parent[root] !== root) root = parent[root]!;
    for (let next = item; parent[next] !== root;) [next, parent[next]] = [parent[next]!, root];
    return root;
  }

  /** Proposes each item of `members` that agrees in this band with an earlier one and is not in its group yet. */
  propose(members: Uint32Array, valueOf: Uint32Array): CandidatePairs {
    const slots = 2 ** Math.ceil(Math.log2(Math.max(16, members.length * 2)));
    const mask = slots - 1;
    /** For each band value the first and the latest item that has it, each + 1. */
    const earliest = new Uint32Array(slots);
    const latest = new Uint32Array(slots);
    const pairs: number[] = [];
    for (const item of members) {
      const value = valueOf[item]!;
      let slot = value & mask;
      while (earliest[slot] !== 0 && valueOf[earliest[slot]! - 1] !== value) slot = (slot + 1) & mask;
      if (earliest[slot] === 0) earliest[slot] = item + 1;
      else {
        const [one, other] = [earliest[slot]! - 1, latest[slot]! - 1];
        if (this.#isOpen(one, item)) pairs.push(one, item, other);
        else if (other !== one && this.#isOpen(other, item)) pairs.push(other, item, other);
      }
      latest[slot] = item + 1;
    }
    this.#alternatives = Uint32Array.from({ length: pairs.length / 3 }, (_, index) => pairs[3 * index + 2]!);
    return {
      first: Uint32Array.from({ length: pairs.length / 3 }, (_, index) => pairs[3 * index]!),
      second: Uint32Array.from({ length: pairs.length / 3 }, (_, index) => pairs[3 * index + 1]!),
    };
  }

  /** Takes the similarities of proposed pairs; returns what is to be compared instead of pairs that were not alike. */
  settle({ first, second }: CandidatePairs, similarities: Float32Array): CandidatePairs {
    const again: number[] = [];
    for (const [index, similarity] of similarities.entries()) {
      const [one, item] = [first[index]!, second[index]!];
      if (similarity >= this.#threshold) this.#join(one, item, similarity);
      else this.#reject(one, item);
    }
    for (const [index, item] of second.entries()) {
      const other = this.#alternatives[index];
      if (other !== undefined && other !== first[index] && this.#isOpen(other, item)) again.push(other, item);
    }
    this.#alternatives = new Uint32Array(0);
    return {
      first: Uint32Array.from({ length: again.length / 2 }, (_, index) => again[2 * index]!),
      second: Uint32Array.from({ length: again.length / 2 }, (_, index) => again[2 * index + 1]!),
    };
  }

  #join(one: number, item: number, similarity: number): void {
    const [a, b] = [this.groupOf(one), this.groupOf(item)];
    if (a === b) return;
    this.#parent[Math.max(a, b)] = Math.min(a, b);
    this.#joined.push({ first: one, second: item, similarity });
  }

  /** Remembers the latest pairs that were not alike, so that the next bands need not propose them again. */
  #reject(one: number, item: number): void {
    const slot = (Math.imul(one, 0x9e3779b1) ^ Math.imul(item, 0x85ebca6b)) & (REJECTED_SLOTS - 1);
    this.#rejectedFirst[slot] = one + 1;
    this.#rejectedSecond[slot] = item;
  }

  #isOpen(one: number, item: number): boolean {
    if (this.groupOf(one) === this.groupOf(item)) return false;
    const slot = (Math.imul(one, 0x9e3779b1) ^ Math.imul(item, 0x85ebca6b)) & (REJECTED_SLOTS - 1);
    return this.#rejectedFirst[slot] !== one + 1 || this.#rejectedSecond[slot] !== item;
  }
}
