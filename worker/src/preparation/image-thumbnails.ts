import { open, type FileHandle } from 'node:fs/promises';
import { MOST_THUMBNAIL_BYTES, needsThumbnail } from '@greenlight/shared/stages/data/image-pack.ts';
import type { ItemImage } from '@greenlight/shared/stages/data/content.ts';
import { readFully } from './chunk-files.ts';
import type { ImageLook } from './image-look.ts';

/** Bytes in a file. */
export interface FilePlace {
  readonly offset: number;
  readonly sizeBytes: number;
}

/** Where an image lies in a file, and how large it is as a picture; its thumbnail right behind it where it came with one. */
export interface ImagePlace extends FilePlace {
  readonly width: number;
  readonly height: number;
  readonly thumbnailBytes: number;
}

/** Where images lie in a file, by the SHA-256 of each. */
export type ImagePlaces = ReadonlyMap<string, ImagePlace>;

/** What images look like. */
export class ImageLooks {
  /** By the first 64 bits of the SHA-256, as stages know images. */
  readonly #looks = new Map<string, ImageLook | null>();

  /** Keeps what an image looks like; null where it is flat. */
  add(sha256: string, look: ImageLook | null): void {
    this.#looks.set(sha256.slice(0, 16), look);
  }

  /** The looks of items that are known by the halves of their hashes: null where one is flat, undefined where it could not be decoded. */
  of(high: Uint32Array, low: Uint32Array): (ImageLook | null | undefined)[] {
    return Array.from(high, (value, item) => this.#looks.get(hex(value) + hex(low[item]!)));
  }
}

const hex = (value: number): string => value.toString(16).padStart(8, '0');

/** The images of a preparation once they were decoded. */
export interface LookedImages {
  readonly looks: ImageLooks;
  /** Where the thumbnails lie in the file at the given path. */
  readonly thumbnails: ReadonlyMap<string, FilePlace>;
}

/** What a place says of an image that was taken in. */
export function placeOf({ width, height, sizeBytes }: ItemImage, offset: number, thumbnailBytes = 0): ImagePlace {
  return { offset, sizeBytes, width, height, thumbnailBytes };
}

async function bytesAt(file: FileHandle, { offset, sizeBytes }: FilePlace): Promise<Buffer> {
  const bytes = Buffer.allocUnsafe(sizeBytes);
  await readFully(file, bytes, offset);
  return bytes;
}

/**
 * Decodes each image of the file at `heapPath`, `atOnce` at a time: writes the thumbnails that there are to be into the file at
 * `thumbnailsPath` and keeps what each image looks like, 2 kB. A look comes from the thumbnail where there is one, so that it is the same
 * when the version is prepared again and only its thumbnail is read.
 */
export async function lookAtImages(
  heapPath: string,
  places: ImagePlaces,
  thumbnailsPath: string,
  atOnce: number,
  signal: AbortSignal,
  onImage: (share: number) => void,
): Promise<LookedImages> {
  // What decodes is loaded where there is something to decode: texts are prepared without it.
  const { decodedLook, thumbnailOf } = await import('./decode-image.ts');
  const looks = new ImageLooks();
  const thumbnails = new Map<string, FilePlace>();
  const heap = await open(heapPath, 'r');
  const file = await open(thumbnailsPath, 'w', 0o600);
  let [end, done] = [0, 0];

  async function thumbnailAt(place: ImagePlace): Promise<Buffer | null> {
    const { offset, sizeBytes, thumbnailBytes } = place;
    if (thumbnailBytes > 0) return bytesAt(heap, { offset: offset + sizeBytes, sizeBytes: thumbnailBytes });
    const made = await thumbnailOf(await bytesAt(heap, place));
    return made !== null && made.length < MOST_THUMBNAIL_BYTES ? made : null;
  }

  async function look(sha256: string, place: ImagePlace): Promise<void> {
    let picture: Buffer | null = null;
    if (needsThumbnail(place)) {
      picture = await thumbnailAt(place);
      if (picture !== null) {
        const offset = end;
        end += picture.length;
        thumbnails.set(sha256, { offset, sizeBytes: picture.length });
        for (let written = 0; written < picture.length;)
          written += (await file.write(picture, written, picture.length - written, offset + written)).bytesWritten;
      }
    } else picture = await bytesAt(heap, place);
    const found = picture === null ? 'undecodable' : await decodedLook(picture);
    if (found !== 'undecodable') looks.add(sha256, found);
  }

  try {
    const waiting = places.entries();
    await Promise.all(
      Array.from({ length: atOnce }, async () => {
        for (const [sha256, place] of waiting) {
          signal.throwIfAborted();
          await look(sha256, place);
          onImage(++done / places.size);
        }
      }),
    );
  } finally {
    await file.close();
    await heap.close();
  }
  return { looks, thumbnails };
}
