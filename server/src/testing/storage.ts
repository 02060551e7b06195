import { join } from 'node:path';
import type { AppError } from '../plugins/app-error.ts';
import type { Alone } from '../storage/alone.ts';
import { holdsEncryptedFiles, openFolderStorage } from '../storage/folder-storage.ts';
import { openMasterKeys, type GivenKeys, type MasterKeys } from '../storage/master-keys.ts';
import type { Storage } from '../storage/storage.ts';

/** The last turn of each folder's storages, as the database gives turns to servers. */
const turns = new Map<string, Promise<void>>();

/** Storage in `files` below a folder, with its keys and what was reported as damaged. */
export async function openTestStorage(
  folder: string,
  given: GivenKeys = {},
): Promise<{ storage: Storage; keys: MasterKeys; damage: AppError[] }> {
  const files = join(folder, 'files');
  const keys = await openMasterKeys(join(folder, 'master-keys.json'), given, () => holdsEncryptedFiles(files));
  const damage: AppError[] = [];
  const alone: Alone = (work) => {
    const mine = (turns.get(files) ?? Promise.resolve()).then(work);
    turns.set(
      files,
      mine.then(
        () => undefined,
        () => undefined,
      ),
    );
    return mine;
  };
  return { storage: await openFolderStorage(files, keys, alone, (error) => damage.push(error)), keys, damage };
}
