import { suggestedEncodings } from '@greenlight/shared/stages/data/preparation/reading/encoding-suggestions.ts';
import { TEXT_ENCODINGS, type TextEncoding } from '@greenlight/shared/stages/data/preparation/reading/source.ts';
import { StrictDecoder } from '@greenlight/shared/stages/data/preparation/reading/text-encoding.ts';
import { FileProblem } from './file-problem.ts';

const BYTE_ORDER_MARK = '\ufeff';
/** Encodings in which nearly any bytes decode: they are offered only where the text looks like it. */
const SAID_ONLY: ReadonlySet<TextEncoding> = new Set(TEXT_ENCODINGS.slice(TEXT_ENCODINGS.indexOf('gb18030') + 1));

/** A file as text, and the bytes that its byte-order mark took. */
export interface DecodedText {
  readonly text: string;
  readonly markBytes: number;
}

/** Number of the line, from 1, that holds the byte at `offset`. */
function lineAt(bytes: Uint8Array, offset: number): number {
  let line = 1;
  for (let at = bytes.indexOf(10); at !== -1 && at < offset; at = bytes.indexOf(10, at + 1)) line++;
  return line;
}

/** Decodes a file strictly; throws a `FileProblem` that names the first bad byte. */
export function decodeText(bytes: Uint8Array, encoding: TextEncoding): DecodedText {
  const decoder = new StrictDecoder(encoding);
  const marked = decoder.decode(bytes);
  if (marked === null) {
    const byte = decoder.invalidByte(bytes);
    throw new FileProblem('encoding', lineAt(bytes, byte), byte);
  }
  const text = marked.startsWith(BYTE_ORDER_MARK) ? marked.slice(1) : marked;
  const nul = text.indexOf('\0');
  if (nul !== -1) {
    const byte = encoding === 'utf-8' ? bytes.indexOf(0) : null;
    throw new FileProblem('binary', text.slice(0, nul).split('\n').length, byte);
  }
  if (text.trim() === '') throw new FileProblem('empty');
  const hasMark = encoding === 'utf-8' && bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf;
  return { text, markBytes: hasMark ? 3 : 0 };
}

/** The encodings other than `encoding` in which the file decodes without an error, the likeliest first. */
export function otherEncodings(bytes: Uint8Array, encoding: TextEncoding): TextEncoding[] {
  const likely = suggestedEncodings(bytes, true).map((suggestion) => suggestion.encoding);
  const others = likely.length > 0 ? likely : TEXT_ENCODINGS.filter((one) => !SAID_ONLY.has(one));
  return others.filter((other) => {
    if (other === encoding) return false;
    try {
      decodeText(bytes, other);
      return true;
    } catch {
      return false;
    }
  });
}
