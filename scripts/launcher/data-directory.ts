import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { TOKEN_PREFIX } from '../../server/src/across/governance/token-secret.ts';

/** The folder that holds everything an installation keeps; this process has it alone until it ends. */
export interface DataDirectory {
  readonly path: string;
  /** Folder of the processes' logs. */
  readonly logs: string;
  /** Folder of the worker's spool and checkpoints. */
  readonly worker: string;
  /** Lets the next launcher in. */
  release(): void;
}

function hasCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code;
}

/**
 * Takes the lock of the folder. It is an exclusive transaction on an empty SQLite file, because the system itself gives
 * such a lock back when its process dies, however it dies: there is no stale lock to recognise.
 */
function lock(path: string): DatabaseSync {
  const holderFile = join(path, 'lock-holder');
  const database = new DatabaseSync(join(path, 'lock'));
  try {
    database.exec('PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE');
  } catch {
    database.close();
    const holder = existsSync(holderFile) ? ` (process ${readFileSync(holderFile, 'utf8').trim()})` : '';
    throw new Error(
      `The data directory ${path} is in use by another Greenlight${holder}: stop that one, or set GREENLIGHT_DATA_DIR to another folder.`,
    );
  }
  writeFileSync(holderFile, `${process.pid}\n`);
  return database;
}

/** Creates the folder where it is missing and locks it; throws one sentence when either is impossible. */
export function openDataDirectory(path: string): DataDirectory {
  try {
    // As root, the database runs under another account, which has to pass through but need not look around.
    mkdirSync(path, { recursive: true, mode: process.getuid?.() === 0 ? 0o711 : 0o700 });
    for (const name of ['logs', 'worker']) mkdirSync(join(path, name), { recursive: true, mode: 0o700 });
    const database = lock(path);
    return { path, logs: join(path, 'logs'), worker: join(path, 'worker'), release: () => database.close() };
  } catch (error) {
    const isFileProblem =
      hasCode(error, 'EACCES') || hasCode(error, 'EROFS') || hasCode(error, 'ENOTDIR') || hasCode(error, 'EEXIST');
    const isLockFileProblem = hasCode(error, 'ERR_SQLITE_ERROR');
    if (!isFileProblem && !isLockFileProblem) throw error;
    throw new Error(
      `The data directory ${path} cannot be used (${(error as Error).message}): set GREENLIGHT_DATA_DIR to a folder that this user may write.`,
      { cause: error },
    );
  }
}

/**
 * A secret that is made once and kept in the data directory, readable by this user alone: `auth-secret` signs sessions,
 * `local-token` lets the commands of this machine work with the server.
 */
export function readOrCreateSecret(directory: DataDirectory, name: 'auth-secret' | 'local-token'): string {
  const file = join(directory.path, name);
  if (!existsSync(file)) {
    const prefix = name === 'local-token' ? TOKEN_PREFIX : '';
    writeFileSync(file, prefix + randomBytes(32).toString('base64url'), { mode: 0o600 });
  }
  return readFileSync(file, 'utf8').trim();
}
