import type { ItemImage } from '@greenlight/shared/stages/data/content.ts';
import { needsThumbnail } from '@greenlight/shared/stages/data/image-pack.ts';

/** Longest side of a thumbnail in pixels: twice as many as a tile of the gallery is wide. */
const SIDE = 320;
/** More than this is not fetched and unpacked unasked: 50 megapixels take 200 MB while they are made small. */
const MOST_BYTES = 32 * 1024 * 1024;
const MOST_PIXELS = 50_000_000;

type Size = Pick<ItemImage, 'width' | 'height' | 'sizeBytes'>;

const NOT_FOUND = 404;
/** Thumbnails come in the size that they are shown in. */
const NOT_LARGER: Size = { width: 1, height: 1, sizeBytes: 0 };

/** Whether an image is small enough to be made a thumbnail without being asked for. */
export function isShownUnasked({ width, height, sizeBytes }: Size): boolean {
  return sizeBytes <= MOST_BYTES && width * height <= MOST_PIXELS;
}

/** How a browser is to resize an image of these sides; the other side follows, also where the image is turned as it is shown. */
export function resizeTo({ width, height }: Pick<Size, 'width' | 'height'>): ImageBitmapOptions {
  const scale = SIDE / Math.max(width, height);
  return scale >= 1 ? {} : { resizeWidth: Math.max(1, Math.round(width * scale)), resizeQuality: 'medium' };
}

/** An image has no thumbnail and is too large to be made one unasked. */
export class TooLarge extends Error {}

/** Where the server has the thumbnail of an image, and the whole of it. */
export interface ImageAddresses {
  readonly thumbnail: string;
  readonly whole: string;
}

async function bitmapOf(response: Response, image: Size, signal: AbortSignal): Promise<ImageBitmap> {
  if (!response.ok) throw new Error(`The image was answered with status ${response.status}.`);
  const bytes = await response.blob();
  signal.throwIfAborted();
  return createImageBitmap(bytes, resizeTo(image));
}

/**
 * Fetches the thumbnail of an image; where the server has none, the image itself, of which only what is made small stays in memory.
 * Throws `TooLarge`.
 */
export async function makeThumbnail(
  { thumbnail, whole }: ImageAddresses,
  image: Size,
  signal: AbortSignal,
): Promise<ImageBitmap> {
  const request = { credentials: 'same-origin', signal } as const;
  if (needsThumbnail(image)) {
    const response = await fetch(thumbnail, request);
    if (response.status !== NOT_FOUND) return bitmapOf(response, NOT_LARGER, signal);
    if (!isShownUnasked(image)) throw new TooLarge('The image has no thumbnail.');
  }
  return bitmapOf(await fetch(whole, request), image, signal);
}
