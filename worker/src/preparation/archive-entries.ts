import { validateFileName, type Entry } from 'yauzl';
import {
  decodedPath,
  type PathEncoding,
  type RawPath,
} from '@greenlight/shared/stages/data/preparation/reading/archive-paths.ts';
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

/** The path of an entry, in UTF-8 where it says so. */
export function pathOf(entry: Pick<Entry, keyof RawPath>, encoding: PathEncoding): string {
  const path = decodedPath(entry, encoding);
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
