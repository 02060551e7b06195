import { expect } from 'vitest';
import type { Database } from '../database/client.ts';

/** How a request was answered. */
export interface Asked {
  readonly status: number;
}

/** How many connections wait for a lock. */
export async function lockWaits(database: Database): Promise<number> {
  const rows = await database.$queryRaw<object[]>`
    SELECT 1 FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()`;
  return rows.length;
}

/** While the head of the audit log is taken, both come to wait, in this order; what they answer once it is free. */
export async function oneAfterTheOther(
  database: Database,
  first: () => Promise<Asked>,
  second: () => Promise<Asked>,
): Promise<number[]> {
  const waiting = () => lockWaits(database);
  const asked = await database.$transaction(
    async (transaction) => {
      await transaction.$queryRaw`SELECT 1 FROM audit_head FOR UPDATE`;
      const one = first();
      await expect.poll(waiting, { timeout: 30_000 }).toBe(1);
      const other = second();
      await expect.poll(waiting, { timeout: 30_000 }).toBe(2);
      return { answers: [one, other] };
    },
    { timeout: 120_000 },
  );
  return (await Promise.all(asked.answers)).map(({ status }) => status);
}
