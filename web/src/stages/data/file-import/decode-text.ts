import { FileProblem } from './file-problem.ts';

/** Encodings that the form offers. */
export const ENCODINGS = ['utf-8', 'gb18030', 'utf-16le'] as const;

/** An encoding of a text file. */
export type Encoding = (typeof ENCODINGS)[number];

/** A file as text, and the bytes that its byte-order mark took. */
export interface DecodedText {
  readonly text: string;
  readonly markBytes: number;
}

/** Length of the longest prefix that decodes, in bytes: the offset of the first byte that does not fit. */
function firstBadByte(bytes: Uint8Array, encoding: Encoding): number {
  const isClean = (length: number): boolean => {
    try {
      new TextDecoder(encoding, { fatal: true }).decode(bytes.subarray(0, length), { stream: true });
      return true;
    } catch {
      return false;
    }
  };
  let clean = 0;
  let bad = bytes.length + 1;
  while (bad - clean > 1) {
    const middle = Math.floor((clean + bad) / 2);
    if (middle <= bytes.length && isClean(middle)) clean = middle;
    else bad = middle;
  }
  return clean;
}

/** Number of the line, from 1, that holds the byte at `offset`. */
function lineAt(bytes: Uint8Array, offset: number): number {
  let line = 1;
  for (let at = bytes.indexOf(10); at !== -1 && at < offset; at = bytes.indexOf(10, at + 1)) line++;
  return line;
}

/** Decodes a file strictly; throws a `FileProblem` that names the first bad byte. */
export function decodeText(bytes: Uint8Array, encoding: Encoding): DecodedText {
  let text: string;
  try {
    text = new TextDecoder(encoding, { fatal: true }).decode(bytes);
  } catch {
    const byte = firstBadByte(bytes, encoding);
    throw new FileProblem('encoding', lineAt(bytes, byte), byte);
  }
  const nul = text.indexOf('\0');
  if (nul !== -1) {
    const byte = encoding === 'utf-8' ? bytes.indexOf(0) : null;
    throw new FileProblem('binary', text.slice(0, nul).split('\n').length, byte);
  }
  if (text.trim() === '') throw new FileProblem('empty');
  const hasMark = encoding === 'utf-8' && bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf;
  return { text, markBytes: hasMark ? 3 : 0 };
}

/** The encodings other than `encoding` in which the file decodes without an error. */
export function otherEncodings(bytes: Uint8Array, encoding: Encoding): Encoding[] {
  return ENCODINGS.filter((other) => {
    if (other === encoding) return false;
    try {
      decodeText(bytes, other);
      return true;
    } catch {
      return false;
    }
  });
}
