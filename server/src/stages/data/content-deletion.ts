import type { Database, Transaction } from '../../database/client.ts';
import type { Storage } from '../../storage/storage.ts';
import type { DeletionStore } from './deletion-store.ts';
import { lockContent, type DataStore, type VersionWithDataset } from './store.ts';

const FILES_A_ROUND = 20;

/** Gives the content of versions up; their rows, hashes and lineage stay. */
export interface ContentDeletion {
  /** Marks the content as gone in the transaction of whoever decides it; from its commit on nothing opens it any more. */
  giveUp(
    transaction: Transaction,
    version: VersionWithDataset,
    how: { kind: 'retention' | 'erasure'; certificateId: string | null; at: Date },
  ): Promise<void>;
  /** Removes files that were given up and that no other row needs; goes on where a crash left it. */
  removeFiles(): Promise<void>;
}

/** What the deletion of content stands on. */
export interface ContentDeletionParts {
  readonly database: Database;
  readonly store: DataStore;
  readonly deletions: DeletionStore;
  readonly storage: Storage;
}

/** Builds the deletion of content. */
export function createContentDeletion({ database, store, deletions, storage }: ContentDeletionParts): ContentDeletion {
  return {
    async giveUp(transaction, { id }, { kind, certificateId, at }) {
      await store.change(transaction, id, { deletedAt: at, deletionKind: kind, certificateId, preview: [] });
    },
    async removeFiles() {
      for (const { id, contentSha256 } of await deletions.awaitingRemoval(FILES_A_ROUND)) {
        await database.$transaction(async (transaction) => {
          await lockContent(transaction, contentSha256);
          if (!(await deletions.isNeeded(transaction, contentSha256))) {
            await storage.remove(contentSha256);
            await deletions.forgetJobFiles(transaction, contentSha256);
          }
          await store.change(transaction, id, { fileRemovedAt: new Date() });
        });
      }
    },
  };
}
