import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { readMigrations, type Migration } from './migration-files.ts';

// The key of Prisma's own command line, so that it and this runner wait for one another.
const advisoryLockKey = 72_707_369;
const lockLimitMs = 60_000;
const connectLimitMs = 10_000;

// Prisma's own table, column by column, so that its command line agrees about what has been applied.
const createJournal = `
  CREATE TABLE IF NOT EXISTS "_prisma_migrations" (
    "id" VARCHAR(36) PRIMARY KEY NOT NULL,
    "checksum" VARCHAR(64) NOT NULL,
    "finished_at" TIMESTAMPTZ,
    "migration_name" VARCHAR(255) NOT NULL,
    "logs" TEXT,
    "rolled_back_at" TIMESTAMPTZ,
    "started_at" TIMESTAMPTZ NOT NULL DEFAULT now(),
    "applied_steps_count" INTEGER NOT NULL DEFAULT 0
  )`;

interface JournalRow {
  readonly migration_name: string;
  readonly checksum: string;
  readonly finished_at: Date | null;
}

/** The database and the migrations of this checkout do not fit together, or one of them failed; the message is one sentence. */
export class MigrationError extends Error {
  override readonly name = 'MigrationError';
}

/** Compares what was applied with what this checkout has, and returns what is still to be applied. */
function pendingMigrations(migrations: readonly Migration[], applied: readonly JournalRow[]): Migration[] {
  const byName = new Map(migrations.map((migration) => [migration.name, migration]));
  for (const row of applied) {
    const migration = byName.get(row.migration_name);
    if (!migration) {
      throw new MigrationError(
        `The database has the migration ${row.migration_name}, which this version does not know: start the newer version that made it.`,
      );
    }
    if (row.finished_at === null) {
      throw new MigrationError(`The migration ${row.migration_name} was begun and never finished: restore a backup.`);
    }
    if (row.checksum !== migration.checksum) {
      throw new MigrationError(
        `The migration ${row.migration_name} was changed after it had been applied: restore its file and add a new migration instead.`,
      );
    }
  }
  const done = new Set(applied.map((row) => row.migration_name));
  return migrations.filter((migration) => !done.has(migration.name));
}

/** Applies one migration and records it in the same transaction, so that a failure leaves no trace. */
async function apply(client: pg.Client, migration: Migration): Promise<void> {
  const startedAt = new Date();
  await client.query('BEGIN');
  try {
    await client.query(migration.sql);
    await client.query(
      `INSERT INTO "_prisma_migrations" (id, checksum, migration_name, started_at, finished_at, applied_steps_count)
       VALUES ($1, $2, $3, $4, clock_timestamp(), 1)`,
      [randomUUID(), migration.checksum, migration.name, startedAt],
    );
    await client.query('COMMIT');
  } catch (error) {
    await client.query('ROLLBACK');
    throw new MigrationError(`The migration ${migration.name} failed: ${(error as Error).message}`, { cause: error });
  }
}

/**
 * Brings the database at `connectionString` up to the migrations of this checkout and returns the names of those applied
 * now. Two at once wait for one another. Throws a MigrationError when the two do not fit together, and the driver's own
 * error when the database cannot be reached.
 */
export async function migrate(connectionString: string, migrations?: readonly Migration[]): Promise<string[]> {
  const wanted = migrations ?? (await readMigrations());
  const client = new pg.Client({ connectionString, connectionTimeoutMillis: connectLimitMs });
  await client.connect();
  try {
    await client.query(`SET lock_timeout = ${lockLimitMs}`);
    await client.query('SELECT pg_advisory_lock($1)', [advisoryLockKey]);
    await client.query(createJournal);
    const applied = await client.query<JournalRow>(
      'SELECT migration_name, checksum, finished_at FROM "_prisma_migrations" WHERE rolled_back_at IS NULL',
    );
    const pending = pendingMigrations(wanted, applied.rows);
    for (const migration of pending) await apply(client, migration);
    return pending.map((migration) => migration.name);
  } finally {
    // Ending the session also gives the advisory lock back.
    await client.end();
  }
}
