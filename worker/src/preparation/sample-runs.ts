import { readFile, stat } from 'node:fs/promises';
import type { RunSamples } from '@greenlight/shared/stages/data/preparation/contained-texts.ts';
import { RunList, sampleRuns } from '@greenlight/shared/stages/data/preparation/containment.ts';
import { chunkPaths, writeWhole } from './chunk-files.ts';
import type { SampleTask } from './thread-protocol.ts';

/** Collects samples of the runs of a chunk's texts, item after item. */
export class ChunkSamples {
  readonly #runs = new RunList();
  readonly #ends = new RunList();

  add(text: string): void {
    sampleRuns(text, this.#runs);
    this.#ends.push(this.#runs.length);
  }

  /** Writes them: for each item where its sample ends, then all of them. Answers how many runs they hold. */
  async write(folder: string, chunk: number): Promise<number> {
    const content = [this.#ends.toArray(), this.#runs.toArray()].map(bytesOf);
    await writeWhole(chunkPaths(folder, chunk).runs, Buffer.concat(content));
    return this.#runs.length;
  }
}

/** Samples the runs of a chunk that was written without. Answers how many there are. */
export async function sampleChunk({ folder, chunk, offsets }: SampleTask): Promise<number> {
  const lines = await readFile(chunkPaths(folder, chunk).items);
  const samples = new ChunkSamples();
  for (let item = 0; item + 1 < offsets.length; item++) {
    const line = lines.toString('utf8', offsets[item], offsets[item + 1]);
    samples.add((JSON.parse(line) as { text: string }).text);
  }
  return samples.write(folder, chunk);
}

/** How many runs the samples of a chunk with `items` items hold; null where there are none yet. */
export async function sampledRuns(folder: string, chunk: number, items: number): Promise<number | null> {
  try {
    return (await stat(chunkPaths(folder, chunk).runs)).size / 4 - items;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}

const bytesOf = ({ buffer, byteOffset, byteLength }: Uint32Array) => new Uint8Array(buffer, byteOffset, byteLength);

/** The samples of a chunk of a stage whose chunks begin with the items `starts`. */
export async function samplesOfChunk(folder: string, chunk: number, starts: Uint32Array): Promise<RunSamples> {
  const bytes = await readFile(chunkPaths(folder, chunk).runs);
  const words = new Uint32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength));
  const first = starts[chunk]!;
  const items = starts[chunk + 1]! - first;
  return { first, ends: words.subarray(0, items), runs: words.subarray(items) };
}

/** The samples of all chunks of a stage, one after another. */
export async function* samplesOf(folder: string, starts: Uint32Array): AsyncGenerator<RunSamples> {
  for (let chunk = 0; chunk + 1 < starts.length; chunk++) yield samplesOfChunk(folder, chunk, starts);
}
