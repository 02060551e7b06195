import { setImmediate } from 'node:timers/promises';
import { expect, onTestFinished, test } from 'vitest';
import { aloneUnder } from './alone.ts';
import { openDatabase } from './client.ts';
import { createTestDatabase } from './test-database.ts';

test('work under a lock is done by one at a time over all servers, also after some of it failed; other locks do not wait', async () => {
  const database = await createTestDatabase();
  onTestFinished(() => database.drop());
  const clients = [openDatabase(database.url), openDatabase(database.url)];
  let [inside, most, done] = [0, 0, 0];
  const work = async (): Promise<void> => {
    most = Math.max(most, ++inside);
    for (let turn = 0; turn < 20; turn++) await setImmediate();
    inside--;
    if (++done % 5 === 0) throw new Error('failed');
  };
  const other = Promise.withResolvers<void>();
  const waiting = aloneUnder(clients[0]!, 2)(() => other.promise);
  const outcomes = await Promise.allSettled(
    Array.from({ length: 20 }, (_, turn) => aloneUnder(clients[turn % 2]!, 1)(work)),
  );
  other.resolve();
  await waiting;
  expect([most, inside, done]).toEqual([1, 0, 20]);
  expect(outcomes.filter(({ status }) => status === 'rejected')).toHaveLength(4);
  for (const client of clients) await client.$disconnect();
});
