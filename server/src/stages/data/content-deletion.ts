import type { Database, Transaction } from '../../database/client.ts';
import type { Storage } from '../../storage/storage.ts';
import type { DeletionStore } from './deletion-store.ts';
import { lockContent, type DataStore, type VersionWithDataset } from './store.ts';

const FILES_A_ROUND = 20;

/** Gives the content of versions up, and with it the tokenizers learned from it, whose words are its words; rows, hashes and lineage stay. */
export interface ContentDeletion {
  /** Marks the content as gone in the transaction of whoever decides it; from its commit on nothing opens it any more. */
  giveUp(
    transaction: Transaction,
    version: VersionWithDataset,
    how: { kind: 'retention' | 'erasure'; certificateId: string | null; at: Date },
  ): Promise<void>;
  /** Removes one content that no row needs any more. */
  removeContent(sha256: string): Promise<void>;
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
  async function remove(transaction: Transaction, sha256: string): Promise<void> {
    await lockContent(transaction, sha256);
    if ((await deletions.needed(transaction, [sha256])).size > 0) return;
    await storage.remove(sha256);
    await deletions.forgetJobFiles(transaction, sha256);
  }

  return {
    async giveUp(transaction, { id }, { kind, certificateId, at }) {
      await store.change(transaction, id, { deletedAt: at, deletionKind: kind, certificateId, preview: [] });
      await deletions.giveUpTokenizers(transaction, id, at);
    },
    async removeContent(sha256) {
      await database.$transaction((transaction) => remove(transaction, sha256));
    },
    async removeFiles() {
      for (const { id, contentSha256, imagesSha256 } of await deletions.awaitingRemoval(FILES_A_ROUND)) {
        await database.$transaction(async (transaction) => {
          await remove(transaction, contentSha256);
          if (imagesSha256 !== null) await remove(transaction, imagesSha256);
          await store.change(transaction, id, { fileRemovedAt: new Date() });
        });
      }
      for (const { id, sha256 } of await deletions.tokenizersAwaitingRemoval(FILES_A_ROUND)) {
        await database.$transaction(async (transaction) => {
          await remove(transaction, sha256);
          await deletions.markTokenizerRemoved(transaction, id, new Date());
        });
      }
    },
  };
}
