import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, mkdirSync, openSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import pg from 'pg';
import { clusterUser, openCluster, postgresEnvironment } from './cluster.ts';
import { freePort } from './free-port.ts';
import { endLeftoverPostmaster } from './leftover-postmaster.ts';
import { commandAs } from './postgres-account.ts';
import type { PostgresBinaries } from './postgres-binaries.ts';

const databaseName = 'greenlight';
const pollMs = 25;
// Crash recovery replays the write-ahead log before the first connection is let in.
const startLimitMs = 120_000;
const stopLimitMs = 5_000;

/** A running PostgreSQL of ours. */
export interface EmbeddedPostgres {
  /** Connection string of the database `greenlight`, with its password: never to be logged. */
  readonly url: string;
  readonly process: ChildProcess;
  /** Ends all connections and shuts down, at once after `limitMs` (5 s by default); resolves when the process is gone. */
  stop(limitMs?: number): Promise<void>;
}

/** Where and how to run a PostgreSQL of ours. */
export interface EmbeddedPostgresOptions {
  /** Folder that receives the cluster and its password file; created when missing. */
  readonly folder: string;
  readonly binaries: PostgresBinaries;
  /** File that receives PostgreSQL's own log of this start. */
  readonly logFile: string;
  /** Loopback port; a free one by default. */
  readonly port?: number;
  /** Whether a committed row survives a power cut. Only throw-away test databases say no; yes by default. */
  readonly isDurable?: boolean;
}

function settings(options: EmbeddedPostgresOptions): string[] {
  const values: Record<string, string> = {
    listen_addresses: '127.0.0.1',
    unix_socket_directories: '',
    max_connections: '100',
    shared_buffers: '64MB',
    log_checkpoints: 'off',
    ...(options.isDurable === false ? { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off' } : {}),
  };
  return Object.entries(values).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
}

function lastFatalLine(logFile: string): string {
  const lines = readFileSync(logFile, 'utf8').trim().split('\n');
  return lines.findLast((line) => /FATAL|PANIC|error/i.test(line)) ?? lines.at(-1) ?? 'it said nothing';
}

/** Resolves once the server answers; rejects with its own reason when it ends first. */
async function waitUntilReady(server: ChildProcess, connection: pg.ClientConfig, logFile: string): Promise<void> {
  for (let waitedMs = 0; waitedMs < startLimitMs; waitedMs += pollMs) {
    if (server.exitCode !== null || server.signalCode !== null) {
      throw new Error(`The embedded database did not start: ${lastFatalLine(logFile)}`);
    }
    const client = new pg.Client(connection);
    client.on('error', () => {}); // a server that ends meanwhile is noticed above
    try {
      await client.connect();
      const existing = await client.query('SELECT 1 FROM pg_database WHERE datname = $1', [databaseName]);
      if (existing.rowCount === 0) await client.query(`CREATE DATABASE ${databaseName}`);
      return;
    } catch (error) {
      const { code } = error as { code?: string };
      // Refused: not listening yet. 57P03: starting up or recovering. Everything else will not go away by itself.
      if (code !== 'ECONNREFUSED' && code !== '57P03' && code !== 'ECONNRESET') throw error;
    } finally {
      await client.end().catch(() => {});
    }
    await wait(pollMs);
  }
  throw new Error(`The embedded database was not ready after ${startLimitMs / 1000} s; its log is ${logFile}.`);
}

/**
 * Starts PostgreSQL on a loopback port, over TCP with a password only, creating its cluster on the first start and
 * recovering it after a crash. The caller must hold the folder's lock. Throws one sentence when it cannot start.
 */
export async function startEmbeddedPostgres(options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
  const cluster = openCluster(options.folder, options.binaries);
  await endLeftoverPostmaster(cluster.folder);
  const port = options.port ?? (await freePort());
  const command = commandAs(cluster.account, join(options.binaries.folder, 'postgres'), [
    ...['-D', cluster.folder, '-p', String(port)],
    ...settings(options),
  ]);
  mkdirSync(dirname(options.logFile), { recursive: true });
  const log = openSync(options.logFile, 'w', 0o600);
  const server = spawn(command.file, command.arguments, {
    ...command.options,
    cwd: options.binaries.folder,
    env: postgresEnvironment,
    stdio: ['ignore', log, log],
    // Its own session: the terminal's Ctrl-C must reach it last, from us, and not with everybody else.
    detached: true,
  });
  closeSync(log);
  // Whatever ends this process without stopping the server first must not leave it behind; the next start recovers.
  const endAtOnce = (): boolean => server.kill('SIGQUIT');
  process.once('exit', endAtOnce);
  server.once('exit', () => process.removeListener('exit', endAtOnce));
  await once(server, 'spawn');
  const address = { host: '127.0.0.1', port, user: clusterUser, password: cluster.password };
  const stop = async (limitMs: number = stopLimitMs): Promise<void> => {
    if (server.exitCode !== null || server.signalCode !== null) return;
    const ended = once(server, 'exit');
    server.kill('SIGINT');
    const impatience = setTimeout(() => server.kill('SIGQUIT'), limitMs);
    await ended;
    clearTimeout(impatience);
  };
  try {
    await waitUntilReady(server, { ...address, database: 'postgres' }, options.logFile);
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    url: `postgresql://${clusterUser}:${cluster.password}@127.0.0.1:${port}/${databaseName}`,
    process: server,
    stop,
  };
}
