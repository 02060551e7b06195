import type { Readable } from 'node:stream';
import { datasetItem, type DatasetItem } from '@greenlight/shared/stages/data/content.ts';

const NEWLINE = 0x0a;

/** The lines of a stream after the first `skip`, without their ends; lines that are passed over are not decoded. */
async function* linesOf(input: Readable, skip: number): AsyncGenerator<Buffer> {
  let rest: Buffer[] = [];
  let passed = 0;
  for await (const chunk of input as AsyncIterable<Buffer>) {
    let start = 0;
    for (let end = chunk.indexOf(NEWLINE); end !== -1; end = chunk.indexOf(NEWLINE, start)) {
      const line = chunk.subarray(start, end);
      start = end + 1;
      if (passed++ >= skip) yield rest.length === 0 ? line : Buffer.concat([...rest, line]);
      rest = [];
    }
    if (start < chunk.length && passed >= skip) rest.push(chunk.subarray(start));
  }
  if (rest.length > 0) yield Buffer.concat(rest);
}

/** An item with its place in the version, from 1, and the line that it was stored as. */
export interface NumberedItem {
  readonly number: number;
  readonly item: DatasetItem;
  readonly line: Buffer;
}

/** The items of a stored version after the first `skip`; the stream is closed when the reader stops. */
export async function* readItems(input: Readable, skip = 0): AsyncGenerator<NumberedItem> {
  let number = skip;
  try {
    for await (const line of linesOf(input, skip)) {
      if (line.length === 0) continue;
      number++;
      yield { number, line, item: datasetItem.parse(JSON.parse(line.toString('utf8'))) };
    }
  } finally {
    input.destroy();
  }
}
