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

/** Where the records of ZIP64 say that things lie, where that is not where they do. */
export interface Zip64Places {
  readonly recordAt?: bigint;
  readonly indexAt?: bigint;
  readonly firstEntryAt?: bigint;
}

/** The same archive with its index, or the first entry, named by records of ZIP64 (APPNOTE 4.3.14, 4.3.15 and 4.5.3). */
export function withZip64End(archive: Buffer, { recordAt, indexAt, firstEntryAt }: Zip64Places = {}): Buffer {
  const end = Buffer.from(archive.subarray(-22));
  const start = end.readUInt32LE(16);
  let index = Buffer.from(archive.subarray(start, -22));
  if (firstEntryAt !== undefined) {
    const extra = Buffer.alloc(12);
    extra.writeUInt16LE(1, 0);
    extra.writeUInt16LE(8, 2);
    extra.writeBigUInt64LE(firstEntryAt, 4);
    const nameEnd = 46 + index.readUInt16LE(28);
    index.writeUInt16LE(extra.length, 30);
    index.writeUInt32LE(0xff_ff_ff_ff, 42);
    index = Buffer.concat([index.subarray(0, nameEnd), extra, index.subarray(nameEnd)]);
  }
  const [record, locator] = [Buffer.alloc(56), Buffer.alloc(20)];
  record.write('PK\u0006\u0006');
  record.writeBigUInt64LE(44n, 4);
  record.writeBigUInt64LE(BigInt(end.readUInt16LE(10)), 24);
  record.writeBigUInt64LE(BigInt(end.readUInt16LE(10)), 32);
  record.writeBigUInt64LE(BigInt(index.length), 40);
  record.writeBigUInt64LE(indexAt ?? BigInt(start), 48);
  locator.write('PK\u0006\u0007');
  locator.writeBigUInt64LE(recordAt ?? BigInt(start + index.length), 8);
  locator.writeUInt32LE(1, 16);
  end.fill(0xff, 12, 20);
  return Buffer.concat([archive.subarray(0, start), index, record, locator, end]);
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
