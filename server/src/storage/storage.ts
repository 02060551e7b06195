import type { Readable } from 'node:stream';

/** What a caller says that a stream will contain; storage keeps nothing that differs. */
export interface ExpectedContent {
  readonly sha256: string;
  readonly sizeBytes: number;
}

/** A part of a file: from the byte `start`, and at most `length` bytes. */
export interface ByteRange {
  readonly start: number;
  readonly length: number;
}

/** An open file; `sizeBytes` is that of the whole. */
export interface OpenContent {
  readonly stream: Readable;
  readonly sizeBytes: number;
}

/**
 * Keeps files by their SHA-256, encrypted; the same content is kept once, and a kept file never changes. What is given in and out
 * is plain. A disk that is full throws AppError `storage-full` and leaves nothing of what was under way.
 */
export interface Storage {
  /**
   * Takes a stream in. Throws AppError `checksum-mismatch` or `payload-too-large` (more than announced) and whatever the
   * stream throws when it breaks off; then nothing is left behind.
   */
  put(content: Readable, expected: ExpectedContent): Promise<void>;
  /**
   * Opens a file or a part of it. Throws AppError `not-found`, `content-damaged` and `content-key-missing`; the stream fails with
   * `content-damaged` before the first byte that is not what was stored.
   */
  open(sha256: string, range?: ByteRange): Promise<OpenContent>;
  /** Removes a file for good; one that is not there is no error. */
  remove(sha256: string): Promise<void>;
  /** The checksums of files that begin with these two digits and were last written before a moment. */
  writtenBefore(digits: string, moment: Date): Promise<string[]>;
  /** Removes a file as `remove` does, but none that was written since, even where it came in at this moment. */
  removeWrittenBefore(sha256: string, moment: Date): Promise<void>;
  readonly drafts: Drafts;
  /** Removes what ended half-written a day ago and more, as where a server was killed while a file came in. */
  removeLeftOvers(now: Date): Promise<void>;
  /** Free space for files in bytes. */
  freeBytes(): Promise<number>;
  /** Encrypts what is not, and brings every data key under the active master key; one call at a time does it all, several do no harm. */
  secure(onProgress: (progress: SecureProgress) => void, signal: AbortSignal): Promise<SecureOutcome>;
}

/** Files that come in piece by piece, under an id of the caller's. */
export interface Drafts {
  /** Bytes that every piece but the last is a multiple of. */
  readonly alignmentBytes: number;
  /** Begins a file of so many bytes; what an earlier attempt with the id left is gone. */
  begin(id: string, sizeBytes: number): Promise<void>;
  /**
   * Writes a piece at `offset`, durably. Throws like `put`; the pieces before stay. A piece may be written again and differ, and
   * pieces of one file must come one after another.
   */
  write(id: string, offset: number, content: Readable, expected: ExpectedContent): Promise<void>;
  /** Keeps the file under its checksum; throws `checksum-mismatch`, and then the draft stays, or `not-found` where it is gone. */
  keep(id: string, expected: ExpectedContent): Promise<void>;
  remove(id: string): Promise<void>;
  /** The ids of all that have not been kept or removed. */
  list(): Promise<string[]>;
}

/** How far a pass over all files is. */
export interface SecureProgress {
  readonly done: number;
  readonly total: number;
}

/** What a pass over all files found and did. */
export interface SecureOutcome {
  readonly activeKeyId: string;
  readonly files: number;
  /** Files that had been plain and are encrypted now. */
  readonly encrypted: number;
  /** Files whose data key came under the active master key. */
  readonly rewrapped: number;
  /** Checksums of files that no key at hand opens, or that are damaged: at most a hundred, and how many there are. */
  readonly unreadable: { readonly total: number; readonly examples: readonly string[] };
  /** Whether a file was under way whose key could not be seen yet: another pass has to look again. */
  readonly isUnsettled: boolean;
  /** Whether a file is damaged whose key may be an old one: who mends it may need that key. */
  readonly needsOldKeys: boolean;
}
