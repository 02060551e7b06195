import { LETTER, NUMBER } from './unicode-classes.ts';

/** GPT-2's pattern: English contractions, letters, digits and other signs, each with one space before it, and white space. */
const GPT2_PATTERN = new RegExp(
  [
    "'s|'t|'re|'ve|'m|'ll|'d",
    ` ?${LETTER}+`,
    ` ?${NUMBER}+`,
    ` ?[^\\p{White_Space}${LETTER}${NUMBER}]+`,
    String.raw`\p{White_Space}+(?!\P{White_Space})`,
    String.raw`\p{White_Space}+`,
  ].join('|'),
  'gv',
);

/** Bytes that GPT-2's alphabet writes as themselves; the others are written as the characters from U+0100 on. */
function isPrintable(byte: number): boolean {
  return (byte >= 0x21 && byte <= 0x7e) || (byte >= 0xa1 && byte !== 0xad);
}

/** The character that stands for each byte. */
export const BYTE_SYMBOLS: readonly string[] = byteSymbols();

const byteOfSymbol = new Map(BYTE_SYMBOLS.map((symbol, byte) => [symbol, byte]));

function byteSymbols(): string[] {
  let next = 0x100;
  return Array.from({ length: 256 }, (_, byte) => String.fromCharCode(isPrintable(byte) ? byte : next++));
}

const encoder = new TextEncoder();

/** The words of a text as GPT-2 cuts it; together they are the text. */
export function splitIntoWords(text: string): string[] {
  return text.match(GPT2_PATTERN) ?? [];
}

/** A well-formed text as one symbol for each byte of its UTF-8 form. */
export function toByteSymbols(text: string): string {
  let symbols = '';
  for (const byte of encoder.encode(text)) symbols += BYTE_SYMBOLS[byte] ?? '';
  return symbols;
}

/** The text of byte symbols; a token with any other character in it stands for itself. Broken UTF-8 shows as replacement characters. */
export function fromByteSymbols(tokens: Iterable<string>): string {
  const bytes: number[] = [];
  for (const token of tokens) {
    const symbols = Array.from(token, (symbol) => byteOfSymbol.get(symbol));
    const known = symbols.filter((byte) => byte !== undefined);
    const own = known.length === symbols.length ? known : encoder.encode(token);
    for (const byte of own) bytes.push(byte);
  }
  return new TextDecoder('utf-8', { ignoreBOM: true }).decode(Uint8Array.from(bytes));
}
