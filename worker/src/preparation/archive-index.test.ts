import {
  ARCHIVE_END_BYTES,
  labelsOfArchiveIndex,
  placeOfArchiveIndex,
} from '@greenlight/shared/stages/data/preparation/reading/archive-index.ts';
import { expect, test } from 'vitest';
import { pngOf, zipOf } from '../test-support/zip-file.ts';

const archive = zipOf(
  ['pets/lin.yue@example.org/1.png', 'pets/张伟/2.png', 'pets/cats/3.png', '__MACOSX/other/4.png'].map((name) => ({
    ...{ name, content: pngOf(2, 2) },
  })),
);

/** The labels of an archive as they are found by its last bytes and its index alone. */
function labelsOf(bytes: Uint8Array): string[] | null {
  const end = bytes.subarray(Math.max(0, bytes.length - ARCHIVE_END_BYTES));
  const place = placeOfArchiveIndex(end, bytes.length);
  return place && labelsOfArchiveIndex(bytes.subarray(place.start, place.start + place.length));
}

test('the labels of an archive are those of the folders in its index', () => {
  expect(labelsOf(archive)).toEqual(['lin.yue@example.org', '张伟', 'cats']);
});

test('an index that is not there, or ends early, gives none or those before', () => {
  expect(labelsOf(archive.subarray(0, -1))).toBeNull();
  expect(labelsOf(Buffer.from('no archive at all'))).toBeNull();
  expect(placeOfArchiveIndex(new Uint8Array(0), 0)).toBeNull();
  const end = archive.subarray(-ARCHIVE_END_BYTES);
  const { start, length } = placeOfArchiveIndex(end, archive.length)!;
  expect(placeOfArchiveIndex(end, start)).toBeNull();
  const index = archive.subarray(start, start + length);
  for (let cut = 0; cut < index.length; cut++)
    expect(labelsOfArchiveIndex(index.subarray(0, cut)).length).toBeLessThan(4);
});

test('the place of an index beyond 4 GiB stands in the record of ZIP64', () => {
  const [record, locator, end] = [Buffer.alloc(56), Buffer.alloc(20), Buffer.alloc(22)];
  record.writeUInt32LE(0x06_06_4b_50, 0);
  record.writeBigUInt64LE(700n, 40);
  record.writeBigUInt64LE(5_000_000_000n, 48);
  locator.writeUInt32LE(0x07_06_4b_50, 0);
  locator.writeBigUInt64LE(5_000_000_700n, 8);
  end.writeUInt32LE(0x06_05_4b_50, 0);
  end.writeUInt32LE(0xff_ff_ff_ff, 12);
  end.writeUInt32LE(0xff_ff_ff_ff, 16);
  const bytes = Buffer.concat([record, locator, end]);
  const archiveBytes = 5_000_000_700 + bytes.length;
  expect(placeOfArchiveIndex(bytes, archiveBytes)).toEqual({ start: 5_000_000_000, length: 700 });
  expect(placeOfArchiveIndex(bytes.subarray(60), archiveBytes)).toBeNull();
});
