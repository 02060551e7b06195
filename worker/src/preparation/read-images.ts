import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { open, stat } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import {
  describeRowError,
  SourceError,
  type RowError,
  type RowErrorCode,
} from '@greenlight/shared/stages/data/preparation/reading/row-errors.ts';
import { checkFileType } from '@greenlight/shared/stages/data/preparation/reading/source-layout.ts';
import { sourceMapping } from '@greenlight/shared/stages/data/preparation/reading/source.ts';
import { openPromise, validateFileName, type Entry, type ZipFile } from 'yauzl';
import { ChunkWriter } from './chunk-writer.ts';
import type { SourcePlan } from './source-plan.ts';

const MOST_ENTRIES = 200_000;
const MOST_BYTES_AN_IMAGE = 64 * 1024 * 1024;
const MOST_BYTES = 16 * 1024 ** 3;
/** Images hardly shrink: what unpacks to more than a hundred times its size, and is not small, is meant to fill a disk. */
const MOST_RATIO = 100;
const SMALL_BYTES = 1024 * 1024;
const MOST_ERRORS = 1000;
/** The paths of all entries together. */
const MOST_PATH_LENGTH = 1000;

const S_IFMT = 0xf000;
const S_IFLNK = 0xa000;

/** Types of images by their first bytes; `null` stands for any byte. */
const IMAGE_TYPES: readonly (readonly [mediaType: string, bytes: readonly (number | null)[]])[] = [
  ['image/png', [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]],
  ['image/jpeg', [0xff, 0xd8, 0xff]],
  ['image/gif', [0x47, 0x49, 0x46, 0x38, null, 0x61]],
  ['image/webp', [0x52, 0x49, 0x46, 0x46, null, null, null, null, 0x57, 0x45, 0x42, 0x50]],
  ['image/bmp', [0x42, 0x4d, null, null, null, null, 0, 0, 0, 0]],
];
const SIGNATURE_BYTES = 16;

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

class EntryProblem extends Error {
  readonly code: RowErrorCode;
  readonly detail: string | number;

  constructor(code: RowErrorCode, detail: string | number) {
    super(code);
    this.code = code;
    this.detail = detail;
  }
}

/** The path of an entry: UTF-8 where it says or turns out so, else GB18030, which Chinese systems write without a word. */
function pathOf(entry: Entry): string {
  const raw = entry.fileNameRaw;
  for (const encoding of ['utf-8', 'gb18030']) {
    try {
      return new TextDecoder(encoding, { fatal: true }).decode(raw);
    } catch {
      if ((entry.generalPurposeBitFlag & 0x800) !== 0) break;
    }
  }
  throw new EntryProblem('unsafe-path', raw.toString('latin1'));
}

function checkEntry(entry: Entry, path: string, seen: Set<string>): void {
  const isUnsafe =
    validateFileName(path) !== null || /\p{Cc}/u.test(path) || path.length > MOST_PATH_LENGTH || path.includes(':');
  if (isUnsafe) throw new EntryProblem('unsafe-path', path);
  if (((entry.externalFileAttributes >>> 16) & S_IFMT) === S_IFLNK) throw new EntryProblem('archive-link', path);
  if (entry.isEncrypted()) throw new EntryProblem('archive-encrypted', path);
  if (seen.has(path)) throw new EntryProblem('duplicate-entry', path);
  seen.add(path);
}

interface ReadImage {
  readonly mediaType: string;
  readonly sha256: string;
}

/** Reads one entry through, never keeping more than its first bytes. */
async function readImage(zip: ZipFile, entry: Entry, path: string): Promise<ReadImage> {
  if (entry.uncompressedSize > MOST_BYTES_AN_IMAGE) throw new SourceProblem('archive-too-large', MOST_BYTES_AN_IMAGE);
  const stream = await zip.openReadStreamPromise(entry);
  const digest = createHash('sha256');
  const head: number[] = [];
  for await (const block of stream as AsyncIterable<Buffer>) {
    for (let index = 0; head.length < SIGNATURE_BYTES && index < block.length; index++) head.push(block[index]!);
    digest.update(block);
  }
  const type = IMAGE_TYPES.find(([, bytes]) =>
    bytes.every((byte, index) => (byte === null ? head.length > index : head[index] === byte)),
  );
  if (type === undefined) throw new EntryProblem('not-an-image', path);
  return { mediaType: type[0], sha256: digest.digest('hex') };
}

/** Ends the reading of the whole archive. */
class SourceProblem extends EntryProblem {}

function isLeftOver(path: string): boolean {
  return (
    path.endsWith('/') || path.startsWith('__MACOSX/') || /(?:^|\/)(?:\.DS_Store|Thumbs\.db|desktop\.ini)$/i.test(path)
  );
}

/**
 * Reads the images of an archive into items: the path is the text, the innermost folder the label, and media type (by the
 * content, not the name), size and checksum are columns. Nothing is unpacked to disk. Bombs end it with `SourceError`; an entry
 * that is no image, or not safe, is listed with its number as row and its place in the archive as byte.
 */
export async function readImages(path: string, folder: string, signal: AbortSignal): Promise<void> {
  const archiveBytes = (await stat(path)).size;
  const zip = await openPromise(path, { lazyEntries: true, decodeStrings: false, validateEntrySizes: true }).catch(
    (error: unknown) => {
      throw new SourceError(
        describeRowError('broken-archive', { row: 1, byte: 0 }, error instanceof Error ? error.message : ''),
      );
    },
  );
  const writer = new ChunkWriter(64 * 1024, true);
  const errors: RowError[] = [];
  const errorCounts: Record<string, number> = {};
  const seen = new Set<string>();
  let [row, unpackedBytes, place] = [0, 0, 0];
  try {
    if (zip.entryCount > MOST_ENTRIES) throw new SourceProblem('archive-too-many-entries', MOST_ENTRIES);
    for await (const entry of zip.eachEntry()) {
      signal.throwIfAborted();
      row++;
      if (row > MOST_ENTRIES) throw new SourceProblem('archive-too-many-entries', MOST_ENTRIES);
      place = entry.relativeOffsetOfLocalHeader;
      unpackedBytes += entry.uncompressedSize;
      const isBomb =
        unpackedBytes > MOST_BYTES ||
        (unpackedBytes > SMALL_BYTES && unpackedBytes > archiveBytes * MOST_RATIO) ||
        (entry.uncompressedSize > SMALL_BYTES && entry.uncompressedSize > entry.compressedSize * MOST_RATIO);
      if (isBomb) throw new SourceProblem('archive-too-large', Math.min(MOST_BYTES, archiveBytes * MOST_RATIO));
      try {
        const name = pathOf(entry);
        checkEntry(entry, name, seen);
        if (isLeftOver(name)) continue;
        const { mediaType, sha256 } = await readImage(zip, entry, name);
        const label = name.split('/').at(-2);
        const columns = { mediaType, sizeBytes: String(entry.uncompressedSize), sha256 };
        const item = { text: name, ...(label === undefined ? {} : { labels: [label.slice(0, 200)] }), columns };
        writer.addHashed(item, row, sha256);
      } catch (error) {
        if (!(error instanceof EntryProblem) || error instanceof SourceProblem) throw error;
        errorCounts[error.code] = (errorCounts[error.code] ?? 0) + 1;
        if (errors.length < MOST_ERRORS) errors.push(describeRowError(error.code, { row, byte: place }, error.detail));
      }
    }
  } catch (error) {
    signal.throwIfAborted();
    const at = { row: Math.max(1, row), byte: place };
    if (error instanceof SourceProblem) throw new SourceError(describeRowError(error.code, at, error.detail));
    throw new SourceError(describeRowError('broken-archive', at, error instanceof Error ? error.message : ''));
  } finally {
    zip.close();
  }
  await writer.finish(folder, 0, { steps: [], sourceRows: row, emptyRows: 0, errorCounts, errors });
}
