import { z } from 'zod';
import { SPLITS, type DatasetItem } from '../../data/content.ts';
import type { RunConfiguration } from '../configuration.ts';
import { SPECIAL_SYMBOLS } from '../rules.ts';

/** Lengths beyond this count as this: no item of a run has so many tokens. */
const LONGEST = 16_384;
/** Characters whose words are counted: enough for steady shares, few enough to stay quick. */
const MOST_WORD_CHARACTERS = 2_000_000;
const MOST_WORDS = 200_000;
/** Vocabulary sizes for which the coverage of the commonest words is kept. */
const WORD_COUNTS = Array.from({ length: 11 }, (_, index) => 64 * 2 ** index);

const splitLengths = z.object({
  items: z.number().int(),
  /** Length in code points, ascending, with the number of items of about that length. */
  lengths: z.array(z.tuple([z.number(), z.number()])),
});

/** How long the items of a dataset version are, and how common its words: what a plan needs of the texts. */
export const lengthProfile = z.object({
  splits: z.object({ train: splitLengths, validation: splitLengths, test: splitLengths }),
  /** False where only the beginning of a very large version was read. */
  isComplete: z.boolean(),
  words: z.object({
    occurrences: z.number(),
    characters: z.number(),
    /** For each of a rising number of commonest words: that number, their occurrences, and the characters of all of those. */
    coverage: z.array(z.tuple([z.number(), z.number(), z.number()])),
    /** Different words of several signs that come twice or more often, and such words of one sign. */
    repeated: z.object({ several: z.number(), one: z.number() }),
    /** Different signs that words begin with, and different ones inside them. */
    signs: z.object({ first: z.number(), inner: z.number() }),
  }),
});

/** How long the items of a dataset version are, and how common its words. */
export type LengthProfile = z.infer<typeof lengthProfile>;

/** A length rounded to within a hundredth, so that a few hundred numbers hold every dataset. */
function rounded(length: number): number {
  if (length <= 128) return length;
  const step = 2 ** (Math.floor(Math.log2(length)) - 6);
  return Math.min(LONGEST, Math.round(length / step) * step);
}

/** Runs of letters and digits, single ideographs, and single other signs. */
const WORD = /\p{Script=Han}|[\p{L}\p{N}]+?(?=\p{Script=Han})|[\p{L}\p{N}]+|[^\s]/gu;

/** Collects the length profile of items one by one. */
export class LengthProfiler {
  readonly #lengths = { train: new Map<number, number>(), validation: new Map<number, number>(), test: new Map() };
  readonly #words = new Map<string, number>();
  #wordCharacters = 0;

  /** Counts an item. */
  add({ split, text }: DatasetItem): void {
    let length = 0;
    for (const _ of text) length++;
    const lengths = this.#lengths[split];
    const place = rounded(length);
    lengths.set(place, (lengths.get(place) ?? 0) + 1);
    if (split !== 'train' || this.#wordCharacters >= MOST_WORD_CHARACTERS) return;
    this.#wordCharacters += length;
    for (const [word] of text.matchAll(WORD)) {
      const count = this.#words.get(word);
      if (count !== undefined) this.#words.set(word, count + 1);
      else if (this.#words.size < MOST_WORDS) this.#words.set(word, 1);
    }
  }

  /** The profile of everything that was added. */
  profile(isComplete: boolean): LengthProfile {
    const splits = Object.fromEntries(
      SPLITS.map((split) => {
        const lengths = [...this.#lengths[split]].toSorted(([a], [b]) => a - b);
        return [split, { items: lengths.reduce((sum, [, items]) => sum + items, 0), lengths }];
      }),
    ) as LengthProfile['splits'];
    return { splits, isComplete, words: this.#coverage() };
  }

  #coverage(): LengthProfile['words'] {
    const words = [...this.#words].toSorted(([, a], [, b]) => b - a);
    const coverage: [number, number, number][] = [];
    let [occurrences, characters] = [0, 0];
    words.forEach(([word, count], index) => {
      occurrences += count;
      characters += count * word.length;
      if (WORD_COUNTS.includes(index + 1)) coverage.push([index + 1, occurrences, characters]);
    });
    coverage.push([words.length, occurrences, characters]);
    const [first, inner] = [new Set<string>(), new Set<string>()];
    const repeated = { several: 0, one: 0 };
    for (const [word, count] of words) {
      const [sign = '', ...others] = word;
      first.add(sign);
      for (const other of others) inner.add(other);
      if (count > 1) repeated[others.length > 0 ? 'several' : 'one']++;
    }
    return { occurrences, characters, coverage, repeated, signs: { first: first.size, inner: inner.size } };
  }
}

/** Share of a subword vocabulary that whole words take, and characters of a piece of the other words. */
const WHOLE_WORDS = 0.6;
const PIECE_CHARACTERS = 2.8;
/** Symbols that byte pairs begin with, and tokens of an ideograph (three bytes) that is none by itself: its first two bytes are one mostly. */
const BYTES = 256;
const IDEOGRAPH_PIECES = 2;

/** Tokens that word pieces and byte pairs learn for each word that comes twice: itself, and pieces that it shares with others. */
const PIECES_LEARNED = { wordpiece: 1.05, bpe: 1.13 } as const;
/** Byte pairs of a sign of one word, of which the first two bytes are shared with others. */
const PAIRS_OF_SIGN = 1.2;

/**
 * Ids that a tokenizer will learn from so many words: no pair of tokens that comes once is learned, so that a limit above what the texts hold is not
 * reached (measured on 5 datasets: within 10 %).
 */
export function learnedVocabulary(
  { words: { repeated, signs }, splits }: LengthProfile,
  { tokenizer, vocabularySize }: Pick<RunConfiguration, 'tokenizer' | 'vocabularySize'>,
): number {
  if (tokenizer === 'character') return vocabularySize;
  // Words come up as the square root of a text's length (Heaps' law), of which only the beginning was counted where it is very long.
  const characters = splits.train.lengths.reduce((sum, [length, items]) => sum + length * items, 0);
  const growth = Math.sqrt(Math.max(1, characters / MOST_WORD_CHARACTERS));
  const [several, one] = [growth * repeated.several, growth * repeated.one];
  const learned =
    tokenizer === 'wordpiece'
      ? signs.first + signs.inner + PIECES_LEARNED.wordpiece * several
      : BYTES + PIECES_LEARNED.bpe * several + PAIRS_OF_SIGN * one;
  return Math.min(vocabularySize, SPECIAL_SYMBOLS + Math.ceil(learned));
}

/** Tokens for each code point of an item, as the tokenizer of a run will cut it; 1 for characters. */
export function tokensPerCharacter(
  profile: LengthProfile,
  { tokenizer, vocabularySize }: Pick<RunConfiguration, 'tokenizer' | 'vocabularySize'>,
  distinctCharacters: number,
): number {
  if (tokenizer === 'character') return 1;
  const { occurrences, characters, coverage } = profile.words;
  const total = profile.splits.train.lengths.reduce((sum, [length, items]) => sum + length * items, 0);
  const counted = Math.min(total, MOST_WORD_CHARACTERS);
  if (occurrences === 0 || counted === 0) return 1;
  const single = Math.min(singleSymbols(tokenizer, distinctCharacters), vocabularySize);
  const wholeWords = Math.max(1, (vocabularySize - single) * WHOLE_WORDS);
  const above = coverage.findIndex(([words]) => words >= wholeWords);
  const [, coveredOccurrences, coveredCharacters] = interpolated(coverage, above, wholeWords);
  const restOccurrences = occurrences - coveredOccurrences;
  const restCharacters = characters - coveredCharacters;
  // A text of ideographs is cut into words of one.
  const areIdeographs = tokenizer === 'bpe' && characters < 1.5 * occurrences;
  const pieces = areIdeographs
    ? IDEOGRAPH_PIECES * restOccurrences
    : Math.max(restOccurrences, restCharacters / PIECE_CHARACTERS);
  return Math.min(areIdeographs ? IDEOGRAPH_PIECES : 1, (coveredOccurrences + pieces) / counted);
}

/** Symbols that a tokenizer knows before it has learned a token of several. */
function singleSymbols(tokenizer: RunConfiguration['tokenizer'], distinctCharacters: number): number {
  if (tokenizer === 'wordpiece') return 2 * distinctCharacters;
  return tokenizer === 'bpe' ? Math.min(distinctCharacters, BYTES) : distinctCharacters;
}

function interpolated(
  coverage: readonly (readonly [number, number, number])[],
  above: number,
  words: number,
): readonly [number, number, number] {
  const last = coverage.at(-1) ?? ([0, 0, 0] as const);
  if (above === -1) return last;
  const upper = coverage[above] ?? last;
  const lower = coverage[above - 1] ?? ([1, 0, 0] as const);
  const share = upper[0] === lower[0] ? 1 : Math.log(words / lower[0]) / Math.log(upper[0] / lower[0]);
  const between = (index: 1 | 2) => lower[index] + Math.max(0, Math.min(1, share)) * (upper[index] - lower[index]);
  return [words, between(1), between(2)];
}
