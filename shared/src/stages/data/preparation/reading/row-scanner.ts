/** Longest row in bytes; a longer one is reported and left out. */
export const MAX_ROW_BYTES = 1024 * 1024;

const LINE_FEED = 0x0a;
const CARRIAGE_RETURN = 0x0d;
const QUOTE = 0x22;

/** How rows are told apart: units of 1 or 2 bytes, and whether quoted values may hold line ends. */
export interface RowSyntax {
  readonly unitBytes: 1 | 2;
  readonly isBigEndian: boolean;
  /** The unit that separates values where they may be quoted; null where every line end ends a row. */
  readonly delimiter: number | null;
}

/** A row's bytes: `start` included, `end` excluded and without its line end; `next` is where the following row begins. */
export interface RowSpan {
  readonly start: number;
  readonly end: number;
  readonly next: number;
  /** Its quotes are not closed within the longest row; it was taken to end with its line. */
  readonly isUnclosed: boolean;
}

/** Finds the rows of a block of bytes one after another. */
export class RowScanner {
  readonly #bytes: Uint8Array;
  readonly #syntax: RowSyntax;
  /** Place of the first quote at or after the row under way; -1 unknown. */
  #quote = -1;

  constructor(bytes: Uint8Array, syntax: RowSyntax) {
    this.#bytes = bytes;
    this.#syntax = syntax;
  }

  /** The row that begins at `start`; null where the block ends before it does and `isWhole` does not say that the file ends there too. */
  rowAt(start: number, isWhole: boolean): RowSpan | null {
    const bytes = this.#bytes;
    if (start >= bytes.length) return null;
    const lineEnd = this.#find(LINE_FEED, start);
    if (this.#syntax.delimiter !== null) {
      if (this.#quote < start) {
        const found = this.#find(QUOTE, start);
        this.#quote = found === -1 ? bytes.length : found;
      }
      if (this.#quote < (lineEnd === -1 ? bytes.length : lineEnd)) return this.#quotedRow(start, lineEnd, isWhole);
    }
    if (lineEnd !== -1) return this.#span(start, lineEnd, false);
    return isWhole ? { start, end: bytes.length, next: bytes.length, isUnclosed: false } : null;
  }

  #quotedRow(start: number, lineEnd: number, isWhole: boolean): RowSpan | null {
    const { unitBytes } = this.#syntax;
    const delimiter = this.#syntax.delimiter!;
    const end = this.#bytes.length;
    const limit = Math.min(end, start + MAX_ROW_BYTES);
    let isQuoted = false;
    let isValueStart = true;
    for (let index = start; index < limit; index += unitBytes) {
      if (isQuoted && unitBytes === 1) {
        // Long texts are passed over at once.
        const quote = this.#bytes.indexOf(QUOTE, index);
        if (quote === -1 || quote >= limit) break;
        index = quote;
      }
      const unit = this.#unit(index);
      if (isQuoted) {
        if (unit !== QUOTE) continue;
        if (index + unitBytes < end && this.#unit(index + unitBytes) === QUOTE) index += unitBytes;
        else isQuoted = false;
      } else if (unit === QUOTE && isValueStart) {
        isQuoted = true;
        isValueStart = false;
      } else if (unit === LINE_FEED) return this.#span(start, index, false);
      else isValueStart = unit === delimiter;
    }
    const isUndecided = limit === end && !isWhole;
    if (isUndecided) return null;
    if (!isQuoted && limit === end) return { start, end, next: end, isUnclosed: false };
    if (lineEnd !== -1) return this.#span(start, lineEnd, isQuoted);
    return isWhole ? { start, end, next: end, isUnclosed: isQuoted } : null;
  }

  #span(start: number, lineEnd: number, isUnclosed: boolean): RowSpan {
    const { unitBytes } = this.#syntax;
    const before = lineEnd - unitBytes;
    const hasReturn = before >= start && this.#unit(before) === CARRIAGE_RETURN;
    return { start, end: hasReturn ? before : lineEnd, next: lineEnd + unitBytes, isUnclosed };
  }

  #unit(index: number): number {
    const bytes = this.#bytes;
    if (this.#syntax.unitBytes === 1) return bytes[index]!;
    const [first, second] = [bytes[index]!, bytes[index + 1] ?? 0];
    return this.#syntax.isBigEndian ? (first << 8) | second : first | (second << 8);
  }

  #find(unit: number, from: number): number {
    const bytes = this.#bytes;
    if (this.#syntax.unitBytes === 1) return bytes.indexOf(unit, from);
    const offset = this.#syntax.isBigEndian ? 1 : 0;
    for (let index = bytes.indexOf(unit, from); index !== -1; index = bytes.indexOf(unit, index + 1)) {
      // Units begin at even places of the block, as rows do.
      if (index % 2 === offset && bytes[index + 1 - 2 * offset] === 0) return index - offset;
    }
    return -1;
  }
}
