import { createHash } from 'node:crypto';
import { open, readFile, rename, type FileHandle } from 'node:fs/promises';
import { SPLITS } from '@greenlight/shared/stages/data/content.ts';
import { chunkPaths, readFacts } from './chunk-files.ts';
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
    for (let chunk = 0; chunk < stage.chunks; chunk++) {
      signal.throwIfAborted();
      const content = await linesWithSplits(stage, chunk, splits);
      digest.update(content);
      await writeFully(file, content);
      sizeBytes += content.length;
      onChunk((chunk + 1) / stage.chunks);
    }
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(`${path}.partial`, path);
  return { sha256: digest.digest('hex'), sizeBytes, lines: splits.length };
}

async function linesWithSplits(stage: Stage, chunk: number, splits: Uint8Array): Promise<Buffer> {
  const facts = await readFacts(stage.folder, chunk);
  if (facts === null) throw new Error('A chunk of the preparation is missing.');
  const lines = await readFile(chunkPaths(stage.folder, chunk).items);
  const first = stage.starts[chunk]!;
  let length = lines.length;
  for (let item = 0; item < facts.items; item++) length += OPENINGS[splits[first + item]!]!.length - 1;
  const content = Buffer.allocUnsafe(length);
  let end = 0;
  for (let item = 0; item < facts.items; item++) {
    const opening = OPENINGS[splits[first + item]!]!;
    end += opening.copy(content, end);
    end += lines.copy(content, end, facts.offsets[item]! + 1, facts.offsets[item + 1]);
  }
  return content;
}

async function writeFully(file: FileHandle, content: Buffer): Promise<void> {
  let written = 0;
  while (written < content.length) written += (await file.write(content, written)).bytesWritten;
}
