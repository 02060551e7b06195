// Vitest's global set-up of the server's tests: one PostgreSQL for the whole run, with a migrated template database.
import type { TestProject } from 'vitest/node';
import { migrate } from './migrate.ts';
import { debianBinaries, embeddedBinaries, type PostgresBinaries } from './postgres-binaries.ts';
import { startTemporaryPostgres } from './temporary-postgres.ts';
import { administer, templateName, withDatabaseName } from './test-database.ts';

function chosenBinaries(): PostgresBinaries {
  const choice = process.env['GREENLIGHT_TEST_POSTGRES'] || 'embedded';
  if (choice === 'embedded') return embeddedBinaries();
  if (choice !== 'debian') throw new Error('GREENLIGHT_TEST_POSTGRES must be embedded or debian.');
  const binaries = debianBinaries();
  if (!binaries) throw new Error("Debian's PostgreSQL 15 is not installed: apt-get install postgresql-15.");
  return binaries;
}

/** Starts the PostgreSQL that GREENLIGHT_TEST_POSTGRES names (embedded or debian) and returns how to end it. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const server = await startTemporaryPostgres(chosenBinaries());
  try {
    await administer(server.url, `CREATE DATABASE ${templateName}`);
    const templateUrl = withDatabaseName(server.url, templateName);
    await migrate(templateUrl);
    project.provide('templateDatabaseUrl', templateUrl);
  } catch (error) {
    await server.stop();
    throw error;
  }
  return server.stop;
}
