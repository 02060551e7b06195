import type { Transaction } from '../database/client.ts';

/** Which seeds were applied. */
export interface SeedStore {
  /** Notes a seed as applied; false where it was before. Another server that seeds at the same time waits here. */
  claim(transaction: Transaction, key: string): Promise<boolean>;
}

/** Applied seeds in the database. */
export function createSeedStore(): SeedStore {
  return {
    async claim(transaction, key) {
      const inserted = await transaction.$executeRaw`
        INSERT INTO applied_seeds (key) VALUES (${key}) ON CONFLICT DO NOTHING`;
      return inserted === 1;
    },
  };
}
