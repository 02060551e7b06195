import { createHash, type Hash } from 'node:crypto';
import { open, rename, type FileHandle } from 'node:fs/promises';
import type { DatasetItem } from '@greenlight/shared/stages/data/content.ts';
import { PACK_RECORD_BYTES, writePackRecord } from '@greenlight/shared/stages/data/image-pack.ts';
import { fileLines } from '../data/file-lines.ts';
import type { FilePlace, ImagePlaces } from './image-thumbnails.ts';

const BLOCK_BYTES = 1024 * 1024;

/** The images and thumbnails that a pack is made of: the files, and where in them each lies by the SHA-256 of the image. */
export interface PackSources {
  readonly heapPath: string;
  readonly places: ImagePlaces;
  readonly thumbnailsPath: string;
  readonly thumbnails: ReadonlyMap<string, FilePlace>;
}

/** A file that is written from its beginning, and hashed. */
class PackWriter {
  readonly digest: Hash = createHash('sha256');
  sizeBytes = 0;
  readonly #file: FileHandle;

  constructor(file: FileHandle) {
    this.#file = file;
  }

  async write(bytes: Uint8Array): Promise<void> {
    this.digest.update(bytes);
    let written = 0;
    while (written < bytes.length) written += (await this.#file.write(bytes, written)).bytesWritten;
    this.sizeBytes += bytes.length;
  }
}

/**
 * Writes the image pack of the items in a file of lines, each image with its thumbnail behind it. It holds no image that no item has; it
 * appears whole. Returns its checksum and size.
 */
export async function writeImagePack(
  itemsPath: string,
  items: number,
  { heapPath, places, thumbnailsPath, thumbnails }: PackSources,
  packPath: string,
  signal: AbortSignal,
): Promise<{ sha256: string; sizeBytes: number }> {
  const index = new DataView(new ArrayBuffer(items * PACK_RECORD_BYTES));
  const offsets = new Map<string, number>();
  const heap = await open(heapPath, 'r');
  const small = await open(thumbnailsPath, 'r');
  const file = await open(`${packPath}.partial`, 'w', 0o600);
  const pack = new PackWriter(file);
  try {
    let number = 0;
    for (const line of fileLines(itemsPath)) {
      signal.throwIfAborted();
      const { image } = JSON.parse(line) as DatasetItem;
      if (image === undefined) throw new Error('An item of a version of images has none.');
      const { sha256, sizeBytes, mediaType } = image;
      const offset = offsets.get(sha256) ?? pack.sizeBytes;
      if (!offsets.has(sha256)) {
        const place = places.get(sha256);
        if (place === undefined) throw new Error('The image of an item is not there.');
        await copy(heap, place, pack);
        const thumbnail = thumbnails.get(sha256);
        if (thumbnail !== undefined) await copy(small, thumbnail, pack);
        offsets.set(sha256, offset);
      }
      const thumbnailBytes = thumbnails.get(sha256)?.sizeBytes ?? 0;
      writePackRecord(index, ++number, { offset, sizeBytes, mediaType, thumbnailBytes });
    }
    await pack.write(new Uint8Array(index.buffer));
    await file.sync();
  } finally {
    await file.close();
    await heap.close();
    await small.close();
  }
  await rename(`${packPath}.partial`, packPath);
  return { sha256: pack.digest.digest('hex'), sizeBytes: pack.sizeBytes };
}

async function copy(heap: FileHandle, place: FilePlace, pack: PackWriter): Promise<void> {
  const block = Buffer.allocUnsafe(Math.min(BLOCK_BYTES, place.sizeBytes));
  for (let done = 0; done < place.sizeBytes;) {
    const wanted = Math.min(block.length, place.sizeBytes - done);
    const { bytesRead } = await heap.read(block, 0, wanted, place.offset + done);
    if (bytesRead === 0) throw new Error('The images became fewer while they were read.');
    await pack.write(block.subarray(0, bytesRead));
    done += bytesRead;
  }
}
