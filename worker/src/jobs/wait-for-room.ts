import { mkdir, open, rm, statfs } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { inLanguage } from '@greenlight/shared/api/localized-text.ts';
import { postEvents, type ClaimedRun } from '@greenlight/shared/worker-protocol/contract.ts';
import type { EventSender } from '../report/event-sender.ts';
import { isDiskFull } from '../report/full-disk.ts';
import { DISK_FULL } from './run-failure.ts';
import { localCheckpoints } from './run-folder.ts';
import type { WorkContext } from './train.ts';

const EVERY_MS = 2000;
const PROBE_BYTES = 64 * 1024;

/** Room for events and metrics beside the next checkpoint. */
const ROOM_BESIDE_CHECKPOINT_BYTES = 1024 * 1024;

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

/** Ends a run of which not even the first event finds room on the disk. */
export async function reportFullDisk(
  { runId, lease, lastSequence, name }: ClaimedRun,
  { client, terminal, shutdown }: WorkContext,
): Promise<void> {
  const payload = { type: 'failed' as const, error: DISK_FULL };
  const events = [{ sequence: lastSequence + 1, at: new Date().toISOString(), payload }];
  await client.call(postEvents, { params: { runId }, body: { lease, events } }, { signal: shutdown });
  terminal.line(`${name}: failed (${DISK_FULL.code}): ${inLanguage(DISK_FULL.message, 'en')}`);
}
