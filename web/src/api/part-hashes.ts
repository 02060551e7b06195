import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex } from '@noble/hashes/utils.js';

/** SHA-256 of bytes in hexadecimal, in pages without HTTPS too, where the browser's own is missing. */
export function sha256Of(bytes: Uint8Array): string {
  return bytesToHex(sha256(bytes));
}

/** Reads a file once from its beginning, a part at a time, and hashes each part and the whole. */
export class PartHashes {
  readonly #file: Blob;
  readonly #partBytes: number;
  readonly #whole = sha256.create();
  #offset = 0;

  constructor(file: Blob, partBytes: number) {
    this.#file = file;
    this.#partBytes = partBytes;
  }

  /** SHA-256 of the next part. Throws where the file can no longer be read. */
  async next(): Promise<string> {
    const bytes = new Uint8Array(await this.#file.slice(this.#offset, this.#offset + this.#partBytes).arrayBuffer());
    this.#offset += bytes.length;
    this.#whole.update(bytes);
    return sha256Of(bytes);
  }

  /** SHA-256 of everything read so far. */
  whole(): string {
    return bytesToHex(this.#whole.clone().digest());
  }
}
