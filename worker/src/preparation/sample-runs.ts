import { readFile, writeFile } from 'node:fs/promises';
import type { RunSamples } from '@greenlight/shared/stages/data/preparation/contained-texts.ts';
import { RunList, sampleRuns } from '@greenlight/shared/stages/data/preparation/containment.ts';
import { chunkPaths } from './chunk-files.ts';
import type { SampleTask } from './thread-protocol.ts';

/** Writes the samples of the runs of a chunk's texts: for each item where its sample ends, then all of them. Answers how many runs they hold. */
export async function sampleChunk({ folder, chunk, offsets }: SampleTask): Promise<number> {
  const paths = chunkPaths(folder, chunk);
  const lines = await readFile(paths.items);
  const list = new RunList();
  const items = offsets.length - 1;
  const ends = new Uint32Array(items);
  for (let item = 0; item < items; item++) {
    const line = lines.toString('utf8', offsets[item], offsets[item + 1]);
    sampleRuns((JSON.parse(line) as { text: string }).text, list);
    ends[item] = list.length;
  }
  const runs = list.toArray();
  await writeFile(paths.runs, Buffer.concat([bytesOf(ends), bytesOf(runs)]));
  return runs.length;
}

const bytesOf = ({ buffer, byteOffset, byteLength }: Uint32Array) => new Uint8Array(buffer, byteOffset, byteLength);

/** The samples of all chunks of a stage, one after another. */
export async function* samplesOf(folder: string, starts: Uint32Array): AsyncGenerator<RunSamples> {
  for (let chunk = 0; chunk + 1 < starts.length; chunk++) {
    const bytes = await readFile(chunkPaths(folder, chunk).runs);
    const words = new Uint32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength));
    const first = starts[chunk]!;
    const items = starts[chunk + 1]! - first;
    yield { first, ends: words.subarray(0, items), runs: words.subarray(items) };
  }
}
