import { readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { DAYS_OF_COPIES_ON_WORKERS } from '@greenlight/shared/worker-protocol/jobs.ts';

/** Runs that another worker took over, and datasets without use, are kept this long. */
const KEPT_MS = DAYS_OF_COPIES_ON_WORKERS * 24 * 3600 * 1000;

/** What a download is called until all of it is there. */
const UNFINISHED = /\.partial-\d+$/;

/**
 * Deletes, before any work begins, what a killed process left half-way, and what nothing has touched for a week: folders of runs and jobs that ended
 * elsewhere, and datasets. The server names what nothing needs any more sooner; this is for a worker that it never hears of again.
 */
export async function cleanWorkerFolder(workerFolder: string, now: number): Promise<void> {
  // A job begins with an empty folder.
  await rm(join(workerFolder, 'jobs'), { recursive: true, force: true });
  for (const kind of ['runs', 'datasets', 'kept-jobs']) {
    const folder = join(workerFolder, kind);
    const names = await readdir(folder).catch(() => []);
    for (const name of names) {
      const path = join(folder, name);
      if (UNFINISHED.test(name) || now - (await lastUseMs(path)) > KEPT_MS)
        await rm(path, { recursive: true, force: true });
    }
  }
}

async function lastUseMs(path: string): Promise<number> {
  const { mtimeMs } = await stat(path);
  const inside = await readdir(path).catch(() => []);
  const times = await Promise.all(inside.map(async (name) => (await stat(join(path, name))).mtimeMs));
  return Math.max(mtimeMs, ...times);
}
