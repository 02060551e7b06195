import { readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { DAYS_OF_COPIES_ON_WORKERS } from '@greenlight/shared/worker-protocol/jobs.ts';

/** Runs that another worker took over, and datasets without use, are kept this long. */
const KEPT_MS = DAYS_OF_COPIES_ON_WORKERS * 24 * 3600 * 1000;

/** Deletes what no run has touched for a week: folders of runs and jobs that ended elsewhere, and datasets. */
export async function cleanWorkerFolder(workerFolder: string, now: number): Promise<void> {
  for (const kind of ['runs', 'datasets', 'jobs', 'kept-jobs']) {
    const folder = join(workerFolder, kind);
    const names = await readdir(folder).catch(() => []);
    for (const name of names) {
      const path = join(folder, name);
      if (now - (await lastUseMs(path)) > KEPT_MS) await rm(path, { recursive: true, force: true });
    }
  }
}

async function lastUseMs(path: string): Promise<number> {
  const { mtimeMs } = await stat(path);
  const inside = await readdir(path).catch(() => []);
  const times = await Promise.all(inside.map(async (name) => (await stat(join(path, name))).mtimeMs));
  return Math.max(mtimeMs, ...times);
}
