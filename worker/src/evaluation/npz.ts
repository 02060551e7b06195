import { createHash } from 'node:crypto';
import { open, rename, rm } from 'node:fs/promises';
import { crc32 } from 'node:zlib';

/** An array as NumPy's .npy format describes it (little-endian, row-major). */
export interface NpyArray {
  name: string;
  /** NumPy's type string: `<f4`, `<i4`, `<U5`. */
  type: string;
  shape: readonly number[];
  /** Its bytes, in as many pieces as whoever has them holds. */
  data: readonly Uint8Array[];
}

const LOCAL_HEADER = 0x04034b50;
const CENTRAL_HEADER = 0x02014b50;
const END_OF_DIRECTORY = 0x06054b50;
const ZIP_VERSION = 20;
/** 1 January 1980, the zip format's first day: files with the same content are the same bytes. */
const FIXED_DATE = 0x21;
const UINT32_LIMIT = 2 ** 32;

function bytesOf({ buffer, byteOffset, byteLength }: Float32Array | Int32Array): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength);
}

/** float32 values as a NumPy array. */
export function float32Array(name: string, shape: readonly number[], pieces: readonly Float32Array[]): NpyArray {
  return { name, type: '<f4', shape, data: pieces.map(bytesOf) };
}

/** int32 values as a NumPy array. */
export function int32Array(name: string, pieces: readonly Int32Array[]): NpyArray {
  const length = pieces.reduce((sum, piece) => sum + piece.length, 0);
  return { name, type: '<i4', shape: [length], data: pieces.map(bytesOf) };
}

/** Texts as a NumPy array of fixed-width unicode (UTF-32, padded with zeros). */
export function unicodeArray(name: string, texts: readonly string[]): NpyArray {
  const rows = texts.map((text) => Array.from(text, (symbol) => symbol.codePointAt(0) ?? 0));
  const width = Math.max(1, ...rows.map((row) => row.length));
  const codes = new Uint32Array(rows.length * width);
  rows.forEach((row, index) => codes.set(row, index * width));
  return { name, type: `<U${width}`, shape: [texts.length], data: [new Uint8Array(codes.buffer)] };
}

/** Header of a version 1.0 .npy file, padded so that the data begins at a multiple of 64 bytes. */
function npyHeader({ type, shape }: NpyArray): Buffer {
  const places = shape.length === 1 ? `${shape[0]},` : shape.join(', ');
  const description = `{'descr': '${type}', 'fortran_order': False, 'shape': (${places}), }`;
  const length = Math.ceil((10 + description.length + 1) / 64) * 64;
  const header = Buffer.alloc(length, ' ');
  header.write('\u0093NUMPY\u0001\u0000', 'latin1');
  header.writeUInt16LE(length - 10, 8);
  header.write(description, 10, 'latin1');
  header.write('\n', length - 1, 'latin1');
  return header;
}

interface ZipEntry {
  name: Buffer;
  crc: number;
  size: number;
  offset: number;
}

/** Says that a name is UTF-8, where it is more than ASCII. */
function flagsOf(name: Buffer): number {
  return name.some((byte) => byte > 127) ? 0x0800 : 0;
}

function localHeader({ name, crc, size }: ZipEntry): Buffer {
  const header = Buffer.alloc(30);
  header.writeUInt32LE(LOCAL_HEADER, 0);
  header.writeUInt16LE(ZIP_VERSION, 4);
  header.writeUInt16LE(flagsOf(name), 6);
  header.writeUInt16LE(FIXED_DATE, 12);
  header.writeUInt32LE(crc, 14);
  header.writeUInt32LE(size, 18);
  header.writeUInt32LE(size, 22);
  header.writeUInt16LE(name.length, 26);
  return Buffer.concat([header, name]);
}

function centralHeader({ name, crc, size, offset }: ZipEntry): Buffer {
  const header = Buffer.alloc(46);
  header.writeUInt32LE(CENTRAL_HEADER, 0);
  header.writeUInt16LE(ZIP_VERSION, 4);
  header.writeUInt16LE(ZIP_VERSION, 6);
  header.writeUInt16LE(flagsOf(name), 8);
  header.writeUInt16LE(FIXED_DATE, 14);
  header.writeUInt32LE(crc, 16);
  header.writeUInt32LE(size, 20);
  header.writeUInt32LE(size, 24);
  header.writeUInt16LE(name.length, 28);
  header.writeUInt32LE(offset, 42);
  return Buffer.concat([header, name]);
}

function endOfDirectory(count: number, size: number, offset: number): Buffer {
  const end = Buffer.alloc(22);
  end.writeUInt32LE(END_OF_DIRECTORY, 0);
  end.writeUInt16LE(count, 8);
  end.writeUInt16LE(count, 10);
  end.writeUInt32LE(size, 12);
  end.writeUInt32LE(offset, 16);
  return end;
}

/**
 * Writes arrays as a NumPy `.npz` (a zip of stored .npy files) that `numpy.load` opens; the name appears only when the
 * file is complete. Returns its checksum and size. Throws a RangeError above 4 GiB, where the plain zip format ends.
 */
export async function writeNpz(
  path: string,
  arrays: readonly NpyArray[],
): Promise<{ sha256: string; sizeBytes: number }> {
  const partial = `${path}.partial`;
  const digest = createHash('sha256');
  const file = await open(partial, 'w');
  let offset = 0;
  const write = async (bytes: Uint8Array): Promise<void> => {
    digest.update(bytes);
    await file.writeFile(bytes);
    offset += bytes.length;
  };
  try {
    const entries: ZipEntry[] = [];
    for (const array of arrays) {
      const header = npyHeader(array);
      const size = array.data.reduce((sum, { length }) => sum + length, header.length);
      if (offset + size > UINT32_LIMIT - 2 ** 20) throw new RangeError('An .npz of this form holds less than 4 GiB.');
      const crc = array.data.reduce((sum, piece) => crc32(piece, sum), crc32(header));
      const entry = { name: Buffer.from(`${array.name}.npy`), crc, size, offset };
      entries.push(entry);
      await write(localHeader(entry));
      await write(header);
      for (const piece of array.data) await write(piece);
    }
    const directory = Buffer.concat(entries.map(centralHeader));
    const directoryOffset = offset;
    await write(directory);
    await write(endOfDirectory(entries.length, directory.length, directoryOffset));
    await file.sync();
  } catch (error) {
    await file.close();
    await rm(partial, { force: true });
    throw error;
  }
  await file.close();
  await rename(partial, path);
  return { sha256: digest.digest('hex'), sizeBytes: offset };
}
