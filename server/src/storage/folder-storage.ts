import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Readable } from 'node:stream';
import { AppError } from '../plugins/app-error.ts';
import { newId } from '../plugins/new-id.ts';
import { checkedStream } from './checked-stream.ts';
import type { ExpectedContent, Storage } from './storage.ts';

/** Makes what a rename changed in a folder survive a power cut; Windows cannot open folders and needs no such step. */
async function syncFolder(folder: string): Promise<void> {
  if (process.platform === 'win32') return;
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/**
 * Storage in a folder: `<aa>/<sha256>` below it, written beside its place first, flushed, then renamed, so that a file
 * is either complete or absent. Left-overs of a crash are removed when the storage is opened.
 */
export async function openFolderStorage(folder: string): Promise<Storage> {
  const incoming = join(folder, 'incoming');
  await mkdir(incoming, { recursive: true, mode: 0o700 });
  const dayMs = 24 * 60 * 60 * 1000;
  for (const name of await readdir(incoming)) {
    const path = join(incoming, name);
    const age = await stat(path).catch(() => undefined);
    // Another server may be receiving into the same folder; only what nobody can still be writing is removed.
    if (age !== undefined && Date.now() - age.mtimeMs > dayMs) await rm(path, { force: true });
  }
  const pathOf = (sha256: string): string => {
    if (!/^[0-9a-f]{64}$/.test(sha256)) throw new AppError('not-found');
    return join(folder, sha256.slice(0, 2), sha256);
  };

  async function receive(content: Readable, path: string, expected: ExpectedContent): Promise<void> {
    const hash = createHash('sha256');
    let sizeBytes = 0;
    const handle = await open(path, 'wx', 0o600);
    try {
      // The source is left open when it is refused half-way, so that a sender still gets the answer.
      for await (const chunk of content.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
        sizeBytes += chunk.length;
        if (sizeBytes > expected.sizeBytes) throw new AppError('payload-too-large');
        hash.update(chunk);
        await handle.appendFile(chunk);
      }
      await handle.sync();
    } finally {
      await handle.close();
    }
    if (sizeBytes !== expected.sizeBytes || hash.digest('hex') !== expected.sha256) {
      throw new AppError('checksum-mismatch');
    }
  }

  return {
    async put(content, expected) {
      const place = pathOf(expected.sha256);
      const temporary = join(incoming, newId());
      try {
        await receive(content, temporary, expected);
        await mkdir(dirname(place), { recursive: true, mode: 0o700 });
        await rename(temporary, place);
        await syncFolder(dirname(place));
      } finally {
        await rm(temporary, { force: true });
      }
    },
    async open(sha256) {
      const place = pathOf(sha256);
      const found = await stat(place).catch(() => undefined);
      if (found === undefined) throw new AppError('not-found');
      const file = createReadStream(place);
      const stream = checkedStream(sha256);
      file.on('error', (error) => stream.destroy(error));
      stream.on('close', () => file.destroy());
      return { stream: file.pipe(stream), sizeBytes: found.size };
    },
    async remove(sha256) {
      const place = pathOf(sha256);
      await rm(place, { force: true });
      await syncFolder(dirname(place)).catch((error: NodeJS.ErrnoException) => {
        // Nothing was ever kept under these first two digits.
        if (error.code !== 'ENOENT') throw error;
      });
    },
  };
}
