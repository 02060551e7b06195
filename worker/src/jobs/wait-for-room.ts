import { mkdir, open, rm, statfs } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { isDiskFull } from '../report/full-disk.ts';

const EVERY_MS = 2000;
const PROBE_BYTES = 64 * 1024;

/** Whether a folder's disk takes so many bytes more; an account's share of it, which no number tells, is tried with a small file. */
export async function hasRoom(folder: string, neededBytes: number): Promise<boolean> {
  await mkdir(folder, { recursive: true });
  const { bavail, bsize } = await statfs(folder);
  if (bavail * bsize < neededBytes) return false;
  const path = join(folder, 'room.probe');
  try {
    const probe = await open(path, 'w');
    try {
      await probe.write(Buffer.alloc(PROBE_BYTES));
      await probe.datasync();
    } finally {
      await probe.close();
    }
    return true;
  } catch (error) {
    if (isDiskFull(error)) return false;
    throw error;
  } finally {
    await rm(path, { force: true });
  }
}

/** Waits, at least a moment, until there is room in a folder; ends early, without a word, with the signal. */
export async function waitForRoom(folder: string, neededBytes: number, signal: AbortSignal): Promise<void> {
  do {
    await delay(EVERY_MS, undefined, { signal }).catch(() => undefined);
  } while (!signal.aborted && !(await hasRoom(folder, neededBytes)));
}
