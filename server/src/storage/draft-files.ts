import { createHash } from 'node:crypto';
import { mkdir, open, rename, rm, type FileHandle } from 'node:fs/promises';
import { dirname } from 'node:path';
import { AppError } from '../plugins/app-error.ts';
import type { Alone } from './alone.ts';
import { addName, checkLength, cipherOf, readContent, readHeader, writeContent, writeFully } from './encrypted-file.ts';
import { CHUNK_BYTES, DamagedError, headerOf, newCipher } from './encrypted-format.ts';
import { fullDisk } from './full-disk.ts';
import type { MasterKeys } from './master-keys.ts';
import type { StorageFolder, StoredFile } from './storage-folder.ts';
import type { Drafts, ExpectedContent } from './storage.ts';
import { syncFolder } from './sync-folder.ts';

async function openDraft({ path }: StoredFile): Promise<FileHandle> {
  try {
    return await open(path, 'r+');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') throw new AppError('not-found');
    throw error;
  }
}

/** Files that come in piece by piece, in the form that they are kept in, so that keeping one copies nothing. */
export function createDrafts(folder: StorageFolder, keys: MasterKeys, alone: Alone): Drafts {
  async function within<Result>(draft: StoredFile, work: (handle: FileHandle) => Promise<Result>): Promise<Result> {
    const handle = await openDraft(draft);
    try {
      return await work(handle);
    } finally {
      await handle.close();
    }
  }

  async function draftCipher(handle: FileHandle, { name }: StoredFile) {
    const header = await readHeader(handle);
    if (header === null) throw new AppError('content-damaged', { file: name });
    return cipherOf(header, await keys.current(), name);
  }

  async function checkContent(handle: FileHandle, draft: StoredFile, expected: ExpectedContent): Promise<void> {
    const cipher = await draftCipher(handle, draft);
    await checkLength(handle, cipher, draft.name);
    const hash = createHash('sha256');
    try {
      for await (const block of readContent(handle, cipher, { start: 0, length: cipher.sizeBytes })) hash.update(block);
    } catch (error) {
      if (error instanceof DamagedError) throw new AppError('content-damaged', { file: draft.name });
      throw error;
    }
    if (cipher.sizeBytes !== expected.sizeBytes || hash.digest('hex') !== expected.sha256) {
      throw new AppError('checksum-mismatch');
    }
  }

  return {
    alignmentBytes: CHUNK_BYTES,
    begin: (id, sizeBytes) =>
      fullDisk(
        (async () => {
          const draft = folder.draft(id);
          await rm(draft.path, { force: true });
          const handle = await open(draft.path, 'wx', 0o600);
          try {
            const { active } = await keys.current();
            await writeFully(handle, headerOf(newCipher(sizeBytes), active, draft.name), 0);
            await handle.sync();
          } finally {
            await handle.close();
          }
          await syncFolder(dirname(draft.path));
        })(),
      ),
    write: (id, offset, content, expected) =>
      fullDisk(
        within(folder.draft(id), async (handle) => {
          const cipher = await draftCipher(handle, folder.draft(id));
          await writeContent(handle, cipher, offset, content, expected);
          await handle.sync();
        }),
      ),
    keep: (id, expected) => {
      const draft = folder.draft(id);
      const place = folder.kept(expected.sha256);
      const keeping = within(draft, async (handle) => {
        await checkContent(handle, draft, expected);
        await mkdir(dirname(place), { recursive: true, mode: 0o700 });
        // A change of the master key, which writes into the same slots, waits, or has come before.
        await alone(async () => {
          const dropDraftName = await addName(handle, await keys.current(), draft.name, expected.sha256);
          await rename(draft.path, place);
          await syncFolder(dirname(place));
          await syncFolder(dirname(draft.path));
          await dropDraftName();
        });
      });
      return fullDisk(keeping);
    },
    remove: (id) => rm(folder.draft(id).path, { force: true }),
    list: () => folder.draftIds(),
  };
}
