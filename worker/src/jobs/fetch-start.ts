import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { getWorkerArtifact, type ClaimedRun } from '@greenlight/shared/worker-protocol/contract.ts';
import type { ServerClient } from '../report/client.ts';
import { sha256Of } from './run-folder.ts';

/** Brings the files that a run begins with into its folder, where they are not there yet; null where it begins with random parameters. */
export async function fetchStart(
  client: ServerClient,
  { startFrom }: ClaimedRun,
  runFolder: string,
  signal: AbortSignal,
): Promise<{ checkpoint: string; tokenizer: string } | null> {
  if (startFrom === null) return null;
  const fetched = async ({ artifactId, sha256 }: { artifactId: string; sha256: string }, name: string) => {
    const path = join(runFolder, name);
    const isHere = await stat(path).then(
      async () => (await sha256Of(path)) === sha256,
      () => false,
    );
    if (!isHere) await client.download(getWorkerArtifact, { params: { artifactId } }, { path, sha256 }, { signal });
    return path;
  };
  return {
    checkpoint: await fetched(startFrom.checkpoint, 'start.safetensors'),
    tokenizer: await fetched(startFrom.tokenizer, 'start-tokenizer.json'),
  };
}
