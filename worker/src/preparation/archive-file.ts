import { read } from 'node:fs';
import { open, type FileHandle } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { callbackify } from 'node:util';
import { fromRandomAccessReaderPromise, RandomAccessReader, type ZipFile } from 'yauzl';

const BLOCK_BYTES = 64 * 1024;

/** A record of an archive names a place beyond the end of its file. */
export class BeyondEnd extends Error {
  constructor() {
    super('a place beyond the end of the file');
    this.name = 'BeyondEnd';
  }
}

/** An archive on disk, of which nothing beyond its end is asked: a place of 64 bits may be larger than any that a file can be read at. */
class ArchiveFile extends RandomAccessReader {
  readonly #file: FileHandle;
  readonly #sizeBytes: number;

  constructor(file: FileHandle, sizeBytes: number) {
    super();
    this.#file = file;
    this.#sizeBytes = sizeBytes;
  }

  override read(
    buffer: Buffer,
    offset: number,
    length: number,
    position: number,
    done: (error: Error | null, bytesRead?: number) => void,
  ): void {
    if (position + length > this.#sizeBytes) setImmediate(() => done(new BeyondEnd()));
    else read(this.#file.fd, buffer, offset, length, position, done);
  }

  override _readStreamForRange(start: number, end: number): Readable {
    return Readable.from(this.#blocks(start, end), { objectMode: false });
  }

  async *#blocks(start: number, end: number): AsyncGenerator<Buffer> {
    for (let at = start; at < end;) {
      const length = Math.min(BLOCK_BYTES, end - at);
      const { bytesRead, buffer } = await this.#file.read(Buffer.allocUnsafe(length), 0, length, at);
      if (bytesRead === 0) throw new BeyondEnd();
      at += bytesRead;
      yield buffer.subarray(0, bytesRead);
    }
  }

  override close(done: (error: Error | null) => void): void {
    callbackify(() => this.#file.close())(done);
  }
}

/** Opens an archive for reading entry by entry; whatever is wrong with its records is thrown, as `BeyondEnd` where they lead there. */
export async function openArchiveFile(path: string): Promise<ZipFile> {
  const file = await open(path, 'r');
  try {
    const { size } = await file.stat();
    const reader = new ArchiveFile(file, size);
    return await fromRandomAccessReaderPromise(reader, size, { decodeStrings: false, validateEntrySizes: true });
  } catch (error) {
    await file.close();
    throw error;
  }
}
