import { BYTE_SYMBOLS, fromByteSymbols, splitIntoWords, toByteSymbols } from './byte-level.ts';
import { countWords } from './count-words.ts';
import { learnMerges, type CountedWord, type Merge } from './learn-merges.ts';
import { PriorityQueue } from './priority-queue.ts';
import { SpecialTokens } from './special-tokens.ts';
import { SPECIAL_TOKENS, UNKNOWN_ID, UNKNOWN_TEXT, type Tokenizer } from './tokenizer.ts';
import { WordCache } from './word-cache.ts';

/** Ids are below 2 ** 16, so that a pair of them is one exact number. */
const ID_LIMIT = 65_536;

/** Two neighbours that can become one token. */
interface Candidate {
  readonly rank: number;
  readonly place: number;
  readonly id: number;
}

/** That a merge names a token that the vocabulary lacks. */
export class MissingTokenError extends Error {
  override readonly name = 'MissingTokenError';
  readonly token: string;

  constructor(token: string) {
    super(`The vocabulary has no token "${token}".`);
    this.token = token;
  }
}

/** Byte pairs as in GPT-2: where all bytes have tokens, every text has ids and comes back exactly. */
export class BpeTokenizer implements Tokenizer {
  readonly kind = 'bpe';
  readonly tokens: readonly string[];
  readonly merges: readonly Merge[];
  readonly #special: SpecialTokens;
  /** Ids of each byte: one, or none where the byte has no token and leaves none. */
  readonly #idsOfByte: readonly (readonly number[])[];
  /** What a pair of ids becomes, by pair; the rank is its place among the merges. */
  readonly #mergeOf = new Map<number, { rank: number; id: number }>();
  readonly #cache = new WordCache((word) => this.#encodeWord(word));

  /**
   * A byte without a token becomes unknown where `marksUnknown` says so and vanishes otherwise, as in the library. Throws a `MissingTokenError` where
   * a merge names a token that is not there.
   */
  constructor(
    tokens: readonly string[],
    merges: readonly Merge[],
    special = new SpecialTokens(),
    { marksUnknown = false }: { marksUnknown?: boolean } = {},
  ) {
    this.tokens = tokens;
    this.merges = merges;
    this.#special = special;
    const ids = new Map(tokens.map((token, id) => [token, id]));
    const idOf = (token: string): number => {
      const id = ids.get(token);
      if (id === undefined) throw new MissingTokenError(token);
      return id;
    };
    this.#idsOfByte = BYTE_SYMBOLS.map((symbol) => {
      const id = ids.get(symbol);
      if (id !== undefined) return [id];
      return marksUnknown ? [UNKNOWN_ID] : [];
    });
    merges.forEach(([left, right], rank) => {
      this.#mergeOf.set(idOf(left) * ID_LIMIT + idOf(right), { rank, id: idOf(left + right) });
    });
  }

  /** Whether texts lose something, or become unknown, because a byte has no token. */
  get lacksBytes(): boolean {
    return this.#idsOfByte.some(([id]) => id === undefined || id === UNKNOWN_ID);
  }

  get size(): number {
    return this.tokens.length;
  }

  get special(): ReadonlyMap<number, string> {
    return this.#special.contents;
  }

  encode(text: string): Int32Array {
    const ids: number[] = [];
    for (const part of this.#special.split(text)) {
      if ('id' in part) ids.push(part.id);
      else for (const word of splitIntoWords(part.text)) for (const id of this.#cache.get(word)) ids.push(id);
    }
    return Int32Array.from(ids);
  }

  decode(ids: Iterable<number>): string {
    return fromByteSymbols(
      Array.from(ids)
        .filter((id) => !this.#special.isSilent(id))
        .map((id) => (id === UNKNOWN_ID ? UNKNOWN_TEXT : (this.tokens[id] ?? UNKNOWN_TEXT))),
    );
  }

  nameOf(id: number): string {
    const token = this.tokens[id] ?? UNKNOWN_TEXT;
    if (this.special.has(id)) return token;
    const text = fromByteSymbols([token]);
    return text.includes(UNKNOWN_TEXT) ? token : text;
  }

  /** Merges the pair that was learned first, the leftmost of equals, until no pair is known: O(n log n). */
  #encodeWord(word: string): number[] {
    const ids = Array.from(encodeUtf8(word)).flatMap((byte) => this.#idsOfByte[byte] ?? []);
    const next = ids.map((_, place) => place + 1);
    const previous = ids.map((_, place) => place - 1);
    const isMerged = new Uint8Array(ids.length);
    const queue = new PriorityQueue<Candidate>((a, b) => a.rank < b.rank || (a.rank === b.rank && a.place < b.place));
    const mergeAt = (place: number) => this.#mergeOf.get((ids[place] ?? 0) * ID_LIMIT + (ids[next[place] ?? 0] ?? 0));
    const propose = (place: number): void => {
      if (place < 0 || (next[place] ?? 0) >= ids.length) return;
      const merge = mergeAt(place);
      if (merge !== undefined) queue.push({ ...merge, place });
    };
    for (let place = 0; place < ids.length - 1; place++) propose(place);
    for (let top = queue.pop(); top !== undefined; top = queue.pop()) {
      const { place, id } = top;
      const right = next[place] ?? 0;
      // The neighbours may have changed while the pair waited; as in the library, any pair of the same result will do.
      if (isMerged[place] === 1 || right >= ids.length || mergeAt(place)?.id !== id) continue;
      ids[place] = id;
      isMerged[right] = 1;
      next[place] = next[right] ?? ids.length;
      if (next[place] < ids.length) previous[next[place]] = place;
      propose(previous[place] ?? -1);
      propose(place);
    }
    return ids.filter((_, place) => isMerged[place] === 0);
  }
}

const utf8 = new TextEncoder();

function encodeUtf8(text: string): Uint8Array {
  return utf8.encode(text);
}

/** A byte-pair tokenizer of `vocabularySize` ids at most: the special tokens, 256 bytes, and the merges that these texts give. */
export function trainBpeTokenizer(
  texts: Iterable<string>,
  vocabularySize: number,
  onProgress?: (tokens: number) => void,
): BpeTokenizer {
  const special = new SpecialTokens();
  const alphabet = [...BYTE_SYMBOLS].sort((a, b) => a.charCodeAt(0) - b.charCodeAt(0));
  const tokens: string[] = [...SPECIAL_TOKENS, ...alphabet];
  const idOf = new Map(tokens.map((token, id) => [token, id]));
  const words: CountedWord[] = [];
  for (const [word, count] of countWords(wordsOf(texts, special))) {
    words.push({ ids: Array.from(toByteSymbols(word), (symbol) => idOf.get(symbol) ?? UNKNOWN_ID), count });
  }
  const merges = learnMerges(words, tokens, vocabularySize, (left, right) => left + right, onProgress);
  return new BpeTokenizer(tokens, merges, special);
}

function* wordsOf(texts: Iterable<string>, special: SpecialTokens): Generator<string> {
  for (const text of texts) for (const part of special.textsOf(text)) yield* splitIntoWords(part);
}
