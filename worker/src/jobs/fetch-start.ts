import { stat, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import {
  getDatasetContent,
  getWorkerArtifact,
  getWorkerTokenizer,
  type ClaimedRun,
} from '@greenlight/shared/worker-protocol/contract.ts';
import { RefusedError, type ServerClient } from '../report/client.ts';
import type { Copies } from './copies.ts';
import { ConfigurationError } from './run-failure.ts';
import { sha256Of } from './run-folder.ts';

interface WantedFile {
  readonly path: string;
  readonly sha256: string;
}

/** Has a file fetched unless it is there already. */
async function bring({ path, sha256 }: WantedFile, fetch: () => Promise<unknown>): Promise<string> {
  const isHere = await stat(path).then(
    async () => (await sha256Of(path)) === sha256,
    () => false,
  );
  if (!isHere) await fetch();
  return path;
}

/** The content of the run's dataset version on this machine, fetched where it is not there yet; its file counts as used now. */
export async function fetchDataset(
  client: ServerClient,
  { datasetVersion: { id: datasetVersionId, contentSha256: sha256 } }: ClaimedRun,
  copies: Copies,
  signal: AbortSignal,
): Promise<string> {
  const path = copies.datasetPath(sha256);
  const now = new Date();
  const isHere = await utimes(path, now, now).then(
    () => true,
    () => false,
  );
  if (!isHere) await client.download(getDatasetContent, { params: { datasetVersionId } }, { path, sha256 }, { signal });
  return path;
}

/** Brings the files that a run begins with into its folder, where they are not there yet; null where it begins with random parameters. */
export async function fetchStart(
  client: ServerClient,
  { startFrom }: ClaimedRun,
  runFolder: string,
  signal: AbortSignal,
): Promise<{ checkpoint: string; tokenizer: string; newHeads: readonly (string | null)[] } | null> {
  if (startFrom === null) return null;
  const fetched = ({ artifactId, sha256 }: { artifactId: string; sha256: string }, name: string) => {
    const file = { path: join(runFolder, name), sha256 };
    return bring(file, () => client.download(getWorkerArtifact, { params: { artifactId } }, file, { signal }));
  };
  return {
    checkpoint: await fetched(startFrom.checkpoint, 'start.safetensors'),
    tokenizer: await fetched(startFrom.tokenizer, 'start-tokenizer.json'),
    newHeads: startFrom.newHeads,
  };
}

/** Brings the tokenizer that was chosen for a run into its folder; null where none was. Throws a ConfigurationError where it was deleted since. */
export async function fetchTokenizer(
  client: ServerClient,
  { tokenizer }: ClaimedRun,
  runFolder: string,
  signal: AbortSignal,
): Promise<string | null> {
  if (tokenizer === null) return null;
  const { tokenizerId, sha256 } = tokenizer;
  const file = { path: join(runFolder, 'chosen-tokenizer.json'), sha256 };
  try {
    return await bring(file, () => client.download(getWorkerTokenizer, { params: { tokenizerId } }, file, { signal }));
  } catch (error) {
    if (!(error instanceof RefusedError) || error.code !== 'tokenizer-deleted') throw error;
    throw new ConfigurationError({
      zh: '所选分词器已随其数据版本的内容一起删除。',
      en: 'The tokenizer that was chosen has been deleted together with the content of its data version.',
    });
  }
}
