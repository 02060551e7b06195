import { PriorityQueue } from './priority-queue.ts';

/** Ids are below 2 ** 16, so that a pair of them is one exact number. */
const ID_LIMIT = 65_536;

/** A pair that comes once is not worth a token. */
const MINIMUM_COUNT = 2;

/** Progress is told after so many merges. */
const MERGES_A_REPORT = 256;

/** A word as ids of its first symbols, and how often it comes. */
export interface CountedWord {
  readonly ids: number[];
  readonly count: number;
}

/** Which two tokens become one, in the order they were learned. */
export type Merge = readonly [left: string, right: string];

interface Candidate {
  readonly pair: number;
  readonly count: number;
}

/**
 * Byte-pair merges (Sennrich et al. 2016) as Hugging Face's trainer makes them: the most frequent pair of neighbours becomes a token until there are
 * `size` tokens or no pair comes twice. Ties: the smaller id on the left, then on the right. New tokens are added to `tokens`; the words' ids are
 * changed in place. `join` spells the token of two tokens.
 */
export function learnMerges(
  words: readonly CountedWord[],
  tokens: string[],
  size: number,
  join: (left: string, right: string) => string,
  onProgress?: (tokens: number) => void,
): Merge[] {
  if (size > ID_LIMIT) throw new RangeError(`A vocabulary of ${size} tokens is larger than ${ID_LIMIT}.`);
  const pairs = new PairCounts(words);
  const idOf = new Map(tokens.map((token, id) => [token, id]));
  const merges: Merge[] = [];
  while (tokens.length < size) {
    const pair = pairs.takeMostFrequent();
    if (pair === undefined) break;
    const [left, right] = [tokens[leftOf(pair)] ?? '', tokens[rightOf(pair)] ?? ''];
    const token = join(left, right);
    // Two ways can lead to the same token.
    const id = idOf.get(token) ?? tokens.push(token) - 1;
    idOf.set(token, id);
    merges.push([left, right]);
    pairs.merge(pair, id);
    if (merges.length % MERGES_A_REPORT === 0) onProgress?.(tokens.length);
  }
  return merges;
}

/** How often each pair of neighbours comes, kept up to date while pairs are merged: only the words that hold a pair are visited. */
class PairCounts {
  readonly #words: readonly CountedWord[];
  readonly #counts = new Map<number, number>();
  /** Words in which a pair came up; it may have vanished from some since. */
  readonly #wordsOf = new Map<number, number[]>();
  readonly #queue = new PriorityQueue<Candidate>(
    (a, b) => a.count > b.count || (a.count === b.count && a.pair < b.pair),
  );

  constructor(words: readonly CountedWord[]) {
    this.#words = words;
    words.forEach(({ ids, count }, word) => {
      for (let place = 1; place < ids.length; place++) {
        this.#add(pairOf(ids[place - 1] ?? 0, ids[place] ?? 0), count, word);
      }
    });
    for (const [pair, count] of this.#counts) this.#queue.push({ pair, count });
  }

  /** The pair that comes most often; undefined when none comes twice. */
  takeMostFrequent(): number | undefined {
    for (;;) {
      const top = this.#queue.pop();
      if (top === undefined) return undefined;
      const count = this.#counts.get(top.pair) ?? 0;
      if (count < MINIMUM_COUNT) continue;
      if (count === top.count) return top.pair;
      // Counts mostly fall while a pair waits; it is put back where it belongs now.
      if (count < top.count) this.#queue.push({ pair: top.pair, count });
    }
  }

  /** Makes the pair one token wherever it comes, from left to right. */
  merge(pair: number, id: number): void {
    const grown = new Set<number>();
    const words = this.#wordsOf.get(pair) ?? [];
    this.#wordsOf.delete(pair);
    for (const word of words) this.#mergeIn(word, pair, id, grown);
    this.#counts.delete(pair);
    for (const changed of grown) {
      const count = this.#counts.get(changed);
      if (count !== undefined) this.#queue.push({ pair: changed, count });
    }
  }

  #mergeIn(word: number, pair: number, id: number, grown: Set<number>): void {
    const counted = this.#words[word];
    if (counted === undefined) return;
    const { ids, count } = counted;
    const [left, right] = [leftOf(pair), rightOf(pair)];
    let written = 0;
    for (let place = 0; place < ids.length; place++) {
      if (ids[place] !== left || ids[place + 1] !== right) {
        ids[written++] = ids[place] ?? 0;
        continue;
      }
      place++;
      const [before, after] = [ids[written - 1], ids[place + 1]];
      if (written > 0 && before !== undefined) {
        this.#add(pairOf(before, left), -count, word);
        grown.add(this.#add(pairOf(before, id), count, word));
      }
      if (after !== undefined) {
        this.#add(pairOf(right, after), -count, word);
        grown.add(this.#add(pairOf(id, after), count, word));
      }
      ids[written++] = id;
    }
    ids.length = written;
  }

  #add(pair: number, change: number, word: number): number {
    this.#counts.set(pair, (this.#counts.get(pair) ?? 0) + change);
    if (change > 0) {
      const words = this.#wordsOf.get(pair);
      if (words === undefined) this.#wordsOf.set(pair, [word]);
      else if (words.at(-1) !== word) words.push(word);
    }
    return pair;
  }
}

function pairOf(left: number, right: number): number {
  return left * ID_LIMIT + right;
}

function leftOf(pair: number): number {
  return Math.floor(pair / ID_LIMIT);
}

function rightOf(pair: number): number {
  return pair % ID_LIMIT;
}
