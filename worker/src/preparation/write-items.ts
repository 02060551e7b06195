import { createHash } from 'node:crypto';
import { open, readFile, rename, type FileHandle } from 'node:fs/promises';
import { SPLITS } from '@greenlight/shared/stages/data/content.ts';
import { chunkPaths } from './chunk-files.ts';
import type { Stage } from './stage.ts';

/** Every stored line begins with its split (`itemLine` in the contract); a stage's lines begin with the text. */
const OPENINGS = SPLITS.map((split) => Buffer.from(`{"split":${JSON.stringify(split)},`));

/** Writes the lines of a stage with their splits into one file, which appears whole; returns its checksum and size. */
export async function writeItems(
  stage: Stage,
  splits: Uint8Array,
  path: string,
  signal: AbortSignal,
  onChunk: (done: number) => void,
): Promise<{ sha256: string; sizeBytes: number; lines: number }> {
  const digest = createHash('sha256');
  const file = await open(`${path}.partial`, 'w', 0o600);
  let sizeBytes = 0;
  try {
    // While a chunk is written, it is hashed and the next one is read.
    let writing: Promise<void> = Promise.resolve();
    for (let chunk = 0; chunk < stage.chunks; chunk++) {
      signal.throwIfAborted();
      const content = await linesWithSplits(stage, chunk, splits);
      await writing;
      writing = writeFully(file, content);
      // Whoever waits for it below hears of a failure.
      writing.catch(() => undefined);
      digest.update(content);
      sizeBytes += content.length;
      onChunk((chunk + 1) / stage.chunks);
    }
    await writing;
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(`${path}.partial`, path);
  return { sha256: digest.digest('hex'), sizeBytes, lines: splits.length };
}

async function linesWithSplits(stage: Stage, chunk: number, splits: Uint8Array): Promise<Buffer> {
  const lines = await readFile(chunkPaths(stage.folder, chunk).items);
  const [first, end] = [stage.starts[chunk]!, stage.starts[chunk + 1]!];
  let length = lines.length;
  for (let item = first; item < end; item++) length += OPENINGS[splits[item]!]!.length - 1;
  const content = Buffer.allocUnsafe(length);
  let filled = 0;
  for (let item = first; item < end; item++) {
    filled += OPENINGS[splits[item]!]!.copy(content, filled);
    // A chunk has one offset more than it has items.
    filled += lines.copy(content, filled, stage.offsets[item + chunk]! + 1, stage.offsets[item + chunk + 1]);
  }
  return content;
}

async function writeFully(file: FileHandle, content: Buffer): Promise<void> {
  let written = 0;
  while (written < content.length) written += (await file.write(content, written)).bytesWritten;
}
