import { closeSync, openSync, readSync } from 'node:fs';
import type { DatasetItem } from '@greenlight/shared/stages/data/content.ts';
import { summariseItems, type ItemsSummary } from '@greenlight/shared/stages/data/rules.ts';

const BLOCK_BYTES = 4 * 1024 * 1024;
const PREVIEW_ITEMS = 20;
const PREVIEW_CHARACTERS = 500;
const LINE_FEED = 10;

/** The lines of a file, never more than a block and a line of it in memory. */
function* linesOf(path: string): Generator<string> {
  const file = openSync(path, 'r');
  const block = Buffer.allocUnsafe(BLOCK_BYTES);
  let rest = Buffer.alloc(0);
  try {
    for (let read = readSync(file, block); read > 0; read = readSync(file, block)) {
      const bytes = Buffer.concat([rest, block.subarray(0, read)]);
      let start = 0;
      for (let end = bytes.indexOf(LINE_FEED); end !== -1; end = bytes.indexOf(LINE_FEED, start)) {
        yield bytes.toString('utf8', start, end);
        start = end + 1;
      }
      rest = bytes.subarray(start);
    }
  } finally {
    closeSync(file);
  }
}

/** Counts the items of a version's file by the rules of every version, with its first texts; throws `LabelsError`. */
export function summariseFile(path: string): ItemsSummary & { readonly preview: readonly string[] } {
  const preview: string[] = [];
  function* items(): Generator<DatasetItem> {
    for (const line of linesOf(path)) {
      const item = JSON.parse(line) as DatasetItem;
      if (preview.length < PREVIEW_ITEMS) preview.push(item.text.slice(0, PREVIEW_CHARACTERS));
      yield item;
    }
  }
  return { ...summariseItems(items()), preview };
}
