import type { Readable } from 'node:stream';

/** What a caller says that a stream will contain; storage keeps nothing that differs. */
export interface ExpectedContent {
  readonly sha256: string;
  readonly sizeBytes: number;
}

/** Keeps files by their SHA-256; the same content is kept once, and a kept file never changes. */
export interface Storage {
  /**
   * Takes a stream in. Throws AppError `checksum-mismatch` or `payload-too-large` (more than announced) and whatever the
   * stream throws when it breaks off; then nothing is left behind.
   */
  put(content: Readable, expected: ExpectedContent): Promise<void>;
  /** Opens a file; the stream fails before its last bytes when the file no longer matches its checksum. */
  open(sha256: string): Promise<{ stream: Readable; sizeBytes: number }>;
  /** Removes a file for good; one that is not there is no error. */
  remove(sha256: string): Promise<void>;
}
