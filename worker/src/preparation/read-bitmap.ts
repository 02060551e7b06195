/** The pixels of a bitmap (BMP), red, green and blue, from top to bottom. */
interface Bitmap {
  readonly pixels: Uint8Array;
  readonly width: number;
  readonly height: number;
}

const LEAST_HEADER = 40;

/**
 * Reads a bitmap without compression of 8, 24 or 32 bits a pixel, which is how bitmaps are nearly always written. Null where the
 * bytes are something else; throws where they end early or are more than `mostPixels`.
 */
export function readBitmap(bytes: Buffer, mostPixels: number): Bitmap | null {
  if (bytes.length < 14 + LEAST_HEADER || bytes.toString('latin1', 0, 2) !== 'BM') return null;
  const headerBytes = bytes.readUInt32LE(14);
  const [width, signedHeight] = [bytes.readInt32LE(18), bytes.readInt32LE(22)];
  const [bits, compression] = [bytes.readUInt16LE(28), bytes.readUInt32LE(30)];
  const isPlain = compression === 0 || (compression === 3 && bits === 32);
  if (headerBytes < LEAST_HEADER || !isPlain || ![8, 24, 32].includes(bits)) return null;
  // A height below 0 says that the rows go from top to bottom.
  const height = Math.abs(signedHeight);
  if (width <= 0 || height === 0 || width * height > mostPixels) throw new Error('The bitmap has no such size.');
  const start = bytes.readUInt32LE(10);
  const rowBytes = Math.ceil((width * bits) / 32) * 4;
  if (start + rowBytes * height > bytes.length) throw new Error('The bitmap ends early.');
  const colours = 14 + headerBytes;
  const pixels = new Uint8Array(width * height * 3);
  let end = 0;
  for (let row = 0; row < height; row++) {
    const from = start + rowBytes * (signedHeight < 0 ? row : height - 1 - row);
    for (let column = 0; column < width; column++) {
      // Blue comes first, as in the palette.
      const at = bits === 8 ? colours + 4 * bytes[from + column]! : from + (column * bits) / 8;
      pixels[end++] = bytes[at + 2]!;
      pixels[end++] = bytes[at + 1]!;
      pixels[end++] = bytes[at]!;
    }
  }
  return { pixels, width, height };
}
