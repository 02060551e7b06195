import type { ItemImage } from '@greenlight/shared/stages/data/content.ts';

/** Longest side of a thumbnail in pixels: twice as many as a tile of the gallery is wide. */
const SIDE = 320;
/** More than this is not fetched and unpacked unasked: 50 megapixels take 200 MB while they are made small. */
const MOST_BYTES = 32 * 1024 * 1024;
const MOST_PIXELS = 50_000_000;

type Size = Pick<ItemImage, 'width' | 'height' | 'sizeBytes'>;

/** Whether an image is small enough to be made a thumbnail without being asked for. */
export function isShownUnasked({ width, height, sizeBytes }: Size): boolean {
  return sizeBytes <= MOST_BYTES && width * height <= MOST_PIXELS;
}

/** How a browser is to resize an image of these sides; the other side follows, also where the image is turned as it is shown. */
export function resizeTo({ width, height }: Pick<Size, 'width' | 'height'>): ImageBitmapOptions {
  const scale = SIDE / Math.max(width, height);
  return scale >= 1 ? {} : { resizeWidth: Math.max(1, Math.round(width * scale)), resizeQuality: 'medium' };
}

/** Fetches an image and makes it small; only the thumbnail stays in memory. */
export async function makeThumbnail(address: string, image: Size, signal: AbortSignal): Promise<ImageBitmap> {
  const response = await fetch(address, { credentials: 'same-origin', signal });
  if (!response.ok) throw new Error(`The image was answered with status ${response.status}.`);
  const bytes = await response.blob();
  signal.throwIfAborted();
  return createImageBitmap(bytes, resizeTo(image));
}
