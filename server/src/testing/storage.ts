import { join } from 'node:path';
import type { AppError } from '../plugins/app-error.ts';
import { holdsEncryptedFiles, openFolderStorage } from '../storage/folder-storage.ts';
import { openMasterKeys, type GivenKeys, type MasterKeys } from '../storage/master-keys.ts';
import type { Storage } from '../storage/storage.ts';

/** Storage in `files` below a folder, with its keys and what was reported as damaged. */
export async function openTestStorage(
  folder: string,
  given: GivenKeys = {},
): Promise<{ storage: Storage; keys: MasterKeys; damage: AppError[] }> {
  const files = join(folder, 'files');
  const keys = await openMasterKeys(join(folder, 'master-keys.json'), given, () => holdsEncryptedFiles(files));
  const damage: AppError[] = [];
  return { storage: await openFolderStorage(files, keys, (error) => damage.push(error)), keys, damage };
}
