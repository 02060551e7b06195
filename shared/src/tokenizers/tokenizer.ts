/** How a tokenizer cuts a text: code points, word pieces as BERT, or byte pairs as GPT-2. */
export type TokenizerKind = 'character' | 'wordpiece' | 'bpe';

/** The tokens with the first ids, in this order; the engine relies on them. */
export const SPECIAL_TOKENS = ['<pad>', '<bos>', '<eos>', '<unk>'] as const;

/** Id of padding. */
export const PAD_ID = 0;

/** Id of the sign for what a tokenizer does not know. */
export const UNKNOWN_ID = 3;

/** What a decoded text shows for the unknown sign: Unicode's replacement character. */
export const UNKNOWN_TEXT = '\uFFFD';

/** Text to token ids and back. */
export interface Tokenizer {
  readonly kind: TokenizerKind;

  /** Token of each id, the special ones first, as the tokenizer's file spells them. */
  readonly tokens: readonly string[];

  /** Number of ids. */
  readonly size: number;

  /** The special tokens by id: those above and what a tokenizer from elsewhere has on top. */
  readonly special: ReadonlyMap<number, string>;

  /** Ids of a text without begin and end; a special token that is spelled out in the text becomes its id, as in Hugging Face's library. */
  encode(text: string): Int32Array;

  /**
   * Text of ids as it follows the text `before`: padding, begin, end and further special tokens vanish, `<unk>` shows as
   * the replacement character.
   */
  decode(ids: Iterable<number>, before?: string): string;

  /** A token as a person reads it. */
  nameOf(id: number): string;
}
