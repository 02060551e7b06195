import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { open, stat, statfs } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { AppError } from '../plugins/app-error.ts';
import type { Alone } from './alone.ts';
import { checkLength, cipherOf, contentStream, readHeader } from './encrypted-file.ts';
import { createDrafts } from './draft-files.ts';
import { fullDisk } from './full-disk.ts';
import type { FileHeader } from './encrypted-format.ts';
import { MasterKeyMissingError, type MasterKeys } from './master-keys.ts';
import { putEncrypted } from './put-file.ts';
import { removeKept, removeWrittenBefore, writtenBefore } from './remove-file.ts';
import { secureFiles } from './secure-files.ts';
import { StorageFolder } from './storage-folder.ts';
import type { ByteRange, OpenContent, Storage } from './storage.ts';

/** Most damaged files that are remembered. */
const MOST_REMEMBERED = 1000;

/** Storage in a folder; slots of files change under `alone` only, and `onDamage` hears of every file that turns out damaged while it is read. */
export async function openFolderStorage(
  path: string,
  keys: MasterKeys,
  alone: Alone,
  onDamage: (error: AppError) => void,
): Promise<Storage> {
  const folder = new StorageFolder(path);
  await folder.prepare();
  /** Files that were found damaged, as they were then: who asks again is told at once. */
  const damaged = new Map<string, string>();

  const markOf = ({ ino, mtimeMs }: { ino: number; mtimeMs: number }) => `${ino} ${mtimeMs}`;

  function remember(sha256: string, mark: string, error: AppError): void {
    if (damaged.size >= MOST_REMEMBERED) damaged.clear();
    damaged.set(sha256, mark);
    onDamage(error);
  }

  /** Content from before there was encryption: nothing of it is given out before the whole has proved to match. */
  async function openPlain(sha256: string, { start, length }: ByteRange): Promise<Readable> {
    const place = folder.kept(sha256);
    const hash = createHash('sha256');
    await pipeline(createReadStream(place), hash);
    if (hash.digest('hex') !== sha256) throw new AppError('content-damaged', { file: sha256 });
    return length === 0 ? Readable.from([]) : createReadStream(place, { start, end: start + length - 1 });
  }

  return {
    put: (content, expected) => fullDisk(putEncrypted(folder, keys, content, expected)),
    async open(sha256, range): Promise<OpenContent> {
      const place = folder.kept(sha256);
      const handle = await open(place, 'r').catch(() => undefined);
      if (handle === undefined) throw new AppError('not-found');
      try {
        const found = await handle.stat();
        const mark = markOf(found);
        if (damaged.get(sha256) === mark) throw new AppError('content-damaged', { file: sha256 });
        const header = await readHeader(handle);
        const sizeBytes = header?.sizeBytes ?? found.size;
        const wanted = range ?? { start: 0, length: sizeBytes };
        if (header === null) {
          await handle.close();
          return { stream: await openPlain(sha256, wanted), sizeBytes };
        }
        const cipher = cipherOf(header, await keys.current(), sha256);
        await checkLength(handle, cipher, sha256);
        const stream = contentStream(handle, cipher, wanted, sha256, (error) => remember(sha256, mark, error));
        return { stream, sizeBytes };
      } catch (error) {
        await handle.close();
        if (error instanceof AppError) onDamage(error);
        throw error;
      }
    },
    removeLeftOvers: (now) => folder.removeLeftOvers(now),
    drafts: createDrafts(folder, keys, alone),
    async freeBytes() {
      const { bavail, bsize } = await statfs(folder.path);
      return bavail * bsize;
    },
    remove: (sha256) => removeKept(folder, sha256),
    writtenBefore: (digits, moment) => writtenBefore(folder, digits, moment),
    removeWrittenBefore: (sha256, moment) => removeWrittenBefore(folder, sha256, moment),
    secure: (onProgress, signal) => secureFiles(folder, keys, alone, onProgress, signal),
  };
}

/** Headers of the encrypted files of a folder with the names that they go by, one after another. */
async function* headersIn(path: string): AsyncGenerator<{ header: FileHeader; name: string }> {
  const isThere = await stat(path).catch(() => undefined);
  if (isThere === undefined) return;
  const folder = new StorageFolder(path);
  await folder.prepare();
  for (const { path: file, name } of [...(await folder.filesUnderWay()), ...(await folder.filesKept())]) {
    const handle = await open(file, 'r').catch(() => undefined);
    if (handle === undefined) continue;
    try {
      const header = await readHeader(handle);
      if (header !== null) yield { header, name };
    } finally {
      await handle.close();
    }
  }
}

/** Whether the folder holds an encrypted file, which only its master key opens. */
export async function holdsEncryptedFiles(path: string): Promise<boolean> {
  for await (const { header } of headersIn(path)) if (header !== null) return true;
  return false;
}

/** So many files that no key opens show that the key is another installation's, and not that some files are foreign. */
const MOST_LOOKED_AT = 50;

/**
 * Throws a `MasterKeyMissingError` where the folder holds encrypted files and the keys at hand open none of those looked at: a server that
 * started so would write new files under a key that the old ones do not have.
 */
export async function requireKeysOf(path: string, keys: MasterKeys): Promise<void> {
  const ring = await keys.current();
  let looked = 0;
  for await (const { header, name } of headersIn(path)) {
    try {
      cipherOf(header, ring, name);
      return;
    } catch (error) {
      // A damaged file says nothing of the keys.
      if (error instanceof AppError && error.code === 'content-key-missing') looked++;
    }
    if (looked === MOST_LOOKED_AT) break;
  }
  if (looked === 0) return;
  throw new MasterKeyMissingError(
    'The master key at hand opens none of the stored files: set GREENLIGHT_MASTER_KEY, or restore the file with the master keys, as it was when they were written; to change the key, set the old one as GREENLIGHT_PREVIOUS_MASTER_KEY. Nothing was changed.',
  );
}
