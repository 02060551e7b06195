import { bertWords, type BertNormaliser } from './bert-words.ts';
import { countWords } from './count-words.ts';
import { learnMerges, type CountedWord } from './learn-merges.ts';
import { SpecialTokens } from './special-tokens.ts';
import { SPECIAL_TOKENS, UNKNOWN_ID, UNKNOWN_TEXT, type Tokenizer } from './tokenizer.ts';
import { WordCache } from './word-cache.ts';

/** How a word-piece tokenizer reads and writes texts. */
export interface WordPieceSettings {
  readonly normaliser: BertNormaliser;
  /** What a piece inside a word begins with. */
  readonly prefix: string;
  /** Longer words, in code points, are unknown. */
  readonly longestWord: number;
  /** Decoded texts lose the spaces before punctuation and in English contractions. */
  readonly cleanUp: boolean;
  /** Decoded texts lose the space before Chinese characters and full-width punctuation. */
  readonly joinChinese: boolean;
}

/** What a learned word-piece tokenizer may do to letters: by default they keep their case and accents, so that a model can write them. */
export type WordPieceNormalisation = Partial<Pick<BertNormaliser, 'lowercase' | 'stripAccents'>>;

/** What a tokenizer that is learned here does. */
export const TRAINED_SETTINGS: WordPieceSettings = {
  normaliser: { cleanText: true, separateChinese: true, stripAccents: false, lowercase: false },
  prefix: '##',
  longestWord: 100,
  cleanUp: true,
  joinChinese: true,
};

/** The space that a decoded text loses before a Chinese character or full-width punctuation. */
export const CHINESE_SPACE = '^ (?=[\u3001-\u303F\u3400-\u4DBF\u4E00-\u9FFF\uF900-\uFAFF\uFF01-\uFF5E])';

const CHINESE_SPACE_PATTERN = new RegExp(CHINESE_SPACE, 'u');

/** What the library's clean-up replaces, in this order. */
const CLEAN_UPS = [
  [' .', '.'],
  [' ?', '?'],
  [' !', '!'],
  [' ,', ','],
  [" ' ", "'"],
  [" n't", "n't"],
  [" 'm", "'m"],
  [' do not', " don't"],
  [" 's", "'s"],
  [" 've", "'ve"],
  [" 're", "'re"],
] as const;

/** Words cut into the longest known pieces from the left, as in BERT. */
export class WordPieceTokenizer implements Tokenizer {
  readonly kind = 'wordpiece';
  readonly tokens: readonly string[];
  readonly settings: WordPieceSettings;
  readonly #special: SpecialTokens;
  readonly #idOf: ReadonlyMap<string, number>;
  /** UTF-16 units of the longest piece: no need to look for longer ones. */
  readonly #longestPiece: number;
  readonly #cache = new WordCache((word) => this.#encodeWord(word));

  constructor(
    tokens: readonly string[],
    settings: WordPieceSettings = TRAINED_SETTINGS,
    special = new SpecialTokens(),
  ) {
    this.tokens = tokens;
    this.settings = settings;
    this.#special = special;
    this.#idOf = new Map(tokens.map((token, id) => [token, id]));
    this.#longestPiece = tokens.reduce((longest, token) => Math.max(longest, token.length), 0);
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
      else {
        const words = bertWords(part.text, this.settings.normaliser);
        for (const word of words) for (const id of this.#cache.get(word)) ids.push(id);
      }
    }
    return Int32Array.from(ids);
  }

  decode(ids: Iterable<number>, before = ''): string {
    let text = '';
    let isFirst = before === '' || /\s$/u.test(before);
    for (const id of ids) {
      if (this.#special.isSilent(id)) continue;
      text += this.#spell(id, isFirst);
      isFirst = false;
    }
    return text;
  }

  nameOf(id: number): string {
    return this.tokens[id] ?? UNKNOWN_TEXT;
  }

  /** A token with the space before it, where it has one. */
  #spell(id: number, isFirst: boolean): string {
    const { prefix, cleanUp, joinChinese } = this.settings;
    let text = id === UNKNOWN_ID ? UNKNOWN_TEXT : (this.tokens[id] ?? UNKNOWN_TEXT);
    if (!isFirst) text = text.startsWith(prefix) ? text.slice(prefix.length) : ` ${text}`;
    if (cleanUp) for (const [from, to] of CLEAN_UPS) text = text.replaceAll(from, to);
    return joinChinese ? text.replace(CHINESE_SPACE_PATTERN, '') : text;
  }

  #encodeWord(word: string): readonly number[] {
    const placeOfSymbol = [0];
    for (const symbol of word) placeOfSymbol.push((placeOfSymbol.at(-1) ?? 0) + symbol.length);
    const symbols = placeOfSymbol.length - 1;
    if (symbols > this.settings.longestWord) return [UNKNOWN_ID];
    const ids: number[] = [];
    let start = 0;
    while (start < symbols) {
      const prefix = start === 0 ? '' : this.settings.prefix;
      let end = Math.min(symbols, start + this.#longestPiece);
      let id: number | undefined;
      for (; end > start; end--) {
        id = this.#idOf.get(prefix + word.slice(placeOfSymbol[start], placeOfSymbol[end]));
        if (id !== undefined) break;
      }
      if (id === undefined) return [UNKNOWN_ID];
      ids.push(id);
      start = end;
    }
    return ids;
  }
}

/**
 * A word-piece tokenizer of `vocabularySize` ids at most, learned by merging pairs as Hugging Face's trainer does. Where the texts have more different
 * characters than that, the most frequent are kept (ties by code point, the beginning of a word before its inside); words with others are unknown.
 */
export function trainWordPieceTokenizer(
  texts: Iterable<string>,
  vocabularySize: number,
  normalisation: WordPieceNormalisation = {},
  onProgress?: (tokens: number) => void,
): WordPieceTokenizer {
  const special = new SpecialTokens();
  const settings = { ...TRAINED_SETTINGS, normaliser: { ...TRAINED_SETTINGS.normaliser, ...normalisation } };
  const { prefix, normaliser, longestWord } = settings;
  const counted: { symbols: string[]; count: number }[] = [];
  for (const [word, count] of countWords(wordsOf(texts, special, normaliser))) {
    const symbols = Array.from(word, (symbol, place) => (place === 0 ? symbol : prefix + symbol));
    if (symbols.length <= longestWord) counted.push({ symbols, count });
  }
  const tokens: string[] = [...SPECIAL_TOKENS, ...frequentSymbols(counted, vocabularySize - SPECIAL_TOKENS.length)];
  const idOf = new Map(tokens.map((token, id) => [token, id]));
  const words = counted.flatMap(({ symbols, count }): CountedWord[] => {
    const ids = symbols.map((symbol) => idOf.get(symbol));
    return ids.every((id) => id !== undefined) ? [{ ids, count }] : [];
  });
  learnMerges(words, tokens, vocabularySize, (left, right) => left + right.slice(prefix.length), onProgress);
  return new WordPieceTokenizer(tokens, settings, special);
}

/** At most so many symbols, in the order of their code points, plain ones before those inside words. */
function frequentSymbols(words: readonly { symbols: string[]; count: number }[], most: number): string[] {
  const counts = new Map<string, number>();
  for (const { symbols, count } of words) {
    for (const symbol of symbols) counts.set(symbol, (counts.get(symbol) ?? 0) + count);
  }
  const byPlace = [...counts].sort(([a], [b]) => placeOf(a) - placeOf(b));
  const kept = new Set([...byPlace].sort(([, a], [, b]) => b - a).slice(0, most));
  return byPlace.filter((entry) => kept.has(entry)).map(([symbol]) => symbol);
}

function placeOf(symbol: string): number {
  const { prefix } = TRAINED_SETTINGS;
  const isInside = symbol.length > prefix.length && symbol.startsWith(prefix);
  return 2 * (symbol.codePointAt(isInside ? prefix.length : 0) ?? 0) + (isInside ? 1 : 0);
}

function* wordsOf(texts: Iterable<string>, special: SpecialTokens, normaliser: BertNormaliser): Generator<string> {
  for (const text of texts) for (const part of special.textsOf(text)) yield* bertWords(part, normaliser);
}
