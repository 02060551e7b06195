import type { Readable } from 'node:stream';
import type { DatasetItem, Split } from '@greenlight/shared/stages/data/content.ts';
import { wholeVersion } from '@greenlight/shared/stages/data/stored-line.ts';
import { givingWay } from '../../plugins/give-way.ts';

/** Lines between two looks at the clock. */
const LINES_A_LOOK = 32;

const NEWLINE = 0x0a;

/** What an item says: its text, and its image by its checksum. */
export function saying({ text, image }: Pick<DatasetItem, 'text' | 'image'>): string {
  return image === undefined ? text : `${image.sha256} ${text}`;
}

/**
 * Tells of what every item of a split says, one after the other, letting other work in between: versions have millions of them. Lines are what the product
 * wrote itself, so that they are not checked again. The stream is closed at the end, also where it fails.
 */
export async function eachOfSplit(input: Readable, split: Split, tell: (says: string) => void): Promise<void> {
  const needle = Buffer.from(`"${split}"`);
  let rest: Buffer[] = [];
  const giveWay = givingWay();
  let lines = 0;

  function take(line: Buffer): void {
    // Nearly all lines are of another split, and need not be read for that.
    if (line.length === 0 || (split !== 'train' && !line.includes(needle))) return;
    const parsed: unknown = JSON.parse(line.toString());
    for (const item of wholeVersion(parsed) ?? [parsed as DatasetItem])
      if ((item.split ?? 'train') === split) tell(saying(item));
  }

  try {
    for await (const chunk of input as AsyncIterable<Buffer>) {
      let start = 0;
      for (let end = chunk.indexOf(NEWLINE); end !== -1; end = chunk.indexOf(NEWLINE, start)) {
        const line = chunk.subarray(start, end);
        start = end + 1;
        take(rest.length === 0 ? line : Buffer.concat([...rest, line]));
        rest = [];
        if (++lines % LINES_A_LOOK === 0) await giveWay();
      }
      if (start < chunk.length) rest.push(chunk.subarray(start));
    }
    take(Buffer.concat(rest));
  } finally {
    input.destroy();
  }
}
