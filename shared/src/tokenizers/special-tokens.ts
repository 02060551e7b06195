import { SPECIAL_TOKENS, UNKNOWN_ID } from './tokenizer.ts';

/** A part of a text: a special token that is spelled out in it, or what lies between two of them. */
type TextPart = { readonly id: number } | { readonly text: string };

/** Finds special tokens in texts before anything else is done to them, the longest of those that begin at a place. */
export class SpecialTokens {
  /** Contents by id. */
  readonly contents: ReadonlyMap<number, string>;
  readonly #idOf: ReadonlyMap<string, number>;
  readonly #pattern: RegExp;
  readonly #shown: ReadonlySet<number>;

  /** Those in `leftStripped` take the white space before them with them; those in `shown` are words, which decoded texts keep. */
  constructor(
    contents: ReadonlyMap<number, string> = new Map(SPECIAL_TOKENS.entries()),
    {
      leftStripped = new Set(),
      shown = new Set(),
    }: { leftStripped?: ReadonlySet<string>; shown?: ReadonlySet<number> } = {},
  ) {
    this.contents = contents;
    this.#shown = shown;
    this.#idOf = new Map([...contents].map(([id, content]) => [content, id]));
    const longestFirst = [...contents.values()].sort((a, b) => b.length - a.length);
    const patterns = longestFirst.map(
      (content) => (leftStripped.has(content) ? String.raw`\s*` : '') + escaped(content),
    );
    // Without any, the pattern finds nothing.
    this.#pattern = new RegExp(
      patterns.length === 0 ? '([])' : `(${patterns.join('|')})`,
      patterns.length === 0 ? 'v' : 'u',
    );
  }

  /** The parts of a text that are not empty, in order; lone halves of surrogate pairs become replacement characters. */
  split(text: string): TextPart[] {
    const pieces = text.toWellFormed().split(this.#pattern);
    // The pattern's group makes every second piece a special token.
    return pieces.flatMap((piece, place): TextPart[] => {
      if (piece === '') return [];
      return place % 2 === 1
        ? [{ id: this.#idOf.get(piece) ?? this.#idOf.get(piece.trimStart()) ?? UNKNOWN_ID }]
        : [{ text: piece }];
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

function escaped(content: string): string {
  return content.replaceAll(/[\\^$.*+?()[\]{}|/]/g, String.raw`\$&`);
}
