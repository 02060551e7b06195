import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chownSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { commandAs, postgresAccount, type PostgresAccount } from './postgres-account.ts';
import type { PostgresBinaries } from './postgres-binaries.ts';

/** The role that owns a cluster of ours. */
export const clusterUser = 'greenlight';

/** Environment of PostgreSQL's programs: English messages, and none of the variables that would redirect them. */
export const postgresEnvironment = { PATH: process.env.PATH, LC_ALL: 'C', TZ: 'UTC' };

/** A cluster on disk, ready to be started. */
export interface Cluster {
  readonly folder: string;
  readonly password: string;
  readonly account: PostgresAccount;
}

function readOrCreatePassword(file: string, clusterExists: boolean): string {
  if (existsSync(file)) return readFileSync(file, 'utf8').trim();
  if (clusterExists) throw new Error(`The database's password file ${file} is missing: restore it from a backup.`);
  const password = randomBytes(24).toString('base64url');
  writeFileSync(file, password, { mode: 0o600 });
  return password;
}

/** Runs initdb into a draft folder and renames the result, so that a half-made cluster is never opened. */
function createCluster(cluster: Cluster, draft: string, binaries: PostgresBinaries): void {
  rmSync(draft, { recursive: true, force: true });
  const [target, passwordCopy] = [join(draft, 'cluster'), join(draft, 'password')];
  for (const folder of [draft, target]) mkdirSync(folder, { mode: 0o700 });
  writeFileSync(passwordCopy, cluster.password, { mode: 0o600 });
  const { owner } = cluster.account;
  if (owner) for (const path of [draft, target, passwordCopy]) chownSync(path, owner.uid, owner.gid);
  const initdb = commandAs(cluster.account, join(binaries.folder, 'initdb'), [
    ...['-D', target, '-U', clusterUser, '--auth=scram-sha-256', `--pwfile=${passwordCopy}`],
    ...['--encoding=UTF8', '--no-locale', '--no-instructions'],
  ]);
  const result = spawnSync(initdb.file, initdb.arguments, {
    ...initdb.options,
    cwd: binaries.folder,
    env: postgresEnvironment,
    encoding: 'utf8',
  });
  if (result.status !== 0) {
    const reason = (result.error?.message ?? result.stderr).trim().split('\n').at(-1);
    throw new Error(`The embedded database could not be created in ${cluster.folder}: ${reason}`);
  }
  renameSync(target, cluster.folder);
  rmSync(draft, { recursive: true, force: true });
}

/**
 * Opens the cluster `<parent>/postgres`, creating it where there is none. Its random password lies beside it, readable by
 * the current user alone; there is no way in without it. Throws one sentence when the cluster cannot be made.
 */
export function openCluster(parent: string, binaries: PostgresBinaries): Cluster {
  mkdirSync(parent, { recursive: true });
  const folder = join(parent, 'postgres');
  const exists = existsSync(folder);
  const password = readOrCreatePassword(join(parent, 'postgres-password'), exists);
  const cluster = { folder, password, account: postgresAccount({ cluster: folder, programs: binaries.folder }) };
  if (!exists) createCluster(cluster, join(parent, 'postgres-draft'), binaries);
  return cluster;
}
