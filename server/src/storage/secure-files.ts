import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { AppError } from '../plugins/app-error.ts';
import type { Alone } from './alone.ts';
import { rewrap } from './encrypted-file.ts';
import { HEADER_BYTES } from './encrypted-format.ts';
import type { MasterKeys } from './master-keys.ts';
import { putEncrypted } from './put-file.ts';
import type { StorageFolder, StoredFile } from './storage-folder.ts';
import type { SecureOutcome, SecureProgress } from './storage.ts';

const MOST_EXAMPLES = 100;

/** A file without a header may be one whose first bytes are on their way; after this long nobody is writing it any more. */
const HEADER_WITHIN_MS = 15 * 60 * 1000;

/**
 * Goes over all files once: what is plain is encrypted, and what is under another key than the active one is re-wrapped. What is
 * under way comes first: a file that appears later has taken its key later too, and so has the active one.
 */
export async function secureFiles(
  folder: StorageFolder,
  keys: MasterKeys,
  alone: Alone,
  onProgress: (progress: SecureProgress) => void,
  signal: AbortSignal,
): Promise<SecureOutcome> {
  const ring = await keys.current();
  const counts = { encrypted: 0, rewrapped: 0, unreadable: 0 };
  const examples: string[] = [];
  let isUnsettled = false;
  let isDamaged = false;
  let done = 0;

  function leave(name: string): void {
    counts.unreadable++;
    if (examples.length < MOST_EXAMPLES) examples.push(name);
  }

  async function encrypt({ path, name }: StoredFile): Promise<void> {
    const { size: sizeBytes } = await stat(path);
    const content = createReadStream(path, { signal });
    try {
      await putEncrypted(folder, keys, content, { sha256: name, sizeBytes });
      counts.encrypted++;
    } catch (error) {
      // A plain file that is not what its name says stays as it is, for whoever mends it.
      if (error instanceof AppError) leave(name);
      else throw error;
    } finally {
      content.destroy();
    }
  }

  async function secure(file: StoredFile, isUnderWay: boolean): Promise<void> {
    try {
      const outcome = await rewrap(file.path, keys, file.name, alone);
      if (outcome === 'rewrapped') counts.rewrapped++;
      if (outcome === 'key-missing' || outcome === 'damaged') leave(file.name);
      if (outcome === 'damaged') isDamaged = true;
      if (outcome !== 'plain') return;
      if (!isUnderWay) await encrypt(file);
      else {
        const { size, mtimeMs } = await stat(file.path);
        if (size < HEADER_BYTES && Date.now() - mtimeMs < HEADER_WITHIN_MS) isUnsettled = true;
      }
    } catch (error) {
      // It was kept, or removed, between the listing and now.
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    }
  }

  for (const file of await folder.filesUnderWay()) {
    signal.throwIfAborted();
    await secure(file, true);
  }
  const kept = await folder.filesKept();
  for (const file of kept) {
    signal.throwIfAborted();
    await secure(file, false);
    onProgress({ done: ++done, total: kept.length });
  }
  const { encrypted, rewrapped, unreadable } = counts;
  return {
    activeKeyId: ring.active.id,
    files: kept.length,
    encrypted,
    rewrapped,
    unreadable: { total: unreadable, examples },
    isUnsettled,
    needsOldKeys: isDamaged,
  };
}
