import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { withSchemaEngine } from './schema-engine.ts';

const schemaFolder = join(import.meta.dirname, '..', '..', '..', 'prisma', 'schema');

/** A file of the Prisma schema. */
export interface SchemaFile {
  readonly path: string;
  readonly content: string;
}

/** Reads the Prisma schema of this checkout, one file per stage. */
export async function readSchema(): Promise<SchemaFile[]> {
  const names = (await readdir(schemaFolder)).filter((name) => name.endsWith('.prisma')).toSorted();
  return Promise.all(
    names.map(async (name) => ({
      path: join(schemaFolder, name),
      content: await readFile(join(schemaFolder, name), 'utf8'),
    })),
  );
}

/**
 * The SQL that would turn the migrated database at `connectionString` into `schema`: empty when the migrations say the same
 * as the schema.
 */
export async function schemaDrift(connectionString: string, schema: readonly SchemaFile[]): Promise<string> {
  const files = [...schema];
  const datamodels = files.map((file): [string, string] => [file.path, file.content]);
  const difference = await withSchemaEngine(connectionString, datamodels, (engine) =>
    engine.diff({
      from: { tag: 'schemaDatasource', files, configDir: schemaFolder },
      to: { tag: 'schemaDatamodel', files },
      script: true,
      exitCode: true,
      filters: { externalTables: [], externalEnums: [] },
    }),
  );
  return difference.exitCode === 0 ? '' : (difference.stdout ?? '');
}
