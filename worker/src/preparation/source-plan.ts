import { createHash } from 'node:crypto';
import { open } from 'node:fs/promises';
import {
  checkColumns,
  rowSyntaxOf,
  type SourceLayout,
} from '@greenlight/shared/stages/data/preparation/reading/item-reader.ts';
import { MAX_ROW_BYTES, RowScanner } from '@greenlight/shared/stages/data/preparation/reading/row-scanner.ts';
import { HEAD_BYTES, layoutOf } from '@greenlight/shared/stages/data/preparation/reading/source-layout.ts';
import type { SourceFormat, SourceMapping } from '@greenlight/shared/stages/data/preparation/reading/source.ts';

const BLOCK_BYTES = 4 * MAX_ROW_BYTES;
const MOST_CHUNKS = 512;

/** A part of a source that begins and ends between two rows. */
export interface SourceChunk {
  readonly startByte: number;
  readonly endByte: number;
  /** Number of its first row, as people count. */
  readonly startRow: number;
  /** It is one row that is longer than any row may be, and need not be read. */
  readonly isLongRow: boolean;
}

/** How a source is read and divided. */
export interface SourcePlan {
  readonly sha256: string;
  readonly sizeBytes: number;
  /** Rows with data, the header not counted. */
  readonly rows: number;
  readonly layout: SourceLayout;
  readonly chunks: readonly SourceChunk[];
}

/** How a text source is to be read. */
interface ReadPlan {
  readonly format: Exclude<SourceFormat, 'zip'>;
  readonly mapping: SourceMapping;
  readonly holdsImages: true | undefined;
}

/** Told how many bytes were read. */
export type OnBytes = (bytes: number) => void;

/**
 * Reads a text source once, in 4 MB blocks, and divides it into chunks of about `chunkBytes` (more where there would be over 512
 * of them) at the ends of rows. Throws `SourceError` where the file cannot be read as `format`.
 */
export async function planSource(
  path: string,
  { format, mapping, holdsImages }: ReadPlan,
  chunkBytes: number,
  signal: AbortSignal,
  onBytes: OnBytes,
): Promise<SourcePlan> {
  const file = await open(path, 'r');
  try {
    const { size } = await file.stat();
    const head = Buffer.alloc(Math.min(size, HEAD_BYTES));
    await file.read(head, 0, head.length, 0);
    const layout: SourceLayout = {
      ...layoutOf(head, head.length === size, format, mapping),
      ...(holdsImages && { holdsImages }),
    };
    // A column that is not there is said before threads read: an error that crosses threads loses its class.
    checkColumns(layout);
    const wantedBytes = Math.max(chunkBytes, Math.ceil(size / MOST_CHUNKS));
    const digest = createHash('sha256');
    const chunks: SourceChunk[] = [];
    const block = Buffer.alloc(BLOCK_BYTES);
    let [hashed, place, chunkStart] = [0, layout.firstByte, layout.firstByte];
    let row = layout.firstRow;
    let chunkRow = row;
    let isLongRow = false;
    const endChunk = (end: number): void => {
      if (end > chunkStart) chunks.push({ startByte: chunkStart, endByte: end, startRow: chunkRow, isLongRow });
      [chunkStart, chunkRow, isLongRow] = [end, row, false];
    };
    while (hashed < size || place < size) {
      signal.throwIfAborted();
      const blockStart = Math.min(place, hashed);
      const { bytesRead } = await file.read(block, 0, BLOCK_BYTES, blockStart);
      if (bytesRead === 0) throw new Error('The source became shorter while it was read.');
      const isLast = blockStart + bytesRead >= size;
      if (blockStart + bytesRead > hashed) digest.update(block.subarray(hashed - blockStart, bytesRead));
      hashed = Math.max(hashed, blockStart + bytesRead);
      const bytes = block.subarray(0, bytesRead);
      const scanner = new RowScanner(bytes, rowSyntaxOf(layout));
      let filled = place - blockStart;
      for (let span = scanner.rowAt(filled, isLast); span !== null; span = scanner.rowAt(filled, isLast)) {
        row++;
        filled = span.next;
        if (isLongRow || blockStart + filled - chunkStart >= wantedBytes) endChunk(blockStart + filled);
      }
      if (isLast) filled = bytesRead;
      else if (filled === place - blockStart && bytesRead - filled > MAX_ROW_BYTES) {
        // A row longer than a block is passed over in steps, and stays one row.
        if (!isLongRow) endChunk(place);
        isLongRow = true;
        filled = bytesRead - (bytesRead % 2);
      }
      place = blockStart + filled;
      onBytes(place);
    }
    if (isLongRow) row++;
    endChunk(size);
    return { sha256: digest.digest('hex'), sizeBytes: size, rows: row - layout.firstRow, layout, chunks };
  } finally {
    await file.close();
  }
}
