import type { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { datasetItem, type DatasetItem } from '@greenlight/shared/stages/data/content.ts';
import { givingWay } from '../../plugins/give-way.ts';
import type { ByteRange, OpenContent } from '../../storage/storage.ts';

const NEWLINE = 0x0a;

/** The lines of a stream after the first `skip`, without their ends, and where the next one begins; lines that are passed over are not decoded. */
async function* linesOf(input: Readable, skip: number): AsyncGenerator<{ line: Buffer; nextByte: number }> {
  let rest: Buffer[] = [];
  let passed = 0;
  let chunkByte = 0;
  for await (const chunk of input as AsyncIterable<Buffer>) {
    let start = 0;
    for (let end = chunk.indexOf(NEWLINE); end !== -1; end = chunk.indexOf(NEWLINE, start)) {
      const line = chunk.subarray(start, end);
      start = end + 1;
      if (passed++ >= skip) {
        yield { line: rest.length === 0 ? line : Buffer.concat([...rest, line]), nextByte: chunkByte + start };
      }
      rest = [];
    }
    if (start < chunk.length && passed >= skip) rest.push(chunk.subarray(start));
    chunkByte += chunk.length;
  }
  if (rest.length > 0) yield { line: Buffer.concat(rest), nextByte: chunkByte };
}

/** A place between two items of a version: how many items lie before it, and how many bytes. */
export interface ItemPlace {
  readonly number: number;
  readonly byte: number;
}

const BEGINNING: ItemPlace = { number: 0, byte: 0 };

/** An item with its place in the version, from 1, the line that it was stored as, and where the next one begins. */
export interface NumberedItem {
  readonly number: number;
  readonly item: DatasetItem;
  readonly line: Buffer;
  readonly nextByte: number;
}

/** The items of a stored version after the first `skip` of a stream that begins at `from`, with turns for other requests in between; it is closed when the reader stops. */
export async function* readItems(input: Readable, skip = 0, from = BEGINNING): AsyncGenerator<NumberedItem> {
  let number = from.number + skip;
  const giveWay = givingWay();
  try {
    for await (const { line, nextByte } of linesOf(input, skip)) {
      if (line.length === 0) continue;
      number++;
      const item = datasetItem.parse(JSON.parse(line.toString('utf8')));
      yield { number, line, item, nextByte: from.byte + nextByte };
      await giveWay();
    }
  } finally {
    input.destroy();
  }
}

/** Whether an item begins at a byte of a version. */
export async function isItemStart(open: (range: ByteRange) => Promise<OpenContent>, byte: number): Promise<boolean> {
  if (byte === 0) return true;
  const { stream } = await open({ start: byte - 1, length: 1 });
  return (await buffer(stream))[0] === NEWLINE;
}
