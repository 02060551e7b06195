import { createHash } from 'node:crypto';
import pg from 'pg';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { migrate, MigrationError } from './migrate.ts';
import { readMigrations, type Migration } from './migration-files.ts';
import { createTestDatabase, type TestDatabase } from './test-database.ts';

let database: TestDatabase;
let client: pg.Client;

beforeEach(async () => {
  database = await createTestDatabase({ isEmpty: true });
  client = new pg.Client({ connectionString: database.url });
  await client.connect();
});

afterEach(async () => {
  await client.end();
  await database.drop();
});

function migration(name: string, sql: string): Migration {
  return { name, sql, checksum: createHash('sha256').update(sql).digest('hex') };
}

const first = migration('1_first', 'CREATE TABLE fruit (name text)');
const second = migration('2_second', "INSERT INTO fruit VALUES ('apple')");

const fruit = async (): Promise<unknown[]> => (await client.query('SELECT name FROM fruit')).rows;

describe('migrate', () => {
  test('applies what is missing, in order, once', async () => {
    expect(await migrate(database.url, [first])).toEqual(['1_first']);
    expect(await migrate(database.url, [first, second])).toEqual(['2_second']);
    expect(await migrate(database.url, [first, second])).toEqual([]);
    expect(await fruit()).toEqual([{ name: 'apple' }]);
  });

  test('records what Prisma itself would have recorded', async () => {
    await migrate(database.url);
    const [expected] = await readMigrations();
    const { rows } = await client.query('SELECT * FROM _prisma_migrations ORDER BY migration_name');
    expect(rows[0]).toMatchObject({
      migration_name: expected?.name,
      checksum: expected?.checksum,
      applied_steps_count: 1,
      rolled_back_at: null,
      logs: null,
    });
    expect(rows[0].id).toHaveLength(36);
    expect(rows[0].finished_at.getTime()).toBeGreaterThanOrEqual(rows[0].started_at.getTime());
  });

  test('lets two at once apply everything exactly once', async () => {
    const applied = await Promise.all([1, 2, 3, 4].map(() => migrate(database.url, [first, second])));
    expect(applied.flat().toSorted()).toEqual(['1_first', '2_second']);
    expect(await fruit()).toEqual([{ name: 'apple' }]);
  });

  test('refuses a migration that was changed after it had been applied', async () => {
    await migrate(database.url, [first]);
    const changed = migration('1_first', 'CREATE TABLE fruit (name text, colour text)');
    await expect(migrate(database.url, [changed, second])).rejects.toThrow(/1_first was changed/);
    expect(await fruit()).toEqual([]);
  });

  test('refuses a database that a newer version has migrated', async () => {
    await migrate(database.url, [first, second]);
    await expect(migrate(database.url, [first])).rejects.toThrow(/2_second, which this version does not know/);
  });

  test('leaves no trace of a migration that fails half-way', async () => {
    const broken = migration('2_broken', 'CREATE TABLE vegetable (name text); INSERT INTO nowhere VALUES (1)');
    await expect(migrate(database.url, [first, broken])).rejects.toThrow(MigrationError);
    const { rows } = await client.query("SELECT to_regclass('vegetable') AS vegetable");
    expect(rows).toEqual([{ vegetable: null }]);
    expect(await migrate(database.url, [first, second])).toEqual(['2_second']);
  });
});
