import { createHash, type Hash } from 'node:crypto';
import { mkdir, open, rename, rm, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { shapeSize } from '../model/parameters.ts';
import type { ModelSettings } from '../model/settings.ts';
import { stateInput } from '../runtime/binding-names.ts';
import type { StateArray } from '../runtime/device.ts';
import type { OptimiserSettings, SavedCheckpoint } from './engine.ts';
import { CheckpointError } from './errors.ts';

/*
 * A checkpoint is one safetensors file: 8 bytes with the header's length, a JSON header that names each array and its place,
 * then the arrays as little-endian float32. Everything else that training needs is in the header's metadata.
 */

/** What a checkpoint says besides its arrays. */
export interface CheckpointMetadata {
  model: ModelSettings;
  optimiser: OptimiserSettings;
  seed: number;
  /** The last step that was applied. */
  step: number;
  /** The caller's own JSON value: epoch, place in the data, best loss. */
  progress: unknown;
}

const NO_HEAD = { head: null };
const NO_L1 = { l1: 0 };

const FORMAT = 'greenlight-checkpoint-1';

/** Headers above this are damage: the format's own limit. */
const LARGEST_HEADER_BYTES = 100_000_000;

/** How much is read or hashed at once. */
const CHUNK_BYTES = 4 * 2 ** 20;

const headerSchema = z.record(
  z.string(),
  z.union([
    z.object({
      dtype: z.literal('F32'),
      shape: z.array(z.int().nonnegative()),
      data_offsets: z.tuple([z.int().nonnegative(), z.int().nonnegative()]),
    }),
    z.object({ format: z.literal(FORMAT), sha256: z.string(), training: z.string() }),
  ]),
);

function bytesOf(data: Float32Array): Uint8Array {
  return new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
}

/** Adds an array to a digest in pieces: one call takes less than 2 GiB. */
function updateDigest(digest: Hash, bytes: Uint8Array): void {
  for (let start = 0; start < bytes.length; start += CHUNK_BYTES) {
    digest.update(bytes.subarray(start, start + CHUNK_BYTES));
  }
}

function encodeHeader(arrays: readonly StateArray[], metadata: CheckpointMetadata): Buffer {
  const digest = createHash('sha256');
  const training = JSON.stringify(metadata);
  digest.update(training);
  let offset = 0;
  const entries = arrays.map(({ name, slot, shape, data }) => {
    updateDigest(digest, bytesOf(data));
    const start = offset;
    offset += data.byteLength;
    return [stateInput(name, slot), { dtype: 'F32', shape, data_offsets: [start, offset] }] as const;
  });
  const header = JSON.stringify({
    __metadata__: { format: FORMAT, sha256: digest.digest('hex'), training },
    ...Object.fromEntries(entries),
  });
  // Readers map the arrays straight from the file: the header is padded with spaces so that they are aligned.
  const text = Buffer.from(header);
  const padded = Buffer.alloc(Math.ceil(text.length / 8) * 8, ' ');
  text.copy(padded);
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(padded.length));
  return Buffer.concat([length, padded]);
}

/** Where the checkpoint of a step lies in a folder. */
export function checkpointPath(folder: string, step: number): string {
  return join(folder, `checkpoint-${String(step).padStart(8, '0')}.safetensors`);
}

/** Writes a checkpoint as `checkpoint-<step>.safetensors`; the name appears only when the whole file is on disk. */
export async function writeCheckpoint(
  folder: string,
  arrays: readonly StateArray[],
  metadata: CheckpointMetadata,
): Promise<SavedCheckpoint> {
  await mkdir(folder, { recursive: true });
  const path = checkpointPath(folder, metadata.step);
  const temporary = `${path}.${process.pid}.partial`;
  const digest = createHash('sha256');
  try {
    const file = await open(temporary, 'w');
    let sizeBytes = 0;
    try {
      sizeBytes += await append(file, digest, encodeHeader(arrays, metadata));
      for (const { data } of arrays) sizeBytes += await append(file, digest, bytesOf(data));
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, path);
    await syncFolder(folder);
    return { sha256: digest.digest('hex'), sizeBytes, path };
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}

async function append(file: FileHandle, digest: Hash, bytes: Uint8Array): Promise<number> {
  updateDigest(digest, bytes);
  await file.writeFile(bytes);
  return bytes.byteLength;
}

/** Makes a rename durable; Windows cannot open folders and needs no such thing. */
async function syncFolder(folder: string): Promise<void> {
  if (process.platform === 'win32') return;
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** Settings that files of earlier versions do not have yet. */
function withDefaults(metadata: CheckpointMetadata): CheckpointMetadata {
  return { ...metadata, model: { ...NO_HEAD, ...metadata.model }, optimiser: { ...NO_L1, ...metadata.optimiser } };
}

/** An array inside a checkpoint file: slot 0 is the parameter itself, the others are the optimiser's state. */
export interface CheckpointArray {
  readonly name: string;
  readonly slot: number;
  readonly shape: number[];
  /** Where its bytes lie in the file. */
  readonly start: number;
  readonly sizeBytes: number;
}

/** An open checkpoint whose content was verified. */
export interface OpenCheckpoint {
  readonly arrays: readonly CheckpointArray[];
  readonly metadata: CheckpointMetadata;
  /** The values of one of its arrays, read from the disk now. */
  read(array: CheckpointArray): Promise<Float32Array>;
  close(): Promise<void>;
}

/** Verifies a checkpoint and says what it holds and where, never with more than a chunk in memory; throws a `CheckpointError`. */
export async function openCheckpoint(path: string): Promise<OpenCheckpoint> {
  const file = await open(path, 'r').catch((error: unknown) => {
    throw new CheckpointError(path, error instanceof Error ? error.message : 'it cannot be read');
  });
  try {
    const layout = await verifiedLayout(path, file);
    return {
      ...layout,
      read: async ({ name, start, sizeBytes }) => {
        const data = new Float32Array(sizeBytes / 4);
        if ((await readInto(file, bytesOf(data), start)) < sizeBytes) {
          throw new CheckpointError(path, `the array '${name}' was cut off while it was read`);
        }
        return data;
      },
      close: () => file.close(),
    };
  } catch (error) {
    await file.close();
    throw error;
  }
}

/** What a checkpoint holds and where; verified as by `openCheckpoint`. */
export async function readCheckpointLayout(path: string): Promise<Pick<OpenCheckpoint, 'arrays' | 'metadata'>> {
  const { arrays, metadata, close } = await openCheckpoint(path);
  await close();
  return { arrays, metadata };
}

/** Fills `bytes` from a place of a file, in pieces: one call reads less than 2 GiB. Returns how many bytes there were. */
async function readInto(file: FileHandle, bytes: Uint8Array, start: number): Promise<number> {
  let filled = 0;
  while (filled < bytes.length) {
    const length = Math.min(bytes.length - filled, CHUNK_BYTES);
    const { bytesRead } = await file.read(bytes, filled, length, start + filled);
    if (bytesRead === 0) break;
    filled += bytesRead;
  }
  return filled;
}

/** What the caller had written into a checkpoint, from its beginning alone, unverified; throws a `CheckpointError`. */
export async function readProgress(path: string): Promise<unknown> {
  const file = await open(path, 'r').catch((error: unknown) => {
    throw new CheckpointError(path, error instanceof Error ? error.message : 'it cannot be read');
  });
  try {
    const { header } = await readHeader(path, file);
    return (JSON.parse(header.training) as CheckpointMetadata).progress;
  } finally {
    await file.close();
  }
}

async function readHeader(path: string, file: FileHandle) {
  const { size } = await file.stat();
  const length = Buffer.alloc(8);
  if ((await readInto(file, length, 0)) < 8) throw new CheckpointError(path, 'it is too short');
  const dataStart = 8 + Number(length.readBigUInt64LE());
  if (dataStart > Math.min(size, 8 + LARGEST_HEADER_BYTES)) throw new CheckpointError(path, 'its header is cut off');
  const text = Buffer.alloc(dataStart - 8);
  await readInto(file, text, 8);
  return { header: parseHeader(path, text.toString()), dataStart, size };
}

async function verifiedLayout(
  path: string,
  file: FileHandle,
): Promise<{ arrays: CheckpointArray[]; metadata: CheckpointMetadata }> {
  const { header, dataStart, size } = await readHeader(path, file);
  const arrays = header.entries.map(([key, { shape, data_offsets }]): CheckpointArray => {
    const [start, end] = data_offsets;
    if (end - start !== shapeSize(shape) * 4 || dataStart + end > size) {
      throw new CheckpointError(path, `the array '${key}' is cut off`);
    }
    return { ...slotAndName(path, key), shape, start: dataStart + start, sizeBytes: end - start };
  });
  const digest = createHash('sha256').update(header.training);
  const content = file.createReadStream({ start: dataStart, autoClose: false, highWaterMark: CHUNK_BYTES });
  for await (const chunk of content) digest.update(chunk as Buffer);
  if (digest.digest('hex') !== header.sha256) {
    throw new CheckpointError(path, 'its checksum does not match its content');
  }
  return { arrays, metadata: withDefaults(JSON.parse(header.training) as CheckpointMetadata) };
}

function parseHeader(path: string, text: string) {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    throw new CheckpointError(path, 'its header is not JSON');
  }
  const parsed = headerSchema.safeParse(json);
  const metadata = parsed.data?.['__metadata__'];
  if (!parsed.success || metadata === undefined || !('training' in metadata)) {
    throw new CheckpointError(path, 'its header is not that of a checkpoint');
  }
  const entries = Object.entries(parsed.data).flatMap(([key, entry]) =>
    'dtype' in entry ? [[key, entry] as const] : [],
  );
  return { entries, ...metadata };
}

function slotAndName(path: string, key: string): { slot: number; name: string } {
  const dot = key.indexOf('.');
  const name = key.slice(dot + 1);
  const slot = [0, 1, 2].find((candidate) => stateInput(name, candidate) === key);
  if (slot === undefined) throw new CheckpointError(path, `the array '${key}' is unknown`);
  return { slot, name };
}
