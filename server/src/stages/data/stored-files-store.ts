import { Prisma } from '@greenlight/prisma/client';
import type { Database, Transaction } from '../../database/client.ts';

/** Every column that names a stored file by its SHA-256, whatever became of its row. */
export const NAMING_COLUMNS = [
  ['dataset_versions', 'contentSha256'],
  ['dataset_versions', 'imagesSha256'],
  ['data_sources', 'sha256'],
  ['tokenizers', 'sha256'],
  ['artifacts', 'sha256'],
  ['evaluations', 'predictionsSha256'],
  ['model_files', 'sha256'],
  ['model_files', 'tokenizerSha256'],
  ['job_files', 'sha256'],
  ['candidates', 'secretSha256'],
] as const;

/** What the rows say of stored files. */
export interface StoredFilesStore {
  /** Those of the files that a row names. */
  named(rows: Database | Transaction, sha256s: readonly string[]): Promise<ReadonlySet<string>>;
}

/** Rows about stored files in the database. */
export function createStoredFilesStore(): StoredFilesStore {
  return {
    async named(rows, sha256s) {
      if (sha256s.length === 0) return new Set();
      const among = Prisma.sql`= ANY(${[...sha256s]}::text[])`;
      const looks = NAMING_COLUMNS.map(([table, column]) => {
        const name = Prisma.raw(`"${column}"`);
        return Prisma.sql`SELECT ${name} AS "sha256" FROM ${Prisma.raw(table)} WHERE ${name} ${among}`;
      });
      const found = await rows.$queryRaw<{ sha256: string }[]>(Prisma.join(looks, ' UNION '));
      return new Set(found.map(({ sha256 }) => sha256));
    },
  };
}
