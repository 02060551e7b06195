import type { TextEncoding } from './source.ts';

/** How many bytes the byte order mark at the start of a file takes, and the encoding that it says; null without one. */
export function byteOrderMark(head: Uint8Array): { encoding: TextEncoding; bytes: number } | null {
  if (head[0] === 0xef && head[1] === 0xbb && head[2] === 0xbf) return { encoding: 'utf-8', bytes: 3 };
  if (head[0] === 0xff && head[1] === 0xfe) return { encoding: 'utf-16le', bytes: 2 };
  if (head[0] === 0xfe && head[1] === 0xff) return { encoding: 'utf-16be', bytes: 2 };
  return null;
}

const LAST_LEAD_OF_HANGUL = 0xc8;
const PAIRS_THAT_TELL = 24;
const LEAST_CHINESE = 0.05;

/**
 * Whether the two-byte characters of bytes that are not UTF-8 are mostly the 3,755 most common Chinese ones and their punctuation, as at
 * least two must be: one could be a broken byte or two of another encoding, whose text would become nonsense without a word.
 */
function looksLikeGb18030(head: Uint8Array): boolean {
  let [pairs, common, chinese] = [0, 0, 0];
  for (let index = 0; index < head.length; index++) {
    const lead = head[index]!;
    if (lead < 0x80) continue;
    pairs++;
    // In Western encodings of one byte an accented letter mostly stands before a plain one.
    const isCommon = (lead >= 0xb0 && lead <= 0xd7) || (lead >= 0xa1 && lead <= 0xa3);
    if (isCommon && (head[index + 1] ?? 0xff) >= 0xa1) common++;
    if (lead > LAST_LEAD_OF_HANGUL) chinese++;
    index++;
  }
  // Korean stands in the first half of the same places: Chinese of some length has characters in the other half.
  if (pairs >= PAIRS_THAT_TELL && chinese < LEAST_CHINESE * pairs) return false;
  return common >= 2 && common > 0.7 * pairs && isValidIn(head, 'gb18030');
}

/** Fewest zero bytes of UTF-16, by the ASCII of line ends and signs, their least share of all bytes, and of them at one parity. */
const FEWEST_ZEROS = 4;
const FEWEST_ZEROS_SHARE = 0.02;
const ZEROS_OF_ONE_PARITY = 0.75;

/** UTF-16 without a mark, by where its zero bytes are; null where there are too few, or as many at odd places as at even ones. */
function unmarkedUtf16(head: Uint8Array): TextEncoding | null {
  const zeros = [0, 0];
  for (let index = 0; index < head.length; index++) if (head[index] === 0) zeros[index % 2]!++;
  const [even, odd] = zeros as [number, number];
  if (even + odd < Math.max(FEWEST_ZEROS, FEWEST_ZEROS_SHARE * head.length)) return null;
  const encoding = odd > even ? 'utf-16le' : 'utf-16be';
  return Math.max(even, odd) >= ZEROS_OF_ONE_PARITY * (even + odd) && isValidIn(head, encoding) ? encoding : null;
}

/** Whether the beginning of a file is valid in an encoding; its last character may be cut. */
export function isValidIn(head: Uint8Array, encoding: TextEncoding): boolean {
  try {
    new TextDecoder(encoding, { fatal: true }).decode(head, { stream: true });
    return true;
  } catch {
    return false;
  }
}

/** The encoding of a file by its mark, else UTF-8, or UTF-16 or GB18030 where it looks like that. */
export function guessedEncoding(head: Uint8Array): TextEncoding {
  const mark = byteOrderMark(head);
  if (mark !== null) return mark.encoding;
  if (head.includes(0)) return unmarkedUtf16(head) ?? 'utf-8';
  return !isValidIn(head, 'utf-8') && looksLikeGb18030(head) ? 'gb18030' : 'utf-8';
}

const strictUtf8 = new TextDecoder('utf-8', { fatal: true });
/** What shows UTF-8 among two-byte encodings: text in them seldom has bytes for two characters of three bytes in a row. */
const WIDE_IN_UTF8 = /[\u0800-\uffff][^]*[\u0800-\uffff]/;
/** What shows it where every byte is a character: bytes for any other one are signs in an order that nobody writes. */
const ANY_IN_UTF8 = /[\u0080-\uffff]/;

/** Whether bytes that are valid in another encoding are UTF-8 beyond doubt, as where files were joined. */
export function isOtherwiseUtf8(bytes: Uint8Array, encoding: TextEncoding): boolean {
  if (unitBytesOf(encoding) === 2 || encoding === 'utf-8' || !bytes.some((byte) => byte >= 0x80)) return false;
  try {
    return (encoding.startsWith('windows-') ? ANY_IN_UTF8 : WIDE_IN_UTF8).test(strictUtf8.decode(bytes));
  } catch {
    return false;
  }
}

/** Bytes of one unit in which line ends, delimiters and quotes are looked for. */
export function unitBytesOf(encoding: TextEncoding): 1 | 2 {
  return encoding === 'utf-16le' || encoding === 'utf-16be' ? 2 : 1;
}

/** Control characters and those for private use, which decoders give for bytes that stand for nothing in a two-byte encoding. */
const NO_CHARACTER = /[\u0080-\u009f\ue000-\uf8ff]/;
/** What decoders give for bytes that are no character although they read them. */
const STRAY: Partial<Record<TextEncoding, RegExp>> = {
  big5: NO_CHARACTER,
  shift_jis: NO_CHARACTER,
  'euc-jp': NO_CHARACTER,
  'euc-kr': NO_CHARACTER,
  // The one byte that Windows-1251 does not use.
  'windows-1251': /\u0098/,
  // The five bytes that Windows-1252 does not use.
  'windows-1252': /[\u0081\u008d\u008f\u0090\u009d]/,
};

/** Reads bytes as text and refuses what is not valid. */
export class StrictDecoder {
  readonly encoding: TextEncoding;
  readonly #decoder: InstanceType<typeof TextDecoder>;
  readonly #stray: RegExp | undefined;

  constructor(encoding: TextEncoding) {
    this.encoding = encoding;
    this.#decoder = new TextDecoder(encoding, { fatal: true, ignoreBOM: true });
    this.#stray = STRAY[encoding];
  }

  /** The text of `bytes`, or null where they are not valid in this encoding. */
  decode(bytes: Uint8Array): string | null {
    try {
      const text = this.#decoder.decode(bytes);
      return this.#stray?.test(text) === true ? null : text;
    } catch {
      return null;
    }
  }

  /** The place of the first byte that makes `bytes` invalid; their length where only the end is missing. */
  invalidByte(bytes: Uint8Array): number {
    const invalid = this.#undecodableByte(bytes);
    if (this.#stray === undefined) return invalid;
    const read = new TextDecoder(this.encoding, { ignoreBOM: true }).decode(bytes.subarray(0, invalid), {
      stream: true,
    });
    const stray = read.search(this.#stray);
    return stray === -1 ? invalid : this.byteOfUnit(bytes, stray);
  }

  #undecodableByte(bytes: Uint8Array): number {
    const fails = (length: number): boolean => {
      try {
        // A decoder of its own: one that has failed within a stream keeps what it had read.
        new TextDecoder(this.encoding, { fatal: true }).decode(bytes.subarray(0, length), { stream: true });
        return false;
      } catch {
        return true;
      }
    };
    return firstTrue(bytes.length, fails) - 1;
  }

  /** The place of the byte where the character at `unit` (UTF-16 units from the start) begins in valid `bytes`. */
  byteOfUnit(bytes: Uint8Array, unit: number): number {
    if (unit <= 0) return 0;
    const reaches = (length: number): boolean =>
      new TextDecoder(this.encoding, { ignoreBOM: true }).decode(bytes.subarray(0, length), { stream: true }).length >=
      unit;
    return firstTrue(bytes.length, reaches);
  }
}

/** The smallest length from 1 to `limit` for which `holds`, which stays true once it is; `limit + 1` where it never is. */
function firstTrue(limit: number, holds: (length: number) => boolean): number {
  let low = 1;
  let high = limit + 1;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (middle <= limit && !holds(middle)) low = middle + 1;
    else high = middle;
  }
  return low;
}
