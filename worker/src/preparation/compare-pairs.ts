import { closeSync, openSync, readSync } from 'node:fs';
import { TextComparer } from '@greenlight/shared/stages/data/preparation/duplicates.ts';
import { chunkPaths, readFacts } from './chunk-files.ts';
import type { CompareTask } from './thread-protocol.ts';

interface OpenChunk {
  readonly file: number;
  readonly offsets: Uint32Array;
}

/** The stage whose files are open; at most one, with 4 bytes an item. */
let stage: { readonly folder: string; readonly chunks: Map<number, OpenChunk> } | null = null;
let line = Buffer.allocUnsafe(64 * 1024);
const comparer = new TextComparer();

function closeStage(): void {
  for (const { file } of stage?.chunks.values() ?? []) closeSync(file);
  stage = null;
}

async function chunkOf(folder: string, chunk: number): Promise<OpenChunk> {
  if (stage?.folder !== folder) closeStage();
  stage ??= { folder, chunks: new Map() };
  const known = stage.chunks.get(chunk);
  if (known !== undefined) return known;
  const facts = await readFacts(folder, chunk);
  if (facts === null) throw new Error('Items were to be compared before they were written.');
  const opened = { file: openSync(chunkPaths(folder, chunk).items, 'r'), offsets: facts.offsets };
  stage.chunks.set(chunk, opened);
  return opened;
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

function textAt({ file, offsets }: OpenChunk, index: number): string {
  const start = offsets[index]!;
  const length = offsets[index + 1]! - start;
  if (length > line.length) line = Buffer.allocUnsafe(length);
  const read = readSync(file, line, 0, length, start);
  if (read !== length) throw new Error('A file of the preparation is shorter than it was.');
  return (JSON.parse(line.toString('utf8', 0, length)) as { text: string }).text;
}

/** The exact similarity of each pair. */
export async function comparePairs({ folder, starts, first, second }: CompareTask): Promise<Float32Array> {
  const similarities = new Float32Array(first.length);
  for (let pair = 0; pair < first.length; pair++) {
    const texts: string[] = [];
    for (const item of [first[pair]!, second[pair]!]) {
      const chunk = chunkOfItem(starts, item);
      const opened = stage?.folder === folder ? stage.chunks.get(chunk) : undefined;
      texts.push(textAt(opened ?? (await chunkOf(folder, chunk)), item - starts[chunk]!));
    }
    similarities[pair] = comparer.similarity(texts[0]!, texts[1]!);
  }
  return similarities;
}
