import { IMAGE_MEDIA_TYPES, type ItemImage } from './content.ts';

/*
 * The images of a version are one file: the bytes of each different image once, in the order in which the items need them,
 * then an index with a record an item. So image `number` is found with one look at the end of the file, however many
 * there are, and the same items and images give the same bytes.
 */

/** Bytes of the record of an item. */
export const PACK_RECORD_BYTES = 16;

/** Where the image of an item lies in its pack, and what it is. */
export interface PackRecord {
  readonly offset: number;
  readonly sizeBytes: number;
  readonly mediaType: ItemImage['mediaType'];
}

/** Writes the record of item `number`, from 1, into the index of a pack. */
export function writePackRecord(index: DataView, number: number, { offset, sizeBytes, mediaType }: PackRecord): void {
  const at = (number - 1) * PACK_RECORD_BYTES;
  index.setBigUint64(at, BigInt(offset));
  index.setUint32(at + 8, sizeBytes);
  index.setUint8(at + 12, IMAGE_MEDIA_TYPES.indexOf(mediaType));
}

/** Reads the record of item `number`, from 1; null where the index is none. */
export function readPackRecord(index: DataView, number: number): PackRecord | null {
  const at = (number - 1) * PACK_RECORD_BYTES;
  if (at < 0 || at + PACK_RECORD_BYTES > index.byteLength) return null;
  const mediaType = IMAGE_MEDIA_TYPES[index.getUint8(at + 12)];
  if (mediaType === undefined) return null;
  return { offset: Number(index.getBigUint64(at)), sizeBytes: index.getUint32(at + 8), mediaType };
}

/** Where the index of a pack begins. */
export function packIndexStart(packBytes: number, items: number): number {
  return packBytes - items * PACK_RECORD_BYTES;
}
