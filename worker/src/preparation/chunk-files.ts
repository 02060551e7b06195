import { open, readFile, rename, writeFile, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { deserialize, serialize } from 'node:v8';
import { BANDS } from '@greenlight/shared/stages/data/preparation/min-hash.ts';
import type { ProfilePart } from '@greenlight/shared/stages/data/preparation/profile-builder.ts';
import type { RowError } from '@greenlight/shared/stages/data/preparation/reading/row-errors.ts';
import type { StepCount } from '@greenlight/shared/stages/data/preparation/recipe.ts';

/*
 * A stage's part of a dataset is three files: the items as JSON Lines, the bands of their signatures, and the facts. The facts
 * are written last and appear whole, so that their presence says that the part is done, also after a power cut.
 */

/** What is known of the personal data in an item's text. */
export const PERSONAL = { unknown: 0, none: 1, some: 2 } as const;

/** What a stage knows of the items of one chunk; arrays have an element an item. */
export interface ChunkFacts {
  readonly items: number;
  readonly high: Uint32Array;
  readonly low: Uint32Array;
  /** Hash of labels and value. */
  readonly meaning: Uint32Array;
  /** Where each line begins in the items' file, and after the last one where it ends. */
  readonly offsets: Uint32Array;
  /** Row of the source. */
  readonly rows: Uint32Array;
  /** 0 where the source says no split, else its number + 1. */
  readonly given: Uint8Array;
  /** Place of the first label in `labels` + 1; 0 without a label. */
  readonly label: Uint32Array;
  readonly labels: readonly string[];
  /** A value of `PERSONAL`. */
  readonly personal: Uint8Array;
  /** Whether an item has labels (1), several (2) or a value (4). */
  readonly kinds: number;
  readonly profile: ProfilePart | null;
  readonly steps: readonly StepCount[];
  readonly sourceRows: number;
  readonly emptyRows: number;
  readonly errorCounts: Readonly<Record<string, number>>;
  /** The first errors of the chunk. */
  readonly errors: readonly RowError[];
}

/** Files of one chunk in the folder of a stage. */
export function chunkPaths(folder: string, chunk: number): { items: string; bands: string; facts: string } {
  const base = join(folder, String(chunk).padStart(5, '0'));
  return { items: `${base}.jsonl`, bands: `${base}.bands`, facts: `${base}.facts` };
}

async function writeWhole(path: string, content: Uint8Array): Promise<void> {
  await writeFile(`${path}.partial`, content, { flush: true });
  await rename(`${path}.partial`, path);
}

/** Writes a chunk's files, the facts last. `bands` holds band after band, each with an element an item. */
export async function writeChunk(
  folder: string,
  chunk: number,
  items: Uint8Array,
  bands: Uint32Array,
  facts: ChunkFacts,
): Promise<void> {
  const paths = chunkPaths(folder, chunk);
  await writeWhole(paths.items, items);
  await writeWhole(paths.bands, new Uint8Array(bands.buffer, bands.byteOffset, bands.byteLength));
  await writeWhole(paths.facts, serialize(facts));
}

/** Reads what a stage knows of a chunk; null where the chunk is not done. */
export async function readFacts(folder: string, chunk: number): Promise<ChunkFacts | null> {
  try {
    return deserialize(await readFile(chunkPaths(folder, chunk).facts)) as ChunkFacts;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}

/** All bands of a chunk with `items` items. */
export async function readBands(folder: string, chunk: number): Promise<Uint32Array> {
  const bytes = await readFile(chunkPaths(folder, chunk).bands);
  return new Uint32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength));
}

/** One band of every item of a stage; `starts` holds the number of the first item of each chunk, and of all items at its end. */
export async function readBand(folder: string, starts: Uint32Array, band: number): Promise<Uint32Array> {
  if (band >= BANDS) throw new RangeError(`There is no band ${band}`);
  const values = new Uint32Array(starts.at(-1)!);
  for (let chunk = 0; chunk + 1 < starts.length; chunk++) {
    const items = starts[chunk + 1]! - starts[chunk]!;
    if (items === 0) continue;
    const file = await open(chunkPaths(folder, chunk).bands, 'r');
    try {
      await readFully(file, new Uint8Array(values.buffer, starts[chunk]! * 4, items * 4), band * items * 4);
    } finally {
      await file.close();
    }
  }
  return values;
}

/** Fills `into` from a place of a file; throws where the file ends before. */
export async function readFully(file: FileHandle, into: Uint8Array, position: number): Promise<void> {
  let filled = 0;
  while (filled < into.length) {
    const { bytesRead } = await file.read(into, filled, into.length - filled, position + filled);
    if (bytesRead === 0) throw new Error('A file of the preparation is shorter than it was.');
    filled += bytesRead;
  }
}
