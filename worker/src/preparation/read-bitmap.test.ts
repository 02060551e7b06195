import { expect, test } from 'vitest';
import { readBitmap } from './read-bitmap.ts';

/** A bitmap of 2 × 2 pixels from its rows of bytes as they stand in the file. */
function bitmap(bits: number, rows: readonly number[][], { height = 2, palette = [] as number[] } = {}): Buffer {
  const header = Buffer.alloc(54);
  header.write('BM');
  header.writeUInt32LE(54 + palette.length, 10);
  header.writeUInt32LE(40, 14);
  header.writeInt32LE(2, 18);
  header.writeInt32LE(height, 22);
  header.writeUInt16LE(bits, 28);
  return Buffer.concat([header, Buffer.from(palette), ...rows.map((row) => Buffer.from(row))]);
}

const RED_GREEN = [0, 0, 255, 0, 255, 0, 0, 0];
const BLUE_WHITE = [255, 0, 0, 255, 255, 255, 0, 0];
const EXPECTED = [255, 0, 0, 0, 255, 0, 0, 0, 255, 255, 255, 255];

test.each([
  ['24 bits, from the bottom up', bitmap(24, [BLUE_WHITE, RED_GREEN])],
  ['24 bits, from the top down', bitmap(24, [RED_GREEN, BLUE_WHITE], { height: -2 })],
  [
    '32 bits',
    bitmap(32, [
      [255, 0, 0, 0, 255, 255, 255, 0],
      [0, 0, 255, 0, 0, 255, 0, 0],
    ]),
  ],
  [
    'a palette',
    bitmap(
      8,
      [
        [2, 3, 0, 0],
        [0, 1, 0, 0],
      ],
      {
        palette: [0, 0, 255, 0, 0, 255, 0, 0, 255, 0, 0, 0, 255, 255, 255, 0],
      },
    ),
  ],
])('%s', (_, bytes) => {
  const read = readBitmap(bytes, 4)!;
  expect([...read.pixels]).toEqual(EXPECTED);
  expect(read).toMatchObject({ width: 2, height: 2 });
  expect(() => readBitmap(bytes.subarray(0, -1), 4)).toThrow('ends early');
  expect(() => readBitmap(bytes, 3)).toThrow('no such size');
});

test('what is no bitmap, or a compressed one, is left to others', () => {
  expect(readBitmap(Buffer.from('BM and some text that is long enough to be taken for a header'), 9)).toBeNull();
  expect(readBitmap(Buffer.alloc(100), 9)).toBeNull();
});
