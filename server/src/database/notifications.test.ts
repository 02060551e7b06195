import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openNotifications } from './notifications.ts';
import { administer, createTestDatabase, type TestDatabase } from './test-database.ts';

let database: TestDatabase;
let client: pg.Client;

beforeAll(async () => {
  database = await createTestDatabase();
  client = new pg.Client({ connectionString: database.url });
  await client.connect();
});

afterAll(async () => {
  await client.end();
  await database.drop();
});

test('a notification arrives, and again after the connection was broken', async () => {
  const received: string[] = [];
  let arrived = Promise.withResolvers<void>();
  const reconnected = Promise.withResolvers<void>();
  const subscription = await openNotifications(database.url).listen(
    'weather',
    (payload) => {
      received.push(payload);
      arrived.resolve();
    },
    () => reconnected.resolve(),
  );
  await client.query("SELECT pg_notify('weather', 'sunny')");
  await arrived.promise;

  arrived = Promise.withResolvers<void>();
  const name = new URL(database.url).pathname.slice(1);
  await administer(
    database.url,
    `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '${name}' AND query LIKE 'LISTEN%'`,
  );
  await reconnected.promise;
  await client.query("SELECT pg_notify('weather', 'rain')");
  await arrived.promise;
  expect(received).toEqual(['sunny', 'rain']);

  await subscription.close();
  const listeners = async (): Promise<number | null> => {
    const text = 'SELECT 1 FROM pg_stat_activity WHERE datname = $1 AND query LIKE $2';
    return (await client.query(text, [name, 'LISTEN%'])).rowCount;
  };
  await expect.poll(listeners).toBe(0);
});

test('a database that cannot be reached is told at once', async () => {
  const nowhere = openNotifications('postgresql://nobody@127.0.0.1:1/nowhere');
  await expect(
    nowhere.listen(
      'weather',
      () => {},
      () => {},
    ),
  ).rejects.toThrow('ECONNREFUSED');
});
