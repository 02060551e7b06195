import type { Database } from '../../database/client.ts';
import type { Storage } from '../../storage/storage.ts';
import { lockContent } from './store.ts';
import type { StoredFilesStore } from './stored-files-store.ts';

/** A file comes before its row: where none names it after so long, none is on its way. */
const OLD_MS = 24 * 60 * 60 * 1000;

/** So long somebody who restored a wrong database has until the files go that it does not know; also the time from one look at a file to the next. */
const WARY_MS = 60 * 60 * 1000;

/** Files lie apart by their first two digits. */
const PARTS = Array.from({ length: 256 }, (_, part) => part.toString(16).padStart(2, '0'));

/** Files that no row names any more, as where a server ended between changing a row and removing the file that it had named. */
export interface UnnamedFiles {
  /** Looks at one part of the stored files a call; what was unnamed an hour before is removed. After the last part it rests for an hour. */
  removeSome(now: Date): Promise<void>;
}

/** What the removal stands on. */
export interface UnnamedFilesParts {
  readonly database: Database;
  readonly store: StoredFilesStore;
  readonly storage: Storage;
}

/** Builds the removal of files without a row. */
export function createUnnamedFiles({ database, store, storage }: UnnamedFilesParts): UnnamedFiles {
  /** When each file was first seen without a row, by part. */
  const seen = new Map<string, ReadonlyMap<string, Date>>();
  let place = 0;
  let endedAt: Date | null = null;

  /** Another row may have come to name the file since, and an upload may have brought it anew. */
  async function remove(sha256: string, writtenBefore: Date): Promise<void> {
    await database.$transaction(async (transaction) => {
      await lockContent(transaction, sha256);
      if ((await store.named(transaction, [sha256])).size === 0)
        await storage.removeWrittenBefore(sha256, writtenBefore);
    });
  }

  return {
    async removeSome(now) {
      // A clock that is set back is no reason to rest longer.
      if (endedAt !== null && Math.abs(now.getTime() - endedAt.getTime()) < WARY_MS) return;
      const part = PARTS[place] ?? '';
      place = (place + 1) % PARTS.length;
      endedAt = place === 0 ? now : null;
      const writtenBefore = new Date(now.getTime() - OLD_MS);
      const old = await storage.writtenBefore(part, writtenBefore);
      const named = await store.named(database, old);
      const before = seen.get(part);
      const unnamed = old
        .filter((sha256) => !named.has(sha256))
        .map((sha256) => [sha256, before?.get(sha256) ?? now] as const);
      seen.set(part, new Map(unnamed));
      for (const [sha256, since] of unnamed)
        if (now.getTime() - since.getTime() >= WARY_MS) await remove(sha256, writtenBefore);
    },
  };
}
