import { closeSync, openSync, readSync } from 'node:fs';
import { ContainmentComparer } from '@greenlight/shared/stages/data/preparation/containment.ts';
import { TextComparer } from '@greenlight/shared/stages/data/preparation/duplicates.ts';
import { chunkPaths } from './chunk-files.ts';
import type { CompareTask, StageLines } from './thread-protocol.ts';

/** The stage whose files are open; at most one. */
let opened: { readonly folder: string; readonly files: Map<number, number> } | null = null;
let line = Buffer.allocUnsafe(64 * 1024);
const comparer = new TextComparer();
const containment = new ContainmentComparer();

function fileOf(folder: string, chunk: number): number {
  if (opened?.folder !== folder) {
    for (const file of opened?.files.values() ?? []) closeSync(file);
    opened = { folder, files: new Map() };
  }
  const known = opened.files.get(chunk);
  if (known !== undefined) return known;
  const file = openSync(chunkPaths(folder, chunk).items, 'r');
  opened.files.set(chunk, file);
  return file;
}

/** The chunk that an item lies in. */
function chunkOfItem(starts: Uint32Array, item: number): number {
  let low = 0;
  let high = starts.length - 1;
  while (high - low > 1) {
    const middle = (low + high) >>> 1;
    if (starts[middle]! <= item) low = middle;
    else high = middle;
  }
  return low;
}

function textOf({ folder, starts, offsets, bases }: StageLines, bytes: Buffer, item: number): string {
  const chunk = chunkOfItem(starts, item);
  const start = offsets[item + chunk]!;
  const length = offsets[item + chunk + 1]! - start;
  if (bases[chunk + 1]! <= bytes.length) {
    const from = bases[chunk]! + start;
    return textOfLine(bytes.toString('utf8', from, from + length));
  }
  if (length > line.length) line = Buffer.allocUnsafe(length);
  const read = readSync(fileOf(folder, chunk), line, 0, length, start);
  if (read !== length) throw new Error('A file of the preparation is shorter than it was.');
  return textOfLine(line.toString('utf8', 0, length));
}

function textOfLine(content: string): string {
  return (JSON.parse(content) as { text: string }).text;
}

/** The exact similarity of each pair, or the share of its first text that stands in the second. */
export function comparePairs({ lines, first, second, measure }: CompareTask): Float32Array {
  const values = new Float32Array(first.length);
  const bytes = Buffer.from(lines.bytes.buffer, lines.bytes.byteOffset, lines.bytes.byteLength);
  for (let pair = 0; pair < first.length; pair++) {
    const [one, other] = [textOf(lines, bytes, first[pair]!), textOf(lines, bytes, second[pair]!)];
    values[pair] = measure === 'similarity' ? comparer.similarity(one, other) : containment.share(one, other);
  }
  return values;
}
