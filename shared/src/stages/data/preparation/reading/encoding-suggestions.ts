import type { TextEncoding } from './source.ts';
import { guessedEncoding, isValidIn, StrictDecoder, unitBytesOf } from './text-encoding.ts';

/** An encoding that a file may have, and how some of its text would read in it. */
export interface EncodingSuggestion {
  readonly encoding: TextEncoding;
  readonly text: string;
}

/** Least share of the bytes above ASCII that must look like usual text of an encoding. */
const LEAST_SHARE = 0.6;
const LINE_FEED = 0x0a;
/** Bytes of a line before the first one above ASCII, and behind it, that are shown. */
const SHOWN_BEFORE = 20;
const SHOWN_BYTES = 160;

/** Which two-byte characters are usual: Hangul, common Chinese ones and punctuation, kana and the first level of kanji. Korean is usual as Chinese as well, and is offered first. */
const IS_USUAL = {
  'euc-kr': (lead: number, trail: number) =>
    trail >= 0xa1 && ((lead >= 0xb0 && lead <= 0xc8) || (lead >= 0xa1 && lead <= 0xa3)),
  gb18030: (lead: number, trail: number) =>
    trail >= 0xa1 && ((lead >= 0xb0 && lead <= 0xd7) || (lead >= 0xa1 && lead <= 0xa3)),
  big5: (lead: number) => lead >= 0xa1 && lead <= 0xc6,
  'euc-jp': (lead: number, trail: number) =>
    trail >= 0xa1 && ((lead >= 0xb0 && lead <= 0xcf) || (lead >= 0xa1 && lead <= 0xa5)),
  shift_jis: (lead: number) => (lead >= 0x81 && lead <= 0x83) || (lead >= 0x88 && lead <= 0x97),
} as const;

const PAIRED = ['euc-kr', 'gb18030', 'big5', 'shift_jis', 'euc-jp'] as const;

/** The share of the two-byte characters that are usual ones of an encoding; 0 without any. */
function shareOfPairs(bytes: Uint8Array, encoding: keyof typeof IS_USUAL): number {
  let [pairs, usual] = [0, 0];
  for (let index = 0; index < bytes.length; index++) {
    const lead = bytes[index]!;
    if (lead < 0x80) continue;
    pairs++;
    if (IS_USUAL[encoding](lead, bytes[index + 1] ?? 0)) usual++;
    index++;
  }
  return pairs === 0 ? 0 : usual / pairs;
}

/** Letters with accents, quotation marks, dashes, currencies and other signs of Windows-1252. */
const WESTERN = Uint8Array.from({ length: 256 }, (_, byte) =>
  (byte >= 0xc0 && byte !== 0xd7 && byte !== 0xf7) ||
  '€‚„…‘’“”•–—™ŠŒŽšœžŸ\u00a0¡£§©ª«®°²³´·º»¿'.includes(new TextDecoder('windows-1252').decode(Uint8Array.of(byte)))
    ? 1
    : 0,
);

/** The share of the bytes above ASCII that are usual signs of Windows-1252, alone or two beside each other that are no character of UTF-8. */
function shareOfWestern(bytes: Uint8Array): number {
  let [high, usual] = [0, 0];
  for (let index = 0; index < bytes.length;) {
    let end = index;
    while (end < bytes.length && bytes[end]! >= 0x80) end++;
    const length = end - index;
    high += length;
    const isUtf8 = length === 2 && bytes[index]! <= 0xdf && bytes[index + 1]! <= 0xbf;
    if (length <= 2 && !isUtf8) for (let at = index; at < end; at++) usual += WESTERN[bytes[at]!]!;
    index = end + 1;
  }
  return high === 0 ? 0 : usual / high;
}

const SHORTEST_WORD = 3;

/** The share of the bytes above ASCII that are Cyrillic letters of Windows-1251, where most of them stand in words; small ones that are no first letter, as in any text. */
function shareOfCyrillic(bytes: Uint8Array): number {
  let [high, inWords] = [0, 0];
  for (let index = 0; index < bytes.length; index++) {
    let end = index;
    while (end < bytes.length && bytes[end]! >= 0x80) end++;
    high += end - index;
    const word = bytes.subarray(index, end);
    const isWord = word.length >= SHORTEST_WORD && word.subarray(1).every((byte) => byte >= 0xe0 || byte === 0xb8);
    if (isWord || word.length < SHORTEST_WORD) inWords += isWord ? word.length : word.length / 2;
    index = end;
  }
  return high === 0 ? 0 : inWords / high;
}

/** The beginning up to the end of its last line, so that no character is cut. */
function wholeLines(head: Uint8Array, isWhole: boolean): Uint8Array {
  const end = head.lastIndexOf(LINE_FEED);
  return isWhole || end === -1 ? head : head.subarray(0, end + 1);
}

/** Some bytes of the first line with any above ASCII, which begin and end where characters do in every encoding but for the last one. */
function telling(bytes: Uint8Array): Uint8Array {
  const first = bytes.findIndex((byte) => byte >= 0x80);
  const start = Math.max(bytes.lastIndexOf(LINE_FEED, first) + 1, first - SHOWN_BEFORE);
  const lineEnd = bytes.indexOf(LINE_FEED, first);
  return bytes.subarray(start, Math.min(lineEnd === -1 ? bytes.length : lineEnd, first + SHOWN_BYTES));
}

/**
 * The encodings that the beginning of a file could be in where it is neither UTF-8 nor UTF-16, the likeliest first: its bytes are valid
 * and mostly usual there. Which one it is only a reader can tell, by the text.
 */
export function suggestedEncodings(head: Uint8Array, isWhole: boolean): EncodingSuggestion[] {
  const bytes = wholeLines(head, isWhole);
  if (isValidIn(bytes, 'utf-8') || unitBytesOf(guessedEncoding(head)) === 2 || bytes.includes(0)) return [];
  const shares: readonly (readonly [TextEncoding, number])[] = [
    ...PAIRED.map((encoding) => [encoding, shareOfPairs(bytes, encoding)] as const),
    ['windows-1251', shareOfCyrillic(bytes)],
    ['windows-1252', shareOfWestern(bytes)],
  ];
  return shares
    .filter(([encoding, share]) => share >= LEAST_SHARE && new StrictDecoder(encoding).decode(bytes) !== null)
    .toSorted(([, first], [, second]) => second - first)
    .map(([encoding]) => ({
      encoding,
      text: new TextDecoder(encoding).decode(telling(bytes), { stream: true }).trim(),
    }));
}
