import { open } from 'node:fs/promises';
import { chunkPaths, readFully } from './chunk-files.ts';
import type { Stage } from './stage.ts';
import type { StageLines } from './thread-protocol.ts';

/** Most bytes of lines that are held in memory for comparing; those beyond are read one by one. */
const MOST_BYTES = 256 * 1024 * 1024;

/** Memory for the lines of the stage that is being compared, which threads share and the next stage uses again: at most 256 MB. */
export class LineMemory {
  #bytes = new Uint8Array(new SharedArrayBuffer(0));

  /** Reads the lines of a stage, as far as they fit; those of the stage before are gone. */
  async take({ folder, chunks, starts, offsets }: Stage): Promise<StageLines> {
    const bases = new Float64Array(chunks + 1);
    for (let chunk = 0; chunk < chunks; chunk++) {
      bases[chunk + 1] = bases[chunk]! + offsets[starts[chunk + 1]! + chunk]!;
    }
    const held = bases.findLastIndex((base) => base <= MOST_BYTES);
    const needed = bases[held]!;
    if (needed > this.#bytes.length) this.#bytes = new Uint8Array(new SharedArrayBuffer(needed));
    for (let chunk = 0; chunk < held; chunk++) {
      const file = await open(chunkPaths(folder, chunk).items, 'r');
      try {
        await readFully(file, this.#bytes.subarray(bases[chunk], bases[chunk + 1]), 0);
      } finally {
        await file.close();
      }
    }
    return { folder, starts, offsets, bytes: this.#bytes.subarray(0, needed), bases };
  }
}
