import { mkdir, readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { AppError } from '../plugins/app-error.ts';
import { newId } from '../plugins/new-id.ts';

/** A file is given up on after this long without a byte. */
const DAY_MS = 24 * 60 * 60 * 1000;

const SHA256 = /^[0-9a-f]{64}$/;
const ID = /^[0-9a-f-]{36}$/;

/** A file in the folder and the name that its key is bound to. */
export interface StoredFile {
  readonly path: string;
  readonly name: string;
}

/**
 * Where files lie: `<aa>/<sha256>` what is kept, `incoming/<sha256>.<id>` what is being written in one go, `drafts/<id>` what comes
 * in pieces.
 */
export class StorageFolder {
  readonly #folder: string;
  readonly #incoming: string;
  readonly #drafts: string;

  constructor(folder: string) {
    this.#folder = folder;
    this.#incoming = join(folder, 'incoming');
    this.#drafts = join(folder, 'drafts');
  }

  get path(): string {
    return this.#folder;
  }

  /** Makes the folders and removes what a crash left. */
  async prepare(): Promise<void> {
    for (const path of [this.#incoming, this.#drafts]) await mkdir(path, { recursive: true, mode: 0o700 });
    await this.removeLeftOvers(new Date());
  }

  /** Removes what was being written and has got no byte for a day: whoever wrote it ended in between. */
  async removeLeftOvers(now: Date): Promise<void> {
    for (const name of await readdir(this.#incoming)) {
      const path = join(this.#incoming, name);
      const found = await stat(path).catch(() => undefined);
      // Another server may be receiving into the same folder.
      if (found !== undefined && now.getTime() - found.mtimeMs > DAY_MS) await rm(path, { force: true });
    }
  }

  /** The place of kept content; throws AppError `not-found` for what is no checksum. */
  kept(sha256: string): string {
    if (!SHA256.test(sha256)) throw new AppError('not-found');
    return join(this.#folder, sha256.slice(0, 2), sha256);
  }

  newIncoming(sha256: string): string {
    this.kept(sha256);
    return join(this.#incoming, `${sha256}.${newId()}`);
  }

  draft(id: string): StoredFile {
    if (!ID.test(id)) throw new AppError('not-found');
    return { path: join(this.#drafts, id), name: `draft ${id}` };
  }

  draftIds(): Promise<string[]> {
    return readdir(this.#drafts);
  }

  /** What is under way. */
  async filesUnderWay(): Promise<StoredFile[]> {
    const incoming = (await readdir(this.#incoming)).map((file) => ({
      path: join(this.#incoming, file),
      name: file.split('.')[0]!,
    }));
    const drafts = (await this.draftIds()).filter((id) => ID.test(id)).map((id) => this.draft(id));
    return [...incoming, ...drafts];
  }

  /** What is kept. */
  async filesKept(): Promise<StoredFile[]> {
    const files: StoredFile[] = [];
    for (const prefix of await readdir(this.#folder)) {
      if (/^[0-9a-f]{2}$/.test(prefix)) files.push(...(await this.filesUnder(prefix)));
    }
    return files;
  }

  /** What is kept of the checksums that begin with two digits. */
  async filesUnder(digits: string): Promise<StoredFile[]> {
    const names = await readdir(join(this.#folder, digits)).catch((error: NodeJS.ErrnoException) => {
      // Nothing was ever kept there.
      if (error.code === 'ENOENT') return [];
      throw error;
    });
    return names.filter((name) => SHA256.test(name)).map((name) => ({ path: this.kept(name), name }));
  }
}
