import { crc32 } from 'node:zlib';

/** An array of a `.npz` file: NumPy's type string, its shape, its bytes. */
export interface ReadArray {
  type: string;
  shape: number[];
  data: Buffer;
}

/** Reads a `.npz` of stored arrays by its central directory, checking every CRC; independent of the code that writes them. */
export function readNpz(file: Buffer): Map<string, ReadArray> {
  const arrays = new Map<string, ReadArray>();
  const end = file.lastIndexOf(Buffer.from('PK\u0005\u0006', 'latin1'));
  const count = file.readUInt16LE(end + 10);
  let place = file.readUInt32LE(end + 16);
  for (let index = 0; index < count; index++) {
    const [crc, size] = [file.readUInt32LE(place + 16), file.readUInt32LE(place + 24)];
    const nameLength = file.readUInt16LE(place + 28);
    const name = file.subarray(place + 46, place + 46 + nameLength).toString();
    const local = file.readUInt32LE(place + 42);
    const start = local + 30 + file.readUInt16LE(local + 26) + file.readUInt16LE(local + 28);
    const content = file.subarray(start, start + size);
    if (crc32(content) !== crc) throw new Error(`${name} is damaged`);
    arrays.set(name.replace(/\.npy$/, ''), readNpy(content));
    place += 46 + nameLength + file.readUInt16LE(place + 30) + file.readUInt16LE(place + 32);
  }
  return arrays;
}

function readNpy(content: Buffer): ReadArray {
  const dataStart = 10 + content.readUInt16LE(8);
  const header = content.subarray(10, dataStart).toString('latin1');
  const type = /'descr': '([^']+)'/.exec(header)?.[1] ?? '';
  const shape = (/'shape': \(([^)]*)\)/.exec(header)?.[1] ?? '').split(',').filter((part) => part.trim() !== '');
  return { type, shape: shape.map(Number), data: content.subarray(dataStart) };
}
