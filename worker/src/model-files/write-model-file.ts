import { open, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { encodeFrame, type ExternalPlace, type ModelHeader, type WeightHead } from '../graph/encode-frame.ts';
import type { CheckpointArray } from '../training/checkpoint.ts';
import { writeAtomically, type FileSink, type FinishedFile } from './atomic-file.ts';
import type { ExportGraph } from './export-graphs.ts';

/** Largest message that readers of protocol buffers accept is 2 GiB − 1; a little is left for what surrounds the weights. */
export const LARGEST_INLINE_BYTES = 2 ** 31 - 2 ** 20;

/** Pages of memory begin at such offsets, so that readers can map a weight instead of copying it. */
const ALIGNMENT_BYTES = 4096;

/** How much of a weight is in memory at once. */
const CHUNK_BYTES = 4 * 2 ** 20;

/** A checkpoint file that weights are copied from. */
export interface WeightSource {
  readonly path: string;
  readonly arrays: readonly CheckpointArray[];
}

async function copyWeight(file: FileHandle, { start, sizeBytes }: CheckpointArray, sink: FileSink): Promise<void> {
  const chunk = Buffer.alloc(Math.min(CHUNK_BYTES, sizeBytes));
  for (let done = 0; done < sizeBytes;) {
    const { bytesRead } = await file.read(chunk, 0, Math.min(chunk.length, sizeBytes - done), start + done);
    if (bytesRead === 0) throw new Error('The checkpoint ends before its last weight');
    await sink.write(chunk.subarray(0, bytesRead));
    done += bytesRead;
  }
}

function arrayOf({ arrays }: WeightSource, name: string): CheckpointArray {
  const array = arrays.find((candidate) => candidate.slot === 0 && candidate.name === name);
  if (array === undefined) throw new Error(`The checkpoint has no parameter '${name}'`);
  return array;
}

/** Writes the weights that several model files share, each at an aligned offset, and says where they lie. */
export async function writeSharedWeights(
  folder: string,
  name: string,
  source: WeightSource,
  names: readonly string[],
): Promise<{ file: FinishedFile; places: Map<string, ExternalPlace> }> {
  const places = new Map<string, ExternalPlace>();
  const checkpoint = await open(source.path, 'r');
  try {
    const file = await writeAtomically(join(folder, name), async (sink) => {
      for (const weight of names) {
        const gap = -sink.position & (ALIGNMENT_BYTES - 1);
        await sink.write(Buffer.alloc(gap));
        places.set(weight, { location: name, offset: sink.position });
        await copyWeight(checkpoint, arrayOf(source, weight), sink);
      }
    });
    return { file, places };
  } finally {
    await checkpoint.close();
  }
}

/** What one graph becomes a model file with. */
export interface ModelFileParts {
  readonly graph: ExportGraph;
  readonly source: WeightSource;
  /** Weights that lie in another file; the others are written into this one. */
  readonly places: ReadonlyMap<string, ExternalPlace>;
  readonly header: ModelHeader;
}

/** Writes a graph with its weights as one ONNX file, holding no more than one chunk of a weight in memory. */
export async function writeModelFile(
  folder: string,
  { graph, source, places, header }: ModelFileParts,
): Promise<FinishedFile> {
  const weights = graph.weights.map(({ name, shape }): WeightHead => {
    const { sizeBytes } = arrayOf(source, name);
    return { name, shape, sizeBytes };
  });
  const frame = encodeFrame(graph.parts, weights, places, header);
  const checkpoint = await open(source.path, 'r');
  try {
    return await writeAtomically(join(folder, `${graph.name}.onnx`), async (sink) => {
      await sink.write(frame.start);
      for (const [index, { name }] of weights.entries()) {
        await sink.write(frame.weightHeads[index] as Uint8Array);
        if (!places.has(name)) await copyWeight(checkpoint, arrayOf(source, name), sink);
      }
    });
  } finally {
    await checkpoint.close();
  }
}
