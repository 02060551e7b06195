import { existsSync, readFileSync, readlinkSync, realpathSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';

const pollMs = 50;
const fastShutdownMs = 10_000;
const immediateShutdownMs = 5_000;

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** Whether the process is the server of this cluster; where the system does not tell, the file's word is taken. */
function isServerOf(pid: number, clusterFolder: string): boolean {
  if (!isAlive(pid)) return false;
  if (process.platform !== 'linux') return true;
  try {
    // A running postmaster stands in its data folder, and process ids are reused after a reboot or in a new container.
    return readlinkSync(`/proc/${pid}/cwd`) === realpathSync(clusterFolder);
  } catch {
    return false;
  }
}

async function waitForEnd(pid: number, clusterFolder: string, limitMs: number): Promise<boolean> {
  for (let waitedMs = 0; waitedMs < limitMs; waitedMs += pollMs) {
    if (!isServerOf(pid, clusterFolder)) return true;
    await wait(pollMs);
  }
  return !isServerOf(pid, clusterFolder);
}

/**
 * Ends a PostgreSQL that outlived a killed launcher, and removes the process file of one that is gone. It is shut down
 * rather than adopted, so that a server always runs as our child, with the present settings and under our watch. The
 * caller must hold the data directory's lock.
 */
export async function endLeftoverPostmaster(clusterFolder: string): Promise<void> {
  const file = join(clusterFolder, 'postmaster.pid');
  if (!existsSync(file)) return;
  const pid = Number(readFileSync(file, 'utf8').split('\n')[0]);
  if (!isServerOf(pid, clusterFolder)) return rmSync(file, { force: true });
  process.kill(pid, 'SIGINT');
  if (await waitForEnd(pid, clusterFolder, fastShutdownMs)) return;
  process.kill(pid, 'SIGQUIT');
  if (await waitForEnd(pid, clusterFolder, immediateShutdownMs)) return;
  throw new Error(`A PostgreSQL from an earlier start (process ${pid}) does not end: stop it and try again.`);
}
