import { mkdir, open, rm, statfs } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { EventSender } from '../report/event-sender.ts';
import { isDiskFull } from '../report/full-disk.ts';
import { localCheckpoints } from './run-folder.ts';

const EVERY_MS = 2000;
const PROBE_BYTES = 64 * 1024;

/** Room for events and metrics beside the next checkpoint. */
const ROOM_BESIDE_CHECKPOINT_BYTES = 1024 * 1024;

/** Whether a folder's disk takes so many bytes more; an account's share of it, which no number tells, is tried with a small file. */
export async function hasRoom(folder: string, neededBytes: number): Promise<boolean> {
  const path = join(folder, 'room.probe');
  try {
    await mkdir(folder, { recursive: true });
    const { bavail, bsize } = await statfs(folder);
    if (bavail * bsize < neededBytes) return false;
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

/** Waits until a run's next checkpoint has room and its events are on disk again; ends early, without a word, with the signal. */
export async function roomAgain(runFolder: string, sender: EventSender, signal: AbortSignal): Promise<void> {
  const [newest] = await localCheckpoints(runFolder);
  const neededBytes = (newest?.sizeBytes ?? 0) + ROOM_BESIDE_CHECKPOINT_BYTES;
  for (;;) {
    await waitForRoom(runFolder, neededBytes, signal);
    if (signal.aborted) return;
    try {
      await sender.recover();
      return;
    } catch (error) {
      if (!isDiskFull(error)) throw error;
    }
  }
}
