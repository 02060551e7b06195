import { SpecialTokens } from './special-tokens.ts';
import { SPECIAL_TOKENS, UNKNOWN_ID, UNKNOWN_TEXT, type Tokenizer } from './tokenizer.ts';

/** One Unicode code point a token. */
export class CharacterTokenizer implements Tokenizer {
  readonly kind = 'character';
  readonly tokens: readonly string[];
  readonly #idOf: ReadonlyMap<string, number>;
  readonly #special: SpecialTokens;

  /** `first` spells the tokens with the engine's own four ids. */
  constructor(symbols: readonly string[], first: readonly string[] = SPECIAL_TOKENS, special = new SpecialTokens()) {
    this.tokens = [...first, ...symbols];
    this.#special = special;
    this.#idOf = new Map(symbols.map((symbol, index) => [symbol, index + first.length]));
  }

  get size(): number {
    return this.tokens.length;
  }

  get special(): ReadonlyMap<number, string> {
    return this.#special.contents;
  }

  encode(text: string): Int32Array {
    const ids = this.#special
      .split(text)
      .map((part) =>
        'id' in part ? [part.id] : Array.from(part.text, (symbol) => this.#idOf.get(symbol) ?? UNKNOWN_ID),
      );
    return Int32Array.from(ids.flat());
  }

  decode(ids: Iterable<number>): string {
    let text = '';
    for (const id of ids) {
      if (id === UNKNOWN_ID) text += UNKNOWN_TEXT;
      else if (!this.#special.isSilent(id)) text += this.tokens[id] ?? UNKNOWN_TEXT;
    }
    return text;
  }

  nameOf(id: number): string {
    return this.tokens[id] ?? UNKNOWN_TEXT;
  }
}

/**
 * A tokenizer of the characters of these texts, the most frequent first (ties by code point), at most `vocabularySize`
 * ids with the special ones.
 */
export function trainCharacterTokenizer(texts: Iterable<string>, vocabularySize: number): CharacterTokenizer {
  const special = new SpecialTokens();
  const counts = new Map<string, number>();
  for (const text of texts) {
    for (const part of special.textsOf(text)) {
      for (const symbol of part) counts.set(symbol, (counts.get(symbol) ?? 0) + 1);
    }
  }
  const symbols = [...counts]
    .sort(([a, countA], [b, countB]) => countB - countA || (a.codePointAt(0) ?? 0) - (b.codePointAt(0) ?? 0))
    .slice(0, vocabularySize - SPECIAL_TOKENS.length)
    .map(([symbol]) => symbol);
  return new CharacterTokenizer(symbols);
}
