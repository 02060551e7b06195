import { open } from 'node:fs/promises';
import { ItemReader, rowSyntaxOf } from '@greenlight/shared/stages/data/preparation/reading/item-reader.ts';
import { describeRowError, type RowError } from '@greenlight/shared/stages/data/preparation/reading/row-errors.ts';
import { MAX_ROW_BYTES, RowScanner } from '@greenlight/shared/stages/data/preparation/reading/row-scanner.ts';
import { readFully } from './chunk-files.ts';
import { ChunkWriter, givenSplit, UNKNOWN_TEXT } from './chunk-writer.ts';
import type { ReadTask } from './thread-protocol.ts';

/** Most errors of a chunk that are kept with row and byte; all are counted. */
const MOST_ERRORS = 200;

/** Reads a chunk of the source into items, with a profile. */
export async function readChunk({ sourcePath, layout, chunk, number, folder }: ReadTask): Promise<void> {
  const { startByte, endByte, startRow, isLongRow } = chunk;
  const sizeBytes = endByte - startByte;
  const writer = new ChunkWriter(folder, isLongRow ? 0 : sizeBytes * 2, { isProfiled: true, isSampled: false });
  const errors: RowError[] = [];
  const errorCounts: Record<string, number> = {};
  const report = (error: RowError): void => {
    errorCounts[error.code] = (errorCounts[error.code] ?? 0) + 1;
    if (errors.length < MOST_ERRORS) errors.push(error);
  };
  let row = startRow;
  let emptyRows = 0;
  if (isLongRow) report(describeRowError('row-too-long', { row: row++, byte: startByte }, MAX_ROW_BYTES));
  else {
    const bytes = Buffer.allocUnsafe(sizeBytes);
    const file = await open(sourcePath, 'r');
    try {
      await readFully(file, bytes, startByte);
    } finally {
      await file.close();
    }
    const scanner = new RowScanner(bytes, rowSyntaxOf(layout));
    const reader = new ItemReader(layout);
    for (let span = scanner.rowAt(0, true); span !== null; span = scanner.rowAt(span.next, true), row++) {
      const outcome = reader.read(bytes, span, row, startByte);
      if (outcome === 'empty') emptyRows++;
      else if ('item' in outcome) writer.add(outcome.item, row, givenSplit(outcome.item), UNKNOWN_TEXT);
      else report(outcome.error);
    }
  }
  await writer.finish(number, { steps: [], sourceRows: row - startRow, emptyRows, errorCounts, errors });
}
