import { mkdir, readdir, rm, stat, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { getServedArtifact, getServedModelFile } from '@greenlight/shared/worker-protocol/inference.ts';
import type { ServerClient } from '../report/client.ts';

const DOWNLOAD_ATTEMPTS = 3;

/** Whole files lie under their checksum; anything else is a download under way, which comes and goes by itself. */
const WHOLE_FILE = /^[0-9a-f]{64}$/;

/** A file of a run, or a part of an imported model, as the server names it. */
export type FileReference =
  | { artifactId: string; sha256: string }
  | { modelFileId: string; part: 'model' | 'tokenizer'; sha256: string };

/** Files from the server on this machine's disk, under their checksums; the longest unused ones make room. */
export class FileCache {
  readonly #client: ServerClient;
  readonly #folder: string;
  readonly #limitBytes: number;

  constructor(client: ServerClient, folder: string, limitBytes: number) {
    this.#client = client;
    this.#folder = folder;
    this.#limitBytes = limitBytes;
  }

  /** Path of the file, downloaded and verified when it is not here. */
  async get(reference: FileReference, signal: AbortSignal): Promise<string> {
    const { sha256 } = reference;
    await mkdir(this.#folder, { recursive: true, mode: 0o700 });
    const path = join(this.#folder, sha256);
    const now = new Date();
    const isHere = await utimes(path, now, now).then(
      () => true,
      () => false,
    );
    if (isHere) return path;
    const patience = { signal, attempts: DOWNLOAD_ATTEMPTS };
    const target = { path, sha256 };
    if ('artifactId' in reference) {
      const params = { artifactId: reference.artifactId };
      await this.#client.download(getServedArtifact, { params }, target, patience);
    } else {
      const params = { modelFileId: reference.modelFileId, part: reference.part };
      await this.#client.download(getServedModelFile, { params }, target, patience);
    }
    await this.#makeRoom(sha256);
    return path;
  }

  /** Deletes a file that turned out to be unusable, so that the next request gets it afresh. */
  async drop({ sha256 }: Pick<FileReference, 'sha256'>): Promise<void> {
    await rm(join(this.#folder, sha256), { force: true });
  }

  async #makeRoom(newest: string): Promise<void> {
    const names = (await readdir(this.#folder)).filter((name) => WHOLE_FILE.test(name));
    const files = await Promise.all(
      names.map(async (name) => {
        const { size, mtimeMs } = await stat(join(this.#folder, name));
        return { name, size, mtimeMs };
      }),
    );
    files.sort((a, b) => b.mtimeMs - a.mtimeMs);
    let total = 0;
    for (const { name, size } of files) {
      total += size;
      if (total > this.#limitBytes && name !== newest) await rm(join(this.#folder, name), { force: true });
    }
  }
}
