import sharp, { type Sharp } from 'sharp';
import { lookOf, LOOK_SIDE, type ImageLook } from './image-look.ts';
import { readBitmap } from './read-bitmap.ts';

/** Longest side of a thumbnail in pixels: twice as many as a tile of the gallery is wide. */
const THUMBNAIL_SIDE = 320;
const THUMBNAIL_QUALITY = 75;
const MOST_PIXELS = 100_000_000;
const LONGEST_SECONDS = 30;
const WHITE = '#ffffff';

// Images come from outside: only the readers of the forms that are taken in are left, and nothing is remembered.
sharp.block({ operation: ['VipsForeignLoad'] });
sharp.unblock({
  operation: ['VipsForeignLoadJpeg', 'VipsForeignLoadPng', 'VipsForeignLoadWebp', 'VipsForeignLoadNsgif'],
});
sharp.cache(false);
// As many images are decoded at once as there are threads, one on each.
sharp.concurrency(1);

function opened(bytes: Buffer): Sharp {
  const limits = { limitInputPixels: MOST_PIXELS, sequentialRead: true, failOn: 'error', pages: 1 } as const;
  const bitmap = readBitmap(bytes, MOST_PIXELS);
  if (bitmap === null) return sharp(bytes, limits).autoOrient();
  const { pixels, width, height } = bitmap;
  return sharp(pixels, { ...limits, raw: { width, height, channels: 3 } });
}

/** A small picture of an image (WebP, on white), turned as it is shown; null where the image cannot be decoded. */
export async function thumbnailOf(bytes: Buffer): Promise<Buffer | null> {
  try {
    return await opened(bytes)
      .timeout({ seconds: LONGEST_SECONDS })
      .resize({ width: THUMBNAIL_SIDE, height: THUMBNAIL_SIDE, fit: 'inside', withoutEnlargement: true })
      .flatten({ background: WHITE })
      .webp({ quality: THUMBNAIL_QUALITY })
      .toBuffer();
  } catch {
    return null;
  }
}

/** What an image looks like, null where it is flat; `undecodable` where its pixels cannot be read. */
export async function decodedLook(bytes: Buffer): Promise<ImageLook | null | 'undecodable'> {
  try {
    const pixels = await opened(bytes)
      .timeout({ seconds: LONGEST_SECONDS })
      .flatten({ background: WHITE })
      .toColourspace('srgb')
      .resize({ width: LOOK_SIDE, height: LOOK_SIDE, fit: 'fill' })
      .raw()
      .toBuffer();
    return lookOf(pixels.length === LOOK_SIDE * LOOK_SIDE ? threefold(pixels) : pixels);
  } catch {
    return 'undecodable';
  }
}

/** Red, green and blue of an image that has brightness alone. */
function threefold(pixels: Uint8Array): Uint8Array {
  return Uint8Array.from({ length: pixels.length * 3 }, (_, place) => pixels[Math.floor(place / 3)]!);
}
