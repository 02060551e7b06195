import { createCipheriv, createDecipheriv, createHmac, hkdfSync, randomBytes } from 'node:crypto';

/*
 * A file at rest: a header of 512 bytes, then the chunks. The header begins with what never changes (magic, chunk size, plain
 * size, a random id of the file) and has two slots, each with the file's data key under a master key. A rotation writes the slot
 * that is free, then empties the other one, so that a file has a good slot at every moment and its content is not touched.
 *
 * A chunk is nonce (12 bytes), AES-256-GCM ciphertext, tag (16 bytes). It is authenticated together with the unchanging part of
 * the header, its number and whether it is the last one: chunks cannot be cut off, repeated, reordered or moved to another file.
 * The wrapped key is authenticated together with the name that the file has in storage, so that files cannot be swapped either.
 */

const MAGIC = Buffer.from('GLCRYPT\u0001', 'latin1');
const FIXED_BYTES = 64;
const SLOT_BYTES = 128;
const KEY_ID_BYTES = 16;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const DATA_KEY_BYTES = 32;
const CIPHER = 'aes-256-gcm';

/** Bytes before the first chunk. */
export const HEADER_BYTES = 512;

/** Plain bytes of every chunk but the last. */
export const CHUNK_BYTES = 256 * 1024;

/** What a chunk takes beside its plain bytes. */
const CHUNK_OVERHEAD = NONCE_BYTES + TAG_BYTES;

/** A key that wraps data keys. */
export interface MasterKey {
  /** Tells keys apart and says nothing about them. */
  readonly id: string;
  /** When it was made; null where somebody else made it. */
  readonly createdAt: string | null;
  readonly wrappingKey: Uint8Array;
}

/** What is needed to read and write the chunks of one file. */
export interface FileCipher {
  readonly fixed: Buffer;
  readonly sizeBytes: number;
  readonly dataKey: Buffer;
}

/** The header of a file at rest. */
export interface FileHeader {
  readonly fixed: Buffer;
  readonly sizeBytes: number;
  /** Both slots as they stand; one that is empty holds zeros only. */
  readonly slots: readonly [Buffer, Buffer];
}

/** Bytes were not what was written, or not written for this place. */
export class DamagedError extends Error {
  override readonly name = 'DamagedError';
}

/** The master key of these 32 bytes. */
export function masterKeyOf(bytes: Uint8Array, createdAt: string | null): MasterKey {
  const id = createHmac('sha256', bytes)
    .update('greenlight key id')
    .digest('hex')
    .slice(0, 2 * KEY_ID_BYTES);
  const wrappingKey = new Uint8Array(hkdfSync('sha256', bytes, '', 'greenlight data keys', DATA_KEY_BYTES));
  return { id, createdAt, wrappingKey };
}

/** A new cipher for a file of so many plain bytes. */
export function newCipher(sizeBytes: number): FileCipher {
  const fixed = Buffer.alloc(FIXED_BYTES);
  MAGIC.copy(fixed);
  fixed.writeUInt32LE(CHUNK_BYTES, 8);
  fixed.writeBigUInt64LE(BigInt(sizeBytes), 12);
  randomBytes(16).copy(fixed, 20);
  return { fixed, sizeBytes, dataKey: randomBytes(DATA_KEY_BYTES) };
}

/** The bytes of a header with the data key in its first slot. */
export function headerOf(cipher: FileCipher, master: MasterKey, name: string): Buffer {
  const header = Buffer.alloc(HEADER_BYTES);
  cipher.fixed.copy(header);
  sealSlot(cipher, master, name).copy(header, FIXED_BYTES);
  return header;
}

/** Where a slot lies in the file. */
export function slotPosition(slot: 0 | 1): number {
  return FIXED_BYTES + slot * SLOT_BYTES;
}

/** A slot that holds nothing. */
export const EMPTY_SLOT: Buffer = Buffer.alloc(SLOT_BYTES);

/** The first bytes of a file as a header; null where they are none, as in files from before there was encryption. */
export function parseHeader(bytes: Buffer): FileHeader | null {
  if (bytes.length < HEADER_BYTES || !bytes.subarray(0, MAGIC.length).equals(MAGIC)) return null;
  const fixed = Buffer.from(bytes.subarray(0, FIXED_BYTES));
  const slots = [0, 1].map((slot) => {
    const start = slotPosition(slot as 0 | 1);
    return Buffer.from(bytes.subarray(start, start + SLOT_BYTES));
  }) as unknown as readonly [Buffer, Buffer];
  return { fixed, sizeBytes: Number(fixed.readBigUInt64LE(12)), slots };
}

/** The id of the master key that a slot needs; null for an empty slot. */
export function slotKeyId(slot: Buffer): string | null {
  const id = slot.subarray(0, KEY_ID_BYTES);
  return id.every((byte) => byte === 0) ? null : id.toString('hex');
}

/** The data key under a master key, bound to the file and to the name that it has in storage. */
export function sealSlot({ fixed, dataKey }: FileCipher, master: MasterKey, name: string): Buffer {
  const slot = Buffer.alloc(SLOT_BYTES);
  Buffer.from(master.id, 'hex').copy(slot);
  const nonce = randomBytes(NONCE_BYTES);
  nonce.copy(slot, KEY_ID_BYTES);
  const cipher = createCipheriv(CIPHER, master.wrappingKey, nonce).setAAD(Buffer.concat([fixed, Buffer.from(name)]));
  const wrapped = Buffer.concat([cipher.update(dataKey), cipher.final(), cipher.getAuthTag()]);
  wrapped.copy(slot, KEY_ID_BYTES + NONCE_BYTES);
  return slot;
}

/** The cipher of a file out of one of its slots; null where the slot was not written for this file and name. */
export function openSlot(header: FileHeader, slot: Buffer, master: MasterKey, name: string): FileCipher | null {
  const { fixed, sizeBytes } = header;
  const nonce = slot.subarray(KEY_ID_BYTES, KEY_ID_BYTES + NONCE_BYTES);
  const start = KEY_ID_BYTES + NONCE_BYTES;
  const wrapped = slot.subarray(start, start + DATA_KEY_BYTES);
  const tag = slot.subarray(start + DATA_KEY_BYTES, start + DATA_KEY_BYTES + TAG_BYTES);
  const decipher = createDecipheriv(CIPHER, master.wrappingKey, nonce, { authTagLength: TAG_BYTES });
  decipher.setAAD(Buffer.concat([fixed, Buffer.from(name)])).setAuthTag(tag);
  try {
    return { fixed, sizeBytes, dataKey: Buffer.concat([decipher.update(wrapped), decipher.final()]) };
  } catch {
    return null;
  }
}

/** How many chunks a file has; an empty one has one, so that its end is authenticated too. */
export function chunksOf(sizeBytes: number): number {
  return Math.max(1, Math.ceil(sizeBytes / CHUNK_BYTES));
}

/** Where a chunk begins in the file. */
export function chunkPosition(chunk: number): number {
  return HEADER_BYTES + chunk * (CHUNK_BYTES + CHUNK_OVERHEAD);
}

/** Plain bytes of a chunk. */
function plainBytesOf(sizeBytes: number, chunk: number): number {
  return Math.min(CHUNK_BYTES, sizeBytes - chunk * CHUNK_BYTES);
}

/** Bytes of a chunk as it is stored. */
export function storedBytesOf(sizeBytes: number, chunk: number): number {
  return plainBytesOf(sizeBytes, chunk) + CHUNK_OVERHEAD;
}

/** Bytes that a file of so many plain bytes has. */
export function fileBytesOf(sizeBytes: number): number {
  return HEADER_BYTES + sizeBytes + chunksOf(sizeBytes) * CHUNK_OVERHEAD;
}

function chunkContext({ fixed, sizeBytes }: FileCipher, chunk: number): Buffer {
  const context = Buffer.alloc(FIXED_BYTES + 9);
  fixed.copy(context);
  context.writeBigUInt64LE(BigInt(chunk), FIXED_BYTES);
  context.writeUInt8(chunk === chunksOf(sizeBytes) - 1 ? 1 : 0, FIXED_BYTES + 8);
  return context;
}

/** A chunk as it is stored. The nonce is random, because a part that broke off is written again under the same number. */
export function sealChunk(file: FileCipher, chunk: number, plain: Uint8Array): Buffer {
  if (plain.length !== plainBytesOf(file.sizeBytes, chunk)) throw new RangeError(`chunk ${chunk} has the wrong length`);
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv(CIPHER, file.dataKey, nonce).setAAD(chunkContext(file, chunk));
  return Buffer.concat([nonce, cipher.update(plain), cipher.final(), cipher.getAuthTag()]);
}

/** The plain bytes of a stored chunk; throws a DamagedError where they are not those that were written there. */
export function openChunk(file: FileCipher, chunk: number, stored: Buffer): Buffer {
  if (stored.length !== storedBytesOf(file.sizeBytes, chunk)) throw new DamagedError(`chunk ${chunk} is cut off`);
  const nonce = stored.subarray(0, NONCE_BYTES);
  const decipher = createDecipheriv(CIPHER, file.dataKey, nonce, { authTagLength: TAG_BYTES });
  decipher.setAAD(chunkContext(file, chunk)).setAuthTag(stored.subarray(stored.length - TAG_BYTES));
  try {
    return Buffer.concat([decipher.update(stored.subarray(NONCE_BYTES, stored.length - TAG_BYTES)), decipher.final()]);
  } catch {
    throw new DamagedError(`chunk ${chunk} was altered`);
  }
}
