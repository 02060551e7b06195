import { z } from 'zod';

/** The ids that every tokenizer begins with, in this order; the engine relies on them. */
const SPECIAL_TOKENS = ['<pad>', '<bos>', '<eos>', '<unk>'] as const;

/** Id of the sign for a character that the tokenizer does not know. */
const UNKNOWN_ID = 3;

/** What a decoded text shows where the model chose the unknown sign: Unicode's replacement character. */
const UNKNOWN_TEXT = '\uFFFD';

/** Text to token ids and back, one Unicode code point a token. */
export class CharacterTokenizer {
  /** Token of each id, the special ones first. */
  readonly tokens: readonly string[];
  readonly #idOf: ReadonlyMap<string, number>;

  constructor(symbols: readonly string[]) {
    this.tokens = [...SPECIAL_TOKENS, ...symbols];
    this.#idOf = new Map(symbols.map((symbol, index) => [symbol, index + SPECIAL_TOKENS.length]));
  }

  /** Number of ids. */
  get size(): number {
    return this.tokens.length;
  }

  /** Ids of the characters of a text, without begin and end; unknown characters become `<unk>`. */
  encode(text: string): Int32Array {
    return Int32Array.from(Array.from(text.toWellFormed(), (symbol) => this.#idOf.get(symbol) ?? UNKNOWN_ID));
  }

  /** Text of ids; padding, begin and end vanish, `<unk>` shows as the replacement character. */
  decode(ids: Iterable<number>): string {
    let text = '';
    for (const id of ids) {
      if (id === UNKNOWN_ID) text += UNKNOWN_TEXT;
      else if (id >= SPECIAL_TOKENS.length) text += this.tokens[id] ?? UNKNOWN_TEXT;
    }
    return text;
  }
}

/**
 * A tokenizer of the characters of these texts, the most frequent first (ties by code point), at most `vocabularySize`
 * ids with the special ones.
 */
export function trainCharacterTokenizer(texts: Iterable<string>, vocabularySize: number): CharacterTokenizer {
  const counts = new Map<string, number>();
  for (const text of texts) {
    for (const symbol of text.toWellFormed()) counts.set(symbol, (counts.get(symbol) ?? 0) + 1);
  }
  const symbols = [...counts]
    .sort(([a, countA], [b, countB]) => countB - countA || (a.codePointAt(0) ?? 0) - (b.codePointAt(0) ?? 0))
    .slice(0, vocabularySize - SPECIAL_TOKENS.length)
    .map(([symbol]) => symbol);
  return new CharacterTokenizer(symbols);
}

const tokenizerFile = z.object({
  model: z.object({ type: z.literal('WordLevel'), vocab: z.record(z.string(), z.number().int().min(0)) }),
});

/** The content of a `tokenizer.json` as Hugging Face's tokenizers library reads it: each code point is a word. */
export function writeTokenizerJson(tokenizer: CharacterTokenizer): string {
  const added = SPECIAL_TOKENS.map((content, id) => ({
    id,
    content,
    single_word: false,
    lstrip: false,
    rstrip: false,
    normalized: false,
    special: true,
  }));
  return JSON.stringify({
    version: '1.0',
    truncation: null,
    padding: null,
    added_tokens: added,
    normalizer: null,
    pre_tokenizer: { type: 'Split', pattern: { Regex: '[\\s\\S]' }, behavior: 'Isolated', invert: false },
    post_processor: null,
    decoder: { type: 'Fuse' },
    model: {
      type: 'WordLevel',
      vocab: Object.fromEntries(tokenizer.tokens.map((token, id) => [token, id])),
      unk_token: SPECIAL_TOKENS[UNKNOWN_ID],
    },
  });
}

/** Reads what `writeTokenizerJson` wrote; throws when the content is no tokenizer of characters with our special tokens. */
export function readTokenizerJson(content: string): CharacterTokenizer {
  const { vocab } = tokenizerFile.parse(JSON.parse(content)).model;
  const tokens: string[] = [];
  for (const [token, id] of Object.entries(vocab)) tokens[id] = token;
  const count = Object.keys(vocab).length;
  const isComplete = tokens.length === count && SPECIAL_TOKENS.every((token, id) => tokens[id] === token);
  const symbols = tokens.slice(SPECIAL_TOKENS.length);
  if (!isComplete || symbols.some((symbol) => [...symbol].length !== 1)) {
    throw new Error('This tokenizer.json is not a tokenizer of single characters.');
  }
  return new CharacterTokenizer(symbols);
}
