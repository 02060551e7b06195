import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { inject } from 'vitest';

declare module 'vitest' {
  interface ProvidedContext {
    /** Connection string of the migrated template on the PostgreSQL of this test run. */
    templateDatabaseUrl: string;
  }
}

/** A migrated database of one test file's own. */
export interface TestDatabase {
  readonly url: string;
  /** Ends all connections to the database and removes it. */
  drop(): Promise<void>;
}

/** Name of the database that every test database is copied from. */
export const templateName = 'greenlight_template';

/** `url` with another database name. */
export function withDatabaseName(url: string, name: string): string {
  const changed = new URL(url);
  changed.pathname = `/${name}`;
  return changed.href;
}

/** Runs one statement on the maintenance database of the server behind `url`. */
export async function administer(url: string, statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: withDatabaseName(url, 'postgres') });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}

/** Copies a fresh migrated database out of the template; `isEmpty` gives one without any table instead. */
export async function createTestDatabase(options: { readonly isEmpty?: boolean } = {}): Promise<TestDatabase> {
  const templateUrl = inject('templateDatabaseUrl');
  const name = `test_${randomUUID().replaceAll('-', '')}`;
  await administer(templateUrl, `CREATE DATABASE ${name} TEMPLATE ${options.isEmpty ? 'template0' : templateName}`);
  return {
    url: withDatabaseName(templateUrl, name),
    drop: () => administer(templateUrl, `DROP DATABASE ${name} WITH (FORCE)`),
  };
}
