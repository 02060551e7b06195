import { rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { getWorkerArtifact, type ClaimedRun } from '@greenlight/shared/worker-protocol/contract.ts';
import type { ServerClient } from '../report/client.ts';
import {
  checkpointFolderOf,
  deleteUnfinished,
  localCheckpoints,
  sha256Of,
  type LocalCheckpoint,
} from './run-folder.ts';
import type { PassedOver } from './thread-protocol.ts';

/** Where a run goes on: files to try, the best first, and the newest one here that the server does not have. */
export interface ResumePoint {
  checkpoints: string[];
  toUpload: LocalCheckpoint | null;
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
  if (remote === null || (newest !== null && newest.step >= remote.step)) {
    const isUnknown = newest !== null && newest.step > (remote?.step ?? -1);
    return { checkpoints: paths, toUpload: isUnknown ? newest : null, passedOver };
  }
  const path = join(checkpointFolderOf(runFolder), `from-server-${remote.step}.safetensors`);
  const request = { params: { artifactId: remote.artifactId } };
  await client.download(getWorkerArtifact, request, { path, sha256: remote.sha256 }, { signal });
  return { checkpoints: [path, ...paths], toUpload: null, passedOver };
}
