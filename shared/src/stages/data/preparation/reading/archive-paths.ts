/** A path in the index of an archive as it stands there. */
export interface RawPath {
  readonly fileNameRaw: Uint8Array;
  readonly generalPurposeBitFlag: number;
}

/** The encoding of paths that say none. */
export type PathEncoding = 'utf-8' | 'gb18030';

/** Whether an entry says that its path is UTF-8. */
function saysUtf8({ generalPurposeBitFlag }: RawPath): boolean {
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
export function pathEncodingOf(entries: readonly RawPath[]): PathEncoding {
  return entries.every((entry) => saysUtf8(entry) || decoded(entry.fileNameRaw, 'utf-8') !== null)
    ? 'utf-8'
    : 'gb18030';
}

/** The path of an entry, in UTF-8 where it says so; null where it is not what it says. */
export function decodedPath(entry: RawPath, encoding: PathEncoding): string | null {
  return decoded(entry.fileNameRaw, saysUtf8(entry) ? 'utf-8' : encoding);
}

/** Whether an entry is a folder, or one of the files that systems leave in archives unasked. */
export function isLeftOver(path: string): boolean {
  return (
    path.endsWith('/') || path.startsWith('__MACOSX/') || /(?:^|\/)(?:\.DS_Store|Thumbs\.db|desktop\.ini)$/i.test(path)
  );
}
