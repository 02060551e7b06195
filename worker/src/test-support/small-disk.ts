import { spawnSync } from 'node:child_process';
import { mkdtemp, open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A folder on a file system of its own. */
interface SmallDisk {
  folder: string;
  /** Gives the disk another size, with what it holds. */
  resize(sizeBytes: number): void;
  remove(): Promise<void>;
}

/** A disk of so many bytes in memory; null where this account may not mount one. */
export async function smallDisk(sizeBytes: number): Promise<SmallDisk | null> {
  const folder = await mkdtemp(join(tmpdir(), 'greenlight-disk-'));
  const { status } = spawnSync('/bin/mount', ['-t', 'tmpfs', '-o', `size=${sizeBytes}`, 'tmpfs', folder]);
  if (status !== 0) {
    await rm(folder, { recursive: true });
    return null;
  }
  const remove = async (): Promise<void> => {
    spawnSync('/bin/umount', ['--lazy', folder]);
    await rm(folder, { recursive: true, force: true });
  };
  const resize = (bytes: number): void => {
    spawnSync('/bin/mount', ['-o', `remount,size=${bytes}`, folder]);
  };
  return { folder, resize, remove };
}

/** Takes all the room that is left. */
export async function fillDisk(folder: string): Promise<void> {
  const file = await open(join(folder, 'filler'), 'w');
  try {
    for (;;) await file.write(Buffer.alloc(4096));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error;
  } finally {
    await file.close();
  }
}
