import type { Alone } from '../storage/alone.ts';
import type { Database } from './client.ts';

/** Work under the database's advisory lock of that number, which keeps a connection meanwhile: for work of milliseconds, and never within a transaction. */
export function aloneUnder(database: Database, lock: number): Alone {
  return (work) =>
    database.$transaction(async (transaction) => {
      await transaction.$executeRaw`SELECT pg_advisory_xact_lock(${lock})`;
      return work();
    });
}
