import { expect, test } from 'vitest';
import { pngOf } from '../test-support/zip-file.ts';
import { inspectImage } from './inspect-image.ts';

const inspected = (bytes: Buffer) =>
  inspectImage((start, length) => Promise.resolve(bytes.subarray(start, start + length)), bytes.length);
const hex = (...parts: string[]) => Buffer.from(parts.join('').replaceAll(' ', ''), 'hex');

/** A segment with details before the frame, as cameras write it, then 480 × 640 (height first). */
const JPEG = hex(
  'ffd8',
  'ffe1 0006 01020304',
  'ff ffdb 0004 0000',
  'ffc2 000b 08 01e0 0280 01 00',
  'ffda 0002',
  '00 ffd9',
);
const GIF = hex('474946383961', '4001 f000', '00 00 00', '3b');
const WEBP = (form: string, frame: string) => {
  const body = Buffer.concat([Buffer.from(`WEBP${form}`), hex(frame), Buffer.alloc(8)]);
  const size = Buffer.alloc(4);
  size.writeUInt32LE(body.length);
  return Buffer.concat([Buffer.from('RIFF'), size, body]);
};
const BMP = hex('424d 3a000000 00000000 36000000', '28000000 05000000 fdffffff', '00'.repeat(32));

test.each([
  ['a PNG', pngOf(7, 3, 1), { mediaType: 'image/png', width: 7, height: 3 }],
  ['a JPEG', JPEG, { mediaType: 'image/jpeg', width: 640, height: 480 }],
  ['a GIF', GIF, { mediaType: 'image/gif', width: 320, height: 240 }],
  [
    'a lossy WebP',
    WEBP('VP8 ', '0a000000 000000 9d012a 1000 2000'),
    { mediaType: 'image/webp', width: 16, height: 32 },
  ],
  ['a lossless WebP', WEBP('VP8L', '0a000000 2f 0fc00700'), { mediaType: 'image/webp', width: 16, height: 32 }],
  ['a large WebP', WEBP('VP8X', '0a000000 00000000 0f0000 1f0000'), { mediaType: 'image/webp', width: 16, height: 32 }],
  ['a BMP from top to bottom', BMP, { mediaType: 'image/bmp', width: 5, height: 3 }],
])('%s says its sides', async (_, bytes, expected) => {
  expect(await inspected(bytes)).toEqual(expected);
});

test.each([
  ['a PNG', pngOf(40, 40, 1)],
  ['a JPEG', JPEG],
  ['a GIF', GIF],
  ['a WebP', WEBP('VP8 ', '0a000000 000000 9d012a 1000 2000')],
  ['a BMP', BMP],
])('%s whose end is missing is seen as cut off', async (_, bytes) => {
  expect(await inspected(bytes.subarray(0, bytes.length - 4))).toBe('truncated');
});

test.each([
  ['a text', Buffer.from('just some words, longer than the first bytes of an image')],
  ['a drawing with a script', Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>')],
  ['a web page', Buffer.from('<!doctype html><script>alert(1)</script>')],
  ['an archive', Buffer.from('PK\u0003\u0004and so on, as archives in archives begin')],
  ['nothing', Buffer.alloc(0)],
])('%s is no image', async (_, bytes) => {
  expect(await inspected(bytes)).toBe('unknown');
});

test('sides of zero are no image', async () => {
  const png = pngOf(4, 4, 1);
  png.writeUInt32BE(0, 16);
  expect(await inspected(png)).toBe('truncated');
});
