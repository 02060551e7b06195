import { createHash } from 'node:crypto';
import { open, type FileHandle } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { AppError } from '../plugins/app-error.ts';
import {
  CHUNK_BYTES,
  chunkPosition,
  chunksOf,
  DamagedError,
  EMPTY_SLOT,
  fileBytesOf,
  HEADER_BYTES,
  openChunk,
  openSlot,
  parseHeader,
  sealChunk,
  sealSlot,
  slotKeyId,
  slotPosition,
  storedBytesOf,
  type FileCipher,
  type FileHeader,
} from './encrypted-format.ts';
import type { Alone } from './alone.ts';
import type { KeyRing, MasterKeys } from './master-keys.ts';
import type { ExpectedContent } from './storage.ts';

async function readFully(handle: FileHandle, length: number, position: number): Promise<Buffer> {
  const bytes = Buffer.allocUnsafe(length);
  let filled = 0;
  while (filled < length) {
    const { bytesRead } = await handle.read(bytes, filled, length - filled, position + filled);
    if (bytesRead === 0) break;
    filled += bytesRead;
  }
  return bytes.subarray(0, filled);
}

/** Writes the whole of `bytes` at a place of a file. */
export async function writeFully(handle: FileHandle, bytes: Uint8Array, position: number): Promise<void> {
  let written = 0;
  while (written < bytes.length) {
    written += (await handle.write(bytes, written, bytes.length - written, position + written)).bytesWritten;
  }
}

/** The header of an open file; null where the file is not encrypted. */
export async function readHeader(handle: FileHandle): Promise<FileHeader | null> {
  return parseHeader(await readFully(handle, HEADER_BYTES, 0));
}

/**
 * The cipher of a file by the master keys at hand. Throws AppError `content-damaged` where its header was altered or is of another
 * file, and `content-key-missing` where no key at hand wraps its data key; both name the file.
 */
export function cipherOf(header: FileHeader, keys: KeyRing, name: string): FileCipher {
  let missing: string | null = null;
  for (const slot of header.slots) {
    const id = slotKeyId(slot);
    if (id === null) continue;
    const key = keys.all.get(id);
    if (key === undefined) missing = id;
    else {
      const cipher = openSlot(header, slot, key, name);
      if (cipher !== null) return cipher;
    }
  }
  if (missing !== null) throw new AppError('content-key-missing', { file: name, keyId: missing });
  throw new AppError('content-damaged', { file: name });
}

/** Throws `content-damaged` where a file is longer or shorter than its header says. */
export async function checkLength(handle: FileHandle, cipher: FileCipher, name: string): Promise<void> {
  if ((await handle.stat()).size !== fileBytesOf(cipher.sizeBytes))
    throw new AppError('content-damaged', { file: name });
}

/**
 * Encrypts a stream into a file from the plain place `offset` on, which a chunk begins at. Throws AppError `checksum-mismatch` or
 * `payload-too-large` (more than announced) and whatever the stream throws; what was written by then means nothing.
 */
export async function writeContent(
  handle: FileHandle,
  cipher: FileCipher,
  offset: number,
  content: Readable,
  expected: ExpectedContent,
): Promise<void> {
  const hash = createHash('sha256');
  const chunk = Buffer.allocUnsafe(CHUNK_BYTES);
  let [filled, received, number] = [0, 0, offset / CHUNK_BYTES];
  const flush = async (): Promise<void> => {
    await writeFully(handle, sealChunk(cipher, number, chunk.subarray(0, filled)), chunkPosition(number));
    number++;
    filled = 0;
  };
  // The source is left open when it is refused half-way, so that a sender still gets the answer.
  for await (const block of content.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
    received += block.length;
    if (received > expected.sizeBytes) throw new AppError('payload-too-large');
    hash.update(block);
    for (let taken = 0; taken < block.length;) {
      const copied = block.copy(chunk, filled, taken);
      filled += copied;
      taken += copied;
      if (filled === CHUNK_BYTES) await flush();
    }
  }
  if (received !== expected.sizeBytes || hash.digest('hex') !== expected.sha256) {
    throw new AppError('checksum-mismatch');
  }
  // An empty file has one empty chunk.
  if (filled > 0 || cipher.sizeBytes === 0) await flush();
}

/** A part of a file in plain bytes: from `start`, and `length` of them. */
export interface ByteRange {
  readonly start: number;
  readonly length: number;
}

/** The plain bytes of a range, chunk by chunk, each checked before it is given out; throws a DamagedError. */
export async function* readContent(
  handle: FileHandle,
  cipher: FileCipher,
  { start, length }: ByteRange,
): AsyncGenerator<Buffer> {
  const end = Math.min(start + length, cipher.sizeBytes);
  const first = Math.floor(start / CHUNK_BYTES);
  const last = end === cipher.sizeBytes ? chunksOf(cipher.sizeBytes) - 1 : Math.ceil(end / CHUNK_BYTES) - 1;
  for (let chunk = first; chunk <= last; chunk++) {
    const stored = await readFully(handle, storedBytesOf(cipher.sizeBytes, chunk), chunkPosition(chunk));
    const plain = openChunk(cipher, chunk, stored);
    const place = chunk * CHUNK_BYTES;
    const part = plain.subarray(Math.max(0, start - place), end - place);
    if (part.length > 0) yield part;
  }
}

/**
 * A stream over a range of an open file, which it closes. It fails with AppError `content-damaged` before the first byte that is
 * not what was stored.
 */
export function contentStream(
  handle: FileHandle,
  cipher: FileCipher,
  range: ByteRange,
  name: string,
  onDamage: (error: AppError) => void,
): Readable {
  async function* checked(): AsyncGenerator<Buffer> {
    try {
      yield* readContent(handle, cipher, range);
    } catch (error) {
      if (!(error instanceof DamagedError)) throw error;
      const refusal = new AppError('content-damaged', { file: name });
      onDamage(refusal);
      throw refusal;
    } finally {
      await handle.close();
    }
  }
  const stream = Readable.from(checked(), { objectMode: false });
  // A stream that nobody reads never starts the generator, whose end would close the file.
  stream.once('close', () => void handle.close().catch(() => undefined));
  return stream;
}

/**
 * What `rewrap` found: the key is the active one already, it is now, none at hand opens the file, or one should and does not (the
 * file is damaged or has another's name).
 */
type RewrapOutcome = 'unchanged' | 'rewrapped' | 'key-missing' | 'damaged' | 'plain';

/** How the slots of a file stand to the master keys: `due` where the data key is not under the active one alone. */
function standingOf(
  header: FileHeader,
  keys: KeyRing,
  name: string,
): Exclude<RewrapOutcome, 'rewrapped' | 'plain'> | 'due' {
  try {
    cipherOf(header, keys, name);
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    return error.code === 'content-key-missing' ? 'key-missing' : 'damaged';
  }
  const slot = slotOf(header, keys, name);
  const isAlone = slotKeyId(header.slots[slot === 0 ? 1 : 0]) === null;
  return isAlone && slotKeyId(header.slots[slot]) === keys.active.id ? 'unchanged' : 'due';
}

/**
 * Brings the data key of a file under the active master key, without touching its content; safe to break off and to repeat. Looks at it first, and at
 * the file and the keys anew once it is alone: in between, another server may have moved it, or the file may have got another name.
 */
export async function rewrap(path: string, keys: MasterKeys, name: string, alone: Alone): Promise<RewrapOutcome> {
  const seen = await withHeader(path, 'r', async (_handle, header) =>
    header === null ? 'plain' : standingOf(header, await keys.current(), name),
  );
  if (seen === 'plain' || seen === 'unchanged') return seen;
  return alone(() =>
    withHeader(path, 'r+', async (handle, header) => {
      const ring = await keys.current();
      if (header === null) return 'plain';
      const standing = standingOf(header, ring, name);
      if (standing !== 'due') return standing;
      await moveKey(handle, header, ring, name);
      return 'rewrapped';
    }),
  );
}

async function withHeader<Result>(
  path: string,
  flags: 'r' | 'r+',
  work: (handle: FileHandle, header: FileHeader | null) => Promise<Result>,
): Promise<Result> {
  const handle = await open(path, flags);
  try {
    return await work(handle, await readHeader(handle));
  } finally {
    await handle.close();
  }
}

/** The slot of a file that opens under a name, the one with the active master key if both do. */
function slotOf(header: FileHeader, keys: KeyRing, name: string): 0 | 1 {
  const opens = (slot: Buffer): boolean => {
    const key = keys.all.get(slotKeyId(slot) ?? '');
    return key !== undefined && openSlot(header, slot, key, name) !== null;
  };
  const [first, second] = header.slots;
  if (!opens(first)) return 1;
  return opens(second) && slotKeyId(second) === keys.active.id ? 1 : 0;
}

/** Leaves one slot with the data key under the active master key; a break-off leaves both, of which either opens the file. */
async function moveKey(handle: FileHandle, header: FileHeader, keys: KeyRing, name: string): Promise<void> {
  const from = slotOf(header, keys, name);
  const to = from === 0 ? 1 : 0;
  if (slotKeyId(header.slots[from]) === keys.active.id) return emptySlot(handle, to);
  await putSlot(handle, to, sealSlot(cipherOf(header, keys, name), keys.active, name));
  await emptySlot(handle, from);
}

async function putSlot(handle: FileHandle, slot: 0 | 1, bytes: Buffer): Promise<void> {
  await writeFully(handle, bytes, slotPosition(slot));
  await handle.sync();
}

async function emptySlot(handle: FileHandle, slot: 0 | 1): Promise<void> {
  await putSlot(handle, slot, EMPTY_SLOT);
}

/**
 * Makes a file open under the name `to` as well as under `name`; call what is returned once it lies at its new place, so that it
 * opens under that one alone. Both can be repeated. From here to there the caller has to be alone with the slots.
 */
export async function addName(
  handle: FileHandle,
  keys: KeyRing,
  name: string,
  to: string,
): Promise<() => Promise<void>> {
  const header = await readHeader(handle);
  if (header === null) throw new AppError('content-damaged', { file: name });
  const cipher = cipherOf(header, keys, name);
  const from = slotOf(header, keys, name);
  await putSlot(handle, from === 0 ? 1 : 0, sealSlot(cipher, keys.active, to));
  return () => emptySlot(handle, from);
}
