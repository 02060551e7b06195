import type { Database, Transaction } from '../../database/client.ts';

/** What deletions have to know of the rows around a content. */
export interface DeletionStore {
  /** Those of the contents that a version, an uploaded file, a tokenizer, a file of a run, an imported model or a job that goes on still needs. */
  needed(transaction: Transaction, sha256s: readonly string[]): Promise<ReadonlySet<string>>;
  /** Versions whose content was given up and whose files have not been dealt with yet, the oldest first. */
  awaitingRemoval(limit: number): Promise<{ id: string; contentSha256: string; imagesSha256: string | null }[]>;
  /** Marks the tokenizers that were learned from a version as gone. */
  giveUpTokenizers(transaction: Transaction, versionId: string, at: Date): Promise<void>;
  /** Tokenizers that were given up and whose file has not been dealt with yet, the oldest first. */
  tokenizersAwaitingRemoval(limit: number): Promise<{ id: string; sha256: string }[]>;
  markTokenizerRemoved(transaction: Transaction, id: string, at: Date): Promise<void>;
  /** The tokenizers that were learned from these versions, oldest first. */
  tokenizersOf(transaction: Transaction, versionIds: readonly string[]): Promise<{ id: string; sha256: string }[]>;
  /** Takes the files with this content out of jobs that have ended. */
  forgetJobFiles(transaction: Transaction, sha256: string): Promise<void>;
  /** Ends the time of uploaded files that a version was made of: upkeep removes them next. */
  endOrigins(transaction: Transaction, versionId: string, at: Date): Promise<void>;
  /** The runs that were trained on one of these versions, by number. */
  runsOn(transaction: Transaction, versionIds: readonly string[]): Promise<{ id: string; number: number }[]>;
}

/** These rows in the database. */
export function createDeletionStore(database: Database): DeletionStore {
  return {
    async needed(transaction, sha256s) {
      const among = { in: [...sha256s] };
      const sha256 = among;
      const select = { sha256: true } as const;
      const versions = await transaction.datasetVersion.findMany({
        where: { deletedAt: null, OR: [{ contentSha256: among }, { imagesSha256: among }] },
        select: { contentSha256: true, imagesSha256: true },
      });
      const sources = await transaction.dataSource.findMany({ where: { sha256 }, select });
      const tokenizers = await transaction.tokenizer.findMany({ where: { sha256, deletedAt: null }, select });
      const artifacts = await transaction.artifact.findMany({
        where: { sha256, erasedAt: null },
        select,
        distinct: 'sha256',
      });
      const models = await transaction.modelFile.findMany({
        where: { OR: [{ sha256 }, { tokenizerSha256: among }] },
        select: { sha256: true, tokenizerSha256: true },
      });
      const jobs = await transaction.jobFile.findMany({ where: { sha256, job: { finishedAt: null } }, select });
      const rows = [...versions, ...sources, ...tokenizers, ...artifacts, ...models, ...jobs];
      const found = new Set(rows.flatMap((row): (string | null)[] => Object.values(row)));
      return new Set(sha256s.filter((one) => found.has(one)));
    },
    awaitingRemoval: (limit) =>
      database.datasetVersion.findMany({
        where: { deletedAt: { not: null }, fileRemovedAt: null },
        orderBy: { deletedAt: 'asc' },
        take: limit,
        select: { id: true, contentSha256: true, imagesSha256: true },
      }),
    async giveUpTokenizers(transaction, datasetVersionId, deletedAt) {
      await transaction.tokenizer.updateMany({ where: { datasetVersionId, deletedAt: null }, data: { deletedAt } });
    },
    tokenizersAwaitingRemoval: (limit) =>
      database.tokenizer.findMany({
        where: { deletedAt: { not: null }, fileRemovedAt: null },
        orderBy: { deletedAt: 'asc' },
        take: limit,
        select: { id: true, sha256: true },
      }),
    async markTokenizerRemoved(transaction, id, fileRemovedAt) {
      await transaction.tokenizer.update({ where: { id }, data: { fileRemovedAt } });
    },
    tokenizersOf: (transaction, versionIds) =>
      transaction.tokenizer.findMany({
        where: { datasetVersionId: { in: [...versionIds] } },
        orderBy: [{ createdAt: 'asc' }, { id: 'asc' }],
        select: { id: true, sha256: true },
      }),
    async forgetJobFiles(transaction, sha256) {
      await transaction.jobFile.deleteMany({ where: { sha256 } });
    },
    async endOrigins(transaction, versionId, at) {
      const where = { preparations: { some: { datasetVersionId: versionId } } };
      await transaction.dataSource.updateMany({ where, data: { expiresAt: at } });
    },
    runsOn: (transaction, versionIds) =>
      transaction.run.findMany({
        where: { datasetVersionId: { in: [...versionIds] } },
        orderBy: { number: 'asc' },
        select: { id: true, number: true },
      }),
  };
}
