import { readSchema, schemaDrift } from '../../server/src/database/drift.ts';
import { migrate } from '../../server/src/database/migrate.ts';
import { embeddedBinaries } from '../../server/src/database/postgres-binaries.ts';
import { startTemporaryPostgres } from '../../server/src/database/temporary-postgres.ts';

/** Whether the migrations make the tables that the schema describes; otherwise the SQL that is missing. */
export async function checkMigrations(): Promise<string[]> {
  const database = await startTemporaryPostgres(embeddedBinaries());
  try {
    await migrate(database.url);
    const drift = await schemaDrift(database.url, await readSchema());
    return drift === '' ? [] : [`prisma/schema says more than prisma/migrations; write a migration for:\n${drift}`];
  } finally {
    await database.stop();
  }
}
