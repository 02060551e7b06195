import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Database } from '../database/client.ts';

/** Every file below a folder, one after the other, with each byte as one character. */
export async function everythingIn(folder: string): Promise<string> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile());
  const contents = await Promise.all(
    files.map((file) =>
      readFile(join(file.parentPath, file.name), 'latin1').catch((error: NodeJS.ErrnoException) => {
        // A file that is written under another name first is gone under that one.
        if (error.code === 'ENOENT') return '';
        throw error;
      }),
    ),
  );
  return contents.join('\n');
}

/** Where a text stands in clear: in a file below the folder, as UTF-8 or UTF-16, or in a row of any table. */
export async function inClear(text: string, folder: string, database: Database): Promise<string[]> {
  const files = await everythingIn(folder);
  const encodings = ['utf8', 'utf16le'] as const;
  const found = encodings.filter((encoding) =>
    files.includes(Buffer.from(text, encoding).toString('latin1')),
  ) as string[];
  const tables = await database.$queryRaw<{ name: string }[]>`
    SELECT format('%I.%I', schemaname, tablename) AS name FROM pg_tables
    WHERE schemaname NOT IN ('pg_catalog', 'information_schema')`;
  for (const { name } of tables) {
    const rows = await database.$queryRawUnsafe<unknown[]>(
      `SELECT 1 FROM ${name} AS row WHERE position($1 IN row::text) > 0 LIMIT 1`,
      text,
    );
    if (rows.length > 0) found.push(name);
  }
  return found;
}
