import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { startEmbeddedPostgres } from '../../server/src/database/embedded-postgres.ts';
import { migrate, MigrationError } from '../../server/src/database/migrate.ts';
import { embeddedBinaries } from '../../server/src/database/postgres-binaries.ts';
import type { DataDirectory } from './data-directory.ts';

const firstPauseMs = 200;
const longestPauseMs = 10_000;

/** The database of an installation, migrated and ready. */
export interface RunningDatabase {
  /** Connection string with its password: never to be printed. */
  readonly url: string;
  stop(limitMs: number): Promise<void>;
}

/** Explains an error of the first connection in one sentence that does not repeat the password. */
function connectionProblem(error: unknown, url: string): Error {
  const { hostname, port, pathname } = new URL(url);
  const { code, message } = error as { code?: string; message: string };
  const reason = [code, message].filter(Boolean).join(': ');
  return new Error(
    `The database ${pathname.slice(1) || 'postgres'} at ${hostname}:${port || 5432} cannot be used (${reason}): check DATABASE_URL.`,
    { cause: error },
  );
}

async function openExternal(url: string): Promise<RunningDatabase> {
  try {
    await migrate(url);
  } catch (error) {
    throw error instanceof MigrationError ? error : connectionProblem(error, url);
  }
  return { url, stop: () => Promise.resolve() };
}

async function openEmbedded(directory: DataDirectory, report: (sentence: string) => void): Promise<RunningDatabase> {
  const options = {
    folder: join(directory.path, 'database'),
    binaries: embeddedBinaries(),
    logFile: join(directory.logs, 'postgres.log'),
  };
  let server = await startEmbeddedPostgres(options);
  const { url } = server;
  const port = Number(new URL(url).port);
  const stopping = new AbortController();

  /** Starts PostgreSQL again on the same port when it ends by itself; the clients' pools reconnect. */
  async function keepRunning(): Promise<void> {
    for (let pauseMs = firstPauseMs; ;) {
      if (server.process.exitCode === null && server.process.signalCode === null) await once(server.process, 'exit');
      if (stopping.signal.aborted) return;
      report(`The database ended unexpectedly and is started again; its log is ${options.logFile}.`);
      await wait(pauseMs, undefined, { signal: stopping.signal }).catch(() => {});
      if (stopping.signal.aborted) return;
      pauseMs = Math.min(2 * pauseMs, longestPauseMs);
      try {
        server = await startEmbeddedPostgres({ ...options, port });
        if (stopping.signal.aborted) return await server.stop();
        pauseMs = firstPauseMs;
      } catch (error) {
        report((error as Error).message);
      }
    }
  }

  const finished = keepRunning();
  const stop = async (limitMs: number): Promise<void> => {
    stopping.abort();
    await server.stop(limitMs);
    await finished;
  };
  try {
    await migrate(url);
  } catch (error) {
    await stop(longestPauseMs);
    throw error;
  }
  return { url, stop };
}

/** Opens the database that `externalUrl` names, or else the embedded one, and migrates it; throws one sentence. */
export function openDatabase(
  externalUrl: string | undefined,
  directory: DataDirectory,
  report: (sentence: string) => void,
): Promise<RunningDatabase> {
  return externalUrl === undefined ? openEmbedded(directory, report) : openExternal(externalUrl);
}
