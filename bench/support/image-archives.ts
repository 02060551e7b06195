import { createHash } from 'node:crypto';
import { crc32 } from 'node:zlib';
import { SOURCE_PART_BYTES } from '@greenlight/shared/stages/data/source-contract.ts';

const POOL_BYTES = 64 * 1024 * 1024;
const LOCAL_BYTES = 30;
const CENTRAL_BYTES = 46;
const END_BYTES = 22;
const LABELS = ['cats', 'dogs', 'birds', 'frogs'];

/** So many pseudo-random bytes: a chain of hashes, so that each run sends the same file. */
function randomPool(): Buffer {
  const pool = Buffer.alloc(POOL_BYTES);
  let block = createHash('sha512').update('images').digest();
  for (let place = 0; place < POOL_BYTES; place += block.length) {
    block = createHash('sha512').update(block).digest();
    block.copy(pool, place);
  }
  return pool;
}

/** An archive of JPEG and PNG heads with random bytes behind them; its pixels are none. */
export class ImageArchive {
  readonly images: number;
  readonly #imageBytes: number;
  readonly #repeatEvery: number;
  readonly #pool = randomPool();

  /** Every `repeatEvery`-th image has the bytes of the one before it. */
  constructor(images: number, imageBytes: number, repeatEvery: number) {
    this.images = images;
    this.#imageBytes = imageBytes;
    this.#repeatEvery = repeatEvery;
  }

  get repeated(): number {
    return Math.floor(this.images / this.#repeatEvery);
  }

  get sizeBytes(): number {
    let size = END_BYTES;
    for (let number = 0; number < this.images; number++) {
      size += LOCAL_BYTES + CENTRAL_BYTES + 2 * this.#nameOf(number).length + this.#imageBytes;
    }
    return size;
  }

  /** The archive in parts of the size that the server takes. */
  *parts(): Generator<Buffer> {
    let pieces: Buffer[] = [];
    let bytes = 0;
    for (const piece of this.#pieces()) {
      pieces.push(piece);
      bytes += piece.length;
      if (bytes < SOURCE_PART_BYTES) continue;
      let all = Buffer.concat(pieces);
      for (; all.length >= SOURCE_PART_BYTES; all = all.subarray(SOURCE_PART_BYTES)) {
        yield all.subarray(0, SOURCE_PART_BYTES);
      }
      [pieces, bytes] = [[Buffer.from(all)], all.length];
    }
    if (bytes > 0) yield Buffer.concat(pieces);
  }

  *#pieces(): Generator<Buffer> {
    const central: Buffer[] = [];
    let offset = 0;
    for (let number = 0; number < this.images; number++) {
      const name = Buffer.from(this.#nameOf(number));
      const image = this.#imageOf(number);
      const common = Buffer.alloc(26);
      common.writeUInt16LE(20, 0);
      common.writeUInt32LE(crc32(image), 10);
      common.writeUInt32LE(image.length, 14);
      common.writeUInt32LE(image.length, 18);
      common.writeUInt16LE(name.length, 22);
      yield Buffer.concat([Buffer.from('PK\u0003\u0004'), common, name]);
      yield image;
      const place = Buffer.alloc(14);
      place.writeUInt32LE(offset, 10);
      central.push(Buffer.from('PK\u0001\u0002'), Buffer.from([20, 0]), common, place, name);
      offset += LOCAL_BYTES + name.length + image.length;
    }
    const index = Buffer.concat(central);
    const end = Buffer.alloc(END_BYTES);
    end.write('PK\u0005\u0006', 'latin1');
    end.writeUInt16LE(this.images, 8);
    end.writeUInt16LE(this.images, 10);
    end.writeUInt32LE(index.length, 12);
    end.writeUInt32LE(offset, 16);
    yield index;
    yield end;
  }

  #nameOf(number: number): string {
    return `${LABELS[number % LABELS.length]}/${number}.${this.#isPng(this.#contentOf(number)) ? 'png' : 'jpg'}`;
  }

  #contentOf(number: number): number {
    return (number + 1) % this.#repeatEvery === 0 ? number - 1 : number;
  }

  #isPng(content: number): boolean {
    return content % 3 === 0;
  }

  #imageOf(number: number): Buffer {
    const content = this.#contentOf(number);
    const from = (content * 4099) % (POOL_BYTES - this.#imageBytes);
    const image = Buffer.from(this.#pool.subarray(from, from + this.#imageBytes));
    const [width, height] = [1000 + (content % 7) * 500, 1000 + (content % 5) * 400];
    if (this.#isPng(content)) {
      image.write('\u0089PNG\r\n\u001a\n\u0000\u0000\u0000\rIHDR', 'latin1');
      image.writeUInt32BE(width, 16);
      image.writeUInt32BE(height, 20);
      Buffer.from([0x49, 0x45, 0x4e, 0x44, 0xae, 0x42, 0x60, 0x82]).copy(image, image.length - 8);
    } else {
      Buffer.from([0xff, 0xd8, 0xff, 0xc0, 0, 17, 8]).copy(image);
      image.writeUInt16BE(height, 7);
      image.writeUInt16BE(width, 9);
      image.writeUInt16BE(0xffd9, image.length - 2);
    }
    image.writeUInt32LE(content, 64);
    return image;
  }
}
