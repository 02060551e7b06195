import { crc32, deflateRawSync, deflateSync } from 'node:zlib';

/** An entry of an archive, and what is to be wrong with it. */
export interface ZipEntry {
  readonly name: string | Buffer;
  readonly content: Buffer;
  readonly isDeflated?: boolean;
  readonly flags?: number;
  readonly crc32?: number;
  /** What the index says of the unpacked size. */
  readonly sizeBytes?: number;
  /** UNIX mode, as archives of UNIX systems have it. */
  readonly mode?: number;
}

const UTF_8 = 0x800;

function isEncrypted({ flags = 0 }: ZipEntry): boolean {
  return (flags & 1) === 1;
}

/** The bytes of a ZIP archive; what says that it is encrypted begins with the twelve bytes of its key. */
export function zipOf(entries: readonly ZipEntry[]): Buffer {
  const files: Buffer[] = [];
  const index: Buffer[] = [];
  let offset = 0;
  for (const entry of entries) {
    const name = Buffer.from(entry.name);
    const plain = entry.isDeflated === true ? deflateRawSync(entry.content) : entry.content;
    const packed = isEncrypted(entry) ? Buffer.concat([Buffer.alloc(12), plain]) : plain;
    const common = Buffer.alloc(26);
    common.writeUInt16LE(20, 0);
    common.writeUInt16LE(entry.flags ?? (typeof entry.name === 'string' ? UTF_8 : 0), 2);
    common.writeUInt16LE(entry.isDeflated === true ? 8 : 0, 4);
    common.writeUInt32LE(entry.crc32 ?? crc32(entry.content), 10);
    common.writeUInt32LE(packed.length, 14);
    common.writeUInt32LE(entry.sizeBytes ?? entry.content.length, 18);
    common.writeUInt16LE(name.length, 22);
    const local = Buffer.concat([Buffer.from('PK\u0003\u0004'), common, name, packed]);
    const rest = Buffer.alloc(14);
    rest.writeUInt32LE(((entry.mode ?? 0) * 0x10000) >>> 0, 6);
    rest.writeUInt32LE(offset, 10);
    index.push(Buffer.from('PK\u0001\u0002'), Buffer.from([20, 3]), common, rest, name);
    files.push(local);
    offset += local.length;
  }
  const central = Buffer.concat(index);
  const end = Buffer.alloc(18);
  end.writeUInt16LE(entries.length, 4);
  end.writeUInt16LE(entries.length, 6);
  end.writeUInt32LE(central.length, 8);
  end.writeUInt32LE(offset, 12);
  return Buffer.concat([...files, central, Buffer.from('PK\u0005\u0006'), end]);
}

function chunkOf(type: string, content: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type), content]);
  const [length, checksum] = [Buffer.alloc(4), Buffer.alloc(4)];
  length.writeUInt32BE(content.length);
  checksum.writeUInt32BE(crc32(body));
  return Buffer.concat([length, body, checksum]);
}

/** A PNG of one grey tone. */
export function pngOf(width: number, height: number, tone: number): Buffer {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width);
  header.writeUInt32BE(height, 4);
  header[8] = 8;
  const row = Buffer.alloc(width + 1, tone);
  row[0] = 0;
  const pixels = deflateSync(Buffer.concat(Array.from({ length: height }, () => row)));
  const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  const chunks = [chunkOf('IHDR', header), chunkOf('IDAT', pixels), chunkOf('IEND', Buffer.alloc(0))];
  return Buffer.concat([signature, ...chunks]);
}
