/** Words that are remembered: about 20 MB. */
const MAX_WORDS = 65_536;

/** Longer words hardly come twice. */
const MAX_LENGTH = 64;

/** Remembers the ids of words, a bounded number of them. */
export class WordCache {
  readonly #idsOf = new Map<string, readonly number[]>();
  readonly #encode: (word: string) => readonly number[];

  constructor(encode: (word: string) => readonly number[]) {
    this.#encode = encode;
  }

  /** Ids of a word, computed when it is not remembered. */
  get(word: string): readonly number[] {
    if (word.length > MAX_LENGTH) return this.#encode(word);
    let ids = this.#idsOf.get(word);
    if (ids === undefined) {
      ids = this.#encode(word);
      if (this.#idsOf.size >= MAX_WORDS) this.#idsOf.clear();
      this.#idsOf.set(word, ids);
    }
    return ids;
  }
}
