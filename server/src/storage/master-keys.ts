import { randomBytes } from 'node:crypto';
import { link, open, readFile, rename, rm, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { z } from 'zod';
import { newId } from '../plugins/new-id.ts';
import { masterKeyOf, type MasterKey } from './encrypted-format.ts';
import { syncFolder } from './sync-folder.ts';

/** The master keys as they stand. */
export interface KeyRing {
  /** The key that new files get. */
  readonly active: MasterKey;
  /** Every key at hand by its id, the active one included. */
  readonly all: ReadonlyMap<string, MasterKey>;
}

/** The master keys of an installation. */
export interface MasterKeys {
  /** Whether the active key is set from outside, or lies in a file of the data directory. */
  readonly source: 'environment' | 'file';
  /** The keys as they are now, also where another server has changed them. */
  current(): Promise<KeyRing>;
  /** Makes a new key and the active one of it; only where they lie in a file. One call at a time over all servers. */
  add(): Promise<MasterKey>;
  /**
   * Forgets the keys in the file that no file needs any more: all but the active one, if that is still `activeId`. One that is
   * set from outside stays until it is no longer set. Answers which were forgotten. One call at a time over all servers.
   */
  forgetOld(activeId: string): Promise<string[]>;
}

/** The master key is missing although files need one. */
export class MasterKeyMissingError extends Error {
  override readonly name = 'MasterKeyMissingError';
}

const keyFile = z.object({
  version: z.literal(1),
  /** Oldest first; the last one is active. */
  keys: z.array(z.object({ key: z.base64(), createdAt: z.string() })).min(1),
});

type KeyFile = z.infer<typeof keyFile>;

/** What is set from outside, each as 64 hexadecimal digits. */
export interface GivenKeys {
  readonly active?: string | undefined;
  readonly previous?: string | undefined;
}

async function writeNew(path: string, content: string): Promise<void> {
  const handle = await open(path, 'wx', 0o600);
  try {
    await handle.writeFile(content);
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** Reads and writes the file with the keys, which only this account may read. */
class KeyFileStore {
  readonly #path: string;
  #known: { readonly mark: string; readonly ring: readonly MasterKey[] } | null = null;

  constructor(path: string) {
    this.#path = path;
  }

  /** The keys of the file, oldest first; none without a file. */
  async read(): Promise<readonly MasterKey[]> {
    const found = await stat(this.#path, { bigint: true }).catch(() => null);
    if (found === null) return [];
    const mark = `${found.ino} ${found.mtimeNs} ${found.size}`;
    if (this.#known?.mark === mark) return this.#known.ring;
    const ring = (await this.#content()).keys.map(({ key, createdAt }) =>
      masterKeyOf(Buffer.from(key, 'base64'), createdAt),
    );
    this.#known = { mark, ring };
    return ring;
  }

  /** Creates the file with one key; of several servers that start together, one succeeds and the others take its key. */
  async create(): Promise<void> {
    const temporary = `${this.#path}.${newId()}`;
    await writeNew(temporary, JSON.stringify({ version: 1, keys: [newKey()] } satisfies KeyFile));
    try {
      await link(temporary, this.#path);
      await syncFolder(dirname(this.#path));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    } finally {
      await rm(temporary, { force: true });
    }
  }

  async add(): Promise<void> {
    const { keys } = await this.#content();
    await this.#replace([...keys, newKey()]);
  }

  async keepNewest(): Promise<void> {
    await this.#replace((await this.#content()).keys.slice(-1));
  }

  async remove(): Promise<void> {
    await rm(this.#path, { force: true });
    await syncFolder(dirname(this.#path));
  }

  async #content(): Promise<KeyFile> {
    try {
      return keyFile.parse(JSON.parse(await readFile(this.#path, 'utf8')));
    } catch {
      // The parser's own words would quote the file.
      throw new MasterKeyMissingError(`The file with the master keys, ${this.#path}, cannot be read. Restore it.`);
    }
  }

  async #replace(keys: KeyFile['keys']): Promise<void> {
    const temporary = `${this.#path}.${newId()}`;
    await writeNew(temporary, JSON.stringify({ version: 1, keys } satisfies KeyFile));
    await rename(temporary, this.#path);
    await syncFolder(dirname(this.#path));
  }
}

function newKey(): KeyFile['keys'][number] {
  return { key: randomBytes(32).toString('base64'), createdAt: new Date().toISOString() };
}

/**
 * Opens the master keys: those that are set from outside, and those in the file at `path`, which is made where neither is there.
 * Throws a `MasterKeyMissingError` where one would have to be made although `isNeeded` says that files need the one that is gone.
 */
export async function openMasterKeys(
  path: string,
  given: GivenKeys,
  isNeeded: () => Promise<boolean>,
): Promise<MasterKeys> {
  const file = new KeyFileStore(path);
  const outside = [given.previous, given.active].flatMap((hex) =>
    hex === undefined ? [] : [masterKeyOf(Buffer.from(hex, 'hex'), null)],
  );
  const source = given.active === undefined ? 'file' : 'environment';
  if (source === 'file' && (await file.read()).length === 0) {
    if (await isNeeded()) {
      throw new MasterKeyMissingError(
        `The master key of the stored files is missing: restore ${path}, or set GREENLIGHT_MASTER_KEY.`,
      );
    }
    await file.create();
  }

  async function current(): Promise<KeyRing> {
    const inFile = await file.read();
    const all = source === 'file' ? [...outside, ...inFile] : [...inFile, ...outside];
    const active = all.at(-1);
    if (active === undefined || (source === 'file' && inFile.length === 0)) {
      throw new MasterKeyMissingError(`The file with the master keys, ${path}, is gone. Restore it.`);
    }
    return { active, all: new Map(all.map((key) => [key.id, key])) };
  }

  return {
    source,
    current,
    async add() {
      if (source === 'environment') throw new Error('the active key is set from outside');
      await file.add();
      return (await current()).active;
    },
    async forgetOld(activeId) {
      if ((await current()).active.id !== activeId) return [];
      const old = (await file.read()).map(({ id }) => id).filter((id) => id !== activeId);
      if (old.length === 0) return [];
      if (source === 'file') await file.keepNewest();
      else await file.remove();
      return old;
    },
  };
}
