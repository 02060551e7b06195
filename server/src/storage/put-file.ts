import { mkdir, open, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Readable } from 'node:stream';
import { writeContent, writeFully } from './encrypted-file.ts';
import { headerOf, newCipher } from './encrypted-format.ts';
import type { MasterKeys } from './master-keys.ts';
import type { StorageFolder } from './storage-folder.ts';
import type { ExpectedContent } from './storage.ts';
import { syncFolder } from './sync-folder.ts';

/** Writes an encrypted file beside its place and lets it appear there whole. */
export async function putEncrypted(
  folder: StorageFolder,
  keys: MasterKeys,
  content: Readable,
  expected: ExpectedContent,
): Promise<void> {
  const { sha256, sizeBytes } = expected;
  const place = folder.kept(sha256);
  const temporary = folder.newIncoming(sha256);
  try {
    const handle = await open(temporary, 'wx', 0o600);
    try {
      // The key is chosen once the file can be seen: a change of the master key finds it there, or is seen here.
      const { active } = await keys.current();
      const cipher = newCipher(sizeBytes);
      await writeFully(handle, headerOf(cipher, active, sha256), 0);
      await writeContent(handle, cipher, 0, content, expected);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await mkdir(dirname(place), { recursive: true, mode: 0o700 });
    await rename(temporary, place);
    await syncFolder(dirname(place));
  } finally {
    await rm(temporary, { force: true });
  }
}
