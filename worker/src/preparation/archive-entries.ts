import { validateFileName, type Entry } from 'yauzl';
import type { RowErrorCode } from '@greenlight/shared/stages/data/preparation/reading/row-errors.ts';

/** The path of an entry, in UTF-16 units. */
const MOST_PATH_LENGTH = 1000;

const S_IFMT = 0xf000;
const S_IFLNK = 0xa000;

/** An entry of an archive cannot be taken in. */
export class EntryProblem extends Error {
  readonly code: RowErrorCode;
  readonly detail: string | number;

  constructor(code: RowErrorCode, detail: string | number) {
    super(code);
    this.code = code;
    this.detail = detail;
  }
}

/** An archive as a whole cannot be taken in: nothing more of it is read. */
export class ArchiveProblem extends EntryProblem {}

type PathEntry = Pick<Entry, 'fileNameRaw' | 'generalPurposeBitFlag'>;

/** The encoding of paths that say none. */
export type PathEncoding = 'utf-8' | 'gb18030';

/** Whether an entry says that its path is UTF-8. */
function saysUtf8({ generalPurposeBitFlag }: PathEntry): boolean {
  return (generalPurposeBitFlag & 0x800) !== 0;
}

function decoded(raw: Uint8Array, encoding: PathEncoding): string | null {
  try {
    return new TextDecoder(encoding, { fatal: true }).decode(raw);
  } catch {
    return null;
  }
}

/**
 * The encoding of those paths of an archive that say none: UTF-8 where all of them are, else GB18030, which Chinese systems write without a
 * word, and of which single short names are valid UTF-8 by chance.
 */
export function pathEncodingOf(entries: readonly PathEntry[]): PathEncoding {
  return entries.every((entry) => saysUtf8(entry) || decoded(entry.fileNameRaw, 'utf-8') !== null)
    ? 'utf-8'
    : 'gb18030';
}

/** The path of an entry, in UTF-8 where it says so. */
export function pathOf(entry: PathEntry, encoding: PathEncoding): string {
  const path = decoded(entry.fileNameRaw, saysUtf8(entry) ? 'utf-8' : encoding);
  if (path === null) throw new EntryProblem('unsafe-path', entry.fileNameRaw.toString('latin1'));
  return path;
}

/** Throws `EntryProblem` for a path that leads elsewhere, a link, an encrypted entry, and one that was there before. */
export function checkEntry(entry: Entry, path: string, seen: Set<string>): void {
  const isUnsafe =
    validateFileName(path) !== null || /\p{Cc}/u.test(path) || path.length > MOST_PATH_LENGTH || path.includes(':');
  if (isUnsafe) throw new EntryProblem('unsafe-path', path);
  if (((entry.externalFileAttributes >>> 16) & S_IFMT) === S_IFLNK) throw new EntryProblem('archive-link', path);
  if (entry.isEncrypted()) throw new EntryProblem('archive-encrypted', path);
  if (seen.has(path)) throw new EntryProblem('duplicate-entry', path);
  seen.add(path);
}

/** Whether an entry is a folder, or one of the files that systems leave in archives unasked. */
export function isLeftOver(path: string): boolean {
  return (
    path.endsWith('/') || path.startsWith('__MACOSX/') || /(?:^|\/)(?:\.DS_Store|Thumbs\.db|desktop\.ini)$/i.test(path)
  );
}
