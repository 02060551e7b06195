import type { Database, Transaction } from './client.ts';

/** Work under the database's advisory lock of that number, in the transaction that holds it: one at a time over all servers. Keeps a connection, so never within another transaction. */
export function aloneUnder(database: Database, lock: number) {
  return <Result>(work: (transaction: Transaction) => Promise<Result>): Promise<Result> =>
    database.$transaction(async (transaction) => {
      await transaction.$executeRaw`SELECT pg_advisory_xact_lock(${lock})`;
      return work(transaction);
    });
}
