import { rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { getWorkerArtifact, type ClaimedRun } from '@greenlight/shared/worker-protocol/contract.ts';
import { checkpointPath, readProgress } from '../training/checkpoint.ts';
import type { ServerClient } from '../report/client.ts';
import { loopStateOf, type LoopState } from './loop-state.ts';
import {
  checkpointFolderOf,
  deleteUnfinished,
  keptCheckpoint,
  localCheckpoints,
  rememberCheckpoint,
  sha256Of,
  type LocalCheckpoint,
} from './run-folder.ts';
import type { KeptCheckpoint, PassedOver } from './thread-protocol.ts';

/** Where a run goes on: files to try, the best first, and the newest one here that the server does not have. */
export interface ResumePoint {
  checkpoints: string[];
  toUpload: (KeptCheckpoint & { best: KeptCheckpoint | null }) | null;
  /** Checkpoints on this machine that cannot be gone on from, and why. */
  passedOver: PassedOver[];
}

/** What is wrong with a checkpoint that was written whole; null where nothing is. */
async function damageOf({ path, sha256, sizeBytes }: LocalCheckpoint): Promise<PassedOver['reason'] | null> {
  const found = await stat(path).catch(() => null);
  if (found === null) return { zh: '文件已不存在', en: 'its file is gone' };
  if (found.size !== sizeBytes) {
    return {
      zh: `文件有 ${found.size} 字节，应为 ${sizeBytes} 字节`,
      en: `its file has ${found.size} bytes instead of ${sizeBytes}`,
    };
  }
  if ((await sha256Of(path).catch(() => null)) === sha256) return null;
  return { zh: '内容与校验和不符', en: 'its content does not match its checksum' };
}

/** The best checkpoint that another one names; null where it names none, is it itself, or cannot be read, which is told when it is opened. */
async function bestNamedIn({ path, step }: { path: string; step: number }): Promise<LoopState['bestCheckpoint']> {
  const best = await readProgress(path).then(
    (progress) => loopStateOf(progress).bestCheckpoint,
    () => null,
  );
  return best?.step === step ? null : best;
}

/**
 * Finds the checkpoints that an attempt may go on from: this machine's own, as long as they are intact, or the server's
 * newest where that is further. `trustLocal` is false when events of this machine were given up: then its checkpoints may
 * be ahead of the reported points and are deleted.
 */
export async function findResumePoint(
  client: ServerClient,
  run: ClaimedRun,
  runFolder: string,
  trustLocal: boolean,
  signal: AbortSignal,
): Promise<ResumePoint> {
  await deleteUnfinished(runFolder);
  const listed = await localCheckpoints(runFolder);
  if (!trustLocal) await Promise.all(listed.map(({ path }) => rm(path, { force: true })));
  const intact: LocalCheckpoint[] = [];
  const passedOver: PassedOver[] = [];
  for (const checkpoint of trustLocal ? listed : []) {
    const reason = await damageOf(checkpoint);
    if (reason === null) intact.push(checkpoint);
    else passedOver.push({ step: checkpoint.step, reason });
  }
  const newest = intact[0] ?? null;
  const remote = run.resumeFrom;
  const paths = intact.map(({ path }) => path);

  /** Fetches a checkpoint from the server; it counts as one of this machine from then on. */
  async function fetched({ artifactId, step, sha256 }: NonNullable<ClaimedRun['best']>, path: string): Promise<void> {
    await client.download(getWorkerArtifact, { params: { artifactId } }, { path, sha256 }, { signal });
    const { size: sizeBytes } = await stat(path);
    await rememberCheckpoint(runFolder, step, { path, sha256, sizeBytes }, [...paths, path]);
    paths.push(path);
  }

  /** Fetches the best checkpoint that the one to go on from names, where it is not here and the server has it. */
  async function bringBest(from: { path: string; step: number }): Promise<KeptCheckpoint | null> {
    const best = await bestNamedIn(from);
    if (best === null) return null;
    const isHere = intact.some(({ step }) => step === best.step);
    if (!isHere && run.best?.step === best.step) {
      await fetched(run.best, checkpointPath(checkpointFolderOf(runFolder), best.step));
    }
    return keptCheckpoint(runFolder, best.step);
  }

  if (newest !== null && newest.step >= (remote?.step ?? -1)) {
    const best = await bringBest(newest);
    const { step, ...file } = newest;
    const isUnknown = step > (remote?.step ?? -1);
    return { checkpoints: paths, toUpload: isUnknown ? { step, file, best } : null, passedOver };
  }
  if (remote === null) return { checkpoints: [], toUpload: null, passedOver };
  const path = join(checkpointFolderOf(runFolder), `from-server-${remote.step}.safetensors`);
  await fetched(remote, path);
  await bringBest({ path, step: remote.step });
  const others = paths.filter((other) => other !== path);
  return { checkpoints: [path, ...others], toUpload: null, passedOver };
}
