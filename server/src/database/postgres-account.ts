import { spawnSync } from 'node:child_process';
import { statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';

const nobodyId = 65_534;

/** Who runs PostgreSQL's programs, which refuse to run as root. */
export interface PostgresAccount {
  /** The account that root drops to; absent when the current user is an ordinary one and stays who they are. */
  readonly owner?: { readonly uid: number; readonly gid: number };
  /** Whether folders on the way are closed to that account, so that it needs a capability to pass them. */
  readonly isBehindClosedFolder: boolean;
}

/** A program call that starts under an account, in the terms of `spawn`. */
export interface AccountCommand {
  readonly file: string;
  readonly arguments: string[];
  readonly options: { readonly uid?: number; readonly gid?: number };
}

/** Whether `path` and every folder above it may be entered by users other than its owner. */
function isOpenToOthers(path: string): boolean {
  for (let folder = resolve(path); ; folder = dirname(folder)) {
    if ((statSync(folder).mode & 0o001) === 0) return false;
    if (folder === dirname(folder)) return true;
  }
}

/**
 * Decides who runs PostgreSQL: an ordinary user does it as themselves; root drops to the owner of an existing cluster, else
 * to nobody. Throws one sentence when that account cannot reach the folders (a checkout in root's home) on this machine.
 */
export function postgresAccount(folders: { readonly cluster: string; readonly programs: string }): PostgresAccount {
  if (process.getuid?.() !== 0) return { isBehindClosedFolder: false };
  const status = statSync(folders.cluster, { throwIfNoEntry: false });
  const owner = status && status.uid !== 0 ? { uid: status.uid, gid: status.gid } : { uid: nobodyId, gid: nobodyId };
  const parent = dirname(resolve(folders.cluster));
  const isBehindClosedFolder = !isOpenToOthers(parent) || !isOpenToOthers(folders.programs);
  if (isBehindClosedFolder && spawnSync('setpriv', ['--version']).status !== 0) {
    throw new Error(
      `The embedded database cannot run as root below ${parent}, which only root may enter: start as an ordinary user, move the folder, or set DATABASE_URL.`,
    );
  }
  return { owner, isBehindClosedFolder };
}

/** The call of `file` with `programArguments` that starts it under `account`. */
export function commandAs(account: PostgresAccount, file: string, programArguments: readonly string[]): AccountCommand {
  const { owner } = account;
  if (!owner || !account.isBehindClosedFolder) return { file, arguments: [...programArguments], options: { ...owner } };
  return {
    file: 'setpriv',
    arguments: [
      `--reuid=${owner.uid}`,
      `--regid=${owner.gid}`,
      '--clear-groups',
      '--bounding-set=-all,+dac_override',
      '--inh-caps=-all,+dac_override',
      '--ambient-caps=+dac_override',
      // Without it, access(2), by which PostgreSQL checks its own files, forgets the capability of a user who is not root.
      '--securebits=+no_setuid_fixup',
      file,
      ...programArguments,
    ],
    options: {},
  };
}
