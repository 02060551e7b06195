import { closeSync, openSync, readSync } from 'node:fs';

const BLOCK_BYTES = 4 * 1024 * 1024;
const LINE_FEED = 10;

/** The lines of a file, never more than a block and a line of it in memory; `onBytes` hears how many bytes were read so far. */
export function* fileLines(path: string, onBytes?: (bytes: number) => void): Generator<string> {
  const file = openSync(path, 'r');
  const block = Buffer.allocUnsafe(BLOCK_BYTES);
  let rest = Buffer.alloc(0);
  let total = 0;
  try {
    for (let read = readSync(file, block); read > 0; read = readSync(file, block)) {
      const bytes = Buffer.concat([rest, block.subarray(0, read)]);
      let start = 0;
      for (let end = bytes.indexOf(LINE_FEED); end !== -1; end = bytes.indexOf(LINE_FEED, start)) {
        yield bytes.toString('utf8', start, end);
        start = end + 1;
      }
      rest = bytes.subarray(start);
      total += read;
      onBytes?.(total);
    }
    if (rest.length > 0) yield rest.toString('utf8');
  } finally {
    closeSync(file);
  }
}
