import { DecodeStream } from '@greenlight/shared/tokenizers/decode-stream.ts';
import { UNKNOWN_TEXT, type Tokenizer } from '@greenlight/shared/tokenizers/tokenizer.ts';

/** Length of the longest end of a text with which a stop sequence could begin. */
function lengthOfBegun(text: string, stop: readonly string[]): number {
  const most = Math.max(0, ...stop.map((sequence) => sequence.length - 1));
  for (let length = Math.min(most, text.length); length > 0; length--) {
    const end = text.slice(-length);
    if (stop.some((sequence) => sequence.startsWith(end))) return length;
  }
  return 0;
}

/** The stop sequence that comes first in a text; of those that begin together the one that was named first. */
function firstStop(text: string, stop: readonly string[]): { at: number; sequence: string } | undefined {
  return stop
    .map((sequence) => ({ at: text.indexOf(sequence), sequence }))
    .filter(({ at }) => at >= 0)
    .sort((a, b) => a.at - b.at)[0];
}

/** The continuation of a prompt as it is shown: whole characters, ended before the first stop sequence. The pieces are the text, whoever joins them. */
export class TextOutput {
  /** The stop sequence that ended the text; no token should follow. */
  stopSequence: string | null = null;
  readonly #decoded: DecodeStream;
  readonly #stop: readonly string[];
  /** Decoded text that is not shown, because a stop sequence may begin in it. */
  #held = '';

  constructor(tokenizer: Tokenizer, prompt: string, stop: readonly string[]) {
    this.#decoded = new DecodeStream(tokenizer, prompt);
    this.#stop = stop;
  }

  /** Takes the next token; returns the text that can be shown since the last one. */
  push(id: number): string {
    return this.#take(this.#decoded.push(id));
  }

  /** The text that was kept back when no token will follow; a character that the limit of tokens cut in two is left out. */
  end(isCut: boolean): string {
    if (this.stopSequence !== null) return '';
    const rest = this.#decoded.rest();
    const piece = this.#take(isCut && rest.endsWith(UNKNOWN_TEXT) ? rest.slice(0, -UNKNOWN_TEXT.length) : rest);
    if (this.stopSequence !== null) return piece;
    const held = this.#held;
    this.#held = '';
    return piece + held;
  }

  #take(decoded: string): string {
    const text = this.#held + decoded;
    const found = firstStop(text, this.#stop);
    if (found !== undefined) {
      this.stopSequence = found.sequence;
      return text.slice(0, found.at);
    }
    const shown = text.length - lengthOfBegun(text, this.#stop);
    this.#held = text.slice(shown);
    return text.slice(0, shown);
  }
}
