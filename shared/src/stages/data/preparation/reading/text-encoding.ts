import type { TextEncoding } from './source.ts';

/** How many bytes the byte order mark at the start of a file takes, and the encoding that it says; null without one. */
export function byteOrderMark(head: Uint8Array): { encoding: TextEncoding; bytes: number } | null {
  if (head[0] === 0xef && head[1] === 0xbb && head[2] === 0xbf) return { encoding: 'utf-8', bytes: 3 };
  if (head[0] === 0xff && head[1] === 0xfe) return { encoding: 'utf-16le', bytes: 2 };
  if (head[0] === 0xfe && head[1] === 0xff) return { encoding: 'utf-16be', bytes: 2 };
  return null;
}

/** Whether the two-byte characters of bytes that are not UTF-8 are mostly the common Chinese ones, whose bytes are both high. */
function looksLikeGb18030(head: Uint8Array): boolean {
  let pairs = 0;
  let common = 0;
  for (let index = 0; index < head.length; index++) {
    if (head[index]! < 0x80) continue;
    pairs++;
    // In Western encodings of one byte an accented letter mostly stands before a plain one.
    if ((head[index + 1] ?? 0xff) >= 0xa1) common++;
    index++;
  }
  return common > 0.8 * pairs && isValid(head, 'gb18030');
}

function isValid(head: Uint8Array, encoding: TextEncoding): boolean {
  try {
    // As a stream, because the last character of a head may be cut.
    new TextDecoder(encoding, { fatal: true }).decode(head, { stream: true });
    return true;
  } catch {
    return false;
  }
}

/** The encoding of a file by its mark, else UTF-8, or GB18030 where it is no UTF-8 and looks like Chinese in that. */
export function guessedEncoding(head: Uint8Array): TextEncoding {
  const mark = byteOrderMark(head);
  if (mark !== null) return mark.encoding;
  return !isValid(head, 'utf-8') && looksLikeGb18030(head) ? 'gb18030' : 'utf-8';
}

/** Bytes of one unit in which line ends, delimiters and quotes are looked for. */
export function unitBytesOf(encoding: TextEncoding): 1 | 2 {
  return encoding === 'utf-16le' || encoding === 'utf-16be' ? 2 : 1;
}

/** Reads bytes as text and refuses what is not valid. */
export class StrictDecoder {
  readonly encoding: TextEncoding;
  readonly #decoder: InstanceType<typeof TextDecoder>;

  constructor(encoding: TextEncoding) {
    this.encoding = encoding;
    this.#decoder = new TextDecoder(encoding, { fatal: true, ignoreBOM: true });
  }

  /** The text of `bytes`, or null where they are not valid in this encoding. */
  decode(bytes: Uint8Array): string | null {
    try {
      return this.#decoder.decode(bytes);
    } catch {
      return null;
    }
  }

  /** The place of the first byte that makes `bytes` invalid; their length where only the end is missing. */
  invalidByte(bytes: Uint8Array): number {
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
