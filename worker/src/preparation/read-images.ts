import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { open, stat, type FileHandle } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import { crc32 } from 'node:zlib';
import type { ItemImage } from '@greenlight/shared/stages/data/content.ts';
import { ArchiveFolders } from '@greenlight/shared/stages/data/preparation/reading/archive-folders.ts';
import {
  isLeftOver,
  pathEncodingOf,
  type PathEncoding,
} from '@greenlight/shared/stages/data/preparation/reading/archive-paths.ts';
import {
  describeRowError,
  SourceError,
  type RowError,
} from '@greenlight/shared/stages/data/preparation/reading/row-errors.ts';
import { checkFileType } from '@greenlight/shared/stages/data/preparation/reading/source-layout.ts';
import { sourceMapping } from '@greenlight/shared/stages/data/preparation/reading/source.ts';
import type { Entry, ZipFile } from 'yauzl';
import { BeyondEnd, openArchiveFile } from './archive-file.ts';
import { ArchiveProblem, checkEntry, EntryProblem, pathOf } from './archive-entries.ts';
import { ChunkWriter, givenSplit, UNKNOWN_TEXT } from './chunk-writer.ts';
import { placeOf, type ImagePlace, type ImagePlaces } from './image-thumbnails.ts';
import { inspectImage } from './inspect-image.ts';
import type { SourcePlan } from './source-plan.ts';

const MOST_ENTRIES = 200_000;
const MOST_BYTES_AN_IMAGE = 64 * 1024 * 1024;
const MOST_BYTES = 8 * 1024 ** 3;
/** A small file of one colour may be billions of pixels, for which no browser and no training has the memory. */
const MOST_PIXELS = 100_000_000;
/** Images hardly shrink: what unpacks to more than a hundred times its size, and is not small, is meant to fill a disk. */
const MOST_RATIO = 100;
const SMALL_BYTES = 1024 * 1024;
const MOST_ERRORS = 1000;
const MOST_LABEL_LENGTH = 200;

/** The plan of an archive: one chunk, read in one go by one thread, because an archive is read by its index. */
export async function planImages(path: string, signal: AbortSignal): Promise<SourcePlan> {
  const file = await open(path, 'r');
  try {
    const head = Buffer.alloc(16);
    const { bytesRead } = await file.read(head, 0, head.length, 0);
    checkFileType(head.subarray(0, bytesRead), 'zip');
  } finally {
    await file.close();
  }
  const digest = createHash('sha256');
  await pipeline(createReadStream(path), digest, { signal });
  const { size } = await stat(path);
  const mapping = sourceMapping.parse({});
  const layout = {
    format: 'txt',
    encoding: 'utf-8',
    delimiter: ',',
    mapping,
    columns: [],
    firstByte: 0,
    firstRow: 1,
  } as const;
  const chunk = { startByte: 0, endByte: size, startRow: 1, isLongRow: false };
  return { sha256: digest.digest('hex'), sizeBytes: size, rows: 0, layout, chunks: [chunk] };
}

/** Opens an archive; throws `SourceError` where its index is not there. */
async function openArchive(path: string, archiveBytes: number): Promise<ZipFile> {
  try {
    return await openArchiveFile(path);
  } catch (error) {
    // The index lies at the end, where a file that was cut off has something else.
    throw broken(error, { row: 1, byte: archiveBytes });
  }
}

/** What the folders of an archive mean, by the paths in its index, and the encoding of these. */
async function foldersOf(
  path: string,
  archiveBytes: number,
): Promise<{ folders: ArchiveFolders; encoding: PathEncoding }> {
  const zip = await openArchive(path, archiveBytes);
  const named: Pick<Entry, 'fileNameRaw' | 'generalPurposeBitFlag'>[] = [];
  let [row, place] = [1, archiveBytes];
  try {
    if (zip.entryCount > MOST_ENTRIES) {
      throw new SourceError(describeRowError('archive-too-many-entries', { row: 1, byte: 0 }, MOST_ENTRIES));
    }
    for await (const entry of zip.eachEntry()) {
      row++;
      place = Math.min(entry.relativeOffsetOfLocalHeader, archiveBytes);
      const { fileNameRaw, generalPurposeBitFlag } = entry;
      named.push({ fileNameRaw, generalPurposeBitFlag });
    }
  } catch (error) {
    if (error instanceof SourceError) throw error;
    throw broken(error, { row, byte: place });
  } finally {
    zip.close();
  }
  const encoding = pathEncodingOf(named);
  const folders = new ArchiveFolders();
  for (const entry of named) {
    try {
      const name = pathOf(entry, encoding);
      if (!isLeftOver(name)) folders.look(name);
    } catch (error) {
      // What is wrong with an entry is said where it is read.
      if (!(error instanceof EntryProblem)) throw error;
    }
  }
  return { folders, encoding };
}

/** Images of an archive that were taken in, one after another in a file, each different one once. */
class ImageHeap {
  readonly places: Map<string, ImagePlace> = new Map();
  readonly #file: FileHandle;
  #end = 0;

  constructor(file: FileHandle) {
    this.#file = file;
  }

  /** Unpacks an entry, never keeping more than a block of it in memory; what is no image leaves nothing. */
  async take(zip: ZipFile, entry: Entry, path: string): Promise<ItemImage> {
    const digest = createHash('sha256');
    const start = this.#end;
    let [sizeBytes, checksum] = [0, 0];
    try {
      const stream = await zip.openReadStreamPromise(entry);
      for await (const block of stream as AsyncIterable<Buffer>) {
        digest.update(block);
        checksum = crc32(block, checksum);
        await this.#write(block, start + sizeBytes);
        sizeBytes += block.length;
      }
    } catch (error) {
      if (error instanceof BeyondEnd) throw new EntryProblem('entry-beyond-end', path);
      throw isDiskError(error) ? error : new EntryProblem('broken-entry', `“${path}” (${messageOf(error)})`);
    }
    if (checksum !== entry.crc32) throw new EntryProblem('broken-entry', `“${path}” (CRC-32)`);
    if (sizeBytes === 0) throw new EntryProblem('not-an-image', path);
    const found = await inspectImage(
      (from, length) => this.#read(start + from, Math.min(length, sizeBytes - from)),
      sizeBytes,
    );
    if (found === 'unknown') throw new EntryProblem('not-an-image', path);
    if (found === 'truncated') throw new EntryProblem('truncated-image', path);
    const { width, height } = found;
    if (width * height > MOST_PIXELS) throw new EntryProblem('image-too-large', `“${path}” (${width} × ${height})`);
    const sha256 = digest.digest('hex');
    const image = { sha256, ...found, sizeBytes };
    if (!this.places.has(sha256)) {
      this.places.set(sha256, placeOf(image, start));
      this.#end += sizeBytes;
    }
    return image;
  }

  async #write(block: Buffer, position: number): Promise<void> {
    let written = 0;
    while (written < block.length) {
      written += (await this.#file.write(block, written, block.length - written, position + written)).bytesWritten;
    }
  }

  async #read(position: number, length: number): Promise<Buffer> {
    const bytes = Buffer.alloc(Math.max(0, length));
    const { bytesRead } = await this.#file.read(bytes, 0, bytes.length, position);
    return bytes.subarray(0, bytesRead);
  }
}

/** Errors of the operating system are the worker's, not the archive's. */
function isDiskError(error: unknown): boolean {
  return error instanceof Error && 'syscall' in error;
}

/** What is wrong with an archive as a whole; its index stands at its end, which is missing where it did not arrive whole. */
function broken(error: unknown, at: { readonly row: number; readonly byte: number }): SourceError {
  if (error instanceof BeyondEnd) return new SourceError(describeRowError('archive-beyond-end', at));
  const message = messageOf(error);
  const isCut = /end of central directory/i.test(message);
  return new SourceError(
    isCut ? describeRowError('archive-cut-off', at) : describeRowError('broken-archive', at, message),
  );
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message.replace(/\.$/, '') : '';
}

/** How far an archive is read: entries, and bytes of the archive that they stand for. */
export type OnEntries = (entries: number, share: number) => void;

/**
 * Reads the images of an archive into items: the path is the text, folders give label and split (`ArchiveFolders`), and form (by the
 * content, not the name), sides, size and checksum are known of each. Their bytes come into the file at `heapPath`; the answer
 * says where. Bombs end it with `SourceError`; an entry that is no image, or not safe, is listed with its number as row and its
 * place in the archive as byte.
 */
export async function readImages(
  path: string,
  folder: string,
  heapPath: string,
  signal: AbortSignal,
  onEntries: OnEntries,
): Promise<ImagePlaces> {
  const archiveBytes = (await stat(path)).size;
  const { folders, encoding } = await foldersOf(path, archiveBytes);
  const zip = await openArchive(path, archiveBytes);
  const heapFile = await open(heapPath, 'w+', 0o600);
  const heap = new ImageHeap(heapFile);
  const writer = new ChunkWriter(folder, 64 * 1024, { isProfiled: true, isSampled: false });
  const errors: RowError[] = [];
  const errorCounts: Record<string, number> = {};
  const seen = new Set<string>();
  let [row, unpackedBytes, place, images] = [0, 0, 0, 0];
  try {
    for await (const entry of zip.eachEntry()) {
      signal.throwIfAborted();
      row++;
      place = Math.min(entry.relativeOffsetOfLocalHeader, archiveBytes);
      unpackedBytes += entry.uncompressedSize;
      try {
        const name = pathOf(entry, encoding);
        checkSize(entry, name, unpackedBytes, archiveBytes);
        checkEntry(entry, name, seen);
        if (isLeftOver(name)) continue;
        const { label, split } = folders.meaningOf(name);
        if ((label?.length ?? 0) > MOST_LABEL_LENGTH) throw new EntryProblem('label-too-long', MOST_LABEL_LENGTH);
        const image = await heap.take(zip, entry, name);
        const labels = label?.trim() ? { labels: [label.trim()] } : {};
        const item = { text: name, ...labels, ...(split === undefined ? {} : { split }), image };
        writer.add(item, row, givenSplit(item), UNKNOWN_TEXT);
        images++;
      } catch (error) {
        if (!(error instanceof EntryProblem) || error instanceof ArchiveProblem) throw error;
        errorCounts[error.code] = (errorCounts[error.code] ?? 0) + 1;
        if (errors.length < MOST_ERRORS) errors.push(describeRowError(error.code, { row, byte: place }, error.detail));
      }
      onEntries(row, row / zip.entryCount);
    }
  } catch (error) {
    signal.throwIfAborted();
    const at = { row: Math.max(1, row), byte: place };
    if (error instanceof ArchiveProblem) throw new SourceError(describeRowError(error.code, at, error.detail));
    if (isDiskError(error)) throw error;
    throw broken(error, at);
  } finally {
    zip.close();
    await heapFile.close();
  }
  if (images === 0 && errors.length === 0) throw new SourceError(describeRowError('no-images', { row: 1, byte: 0 }));
  await writer.finish(0, { steps: [], sourceRows: row, emptyRows: 0, errorCounts, errors });
  return heap.places;
}

/** Throws `ArchiveProblem` where an archive unpacks to more than images do. */
function checkSize(entry: Entry, path: string, unpackedBytes: number, archiveBytes: number): void {
  const { uncompressedSize, compressedSize } = entry;
  const isBomb =
    unpackedBytes > MOST_BYTES ||
    (unpackedBytes > SMALL_BYTES && unpackedBytes > archiveBytes * MOST_RATIO) ||
    (uncompressedSize > SMALL_BYTES && uncompressedSize > compressedSize * MOST_RATIO);
  if (isBomb || uncompressedSize > MOST_BYTES_AN_IMAGE) {
    throw new ArchiveProblem('archive-too-large', `“${path}” (${uncompressedSize} B)`);
  }
}
