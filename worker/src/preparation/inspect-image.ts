import type { ItemImage } from '@greenlight/shared/stages/data/content.ts';

/** Reads so many bytes of an image from a place on; fewer where it ends before. */
export type ReadImageBytes = (start: number, length: number) => Promise<Buffer>;

/** What an image is by its bytes, or why it is none: of no known form, or cut off. */
export type InspectedImage = Pick<ItemImage, 'mediaType' | 'width' | 'height'> | 'unknown' | 'truncated';

const HEAD_BYTES = 32;
/** The mark of the end is looked for in so many last bytes: some programs write something after it. */
const TAIL_BYTES = 64 * 1024;
const MOST_SEGMENTS = 10_000;

const PNG_END = Buffer.from([0x49, 0x45, 0x4e, 0x44, 0xae, 0x42, 0x60, 0x82]);
const PNG = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);

/** Tells form and sides of an image by its bytes, never by its name, and whether its end is there; the pixels are not decoded. */
export async function inspectImage(read: ReadImageBytes, sizeBytes: number): Promise<InspectedImage> {
  const head = await read(0, HEAD_BYTES);
  const found = await dimensionsOf(head, read, sizeBytes);
  if (typeof found === 'string') return found;
  if (found.width === 0 || found.height === 0) return 'truncated';
  return found;
}

async function dimensionsOf(head: Buffer, read: ReadImageBytes, sizeBytes: number): Promise<InspectedImage> {
  if (head.subarray(0, 8).equals(PNG)) return ofPng(head, read, sizeBytes);
  if (head.length > 2 && head.readUInt16BE(0) === 0xffd8 && head[2] === 0xff) return ofJpeg(read, sizeBytes);
  const start = head.toString('latin1', 0, 6);
  if (start === 'GIF87a' || start === 'GIF89a') return ofGif(head, read, sizeBytes);
  if (start.startsWith('RIFF') && head.toString('latin1', 8, 12) === 'WEBP') return ofWebp(head, sizeBytes);
  if (start.startsWith('BM') && head.length >= 26 && head.readUInt32LE(6) === 0) return ofBmp(head, sizeBytes);
  return 'unknown';
}

async function ofPng(head: Buffer, read: ReadImageBytes, sizeBytes: number): Promise<InspectedImage> {
  if (head.length < 24 || head.toString('latin1', 12, 16) !== 'IHDR') return 'truncated';
  if (!(await endsWith(PNG_END, read, sizeBytes))) return 'truncated';
  return { mediaType: 'image/png', width: head.readUInt32BE(16), height: head.readUInt32BE(20) };
}

/** Walks the segments up to the frame header, which says the sides. */
async function ofJpeg(read: ReadImageBytes, sizeBytes: number): Promise<InspectedImage> {
  let place = 2;
  for (let segment = 0; segment < MOST_SEGMENTS; segment++) {
    const bytes = await read(place, 9);
    if (bytes.length < 9 || bytes[0] !== 0xff) return 'truncated';
    const marker = bytes[1]!;
    if (marker === 0xff) {
      place++;
      continue;
    }
    if (marker === 0xd9 || marker === 0xda) return 'truncated';
    const isFrame = marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc;
    if (isFrame) {
      if (!(await endsWith(Buffer.from([0xff, 0xd9]), read, sizeBytes))) return 'truncated';
      return { mediaType: 'image/jpeg', width: bytes.readUInt16BE(7), height: bytes.readUInt16BE(5) };
    }
    const isAlone = marker === 0x01 || (marker >= 0xd0 && marker <= 0xd7);
    place += isAlone ? 2 : 2 + bytes.readUInt16BE(2);
  }
  return 'truncated';
}

async function ofGif(head: Buffer, read: ReadImageBytes, sizeBytes: number): Promise<InspectedImage> {
  if (head.length < 10 || !(await endsWith(Buffer.from([0x3b]), read, sizeBytes))) return 'truncated';
  return { mediaType: 'image/gif', width: head.readUInt16LE(6), height: head.readUInt16LE(8) };
}

function ofWebp(head: Buffer, sizeBytes: number): InspectedImage {
  if (head.length < 30 || head.readUInt32LE(4) + 8 > sizeBytes) return 'truncated';
  const mediaType = 'image/webp';
  switch (head.toString('latin1', 12, 16)) {
    case 'VP8 ':
      return { mediaType, width: head.readUInt16LE(26) & 0x3fff, height: head.readUInt16LE(28) & 0x3fff };
    case 'VP8L': {
      const sides = head.readUInt32LE(21);
      return { mediaType, width: (sides & 0x3fff) + 1, height: ((sides >>> 14) & 0x3fff) + 1 };
    }
    case 'VP8X':
      return { mediaType, width: head.readUIntLE(24, 3) + 1, height: head.readUIntLE(27, 3) + 1 };
    default:
      return 'unknown';
  }
}

function ofBmp(head: Buffer, sizeBytes: number): InspectedImage {
  if (head.readUInt32LE(2) > sizeBytes) return 'truncated';
  const mediaType = 'image/bmp';
  if (head.readUInt32LE(14) === 12) return { mediaType, width: head.readUInt16LE(18), height: head.readUInt16LE(20) };
  // A height below 0 says that the rows go from top to bottom.
  return { mediaType, width: Math.abs(head.readInt32LE(18)), height: Math.abs(head.readInt32LE(22)) };
}

async function endsWith(mark: Buffer, read: ReadImageBytes, sizeBytes: number): Promise<boolean> {
  const start = Math.max(0, sizeBytes - TAIL_BYTES);
  return (await read(start, sizeBytes - start)).includes(mark);
}
