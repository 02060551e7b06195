import { isHan } from './preparation/personal-data/characters.ts';
import { findPersonalData, maskFindings } from './preparation/personal-data/find.ts';
import { maskedContinuation } from './masked-text.ts';

/** So many units after a name decide whether it is one, in Chinese. */
const DECIDED_BY = 16;

/** A surname belongs to the two words before it, and to one that introduces them. */
const WORDS_OF_NAME = 3;

/** An address that is spelled has this many words before its signs. */
const WORDS_OF_ADDRESS = 8;

/** What an address is spelled with, or a number goes on with. */
const SPELLED = /\b(?:at|dot|underscore|dash)\b|[@#]|艾特|[\d０-９]/i;

/** Where the word begins in which, or behind which, a place lies: Chinese characters end words as spaces do. */
function startOfWord(text: string, place: number): number {
  let start = place;
  while (start > 0 && /\s/.test(text[start - 1]!)) start--;
  while (start > 0 && !/\s/.test(text[start - 1]!) && !isHan(text.charCodeAt(start - 1))) start--;
  return start;
}

function wordsBefore(text: string, place: number, words: number): number {
  let start = place;
  for (let word = 0; word < words; word++) start = startOfWord(text, start);
  return start;
}

/** Up to where no text that is still to come makes personal data of what a text says already. */
function settledLength(text: string): number {
  const near = wordsBefore(text, Math.max(0, text.length - DECIDED_BY), WORDS_OF_NAME);
  return SPELLED.test(text.slice(near)) ? wordsBefore(text, near, WORDS_OF_ADDRESS) : near;
}

/**
 * The continuation of a prompt as it is written, with its personal data masked as `maskedContinuation` masks the whole: a word is shown when what follows it
 * has decided that it belongs to none. Where text that came much later still decides otherwise, nothing more is shown, and the whole text says what holds.
 */
export class MaskedStream {
  readonly #prompt: string;
  #text: string;
  #shown: string;
  #hasChanged = false;

  constructor(prompt: string) {
    this.#prompt = prompt;
    this.#text = prompt;
    this.#shown = prompt;
  }

  /** Takes what was written; returns what of the masked text can be shown since the last time. */
  push(written: string): string {
    this.#text += written;
    const length = Math.max(this.#prompt.length, settledLength(this.#text));
    const found = findPersonalData(this.#text).filter(({ end }) => end > this.#prompt.length);
    const across = found.find(({ start, end }) => start < length && end > length);
    const settled = Math.max(this.#prompt.length, across?.start ?? length);
    const findings = found.filter(({ end }) => end <= settled);
    return this.#show(
      maskFindings(
        this.#text.slice(0, settled),
        findings.map((finding) => ({ ...finding, start: Math.max(finding.start, this.#prompt.length) })),
      ),
    );
  }

  /** What is left to be shown of the whole masked text. */
  end(): string {
    return this.#show(maskedContinuation(this.#prompt, this.#text));
  }

  #show(masked: string): string {
    if (masked.length < this.#shown.length && this.#shown.startsWith(masked)) return '';
    this.#hasChanged ||= !masked.startsWith(this.#shown);
    if (this.#hasChanged) return '';
    const piece = masked.slice(this.#shown.length);
    this.#shown = masked;
    return piece;
  }
}
