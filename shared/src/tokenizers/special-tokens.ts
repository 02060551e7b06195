import { SPECIAL_TOKENS, UNKNOWN_ID } from './tokenizer.ts';

/** A part of a text: a special token that is spelled out in it, or what lies between two of them. */
type TextPart = { readonly id: number } | { readonly text: string };

/** What is particular about some special tokens. */
interface Particular {
  /** Contents that take the white space before them with them. */
  readonly leftStripped?: ReadonlySet<string>;
  /** Contents that are looked for in what the others leave: those that the library finds in normalised text. */
  readonly foundLater?: ReadonlySet<string>;
  /** Ids of words, which decoded texts keep. */
  readonly shown?: ReadonlySet<number>;
}

const WHITE_SPACE = /\p{White_Space}/v;

/** Finds special tokens in texts before anything else is done to them, the longest of those that begin at a place. */
export class SpecialTokens {
  /** Contents by id. */
  readonly contents: ReadonlyMap<number, string>;
  readonly #idOf: ReadonlyMap<string, number>;
  readonly #patterns: readonly RegExp[];
  readonly #leftStripped: ReadonlySet<string>;
  readonly #shown: ReadonlySet<number>;

  constructor(
    contents: ReadonlyMap<number, string> = new Map(SPECIAL_TOKENS.entries()),
    { leftStripped = new Set(), foundLater = new Set(), shown = new Set() }: Particular = {},
  ) {
    this.contents = contents;
    this.#shown = shown;
    this.#leftStripped = leftStripped;
    this.#idOf = new Map([...contents].map(([id, content]) => [content, id]));
    const all = [...contents.values()];
    this.#patterns = [
      all.filter((content) => !foundLater.has(content)),
      all.filter((content) => foundLater.has(content)),
    ]
      .filter((some) => some.length > 0)
      .map(patternOf);
  }

  /** The parts of a text that are not empty, in order; lone halves of surrogate pairs become replacement characters. */
  split(text: string): TextPart[] {
    let parts: TextPart[] = text === '' ? [] : [{ text: text.toWellFormed() }];
    for (const pattern of this.#patterns) {
      parts = parts.flatMap((part) => ('id' in part ? [part] : this.#cut(part.text, pattern)));
    }
    return parts;
  }

  #cut(text: string, pattern: RegExp): TextPart[] {
    const pieces = text.split(pattern);
    // The pattern's group makes every second piece a special token.
    return pieces.flatMap((piece, place): TextPart[] => {
      if (place % 2 === 1) return [{ id: this.#idOf.get(piece) ?? UNKNOWN_ID }];
      const rest = this.#leftStripped.has(pieces[place + 1] ?? '') ? withoutSpaceAtEnd(piece) : piece;
      return rest === '' ? [] : [{ text: rest }];
    });
  }

  /** The texts between the special tokens. */
  textsOf(text: string): string[] {
    return this.split(text).flatMap((part) => ('text' in part ? [part.text] : []));
  }

  /** Whether an id is left out of decoded texts. */
  isSilent(id: number): boolean {
    if (id === UNKNOWN_ID || this.#shown.has(id)) return false;
    return id < SPECIAL_TOKENS.length || this.contents.has(id);
  }
}

/** Finds each of these contents, the longest first, as a group. */
function patternOf(contents: readonly string[]): RegExp {
  const longestFirst = contents.toSorted((a, b) => b.length - a.length);
  return new RegExp(`(${longestFirst.map(escaped).join('|')})`, 'u');
}

/** From the end on, because a pattern would begin anew at each white space of a long run. */
function withoutSpaceAtEnd(text: string): string {
  let end = text.length;
  while (end > 0 && WHITE_SPACE.test(text.charAt(end - 1))) end--;
  return text.slice(0, end);
}

function escaped(content: string): string {
  return content.replaceAll(/[\\^$.*+?()[\]{}|/]/g, String.raw`\$&`);
}
