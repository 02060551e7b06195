import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { WorkerCopies } from '@greenlight/shared/worker-protocol/copies.ts';

/** What a copy is of. */
export type CopyKind = keyof WorkerCopies;

const KINDS: readonly CopyKind[] = ['datasets', 'runs', 'jobs'];
const DATASET = /^([0-9a-f]{64})\.json$/;
const FOLDER = /^([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$/;

/** Copies of data and of unfinished work on this machine's disk: what is in use stays, anything else goes when the server needs it no more. */
export class Copies {
  readonly #folder: string;
  readonly #used = new Map<string, number>();
  readonly #going = new Map<string, Promise<void>>();
  #released = Promise.withResolvers<void>();

  constructor(workerFolder: string) {
    this.#folder = workerFolder;
  }

  /** Resolves when the next copy that is in use now is no longer. */
  get released(): Promise<void> {
    return this.#released.promise;
  }

  /** Path of the content of a data version. */
  datasetPath(sha256: string): string {
    return join(this.#folder, 'datasets', `${sha256}.json`);
  }

  /** Keeps a copy from being removed until the returned function is called; waits for a removal under way. */
  async use(kind: CopyKind, key: string): Promise<() => void> {
    const name = `${kind} ${key}`;
    for (let going = this.#going.get(name); going !== undefined; going = this.#going.get(name)) {
      await going.catch(() => undefined);
    }
    this.#used.set(name, (this.#used.get(name) ?? 0) + 1);
    return () => {
      const left = (this.#used.get(name) ?? 1) - 1;
      if (left > 0) {
        this.#used.set(name, left);
        return;
      }
      this.#used.delete(name);
      this.#released.resolve();
      this.#released = Promise.withResolvers<void>();
    };
  }

  /** Everything that lies here. */
  async held(): Promise<WorkerCopies> {
    const jobs = [...(await this.#names('jobs', FOLDER)), ...(await this.#names('kept-jobs', FOLDER))];
    return {
      datasets: await this.#names('datasets', DATASET),
      runs: await this.#names('runs', FOLDER),
      jobs: [...new Set(jobs)],
    };
  }

  /** Removes those of the copies that nobody uses; returns how many. */
  async remove(obsolete: WorkerCopies): Promise<number> {
    let removed = 0;
    for (const kind of KINDS) {
      for (const key of obsolete[kind]) {
        const name = `${kind} ${key}`;
        if (this.#used.has(name)) continue;
        const going = this.#delete(kind, key).finally(() => this.#going.delete(name));
        this.#going.set(name, going);
        await going;
        removed++;
      }
    }
    return removed;
  }

  async #delete(kind: CopyKind, key: string): Promise<void> {
    const places = {
      datasets: [this.datasetPath(key)],
      runs: [join(this.#folder, 'runs', key)],
      jobs: [join(this.#folder, 'jobs', key), join(this.#folder, 'kept-jobs', key)],
    };
    for (const path of places[kind]) await rm(path, { recursive: true, force: true });
  }

  async #names(folder: string, pattern: RegExp): Promise<string[]> {
    const names = await readdir(join(this.#folder, folder)).catch(() => []);
    return names.flatMap((name) => pattern.exec(name)?.[1] ?? []);
  }
}
