import { ArchiveFolders } from './archive-folders.ts';
import { decodedPath, isLeftOver, pathEncodingOf, type RawPath } from './archive-paths.ts';

/**
 * Reads no more of an archive than the paths in its index (APPNOTE 6.3, sections 4.3.12 to 4.3.16), for a first look while its bytes lie
 * elsewhere. Taking an archive in, with all that can be wrong with it, is the worker's.
 */

/** So many bytes at the end of an archive say where its index lies: the end record with its longest comment, and those of ZIP64. */
export const ARCHIVE_END_BYTES = 22 + 65_535 + 20 + 56;

const END = 0x06_05_4b_50;
const END_LOCATOR_64 = 0x07_06_4b_50;
const END_64 = 0x06_06_4b_50;
const ENTRY = 0x02_01_4b_50;
const ENTRY_BYTES = 46;

const viewOf = ({ buffer, byteOffset, byteLength }: Uint8Array) => new DataView(buffer, byteOffset, byteLength);

/** Where the index of an archive lies, by the last bytes of it; null where they do not say. */
export function placeOfArchiveIndex(
  end: Uint8Array,
  archiveBytes: number,
): { readonly start: number; readonly length: number } | null {
  const view = viewOf(end);
  const within = (start: number, length: number) =>
    start >= 0 && length > 0 && start + length <= archiveBytes ? { start, length } : null;
  for (let at = end.length - 22; at >= 0; at--) {
    if (view.getUint32(at, true) !== END || at + 22 + view.getUint16(at + 20, true) !== end.length) continue;
    const length = view.getUint32(at + 12, true);
    const start = view.getUint32(at + 16, true);
    if (start !== 0xff_ff_ff_ff && length !== 0xff_ff_ff_ff) return within(start, length);
    if (at < 20 || view.getUint32(at - 20, true) !== END_LOCATOR_64) return null;
    const record = Number(view.getBigUint64(at - 12, true)) - (archiveBytes - end.length);
    if (record < 0 || record + 56 > end.length || view.getUint32(record, true) !== END_64) return null;
    return within(Number(view.getBigUint64(record + 48, true)), Number(view.getBigUint64(record + 40, true)));
  }
  return null;
}

/** The labels that the paths of an archive give its images, each once, as far as this part of its index goes. */
export function labelsOfArchiveIndex(index: Uint8Array): string[] {
  const view = viewOf(index);
  const entries: RawPath[] = [];
  for (let at = 0; at + ENTRY_BYTES <= index.length && view.getUint32(at, true) === ENTRY;) {
    const nameEnd = at + ENTRY_BYTES + view.getUint16(at + 28, true);
    if (nameEnd > index.length) break;
    const fileNameRaw = index.subarray(at + ENTRY_BYTES, nameEnd);
    entries.push({ fileNameRaw, generalPurposeBitFlag: view.getUint16(at + 8, true) });
    at = nameEnd + view.getUint16(at + 30, true) + view.getUint16(at + 32, true);
  }
  const encoding = pathEncodingOf(entries);
  const paths = entries
    .map((entry) => decodedPath(entry, encoding))
    .filter((path) => path !== null && !isLeftOver(path)) as string[];
  const folders = new ArchiveFolders();
  for (const path of paths) folders.look(path);
  const labels = paths.map((path) => folders.meaningOf(path).label);
  return [...new Set(labels.filter((label) => label !== undefined))];
}
