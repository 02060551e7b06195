import type { Database } from '../database/client.ts';

/** An open transaction, passed from a service through the stores that take part in it. */
export type Transaction = Omit<Database, '$connect' | '$disconnect' | '$on' | '$transaction' | '$extends'>;
