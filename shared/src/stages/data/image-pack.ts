import { IMAGE_MEDIA_TYPES, type ItemImage } from './content.ts';

/*
 * The images of a version are one file: the bytes of each different image once, in the order in which the items need them, each with its
 * thumbnail right behind it, then an index with a record an item. So image `number` is found with one look at the end of the file,
 * however many there are, and what is done to an image (kept, encrypted, erased) is done to its thumbnail. The same items and
 * images give the same bytes.
 */

/** Images of no more bytes and no longer sides are their own thumbnails. */
const SMALL_BYTES = 32 * 1024;
const SMALL_SIDE = 640;

/** Form of every thumbnail. */
export const THUMBNAIL_MEDIA_TYPE: ItemImage['mediaType'] = 'image/webp';

/** Whether an image is to have a thumbnail; it has none also where it could not be decoded, or came before there were thumbnails. */
export function needsThumbnail({
  sizeBytes,
  width,
  height,
}: Pick<ItemImage, 'sizeBytes' | 'width' | 'height'>): boolean {
  return sizeBytes > SMALL_BYTES || Math.max(width, height) > SMALL_SIDE;
}

/** Bytes of the record of an item. */
export const PACK_RECORD_BYTES = 16;

/** Where the image of an item lies in its pack, and what it is. */
export interface PackRecord {
  readonly offset: number;
  readonly sizeBytes: number;
  readonly mediaType: ItemImage['mediaType'];
  /** Bytes of the thumbnail, which begins where the image ends; 0 where there is none. */
  readonly thumbnailBytes: number;
}

const THUMBNAIL_FACTOR = 2 ** 16;
/** A thumbnail has fewer bytes than this. */
export const MOST_THUMBNAIL_BYTES = 2 ** 24;

/** Writes the record of item `number`, from 1, into the index of a pack. */
export function writePackRecord(
  index: DataView,
  number: number,
  { offset, sizeBytes, mediaType, thumbnailBytes }: PackRecord,
): void {
  const at = (number - 1) * PACK_RECORD_BYTES;
  index.setBigUint64(at, BigInt(offset));
  index.setUint32(at + 8, sizeBytes);
  index.setUint8(at + 12, IMAGE_MEDIA_TYPES.indexOf(mediaType));
  index.setUint8(at + 13, Math.floor(thumbnailBytes / THUMBNAIL_FACTOR));
  index.setUint16(at + 14, thumbnailBytes % THUMBNAIL_FACTOR);
}

/** Reads the record of item `number`, from 1; null where the index is none. */
export function readPackRecord(index: DataView, number: number): PackRecord | null {
  const at = (number - 1) * PACK_RECORD_BYTES;
  if (at < 0 || at + PACK_RECORD_BYTES > index.byteLength) return null;
  const mediaType = IMAGE_MEDIA_TYPES[index.getUint8(at + 12)];
  if (mediaType === undefined) return null;
  const thumbnailBytes = index.getUint8(at + 13) * THUMBNAIL_FACTOR + index.getUint16(at + 14);
  return { offset: Number(index.getBigUint64(at)), sizeBytes: index.getUint32(at + 8), mediaType, thumbnailBytes };
}

/** Where the index of a pack begins. */
export function packIndexStart(packBytes: number, items: number): number {
  return packBytes - items * PACK_RECORD_BYTES;
}
