import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { z } from 'zod';
import type { KeptCheckpoint, WrittenFile } from './thread-protocol.ts';

const checkpointEntry = z.object({
  step: z.number().int().min(0),
  path: z.string(),
  sha256: z.string(),
  sizeBytes: z.number(),
});

/** A checkpoint on this machine. */
export type LocalCheckpoint = z.infer<typeof checkpointEntry>;

const KEPT_CHECKPOINTS = 2;

/** Folder of everything that this machine holds of a run. */
export function runFolderOf(workerFolder: string, runId: string): string {
  return join(workerFolder, 'runs', runId);
}

/** Folder that the checkpoints of a run lie in. */
export function checkpointFolderOf(runFolder: string): string {
  return join(runFolder, 'checkpoints');
}

/** SHA-256 of a file, in hexadecimal. */
export async function sha256Of(path: string): Promise<string> {
  const digest = createHash('sha256');
  await pipeline(createReadStream(path), digest);
  return digest.digest('hex');
}

const listPathOf = (runFolder: string) => join(runFolder, 'checkpoints.json');

/** Checkpoints of a run on this machine, newest first; empty where none was written or the list cannot be read. */
export async function localCheckpoints(runFolder: string): Promise<LocalCheckpoint[]> {
  const text = await readFile(listPathOf(runFolder), 'utf8').catch(() => '[]');
  try {
    return z
      .array(checkpointEntry)
      .parse(JSON.parse(text))
      .sort((a, b) => b.step - a.step);
  } catch {
    return [];
  }
}

/** The checkpoint of a step on this machine, as it was written; null where there is none. */
export async function keptCheckpoint(runFolder: string, step: number): Promise<KeptCheckpoint | null> {
  const found = (await localCheckpoints(runFolder)).find((entry) => entry.step === step);
  if (found === undefined) return null;
  const { path, sha256, sizeBytes } = found;
  return { step, file: { path, sha256, sizeBytes } };
}

/**
 * Enters a new checkpoint into the run's list and deletes the oldest beyond two, except those in `keep` (paths): the
 * best one, or one whose upload is under way.
 */
export async function rememberCheckpoint(
  runFolder: string,
  step: number,
  file: WrittenFile,
  keep: readonly string[],
): Promise<void> {
  const others = (await localCheckpoints(runFolder)).filter((entry) => entry.path !== file.path);
  const all = [{ step, ...file }, ...others].sort((a, b) => b.step - a.step);
  const isKept = (entry: LocalCheckpoint, index: number) => index < KEPT_CHECKPOINTS || keep.includes(entry.path);
  await mkdir(runFolder, { recursive: true });
  const next = `${listPathOf(runFolder)}.next`;
  await writeFile(next, JSON.stringify(all.filter(isKept)), { flush: true });
  await rename(next, listPathOf(runFolder));
  const gone = all.filter((entry, index) => !isKept(entry, index));
  await Promise.all(gone.map((entry) => rm(entry.path, { force: true })));
}

/** What a checkpoint or a download is called until all of it is there. */
const UNFINISHED = /\.partial(?:-\d+)?$/;

/** Deletes the halves of checkpoints that killed attempts left; nobody may be writing one. */
export async function deleteUnfinished(runFolder: string): Promise<void> {
  const folder = checkpointFolderOf(runFolder);
  const names = await readdir(folder).catch(() => []);
  await Promise.all(
    names.filter((name) => UNFINISHED.test(name)).map((name) => rm(join(folder, name), { force: true })),
  );
}

/** Deletes everything that this machine holds of a run. */
export async function forgetRun(runFolder: string): Promise<void> {
  await rm(runFolder, { recursive: true, force: true });
}
