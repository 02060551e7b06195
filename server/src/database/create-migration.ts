// Writes the next migration from the difference between prisma/schema and prisma/migrations.
//   node scripts/run.mjs server/src/database/create-migration.ts <name-in-kebab-case>
import { mkdir, writeFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { readSchema, schemaDrift } from './drift.ts';
import { migrate } from './migrate.ts';
import { migrationsFolder } from './migration-files.ts';
import { embeddedBinaries } from './postgres-binaries.ts';
import { startTemporaryPostgres } from './temporary-postgres.ts';

const name = process.argv[2] ?? '';
if (!/^[a-z0-9]+(-[a-z0-9]+)*$/.test(name)) {
  console.error('Give the migration a name of lower-case words joined by hyphens, such as add-run-notes.');
  process.exit(1);
}
const database = await startTemporaryPostgres(embeddedBinaries());
try {
  await migrate(database.url);
  const sql = await schemaDrift(database.url, await readSchema());
  if (sql === '') {
    console.log('The migrations already say what the schema says: nothing to write.');
  } else {
    const timestamp = new Date().toISOString().replaceAll(/\D/g, '').slice(0, 14);
    const folder = join(migrationsFolder, `${timestamp}_${name.replaceAll('-', '_')}`);
    await mkdir(folder, { recursive: true });
    await writeFile(join(folder, 'migration.sql'), sql);
    console.log(`Wrote ${relative(process.cwd(), join(folder, 'migration.sql'))}: read it before you commit it.`);
  }
} finally {
  await database.stop();
}
