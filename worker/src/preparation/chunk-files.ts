import { open, readFile, rename, stat, writeFile, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { deserialize, serialize } from 'node:v8';
import { BANDS, SIGNATURE_WORDS, SKETCH_WORDS } from '@greenlight/shared/stages/data/preparation/min-hash.ts';
import type { ProfilePart } from '@greenlight/shared/stages/data/preparation/profile-builder.ts';
import type { RowError } from '@greenlight/shared/stages/data/preparation/reading/row-errors.ts';
import type { StepCount } from '@greenlight/shared/stages/data/preparation/recipe.ts';

/*
 * A stage's part of a dataset is three files: the items as JSON Lines, their signatures, and the facts. The facts
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
  /** 1 where the text is compared as the row that was read: its shingles are the same. */
  readonly asRead: Uint8Array;
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

interface ChunkPaths {
  readonly items: string;
  readonly signatures: string;
  readonly facts: string;
  /** Samples of the texts' runs, which are gone once texts within longer ones were looked for. */
  readonly runs: string;
}

/** Files of one chunk in the folder of a stage. */
export function chunkPaths(folder: string, chunk: number): ChunkPaths {
  const base = join(folder, String(chunk).padStart(5, '0'));
  return { items: `${base}.jsonl`, signatures: `${base}.signatures`, facts: `${base}.facts`, runs: `${base}.runs` };
}

/** Writes a file that appears whole, also after a power cut. */
export async function writeWhole(path: string, content: Uint8Array): Promise<void> {
  await writeFile(`${path}.partial`, content, { flush: true });
  await rename(`${path}.partial`, path);
}

/** Writes a chunk's files, the facts last. `signatures` is laid out as `Signatures` says. */
export async function writeChunk(
  folder: string,
  chunk: number,
  items: Uint8Array,
  signatures: Uint32Array,
  facts: ChunkFacts,
): Promise<void> {
  const paths = chunkPaths(folder, chunk);
  await Promise.all([writeWhole(paths.items, items), writeWhole(paths.signatures, bytesOf(signatures))]);
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

/** The signatures of a chunk's items: band after band with an element an item, then the sizes, then sketch after sketch. */
export class Signatures {
  readonly words: Uint32Array;
  readonly #items: number;

  constructor(words: Uint32Array, items: number) {
    this.words = words;
    this.#items = items;
  }

  /** Number of different shingles, an element an item. */
  get sizes(): Uint32Array {
    return this.words.subarray(BANDS * this.#items, (BANDS + 1) * this.#items);
  }

  /** `SKETCH_WORDS` words an item. */
  get sketches(): Uint32Array {
    return this.words.subarray((BANDS + 1) * this.#items);
  }

  /** Writes the signature of an item into `SIGNATURE_WORDS` words. */
  copy(item: number, into: Uint32Array): void {
    for (let word = 0; word <= BANDS; word++) into[word] = this.words[word * this.#items + item]!;
    const start = (BANDS + 1) * this.#items + item * SKETCH_WORDS;
    for (let word = 0; word < SKETCH_WORDS; word++) into[BANDS + 1 + word] = this.words[start + word]!;
  }

  /** Takes the signature of an item, given as `SIGNATURE_WORDS` words from a place of a list on. */
  set(item: number, list: Uint32Array, from: number): void {
    for (let word = 0; word <= BANDS; word++) this.words[word * this.#items + item] = list[from + word]!;
    const start = (BANDS + 1) * this.#items + item * SKETCH_WORDS;
    for (let word = 0; word < SKETCH_WORDS; word++) this.words[start + word] = list[from + BANDS + 1 + word]!;
  }
}

/** Number of items of a chunk that is done. */
export async function itemsOfChunk(folder: string, chunk: number): Promise<number> {
  return (await stat(chunkPaths(folder, chunk).signatures)).size / (SIGNATURE_WORDS * 4);
}

/** The signatures of a chunk with `items` items. */
export async function readSignatures(folder: string, chunk: number, items: number): Promise<Signatures> {
  const bytes = await readFile(chunkPaths(folder, chunk).signatures);
  return new Signatures(
    new Uint32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength)),
    items,
  );
}

/** Some bands of a chunk with `items` items, each with an element an item. */
export async function readBands(
  folder: string,
  chunk: number,
  items: number,
  bands: readonly number[],
): Promise<Uint32Array[]> {
  const file = await open(chunkPaths(folder, chunk).signatures, 'r');
  try {
    const values = bands.map(() => new Uint32Array(items));
    for (const [index, band] of bands.entries()) await readFully(file, bytesOf(values[index]!), band * items * 4);
    return values;
  } finally {
    await file.close();
  }
}

function bytesOf({ buffer, byteOffset, byteLength }: Uint32Array): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength);
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
