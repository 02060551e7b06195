import { PrismaPg } from '@prisma/adapter-pg';
import { PrismaClient, type Prisma } from '@greenlight/prisma/client';

const maxConnections = 20;
const connectLimitMs = 10_000;
const idleLimitMs = 60_000;
// A full batch of a worker on a busy machine takes longer than the five seconds that are usual.
const transactionWaitMs = 10_000;
const transactionLimitMs = 60_000;

/** The database as stores see it: Prisma's typed client over a bounded pool of connections. */
export type Database = PrismaClient;

/** The same client inside a transaction, where every query takes part in it. */
export type Transaction = Prisma.TransactionClient;

/** Opens a client for `connectionString`; connections are made on the first query, and `$disconnect` closes them. */
export function openDatabase(connectionString: string): Database {
  const adapter = new PrismaPg({
    connectionString,
    max: maxConnections,
    connectionTimeoutMillis: connectLimitMs,
    idleTimeoutMillis: idleLimitMs,
  });
  return new PrismaClient({ adapter, transactionOptions: { maxWait: transactionWaitMs, timeout: transactionLimitMs } });
}
