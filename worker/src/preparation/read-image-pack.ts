import { open } from 'node:fs/promises';
import type { DatasetItem } from '@greenlight/shared/stages/data/content.ts';
import { PACK_RECORD_BYTES, packIndexStart, readPackRecord } from '@greenlight/shared/stages/data/image-pack.ts';
import { fileLines } from '../data/file-lines.ts';
import { readFully } from './chunk-files.ts';
import { placeOf, type ImagePlace, type ImagePlaces } from './image-thumbnails.ts';

/** Where the images of a version lie in its pack, by what its lines say of them. Throws where pack and lines do not belong together. */
export async function placesInPack(itemsPath: string, packPath: string, items: number): Promise<ImagePlaces> {
  const file = await open(packPath, 'r');
  try {
    const end = packIndexStart((await file.stat()).size, items);
    const bytes = new Uint8Array(items * PACK_RECORD_BYTES);
    await readFully(file, bytes, end);
    const index = new DataView(bytes.buffer);
    const places = new Map<string, ImagePlace>();
    let number = 0;
    for (const line of fileLines(itemsPath)) {
      const { image } = JSON.parse(line) as DatasetItem;
      const record = readPackRecord(index, ++number);
      if (image === undefined || record === null || record.sizeBytes !== image.sizeBytes)
        throw new Error(`Item ${number} is not in the pack of its version.`);
      if (record.offset + record.sizeBytes + record.thumbnailBytes > end)
        throw new Error('The pack of the images is damaged.');
      places.set(image.sha256, placeOf(image, record.offset, record.thumbnailBytes));
    }
    return places;
  } finally {
    await file.close();
  }
}
