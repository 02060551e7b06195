import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import {
  PACK_RECORD_BYTES,
  packIndexStart,
  readPackRecord,
  writePackRecord,
  type PackRecord,
} from '@greenlight/shared/stages/data/image-pack.ts';
import { AppError } from '../../plugins/app-error.ts';
import type { Storage } from '../../storage/storage.ts';

/** The stored pack of a version's images. */
export interface ImagePack {
  readonly sha256: string;
  readonly sizeBytes: number;
  /** Items of the version. */
  readonly items: number;
}

async function recordsOf(storage: Storage, pack: ImagePack, first: number, count: number): Promise<DataView> {
  const start = packIndexStart(pack.sizeBytes, pack.items) + (first - 1) * PACK_RECORD_BYTES;
  const { stream } = await storage.open(pack.sha256, { start, length: count * PACK_RECORD_BYTES });
  const bytes = new Uint8Array(await buffer(stream));
  return new DataView(bytes.buffer);
}

function checked(record: PackRecord | null, pack: ImagePack): PackRecord {
  const end = packIndexStart(pack.sizeBytes, pack.items);
  if (record === null || record.offset + record.sizeBytes + record.thumbnailBytes > end)
    throw new AppError('content-damaged');
  return record;
}

/** Where the image of item `number`, from 1, lies. Throws `not-found`, `content-damaged`. */
export async function findImage(storage: Storage, pack: ImagePack, number: number): Promise<PackRecord> {
  if (number < 1 || number > pack.items) throw new AppError('not-found');
  return checked(readPackRecord(await recordsOf(storage, pack, number, 1), 1), pack);
}

/** Stores the pack of some items of a version, by their numbers in their order; no other image is in it. */
export async function storePackOf(
  storage: Storage,
  pack: ImagePack,
  numbers: readonly number[],
): Promise<{ sha256: string; sizeBytes: number }> {
  const before = await recordsOf(storage, pack, 1, pack.items);
  const index = new DataView(new ArrayBuffer(numbers.length * PACK_RECORD_BYTES));
  const offsets = new Map<number, number>();
  const spans: { start: number; length: number }[] = [];
  let end = 0;
  for (const [place, number] of numbers.entries()) {
    const record = checked(readPackRecord(before, number), pack);
    const offset = offsets.get(record.offset) ?? end;
    if (!offsets.has(record.offset)) {
      offsets.set(record.offset, offset);
      // The thumbnail lies right behind its image.
      const length = record.sizeBytes + record.thumbnailBytes;
      end += length;
      const last = spans.at(-1);
      if (last !== undefined && last.start + last.length === record.offset) last.length += length;
      else spans.push({ start: record.offset, length });
    }
    writePackRecord(index, place + 1, { ...record, offset });
  }
  async function* pieces(): AsyncGenerator<Buffer> {
    for (const span of spans) yield* (await storage.open(pack.sha256, span)).stream as AsyncIterable<Buffer>;
    yield Buffer.from(index.buffer);
  }
  const hash = createHash('sha256');
  for await (const piece of pieces()) hash.update(piece);
  const stored = { sha256: hash.digest('hex'), sizeBytes: end + index.byteLength };
  await storage.put(Readable.from(pieces(), { objectMode: false }), stored);
  return stored;
}
