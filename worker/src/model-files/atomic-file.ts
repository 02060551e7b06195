import { createHash } from 'node:crypto';
import { open, rename, rm, type FileHandle } from 'node:fs/promises';
import { basename } from 'node:path';

/** A file that was written whole. */
export interface FinishedFile {
  readonly name: string;
  readonly path: string;
  readonly sha256: string;
  readonly sizeBytes: number;
}

/** Takes the bytes of a file in order. */
export interface FileSink {
  /** Bytes written so far. */
  readonly position: number;
  write(bytes: Uint8Array): Promise<void>;
}

/** Writes a file that appears under its name only when `fill` has written all of it and it is on the disk. */
export async function writeAtomically(path: string, fill: (sink: FileSink) => Promise<void>): Promise<FinishedFile> {
  const temporary = `${path}.${process.pid}.partial`;
  const digest = createHash('sha256');
  let position = 0;
  try {
    const file: FileHandle = await open(temporary, 'w');
    try {
      await fill({
        get position() {
          return position;
        },
        async write(bytes) {
          digest.update(bytes);
          await file.writeFile(bytes);
          position += bytes.length;
        },
      });
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
  return { name: basename(path), path, sha256: digest.digest('hex'), sizeBytes: position };
}
