import { rename, rm, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { StorageFolder } from './storage-folder.ts';
import { syncFolder } from './sync-folder.ts';

/** What is not there is no error. */
function orNothing(error: NodeJS.ErrnoException): undefined {
  if (error.code !== 'ENOENT') throw error;
}

const wasWrittenBefore = async (path: string, moment: Date): Promise<boolean> => {
  const found = await stat(path).catch(orNothing);
  return found !== undefined && found.mtimeMs < moment.getTime();
};

/** Removes a file for good. */
export async function removeKept(folder: StorageFolder, sha256: string): Promise<void> {
  const place = folder.kept(sha256);
  await rm(place, { force: true });
  // Nothing may ever have been kept under these first two digits.
  await syncFolder(dirname(place)).catch(orNothing);
}

/** The checksums of files that begin with two digits and were last written before a moment. */
export async function writtenBefore(folder: StorageFolder, digits: string, moment: Date): Promise<string[]> {
  const old: string[] = [];
  for (const { path, name } of await folder.filesUnder(digits))
    if (await wasWrittenBefore(path, moment)) old.push(name);
  return old;
}

/** Removes a file that was last written before a moment, and none that takes its place while that is looked at. */
export async function removeWrittenBefore(folder: StorageFolder, sha256: string, moment: Date): Promise<void> {
  const place = folder.kept(sha256);
  if (!(await wasWrittenBefore(place, moment))) return;
  // What was moved is looked at again: an upload of the same content may have come in between.
  const aside = folder.newIncoming(sha256);
  await rename(place, aside).catch(orNothing);
  if (await wasWrittenBefore(aside, moment)) await rm(aside, { force: true });
  else await rename(aside, place).catch(orNothing);
  await syncFolder(dirname(place));
}
