import { UNKNOWN_TEXT, type Tokenizer } from './tokenizer.ts';

/**
 * Text of ids as they come, one at a time, without halves of characters: together the pieces and the rest are what `decode` makes of all ids at once.
 * Ids whose text ends in what may be the beginning of a character of several bytes are kept back until it is whole, or can no longer become one.
 */
export class DecodeStream {
  readonly #tokenizer: Pick<Tokenizer, 'decode'>;
  readonly #before: string;
  /** The ids of the last piece: what a token is written as may depend on there being one before it. */
  #context: readonly number[] = [];
  /** The ids since then. */
  #waiting: number[] = [];

  /** `before` is the text that the ids follow. */
  constructor(tokenizer: Pick<Tokenizer, 'decode'>, before: string) {
    this.#tokenizer = tokenizer;
    this.#before = before;
  }

  /** Takes the next id; returns the text that has become certain with it, which may be none. */
  push(id: number): string {
    this.#waiting.push(id);
    const piece = this.rest();
    if (piece === '' || piece.endsWith(UNKNOWN_TEXT)) return '';
    this.#context = this.#waiting;
    this.#waiting = [];
    return piece;
  }

  /** The text of the ids that are kept back, as it stands. */
  rest(): string {
    const known = this.#tokenizer.decode(this.#context, this.#before).length;
    return this.#tokenizer.decode([...this.#context, ...this.#waiting], this.#before).slice(known);
  }
}
